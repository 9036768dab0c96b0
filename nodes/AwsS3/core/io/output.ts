import type { IDataObject } from 'n8n-workflow';
import type { Listed } from '../../s3/list/list';

/** Acronyms in field names of S3, and how output spells them. */
const acronyms: Array<[RegExp, string]> = [
	[/^ETag$/, 'etag'],
	[/^SSEKMS/, 'sseKms'],
	[/^SSE/, 'sse'],
	[/^(ID|URI|ARN|MFA)/, ''],
	[/CRC64NVME/, 'Crc64Nvme'],
	[/CRC32C/, 'Crc32C'],
	[/CRC32/, 'Crc32'],
	[/SHA/, 'Sha'],
];

const toCamelCase = (name: string) => {
	const known = acronyms.find(([pattern]) => pattern.test(name));
	const respelled = known?.[1]
		? name.replace(...known)
		: known
			? name.replace(known[0], (all) => all.toLowerCase())
			: name;
	return respelled.charAt(0).toLowerCase() + respelled.slice(1);
};

/** Cache of converted names: a listing of 100,000 objects repeats a few names. */
const names = new Map<string, string>();

const nameOf = (name: string) => {
	const known = names.get(name);
	if (known !== undefined) return known;
	const camelCase = toCamelCase(name);
	names.set(name, camelCase);
	return camelCase;
};

/** Removes the quotes that HTTP requires around an ETag. */
export const plainEtag = (etag: string) => etag.replace(/^"(.*)"$/s, '$1');

type Value = IDataObject[string];

const valueOf = (name: string, value: unknown): Value => {
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value))
		return value.map((entry) => valueOf('', entry)).filter((entry): entry is string => entry !== undefined);
	if (name === 'ETag' && typeof value === 'string') return plainEtag(value);
	// Users choose the names in metadata, so keep them as they are.
	if (typeof value === 'object' && value !== null) return name === 'Metadata' ? { ...value } : toJson(value);
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
	return undefined;
};

/**
 * Converts a response of S3 into the JSON of an item: names in camelCase, dates in ISO 8601, ETags without quotes, no
 * undefined values.
 */
export const toJson = (answer: object): IDataObject =>
	Object.fromEntries(
		Object.entries(answer)
			.filter(([name, value]) => name !== '$metadata' && value !== undefined)
			.map(([name, value]) => [nameOf(name), valueOf(name, value)]),
	);

/**
 * Converts a listed object into JSON. The simplified form avoids `toJson`, because a listing may have 100,000 objects.
 */
export const listedObject = (object: Listed, simplify: boolean): IDataObject => {
	const { Key: key, Size: size, LastModified, ETag, StorageClass: storageClass } = object;
	const [lastModified, etag] = [LastModified?.toISOString(), ETag && plainEtag(ETag)];
	return { key, size, lastModified, etag, storageClass, ...(simplify ? undefined : toJson(object)) };
};
