import { codeOf, s3Failure, statusOf } from '../failure';
import type { MemoryBudget } from '../flow/memoryBudget';
import { headObject } from '../list/headObject';
import { conditionalUpload } from '../write/conditionalUpload';
import { isTaken } from '../write/conditionalWrite';
import type { CarriedOut, RecordCounts } from './mergeRecord';
import { mergedRecord, noRecordCounts } from './mergeRecord';
import type { RecordAt } from './recordReader';
import { recordPages } from './recordReader';

/** Each attempt loses against another writer that came first. */
const maxAttempts = 5;

/** Whether another program has written, replaced or deleted the record since it was read. */
const isOvertaken = (error: unknown) => isTaken(error) || statusOf(error) === 412 || codeOf(error) === 'NoSuchKey';

/**
 * Notes in a record what was carried out, each key once. The new record takes the place of the old one only if that is still
 * there; else it begins again with the newer one. Throws for a record that cannot be read, which stays, and if others are faster
 * each time.
 */
export const confirmInRecord = async (
	{ s3, ...at }: RecordAt,
	changes: CarriedOut[],
	budget: MemoryBudget,
): Promise<RecordCounts> => {
	for (let attempt = 1; attempt <= maxAttempts; attempt++) {
		const etag = (await headObject(s3, at))?.ETag;
		let counts = noRecordCounts();
		const input = { Bucket: at.bucket, Key: at.key, ContentType: 'application/x-ndjson', IfMatch: etag };
		// A server that rejects the condition gets the record a second time, after a look.
		const open = async () => mergedRecord(recordPages({ s3, ...at }, etag), changes, (counts = noRecordCounts()));
		const isStored = await conditionalUpload(
			s3,
			{ input, open, budget },
			etag === undefined ? 'fail' : 'overwrite',
		).then(
			() => true,
			(error) => {
				if (!isOvertaken(error)) throw error;
				return false;
			},
		);
		if (isStored) return counts;
	}
	throw s3Failure({
		...{ code: 'RecordBusy', ...at },
		message: `Other executions wrote the record '${at.key}' at the same time, ${maxAttempts} times in a row`,
	});
};
