import type { S3 } from '../client/client';
import type { ConditionalCopied } from './conditionalCopy';
import { deleteObject } from '../delete/deleteObjects';
import type { NewProperties, Rewrite } from './replaceObject';
import { replaceObject } from './replaceObject';
import type { ObjectAt } from '../address';
import { originalKept, s3Failure, statusOf, wrongAnswer } from '../failure';
import { bareEtag, hasSameContent } from '../contentIdentity';
import { ifMatches } from '../write/conditionalWrite';
import { headObject } from '../list/headObject';
import { throwIfOneObject } from './oneObject';

interface Move extends Omit<Rewrite, 'change' | 'target' | 'isSame'> {
	target: { bucket: string; key: string };
	change?: NewProperties;
	/** The ETag that the original must have; `*` for any. */
	expected?: string;
}

/** A copy to verify, and the size of its original. */
interface Made {
	copied: ConditionalCopied;
	source: ObjectAt;
	copy: ObjectAt;
	size?: number;
}

/** Throws unless the copy is still the one that was made. */
const verifyCopy = async (s3: S3, { copied, source, copy, size }: Made) => {
	const head = await headObject(s3, copy);
	if (copied.ETag !== undefined && head?.ETag !== undefined && bareEtag(copied.ETag) !== bareEtag(head.ETag))
		throw originalKept(
			`Another program wrote '${copy.key}' right after '${source.key}' was copied there, so the original was kept`,
		);
	if (head?.ContentLength !== size)
		throw originalKept(
			`The copy of '${source.key}' has ${head?.ContentLength ?? 'no'} bytes instead of ${size}, so the original was kept`,
		);
};

/** Throws unless the destination, which was left as it is, still has the content of the original. */
const compareAgain = async (s3: S3, { source, copy }: Made) => {
	const [original, head] = await Promise.all([headObject(s3, source), headObject(s3, copy)]);
	if (original && head && hasSameContent(original, head)) return;
	throw originalKept(`'${copy.key}' no longer has the same content as '${source.key}', so the original was kept`);
};

/**
 * Moves an object with its metadata, tags and ACL: copies it, verifies size and ETag of the copy, and then deletes the
 * original if it has not changed. Skips the move if the key exists and `onConflict` says so; deletes only the original if the
 * destination has the same content, which only checksums and ETags prove. Throws if both keys name one object, if the original
 * has another ETag than `expected`, if the sizes differ or S3 rejects a request.
 */
export const move = async (
	s3: S3,
	{ source, target, change = {}, expected = '*', ...rest }: Move,
): Promise<ConditionalCopied> => {
	await throwIfOneObject(s3, source, target);
	let size: number | undefined;
	let etag = '';
	const copied = await replaceObject(s3, {
		...rest,
		source,
		target,
		// Metadata is only a claim of its writer, too weak to delete the original.
		isSame: hasSameContent,
		change: (original) => {
			size = original.ContentLength;
			etag = original.ETag ?? '';
			if (expected !== '*' && bareEtag(expected) !== bareEtag(etag))
				throw s3Failure({
					...{ code: 'PreconditionFailed', status: 412, sourceChanged: true, connection: s3.connection, ...source },
					message: 'The ETag of the original has changed',
				});
			return change;
		},
	});
	if (!copied) throw new Error('Nothing was copied');
	if (copied.skipped === 'exists' || s3.isDryRun) return copied;
	if (bareEtag(etag) === '')
		throw wrongAnswer(`The server returned no ETag for '${source.key}', so both the original and the copy remain`);
	const made = { copied, source, copy: { bucket: target.bucket, key: copied.key }, size };
	await (copied.skipped === 'same' ? compareAgain(s3, made) : verifyCopy(s3, made));
	const { bucket, key } = source;
	await ifMatches(s3, { bucket, key, etag }, 'conditionalDelete', async ({ IfMatch }) => {
		await deleteObject(s3, { bucket, key, etag: IfMatch });
	}).catch((error) => {
		if (statusOf(error) !== 412) throw error;
		throw originalKept(
			`'${key}' has changed since it was copied to '${copied.key}', so both the original and the copy remain`,
		);
	});
	return copied;
};
