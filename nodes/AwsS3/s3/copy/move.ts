import type { S3 } from '../client/client';
import type { ConditionalCopied } from './conditionalCopy';
import { deleteObject } from '../delete/deleteObjects';
import type { Change, Rewrite } from './replaceObject';
import { replaceObject } from './replaceObject';
import { headObject } from '../list/headObject';

interface Move extends Omit<Rewrite, 'change' | 'target'> {
	target: { bucket: string; key: string };
	change?: Change;
}

/**
 * Moves an object with all that belongs to it: copies it, makes sure that the copy is there and as long as the original,
 * and only then deletes the original. An original that has changed meanwhile stays. Where the key is taken and it is to be
 * skipped for that, nothing is moved; where the same content is there already, only the original goes.
 */
export const move = async (s3: S3, { source, target, change = {}, ...rest }: Move): Promise<ConditionalCopied> => {
	let size: number | undefined;
	let etag: string | undefined;
	const copied = await replaceObject(s3, {
		...rest,
		source,
		target,
		change: (head) => {
			size = head.ContentLength;
			etag = head.ETag;
			return change;
		},
	});
	if (!copied) throw new Error('Nothing was copied');
	if (copied.skipped === 'exists' || s3.isDryRun) return copied;
	const there = await headObject(s3, { bucket: target.bucket, key: copied.key });
	if (there?.ContentLength !== size)
		throw new Error(
			`The copy of '${source.key}' has ${there?.ContentLength ?? 'no'} bytes instead of ${size}, so the original was kept`,
		);
	// Not all servers know the condition; what they do not know some refuse.
	const holds = s3.capabilities.conditionalDelete === 'yes';
	await deleteObject(s3, { bucket: source.bucket, key: source.key, etag: holds ? etag : undefined });
	return copied;
};
