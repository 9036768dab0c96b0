import type { DeleteObjectsCommandInput, DeleteObjectsCommandOutput } from '@aws-sdk/client-s3';
import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type { CurrentObject } from '../address';
import type { S3 } from '../client/client';
import { isBusy, isS3Failure, s3Failure } from '../failure';
import { fixedLimit } from '../flow/concurrencyLimit';
import type { Action, Ending, Engine, Outcome } from '../flow/engine';
import { runBatches } from '../flow/engine';
import type { PoolInput } from '../flow/pool';
import { retrying } from '../flow/retry';
import { bareEtag } from '../contentIdentity';
import { headObject } from '../list/headObject';
import { explainLock, withLock } from './explainLock';
import { matchAnswers } from './matchAnswers';

/** Most keys in one request. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteBatchSize = 1000;

/** Parallel requests of 1,000 deletes each: S3 throttles a prefix above 3,500 deletes per second. */
const batchesInParallel = 3;

/** An object or version to delete; with an ETag, S3 deletes it only if the ETag matches. */
type ToDelete = Pick<Action, 'key' | 'versionId' | 'etag'>;

/** The result for one key. */
export interface Deleted extends ToDelete {
	deleteMarker?: boolean;
	deleteMarkerVersionId?: string;
	/** Why S3 did not delete the key. */
	refusal?: Error;
}

/** Options of DeleteObject and DeleteObjects. */
export type DeleteOptions = Pick<DeleteObjectsCommandInput, 'BypassGovernanceRetention' | 'MFA'>;

/** XML 1.0 cannot represent these characters, so keys with them need DeleteObject, which has the key in its URL. */
const invalidInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

const deleteOne = async (
	s3: S3,
	bucket: string,
	{ key, versionId, etag }: ToDelete,
	options: DeleteOptions,
): Promise<Deleted> => {
	const command = new DeleteObjectCommand({
		Bucket: bucket,
		Key: key,
		VersionId: versionId,
		IfMatch: etag,
		...options,
	});
	return await s3.send(command).then(
		({ DeleteMarker, VersionId }) => ({
			...{ key, versionId },
			...(DeleteMarker && { deleteMarker: true, deleteMarkerVersionId: VersionId }),
		}),
		(error) => {
			if (!isS3Failure(error)) throw error;
			return { key, versionId, refusal: error };
		},
	);
};

/**
 * Deletes the current object of a key, never a version of it; with an ETag, only if the ETag still matches. Throws if S3
 * rejects it, with the lock that caused it. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 */
export const deleteObject = async (
	s3: S3,
	{ bucket: Bucket, key: Key, etag: IfMatch }: CurrentObject & { etag?: string },
) =>
	await s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch })).catch(explainLock(s3, { bucket: Bucket, key: Key }));

/** Adds the lock to each rejected version. Stops at the first one without a lock, because locks are not the cause then. */
const withLocks = async (s3: S3, bucket: string, results: Deleted[]): Promise<Deleted[]> => {
	for (const result of results) {
		const { key, versionId, refusal } = result;
		if (!refusal || !versionId) continue;
		result.refusal = await withLock(s3, { bucket, key, versionId }, refusal);
		if (!isS3Failure(result.refusal) || !result.refusal.lock) break;
	}
	return results;
};

const attempts = 4;

/** Milliseconds; doubles with each attempt. */
const firstPause = 400;

/**
 * Deletes up to 1,000 keys in one request and returns a result for each, in the given order. Retries keys with temporary
 * failures. Throws if S3 rejects the whole request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export const deleteBatch = async (
	s3: S3,
	bucket: string,
	batch: ToDelete[],
	options: DeleteOptions = {},
): Promise<Deleted[]> => {
	if (s3.isDryRun) return batch.map(({ key, versionId }) => ({ key, versionId }));
	if (s3.capabilities.conditionalDelete === 'yes' || batch.every(({ etag }) => etag === undefined))
		return await deleteEntries(s3, bucket, batch, options);
	// This server may ignore the condition, so compare first.
	const refusals = await Promise.all(batch.map(async (entry) => await changeOf(s3, bucket, entry)));
	// The answers may have shown in the meantime that it does not.
	const sendsEtag = /^(yes|unknown)$/.test(s3.capabilities.conditionalDelete);
	const unchanged = batch.flatMap(({ etag, ...entry }, index) =>
		refusals[index] ? [] : [{ ...entry, ...(sendsEtag && { etag }) }],
	);
	const deleted = unchanged.length > 0 ? await deleteEntries(s3, bucket, unchanged, options) : [];
	const results = deleted.values();
	return batch.map(({ key, versionId }, index) => {
		const refusal = refusals[index];
		return refusal ? { key, versionId, refusal } : (results.next().value ?? { key, versionId });
	});
};

/** Why an entry must not be deleted: the object does not have the ETag of the entry any more. */
const changeOf = async (s3: S3, bucket: string, { key, versionId, etag }: ToDelete): Promise<Error | undefined> => {
	if (etag === undefined) return undefined;
	const existing = await headObject(s3, { bucket, key, versionId });
	if (existing && bareEtag(existing.ETag) === bareEtag(etag)) return undefined;
	const message = 'The object has a different ETag or does not exist';
	const failed = { operation: 'DeleteObject', connection: s3.connection, bucket, key, versionId };
	return s3Failure({ code: 'PreconditionFailed', status: 412, message, ...failed });
};

const deleteEntries = async (s3: S3, bucket: string, batch: ToDelete[], options: DeleteOptions): Promise<Deleted[]> => {
	const results: Deleted[] = batch.map(({ key, versionId }) => ({ key, versionId }));
	let isAnswered = false;
	const deleteRest = async (attempt: number) => {
		const rest = results.flatMap(({ refusal }, index) => (attempt === 1 || isBusy(refusal) ? [index] : []));
		const entries = rest.flatMap((index) => batch[index] ?? []);
		for (const [position, result] of (await deleteOnce(s3, bucket, entries, options)).entries())
			results[rest[position] ?? 0] = result;
		isAnswered = true;
		const busy = results.find(({ refusal }) => isBusy(refusal))?.refusal;
		if (busy) throw busy;
	};
	// A request that fails as a whole has been tried several times by the SDK.
	const isOfOneKey = (error: unknown) => results.some(({ refusal }) => refusal === error);
	const retries = { attempts, firstPause, signal: s3.signal, canRetry: isOfOneKey };
	await retrying(retries, deleteRest).catch((error) => {
		// After S3 has answered, the results show the outcome of each key.
		if (!isOfOneKey(error) && !isAnswered) throw error;
	});
	return await withLocks(s3, bucket, results);
};

/** Whether an entry needs a separate request, because its key or its condition does not fit among others. */
const goesAlone = (s3: S3, { key, etag }: ToDelete) =>
	invalidInXml.test(key) || (etag !== undefined && s3.capabilities.conditionalDeleteMany === 'ignored');

const deleteOnce = async (s3: S3, bucket: string, batch: ToDelete[], options: DeleteOptions): Promise<Deleted[]> => {
	const [only] = batch;
	if (only && batch.length === 1) return [await deleteOne(s3, bucket, only, options)];
	const listed = batch.filter((entry) => !goesAlone(s3, entry));
	const answer: Partial<DeleteObjectsCommandOutput> =
		listed.length > 0
			? await s3.send(
					new DeleteObjectsCommand({
						Bucket: bucket,
						Delete: {
							Objects: listed.map(({ key, versionId, etag }) => ({ Key: key, VersionId: versionId, ETag: etag })),
						},
						...options,
					}),
				)
			: {};
	const refusalOf = ({ key, versionId }: ToDelete, code = 'Unknown', message = '') =>
		s3Failure({ code, message, connection: s3.connection, operation: 'DeleteObjects', bucket, key, versionId });
	const said = matchAnswers(listed, answer);
	const answers = new Map(listed.map((entry, index) => [entry, said[index]]));
	return await Promise.all(
		batch.map(async (entry): Promise<Deleted> => {
			const at = answers.get(entry);
			if (!at) return await deleteOne(s3, bucket, entry, options);
			const { deleted, refused } = at;
			if (refused) return { ...entry, refusal: refusalOf(entry, refused.Code, refused.Message) };
			if (!deleted)
				return { ...entry, refusal: refusalOf(entry, 'NoAnswer', `S3 returned no result for '${entry.key}'`) };
			return {
				...entry,
				...(deleted.DeleteMarker && { deleteMarker: true, deleteMarkerVersionId: deleted.DeleteMarkerVersionId }),
			};
		}),
	);
};

/** How any number of keys is deleted. */
interface DeleteAllOptions extends DeleteOptions, Pick<Engine, 'stopAfter'> {
	/** Requests in parallel; one, where nothing may be deleted after a failure. */
	batchesAtOnce?: number;
}

/** An entry to delete, or not to delete for a reason. */
export type ToDeleteUnless = ToDelete & { refusal?: Error };

/**
 * Deletes any number of keys in requests of 1,000, and yields an outcome for each in order. Entries with a `refusal` stay,
 * and fail with it. Throws like `runBatches`.
 */
export const deleteAll = <A extends ToDeleteUnless>(
	s3: S3,
	bucket: string,
	entries: PoolInput<A>,
	{ stopAfter, batchesAtOnce = batchesInParallel, ...options }: DeleteAllOptions = {},
): AsyncGenerator<Outcome<A, Deleted>, Ending> =>
	runBatches(
		entries,
		deleteBatchSize,
		async (batch, signal) => {
			const accepted = batch.filter(({ refusal }) => !refusal);
			const results = accepted.length > 0 ? await deleteBatch(s3.endedBy(signal), bucket, accepted, options) : [];
			const resultOf = new Map(accepted.map((action, index) => [action, results[index]]));
			return batch.map((action): Outcome<A, Deleted> => {
				const { refusal: failure = action.refusal, ...result }: Deleted = resultOf.get(action) ?? action;
				return failure ? { action, failure } : { action, result };
			});
		},
		{ limit: fixedLimit(batchesAtOnce), signal: s3.signal, inOrder: true, stopAfter },
	);
