import type { Tag } from '@aws-sdk/client-s3';
import { badInput } from '../errors/badInput';
import type { Pairs } from '../fields/pairs';
import { entries, pairs } from '../fields/pairs';

export const tags = pairs('tags', 'Tags', 'Tag', 'Up to ten tags, for cost reports, lifecycle rules and permissions');

/**
 * Tags as S3 wants them in a list. Throws for more than it allows.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 */
export const tagSet = (list: Pairs, most = 10): Tag[] => {
	const named = entries(list);
	if (named.length > most) throw badInput(`There are ${named.length} 'Tags'`, `S3 allows at most ${most} here.`);
	const names = named.map(([name]) => name);
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice !== undefined) throw badInput(`'Tags' has '${twice}' twice`, 'Leave one of them out.');
	return named.map(([Key, Value]) => ({ Key, Value }));
};

/** Tags with others added; one of the same name gets the new value. */
export const merged = (there: Tag[], given: Tag[]): Tag[] => {
	const all = new Map([...there, ...given].map(({ Key = '', Value = '' }) => [Key, Value]));
	return tagSet([...all].map(([name, value]) => ({ name, value })));
};

/** Tags as names and values. */
export const tagsAsJson = (tags: Tag[]) => Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
