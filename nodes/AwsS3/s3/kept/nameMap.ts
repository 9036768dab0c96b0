import { s3Failure } from '../failure';

/** A change to names with values, such as metadata or tags. `to` is the new name, or the value of what is added. */
export interface NameChange {
	change: 'add' | 'drop' | 'rename';
	name: string;
	to: string;
}

/** Metadata or tags, by their names. */
export type Named = Record<string, string>;

/** Names and values of metadata together, in bytes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
export const maxMetadataBytes = 2048;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export const maxTags = 10;

/** The size of metadata in bytes, as S3 counts it. */
export const metadataBytes = (metadata: Named) =>
	Object.entries(metadata)
		.flat()
		.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

const steps: Record<NameChange['change'], (named: Map<string, string>, change: NameChange) => void> = {
	add: (named, { name, to }) => named.set(name, to),
	drop: (named, { name }) => named.delete(name),
	rename: (named, { name, to }) => {
		const value = named.get(name);
		if (value === undefined || name === to) return;
		named.delete(name);
		named.set(to, value);
	},
};

/**
 * Names and values after the changes, one after the other. What is added or renamed takes the place of what has that name; to
 * drop or rename what is not there changes nothing.
 */
export const withChanges = (named: Named, changes: readonly NameChange[]): Named => {
	const result = new Map(Object.entries(named));
	for (const change of changes) steps[change.change](result, change);
	return Object.fromEntries(result);
};

/** Throws for metadata that S3 does not take, as a failure of the object that would get it. */
export const checkMetadata = (metadata: Named, bucket: string, key: string) => {
	const bytes = metadataBytes(metadata);
	if (bytes <= maxMetadataBytes) return;
	throw s3Failure({ code: 'MetadataTooLarge', message: `The metadata would have ${bytes} bytes`, bucket, key });
};

/** Throws for more tags than S3 takes, as a failure of the object that would get them. */
export const checkTags = (tags: Named, bucket: string, key: string) => {
	const count = Object.keys(tags).length;
	if (count <= maxTags) return;
	const message = `The object would have ${count} tags, more than the ${maxTags} that S3 allows`;
	throw s3Failure({ code: 'TooManyTags', message, bucket, key });
};
