import type { S3 } from '../client/client';
import type { ConditionalCopied } from './conditionalCopy';
import { deleteObject } from '../delete/deleteObjects';
import type { Change, Rewrite } from './replaceObject';
import { replaceObject } from './replaceObject';
import { statusOf } from '../failure';
import { bareEtag } from '../list/contentIdentity';
import { ifMatches } from '../write/conflict';
import { headObject } from '../list/headObject';
import { throwIfOneObject } from './sameObject';

interface Move extends Omit<Rewrite, 'change' | 'target'> {
	target: { bucket: string; key: string };
	change?: Change;
}

/**
 * Moves an object with its metadata, tags and ACL: copies it, verifies size and ETag of the copy, and then deletes the
 * original if it has not changed. Skips the move if the key exists and `onConflict` says so; deletes only the original if the
 * destination has the same content. Throws if both keys name one object, if the sizes differ or S3 rejects a request.
 */
export const move = async (s3: S3, { source, target, change = {}, ...rest }: Move): Promise<ConditionalCopied> => {
	await throwIfOneObject(s3, source, target);
	let size: number | undefined;
	let etag = '';
	const copied = await replaceObject(s3, {
		...rest,
		source,
		target,
		change: (original) => {
			size = original.ContentLength;
			etag = original.ETag ?? '';
			return change;
		},
	});
	if (!copied) throw new Error('Nothing was copied');
	if (copied.skipped === 'exists' || s3.isDryRun) return copied;
	const head = await headObject(s3, { bucket: target.bucket, key: copied.key });
	if (copied.ETag !== undefined && head?.ETag !== undefined && bareEtag(copied.ETag) !== bareEtag(head.ETag))
		throw new Error(
			`Something else has written '${copied.key}' right after '${source.key}' was copied there, so the original was kept`,
		);
	if (head?.ContentLength !== size)
		throw new Error(
			`The copy of '${source.key}' has ${head?.ContentLength ?? 'no'} bytes instead of ${size}, so the original was kept`,
		);
	const { bucket, key } = source;
	await ifMatches(s3, { bucket, key, etag }, 'conditionalDelete', async ({ IfMatch }) => {
		await deleteObject(s3, { bucket, key, etag: IfMatch });
	}).catch((error) => {
		if (statusOf(error) !== 412) throw error;
		throw new Error(
			`'${key}' has changed since it was copied to '${copied.key}', so the original was kept beside the copy`,
		);
	});
	return copied;
};
