import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import type { OnConflict } from '../write/conflict';
import { orSkip, refuseExisting, underFreeKey } from '../write/conflict';
import type { Copied, Copy } from './copyRequest';
import { copy } from './copy';
import { headersOf } from './objectProperties';
import { hasDigestAsEtag, isCopyOf, markOrigin } from '../list/contentIdentity';
import { headOf } from '../list/headObject';

/** A copy, or why there is none. */
export type CopiedUnless = Copied & { key: string; skipped?: 'exists' | 'same' };

/** Copies only if the key is free. Not every server knows the condition on a copy, so those are asked first. */
const copyIfFree = async (s3: S3, { source, input }: Copy): Promise<Copied> => {
	const { Bucket: bucket = '', Key: key = '' } = input;
	if (s3.connection.endpoint) await refuseExisting(s3, { bucket, key });
	return await copy(s3, { source, input: { ...input, IfNoneMatch: '*' } });
};

/** The ETag of some objects tells nothing about their content. Their copy keeps it, to be known again. */
const withOrigin = (input: Copy['input'], original: HeadObjectCommandOutput): Copy['input'] => {
	if (hasDigestAsEtag(original)) return input;
	const { Metadata: kept, ...headers } = input.MetadataDirective === 'REPLACE' ? input : headersOf(original);
	return { ...headers, ...input, Metadata: markOrigin(kept, original), MetadataDirective: 'REPLACE' };
};

const copyIfOther = async (s3: S3, { source, input }: Copy): Promise<CopiedUnless> => {
	const { Bucket: bucket = '', Key: key = '' } = input;
	const [original, there] = await Promise.all([headOf(s3, source), headOf(s3, { bucket, key })]);
	if (original && there && isCopyOf(original, there)) return { key, skipped: 'same' };
	return { ...(await copy(s3, { source, input: original ? withOrigin(input, original) : input })), key };
};

/** Copies an object, with regard to one that has the key already. */
export const copyUnless = async (
	s3: S3,
	{ source, input }: Copy,
	onConflict: OnConflict = 'overwrite',
): Promise<CopiedUnless> => {
	const { Bucket: bucket = '', Key: key = '' } = input;
	switch (onConflict) {
		case 'overwrite':
			return { ...(await copy(s3, { source, input })), key };
		case 'skipIfSame':
			return await copyIfOther(s3, { source, input });
		case 'rename':
			return await underFreeKey(s3, { bucket, key }, async (Key) => ({
				...(await copyIfFree(s3, { source, input: { ...input, Key } })),
				key: Key,
			}));
		default:
			return await copyIfFree(s3, { source, input }).then((copied) => ({ ...copied, key }), orSkip(key, onConflict));
	}
};
