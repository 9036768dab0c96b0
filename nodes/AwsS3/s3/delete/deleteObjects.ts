import type { DeleteObjectsCommandInput, DeleteObjectsCommandOutput } from '@aws-sdk/client-s3';
import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { pMapIterable } from 'p-map';
import type { S3 } from '../client/client';
import { codeOf, isS3Failure, s3Failure } from '../failure';
import { withLock } from './lock';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteBatchSize = 1000;

/** Requests of 1,000 deletes that travel at the same time: S3 slows a prefix down above 3,500 deletes a second. */
const batchesInParallel = 3;

export interface ToDelete {
	key: string;
	versionId?: string;
	/** Only an object that has this ETag is deleted. */
	etag?: string;
}

/** What became of one key. */
export interface Deleted extends ToDelete {
	deleteMarker?: boolean;
	deleteMarkerVersionId?: string;
	/** Why the key was not deleted. */
	refusal?: Error;
}

export type DeleteOptions = Pick<DeleteObjectsCommandInput, 'BypassGovernanceRetention' | 'MFA'>;

/** XML 1.0 cannot carry these, not even escaped, so such keys travel in an address instead of a list. */
const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

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

/** Adds locks to the refusals of versions, as long as locks turn out to be the reason. */
const withLocks = async (s3: S3, bucket: string, results: Deleted[]): Promise<Deleted[]> => {
	for (const result of results) {
		const { key, versionId, refusal } = result;
		if (!refusal || !versionId) continue;
		result.refusal = await withLock(s3, { bucket, key, versionId }, refusal);
		if (!isS3Failure(result.refusal) || !result.refusal.lock) break;
	}
	return results;
};

/** Refusals of single keys, inside of an answer that is none, which pass. */
const passing = /^(InternalError|SlowDown|ServiceUnavailable)$/;

const attempts = 4;
const firstPause = 200;

/**
 * Deletes up to 1,000 keys in one request and says of each, in the given order, what became of it. Keys that S3 was too
 * busy for are tried again.
 */
export const deleteBatch = async (
	s3: S3,
	bucket: string,
	batch: ToDelete[],
	options: DeleteOptions = {},
): Promise<Deleted[]> => {
	const results = await deleteOnce(s3, bucket, batch, options);
	for (let attempt = 1; attempt < attempts; attempt++) {
		const again = results.flatMap(({ refusal }, index) => (passing.test(codeOf(refusal) ?? '') ? [index] : []));
		if (again.length === 0) break;
		await sleep(firstPause * 2 ** attempt, undefined, { signal: s3.signal });
		const entries = again.flatMap((index) => batch[index] ?? []);
		for (const [position, result] of (await deleteOnce(s3, bucket, entries, options)).entries())
			results[again[position] ?? 0] = result;
	}
	return await withLocks(s3, bucket, results);
};

const deleteOnce = async (s3: S3, bucket: string, batch: ToDelete[], options: DeleteOptions): Promise<Deleted[]> => {
	const [only] = batch;
	if (only && batch.length === 1) return [await deleteOne(s3, bucket, only, options)];
	const listed = batch.filter(({ key }) => !notInXml.test(key));
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
	const refusalOf = (key: string, code = 'Unknown', message = '') =>
		s3Failure({ code, message, connection: s3.connection, operation: 'DeleteObjects', bucket, key });
	const id = (key?: string, versionId?: string) => JSON.stringify([key, versionId || null]);
	const refused = new Map(answer.Errors?.map((error) => [id(error.Key, error.VersionId), error]));
	const deleted = new Map(answer.Deleted?.map((entry) => [id(entry.Key, entry.VersionId), entry]));
	return await Promise.all(
		batch.map(async (entry): Promise<Deleted> => {
			if (notInXml.test(entry.key)) return await deleteOne(s3, bucket, entry, options);
			const at = id(entry.key, entry.versionId);
			const error = refused.get(at);
			if (error) return { ...entry, refusal: refusalOf(entry.key, error.Code, error.Message) };
			const done = deleted.get(at);
			if (!done)
				return { ...entry, refusal: refusalOf(entry.key, 'NoAnswer', 'S3 did not say what became of this key') };
			return {
				...entry,
				...(done.DeleteMarker && { deleteMarker: true, deleteMarkerVersionId: done.DeleteMarkerVersionId }),
			};
		}),
	);
};

async function* inBatches<T>(entries: AsyncIterable<T> | Iterable<T>, size: number): AsyncGenerator<T[]> {
	let batch: T[] = [];
	for await (const entry of entries) {
		batch.push(entry);
		if (batch.length < size) continue;
		yield batch;
		batch = [];
	}
	if (batch.length > 0) yield batch;
}

/** Deletes any number of keys, as they come, in requests of 1,000, and says of each what became of it. */
export async function* deleteAll(
	s3: S3,
	bucket: string,
	entries: AsyncIterable<ToDelete> | Iterable<ToDelete>,
	options: DeleteOptions = {},
): AsyncGenerator<Deleted> {
	const answers = pMapIterable(
		inBatches(entries, deleteBatchSize),
		async (batch) => await deleteBatch(s3, bucket, batch, options),
		{
			concurrency: batchesInParallel,
			backpressure: batchesInParallel,
		},
	);
	for await (const answer of answers) yield* answer;
}
