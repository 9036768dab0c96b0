import type { Tag } from '@aws-sdk/client-s3';
import { badInput } from '../errors/badInput';
import type { Pairs } from '../fields/pairs';
import { entries, pairs } from '../fields/pairs';

export const tags = pairs(
	'tags',
	'Tags',
	'Tag',
	'Up to ten tags, for cost allocation, lifecycle rules and access control',
);

/**
 * Converts pairs into a tag set. Throws for duplicate names, and for more tags than S3 allows.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 */
export const tagSet = (input: Pairs, max = 10): Tag[] => {
	const pairsWithName = entries(input);
	if (pairsWithName.length > max)
		throw badInput(`'Tags' has ${pairsWithName.length} entries`, `S3 allows at most ${max} here.`);
	const names = pairsWithName.map(([name]) => name);
	const duplicate = names.find((name, index) => names.indexOf(name) !== index);
	if (duplicate !== undefined) throw badInput(`'Tags' has '${duplicate}' twice`, 'Remove one of them.');
	return pairsWithName.map(([Key, Value]) => ({ Key, Value }));
};

/** Merges tag sets: a new tag replaces an existing one of the same name. Throws for more tags than S3 allows. */
export const merged = (existing: Tag[], added: Tag[]): Tag[] => {
	const byName = new Map([...existing, ...added].map(({ Key = '', Value = '' }) => [Key, Value]));
	return tagSet([...byName].map(([name, value]) => ({ name, value })));
};

/** Converts a tag set into a JSON object of names and values. */
export const tagsAsJson = (tags: Tag[]) => Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
