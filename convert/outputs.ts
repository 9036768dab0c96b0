import { expression } from './expressions';

/** Fields of items that n8n's nodes gave, as JavaScript over the items of ours. */
export type OutputFields = Record<string, string>;

const quotedEtag = "'\"' + $json.etag + '\"'";

export const success: OutputFields = { success: 'true' };

export const listedBuckets: OutputFields = { Name: '$json.bucket', CreationDate: '$json.created' };

export const prefixes: OutputFields = { Prefix: '$json.key' };

export const copied: OutputFields = { LastModified: '$json.lastModified', ETag: quotedEtag };

export const uploadedFile: OutputFields = { Bucket: '$json.bucket', Key: '$json.key', ETag: quotedEtag };

/** The fields of a listed object; the owner if it was asked for. */
export const listedObjects = (owner: boolean): OutputFields => ({
	Key: '$json.key',
	LastModified: '$json.lastModified',
	ETag: quotedEtag,
	Size: 'String($json.size)',
	StorageClass: '$json.storageClass',
	...(owner && { Owner: '{ ID: $json.owner?.id, DisplayName: $json.owner?.displayName }' }),
});

interface Exceptions {
	/** The node goes on after a failure, and gives an item for it. */
	givesErrors: boolean;
	/** There may be items that hold nothing of ours: empty ones, or pinned ones in their old form. */
	givesOthers: boolean;
}

const fieldsAsJavaScript = (fields: OutputFields): string =>
	`{ ${Object.entries(fields)
		.map(([name, value]) => `${name}: ${value}`)
		.join(', ')} }`;

/** Returns the JSON of an Edit Fields node that gives the old items. `input` names the node before. */
export const mapping = (output: OutputFields | 'input', input: string, exceptions: Exceptions): string => {
	const item = output === 'input' ? `$(${JSON.stringify(input)}).item.json` : fieldsAsJavaScript(output);
	const [first = ''] = output === 'input' ? [] : Object.values(output);
	const [, marker] = /^\$json\.(\w+)$/.exec(first) ?? [];
	return expression(
		[
			exceptions.givesErrors ? '$json.error ? { error: $json.error.message ?? $json.error } : ' : '',
			exceptions.givesOthers && marker ? `!('${marker}' in $json) ? $json : ` : '',
			item,
		].join(''),
	);
};

/** The same for the error output: the item of the input, with the error as text. */
export const errorMapping: string = expression('{ ...$json, error: $json.error?.message ?? $json.error }');
