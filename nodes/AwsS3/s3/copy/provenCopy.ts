import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { comparesMd5, isAws, learnRefusal } from '../capabilities';
import type { S3 } from '../client/client';
import type { ObjectHead } from '../contentIdentity';
import { bareEtag, digestOf, hasContent, hasMd5Etag } from '../contentIdentity';
import { deleteObject } from '../delete/deleteObjects';
import { isStop, s3Failure, statusOf } from '../failure';
import type { MemoryBudget } from '../flow/memoryBudget';
import { download } from '../read/download';
import { cleanUp } from '../write/afterStop';
import { ifMatches } from '../write/conditionalWrite';
import { hasOtherEtags, learnOtherEtags } from '../write/otherEtags';
import type { ConditionalCopied } from './conditionalCopy';

/** How often a copy is written that the service stores with other content than its original. */
const maxWrites = 3;

/** A copy that was stored, and what it should be. */
interface Proof {
	to: S3;
	budget: MemoryBudget;
	/** What was sent, without its body. */
	put: Pick<PutObjectCommandInput, 'Bucket' | 'SSECustomerAlgorithm' | 'SSECustomerKey'>;
	original: ObjectHead;
	/** Whether only the destination has compared the content. */
	isLeft: boolean;
	/** Whether nothing may be written again or removed. */
	isAppendOnly?: boolean;
}

/** Whether the answer to a write names the copy by something else than the MD5 of its original. */
const isOther = ({ to, put, original }: Proof, stored: ConditionalCopied) => {
	const { SSECustomerAlgorithm = to.defaults.SSECustomerAlgorithm } = put;
	const areMd5s = hasMd5Etag(original) && hasMd5Etag({ ...stored, SSECustomerAlgorithm });
	return areMd5s && bareEtag(stored.ETag) !== bareEtag(original.ETag);
};

/** What reading a copy has shown: `replaced`, another program has written it since; `unknown`, the read failed. */
type Finding = 'whole' | 'damaged' | 'unreadable' | 'replaced' | 'unknown';

const findingOf = new Map<number | undefined, Finding>([
	[403, 'unreadable'],
	[404, 'replaced'],
	[412, 'replaced'],
]);

const look = async ({ to, budget, put, original }: Proof, { key: Key, ETag, VersionId }: ConditionalCopied) => {
	const { Bucket, SSECustomerAlgorithm, SSECustomerKey } = put;
	const input = { Bucket, Key, VersionId, IfMatch: ETag, SSECustomerAlgorithm, SSECustomerKey };
	const read = async (): Promise<Finding> => {
		// What differs is no failure here.
		const { body } = await download(to, input, { budget, isComparedLater: () => true });
		return hasContent(original, await digestOf(body)) ? 'whole' : 'damaged';
	};
	return await read().catch((error): Finding => {
		if (isStop(error)) throw error;
		return findingOf.get(statusOf(error)) ?? 'unknown';
	});
};

/** Whether no other program can have overwritten a version: one named null is that of the bucket without versioning. */
const hasOwnVersion = ({ VersionId }: ConditionalCopied) => VersionId !== undefined && VersionId !== 'null';

/** Removes damaged copies, each by its version or its ETag: the next run would take one for the copy that it should be. */
const remove = async ({ to, put: { Bucket = '' } }: Proof, damaged: ConditionalCopied[]) => {
	for (const { key: Key, VersionId } of damaged.filter(hasOwnVersion))
		await cleanUp(to, new DeleteObjectCommand({ Bucket, Key, VersionId }));
	const last = damaged.at(-1);
	if (last?.ETag === undefined || hasOwnVersion(last)) return;
	const at = { bucket: Bucket, key: last.key, etag: last.ETag };
	await ifMatches(to, at, 'conditionalDelete', async ({ IfMatch }) => {
		await deleteObject(to, { ...at, etag: IfMatch });
	}).catch(() => undefined);
};

/**
 * Returns a stored copy once nothing speaks against it. If its ETag is not the MD5 of the original, reads it, and writes it again with
 * `again` if it is damaged. Removes it and throws if the service stores it damaged three times, or leaves it and throws at once where
 * nothing may be overwritten. AWS compares checksums itself.
 */
export const provenCopy = async (
	proof: Proof,
	first: ConditionalCopied,
	again: (change: { Key: string; IfMatch?: string }) => Promise<ConditionalCopied>,
): Promise<ConditionalCopied> => {
	const { to, put, isLeft, isAppendOnly = false } = proof;
	const { Bucket: bucket = '' } = put;
	if (isAws(to.connection) || hasOtherEtags(to, bucket)) return first;
	let stored = first;
	const damaged: ConditionalCopied[] = [];
	for (let writes = 1; isOther(proof, stored); writes++) {
		const finding = await look(proof, stored);
		if (finding === 'whole') learnOtherEtags(to, bucket);
		if (finding === 'damaged') damaged.push(stored);
		// What was compared here on its way is as good as a service can show that does not let it be read.
		const isShown = finding === 'unreadable' && damaged.length === 0 && (!isLeft || writes > 1);
		if (finding === 'whole' || finding === 'replaced' || isShown) return stored;
		if (finding !== 'unknown' && comparesMd5(to.connection)) learnRefusal(to.connection, 'contentMd5');
		const { key, ETag: IfMatch } = stored;
		if (isAppendOnly || writes === maxWrites) {
			if (!isAppendOnly) await remove(proof, damaged);
			throw s3Failure({
				...{ code: 'StoredDamaged', message: 'The copy was stored damaged' },
				...{ connection: to.connection, bucket, key },
			});
		}
		stored = await again({ Key: key, IfMatch });
	}
	return stored;
};
