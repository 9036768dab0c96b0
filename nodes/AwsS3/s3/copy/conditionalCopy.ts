import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import type { OnConflict } from '../write/conditionalWrite';
import { wasRetried, withDetails } from '../failure';
import { ifFree, isTaken, orSkip } from '../write/conditionalWrite';
import { withFreeKey } from '../write/numberedKey';
import type { Copied, Copy } from './copyRequest';
import { forSource } from './copyRequest';
import { copy, repairTags } from './copyInside';
import { headersOf, markable } from './objectProperties';
import { hasMd5Etag, isCopyOf, withSourceEtag } from '../contentIdentity';
import { headObject } from '../list/headObject';

/** The copy, or why it was skipped. */
export type ConditionalCopied = Copied & { key: string; skipped?: 'exists' | 'same' };

/** Tells whether an object at the destination is the same as the original. */
export type Comparison = (original: HeadObjectCommandOutput, existing: HeadObjectCommandOutput) => boolean;

const hasSourceCondition = ({ input }: Copy) =>
	Object.entries(input).some(([name, value]) => value !== undefined && /^CopySourceIf/.test(name));

/**
 * A `catch` handler for a copy with a condition. S3 returns the same error for the condition on the destination and for that on the
 * source, so it reads the destination. If the response to a first attempt was lost, S3 rejects the retry because the
 * first attempt has made the copy: returns that copy. Throws if another program may have written the object, and all
 * other errors.
 */
export const orAlreadyCopied =
	(s3: S3, request: Copy, isSame: Comparison = isCopyOf) =>
	async (error: unknown): Promise<Copied> => {
		const { source, input } = request;
		const { Bucket: bucket = '', Key: key = '' } = input;
		const isRetry = wasRetried(error);
		if (!isTaken(error) || (!isRetry && !hasSourceCondition(request))) throw error;
		const existing = await headObject(s3, { bucket, key });
		if (!existing) throw withDetails(error, { sourceChanged: true });
		if (!isRetry) throw error;
		const original = await headObject(forSource(s3, input), source);
		if (original && isSame(original, existing)) {
			await repairTags(s3, request);
			return { ETag: existing.ETag, VersionId: existing.VersionId };
		}
		throw withDetails(error, { code: 'LostAnswer', bucket, key });
	};

/** Copies only if the key is free. */
const copyIfFree = async (s3: S3, { source, input }: Copy, isSame: Comparison): Promise<Copied> => {
	const { Bucket: bucket = '', Key: key = '' } = input;
	return await ifFree(
		s3,
		{ bucket, key },
		'conditionalCopy',
		async (condition) =>
			await copy(s3, { source, input: { ...input, ...condition } }).catch(
				orAlreadyCopied(s3, { source, input }, isSame),
			),
	);
};

/** Stores the source's ETag in the copy if it is no digest, so that `isCopyOf` recognizes the copy. */
export const withSource = (input: Copy['input'], original: HeadObjectCommandOutput): Copy['input'] => {
	if (hasMd5Etag(original)) return input;
	const { Metadata: kept, ...headers } = input.MetadataDirective === 'REPLACE' ? input : headersOf(original);
	return { ...headers, ...input, Metadata: withSourceEtag(kept, original), MetadataDirective: 'REPLACE' };
};

/** Copies only different content. */
const copyIfDifferent = async (s3: S3, { source, input }: Copy, isSame: Comparison): Promise<ConditionalCopied> => {
	const { Bucket: bucket = '', Key: key = '' } = input;
	const [original, existing] = await Promise.all([
		headObject(forSource(s3, input), source),
		headObject(s3, { bucket, key }),
	]);
	if (original && existing && isSame(original, existing)) return { key, skipped: 'same' };
	return { ...(await copy(s3, { source, input: original ? withSource(input, original) : input })), key };
};

/**
 * Copies an object; `onConflict` decides what happens if the destination exists, and `isSame` what the same is. Throws if S3
 * rejects it, or for `fail`.
 */
export const conditionalCopy = async (
	s3: S3,
	{ source, input: asked }: Copy,
	onConflict: OnConflict = 'overwrite',
	isSame: Comparison = isCopyOf,
): Promise<ConditionalCopied> => {
	const input = await markable(s3, { source, input: asked });
	const { Bucket: bucket = '', Key: key = '' } = input;
	switch (onConflict) {
		case 'overwrite':
			return { ...(await copy(s3, { source, input })), key };
		case 'skipIfSame':
			return await copyIfDifferent(s3, { source, input }, isSame);
		case 'rename':
			return await withFreeKey(s3, { bucket, key }, async (Key) => ({
				...(await copyIfFree(s3, { source, input: { ...input, Key } }, isSame)),
				key: Key,
			}));
		default:
			return await copyIfFree(s3, { source, input }, isSame).then(
				(copied) => ({ ...copied, key }),
				orSkip(key, onConflict),
			);
	}
};
