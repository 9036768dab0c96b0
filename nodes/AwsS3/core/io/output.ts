import type { IDataObject } from 'n8n-workflow';
import type { Listed } from '../../s3/list/list';

/** Words that S3 writes in capitals, as names in output write them. */
const words: Array<[RegExp, string]> = [
	[/^ETag$/, 'etag'],
	[/^SSEKMS/, 'sseKms'],
	[/^SSE/, 'sse'],
	[/^(ID|URI|ARN|MFA)/, ''],
	[/CRC64NVME/, 'Crc64Nvme'],
	[/CRC32C/, 'Crc32C'],
	[/CRC32/, 'Crc32'],
	[/SHA/, 'Sha'],
];

const spelled = (name: string) => {
	const known = words.find(([pattern]) => pattern.test(name));
	const spelt = known?.[1] ? name.replace(...known) : known ? name.replace(known[0], (all) => all.toLowerCase()) : name;
	return spelt.charAt(0).toLowerCase() + spelt.slice(1);
};

/** Names that have been spelled: the SDK has few, and lists of 100,000 objects ask for each of them again. */
const names = new Map<string, string>();

const nameOf = (name: string) => {
	const known = names.get(name);
	if (known !== undefined) return known;
	const own = spelled(name);
	names.set(name, own);
	return own;
};

/** An ETag as users compare it: without the quotes that HTTP wants around it. */
export const plainEtag = (etag: string) => etag.replace(/^"(.*)"$/s, '$1');

type Value = IDataObject[string];

const valueOf = (name: string, value: unknown): Value => {
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value))
		return value.map((entry) => valueOf('', entry)).filter((entry): entry is string => entry !== undefined);
	if (name === 'ETag' && typeof value === 'string') return plainEtag(value);
	// The names in user metadata are the user's own.
	if (typeof value === 'object' && value !== null) return name === 'Metadata' ? { ...value } : toJson(value);
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
	return undefined;
};

/**
 * An answer of S3 as the JSON of an item: the words of S3 in camelCase, dates in ISO 8601, ETags without quotes, and
 * nothing that is empty.
 */
export const toJson = (answer: object): IDataObject =>
	Object.fromEntries(
		Object.entries(answer)
			.filter(([name, value]) => name !== '$metadata' && value !== undefined)
			.map(([name, value]) => [nameOf(name), valueOf(name, value)]),
	);

/** An object of a listing, simplified to what most workflows need. There may be 100,000 of them, so it is kept cheap. */
export const listedObject = (object: Listed, simplify: boolean): IDataObject => {
	const { Key: key, Size: size, LastModified, ETag, StorageClass: storageClass } = object;
	const [lastModified, etag] = [LastModified?.toISOString(), ETag && plainEtag(ETag)];
	return { key, size, lastModified, etag, storageClass, ...(simplify ? undefined : toJson(object)) };
};
