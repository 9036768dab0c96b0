import type { S3 } from '../client/client';
import { isAws } from '../capabilities';
import { wrongAnswer } from '../failure';
import type { Ending, Engine, Outcome } from '../flow/engine';
import { listObjects } from '../list/list';
import { listUploads } from '../list/uploads';
import { listVersions } from '../list/versions';
import { abortUploads } from './abortUploads';
import type { DeleteOptions } from './deleteObjects';
import { deleteAll } from './deleteObjects';

/** Only the current objects, or also all old versions, delete markers and incomplete multipart uploads. */
export type Contents = 'objects' | 'everything';

async function* keysOf(s3: S3, Bucket: string, contents: Contents) {
	if (contents === 'objects') {
		for await (const { Key: key } of listObjects(s3, { Bucket })) yield { key };
		return;
	}
	for await (const { Key: key, VersionId: versionId } of listVersions(s3, { Bucket })) yield { key, versionId };
}

const nameOf = ({ key, versionId = '' }: { key: string; versionId?: string }) => `${versionId} ${key}`;

async function* unless<E extends { key: string; versionId?: string }>(refused: Set<string>, entries: AsyncIterable<E>) {
	for await (const entry of entries) if (!refused.has(nameOf(entry))) yield entry;
}

async function* uploadsIn(s3: S3, Bucket: string) {
	for await (const { Key: key, UploadId: uploadId } of listUploads(s3, { Bucket })) yield { key, uploadId };
}

/** Deletes the contents of a bucket, and yields an outcome for each entry. Throws like `runBatches`. */
export async function* emptyBucket(
	s3: S3,
	Bucket: string,
	contents: Contents,
	options: DeleteOptions & Pick<Engine, 'stopAfter'> = {},
): AsyncGenerator<Outcome<{ key: string; versionId?: string; uploadId?: string }, unknown>> {
	const refused = new Set<string>();
	let ending: Ending = 'finished';
	let hasDeleted = true;
	let firstBefore: string | undefined;
	// Some servers end a listing early while its keys are being deleted, so it is listed again until nothing is left.
	while (hasDeleted && ending === 'finished') {
		hasDeleted = false;
		let first: string | undefined;
		const left = (signal: AbortSignal) => unless(refused, keysOf(s3.endedBy(signal), Bucket, contents));
		const outcomes = deleteAll(s3, Bucket, left, options);
		try {
			for (let next = await outcomes.next(); ; next = await outcomes.next()) {
				if (next.done) {
					ending = next.value;
					break;
				}
				const name = nameOf(next.value.action);
				if (first === undefined && name === firstBefore)
					throw wrongAnswer(`The server still lists '${next.value.action.key}' after confirming its deletion`);
				first ??= name;
				if (next.value.failure) refused.add(name);
				else hasDeleted = !s3.isDryRun && !isAws(s3.connection);
				yield next.value;
			}
		} finally {
			await outcomes.return(ending);
		}
		firstBefore = first;
	}
	if (contents === 'everything' && ending === 'finished')
		yield* abortUploads(s3, Bucket, (signal) => uploadsIn(s3.endedBy(signal), Bucket));
}
