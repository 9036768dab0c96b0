import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { comparesMd5, isAws, learnRefusal } from '../capabilities';
import type { S3 } from '../client/client';
import type { ObjectHead } from '../contentIdentity';
import { bareEtag, digestOf, hasContent, hasMd5Etag } from '../contentIdentity';
import { isStop, s3Failure } from '../failure';
import type { MemoryBudget } from '../flow/memoryBudget';
import { download } from '../read/download';
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
}

/** Whether the answer to a write names the copy by something else than the MD5 of its original. */
const isOther = ({ to, put, original }: Proof, stored: ConditionalCopied) => {
	const { SSECustomerAlgorithm = to.defaults.SSECustomerAlgorithm } = put;
	const answer: ObjectHead = { ...stored, SSECustomerAlgorithm };
	const isMd5 = hasMd5Etag(original) && hasMd5Etag(answer) && to.capabilities.md5Etags !== 'no';
	return isMd5 && bareEtag(stored.ETag) !== bareEtag(original.ETag);
};

/** Whether the stored copy has the content of its original; undefined if it cannot be read. */
const isWhole = async ({ to, budget, put, original }: Proof, { key: Key, VersionId }: ConditionalCopied) => {
	const { Bucket, SSECustomerAlgorithm, SSECustomerKey } = put;
	const input = { Bucket, Key, VersionId, SSECustomerAlgorithm, SSECustomerKey };
	const read = async () => {
		// What differs is no failure here.
		const { body } = await download(to, input, { budget, isComparedLater: () => true });
		return hasContent(original, await digestOf(body));
	};
	return await read().catch((error) => {
		if (isStop(error)) throw error;
		return undefined;
	});
};

/**
 * Returns a stored copy once nothing speaks against it. If its ETag is not the MD5 of the original, reads it, and writes it again with
 * `again` if it is damaged. Throws if the service stores it damaged three times. AWS compares checksums itself.
 */
export const provenCopy = async (
	proof: Proof,
	first: ConditionalCopied,
	again: (change: { Key: string; IfMatch?: string }) => Promise<ConditionalCopied>,
): Promise<ConditionalCopied> => {
	const { to, put, isLeft } = proof;
	if (isAws(to.connection)) return first;
	let stored = first;
	let isDamaged = false;
	for (let writes = 1; isOther(proof, stored); writes++) {
		const { key } = stored;
		const found = await isWhole(proof, stored);
		if (found) learnRefusal(to.connection, 'md5Etags');
		isDamaged ||= found === false;
		// What was compared here on its way is as good as a service can show that does not let it be read.
		const mayStay = found ?? (!isDamaged && (!isLeft || writes > 1));
		if (mayStay) return stored;
		if (comparesMd5(to.connection)) learnRefusal(to.connection, 'contentMd5');
		if (writes === maxWrites)
			throw s3Failure({
				...{ code: 'StoredDamaged', message: `The copy was stored damaged ${maxWrites} times` },
				...{ connection: to.connection, bucket: put.Bucket, key },
			});
		stored = await again({ Key: key, IfMatch: stored.ETag });
	}
	return stored;
};
