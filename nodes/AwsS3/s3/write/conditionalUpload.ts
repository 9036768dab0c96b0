import type { S3 } from '../client/client';
import type { OnConflict } from './conditionalWrite';
import { ifFree, ifMatches, isOvertaken, orSkip } from './conditionalWrite';
import { withFreeKey } from './numberedKey';
import { abortable } from '../flow/abortable';
import { retrying } from '../flow/retry';
import { digestName, digestOf, hasContent } from '../contentIdentity';
import { headObject } from '../list/headObject';
import type { Stored, Upload } from './upload';
import { throwIfTooLarge, upload } from './upload';

/** An upload whose content can be opened again, to compare it or to try another key. */
export interface Repeatable extends Omit<Upload, 'body'> {
	open(): Promise<Upload['body']>;
	/** Closes content that was never opened. */
	close?(): void;
}

/** The stored object, or why the upload was skipped. */
type ConditionalStored = Partial<Stored> & { key: string; skipped?: 'exists' | 'same' };

const uploadNow = async (
	s3: S3,
	{ open, ...given }: Repeatable,
	more: Partial<Upload['input']> = {},
): Promise<ConditionalStored> => {
	const input = { ...given.input, ...more };
	throwIfTooLarge(s3, given);
	if (s3.isDryRun) return { key: input.Key ?? '' };
	return { ...(await upload(s3, { ...given, input, body: await open() })), key: input.Key ?? '' };
};

const uploadIfFree = async (s3: S3, given: Repeatable, Key: string): Promise<ConditionalStored> => {
	const at = { bucket: given.input.Bucket ?? '', key: Key };
	return await ifFree(s3, at, 'conditionalPut', async (condition) => await uploadNow(s3, given, { Key, ...condition }));
};

/** Uploads only different content. Stores its digest as metadata, because not every ETag is a digest. */
const uploadIfDifferent = async (s3: S3, given: Repeatable): Promise<ConditionalStored> => {
	const { Bucket: bucket = '', Key: key = '', Metadata } = given.input;
	const digest = await abortable(digestOf(await given.open()), s3.signal, () => undefined);
	const existing = await headObject(s3, { bucket, key });
	if (existing && hasContent(existing, digest)) return { key, skipped: 'same' };
	const name = digest.sha256.toString('hex');
	const uploadWith = async (resume?: boolean) =>
		await uploadNow(s3, { ...given, length: digest.size, resume }, { Metadata: { ...Metadata, [digestName]: name } });
	const stored = await uploadWith(given.resume);
	if (!stored.isResumed) return stored;
	// The object has the metadata of the first attempt, and perhaps the digest of other content.
	const resumed = await headObject(s3, { bucket, key });
	return resumed?.Metadata?.[digestName] === name ? stored : await uploadWith();
};

/** Without a condition, an upload that was overtaken is as good as one that comes a moment later. */
const overtaken = { attempts: 4, firstPause: 50, canRetry: isOvertaken };

const store = async (s3: S3, given: Repeatable, onConflict: OnConflict): Promise<ConditionalStored> => {
	const { Bucket: bucket = '', Key: key = '' } = given.input;
	switch (onConflict) {
		case 'overwrite':
			return await (given.input.IfMatch === undefined
				? retrying({ ...overtaken, signal: s3.signal }, async () => await uploadNow(s3, given))
				: ifMatches(s3, { bucket, key, etag: given.input.IfMatch }, 'conditionalPut', async ({ IfMatch }) =>
						uploadNow(s3, given, { IfMatch }),
					));
		case 'skipIfSame':
			return await uploadIfDifferent(s3, given);
		case 'rename':
			return await withFreeKey(s3, { bucket, key }, async (Key) => await uploadIfFree(s3, given, Key));
		default:
			return await uploadIfFree(s3, given, key).catch(orSkip(key, onConflict));
	}
};

/** Uploads content; `onConflict` decides what happens if the key exists. Throws if S3 rejects it, or for `fail`. */
export const conditionalUpload = async (
	s3: S3,
	given: Repeatable,
	onConflict: OnConflict,
): Promise<ConditionalStored> => await store(s3, given, onConflict).finally(() => given.close?.());
