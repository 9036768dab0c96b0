import type { S3 } from '../client/client';
import type { ObjectAt } from '../address';
import { fileFault, linesOf, parsed } from '../read/jsonLines';
import { compareKeys } from '../list/compareKeys';
import { checkHeader, entriesIn, entryIn } from './recordLines';
import type { RecordEntry } from './recordLines';

/** Where a record is. */
export interface RecordAt extends ObjectAt {
	s3: S3;
}

/** Entries of a page. */
const pageSize = 1000;

/**
 * Reads a record page by page, in the order of the UTF-8 bytes of its keys; without an ETag there is none, and nothing to read.
 * Throws if the object is no record, is cut off, is not in order, or has another ETag by now.
 */
export async function* recordPages({ s3, ...at }: RecordAt, etag: string | undefined): AsyncGenerator<RecordEntry[]> {
	if (etag === undefined) return;
	let page: RecordEntry[] = [];
	let isBegun = false;
	let last: string | undefined;
	let entries = 0;
	let announced: number | undefined;
	for await (const line of linesOf({ s3, bucket: at.bucket }, at.key, etag)) {
		if (announced !== undefined) throw fileFault(at, 'continues after the last line of the record');
		const members = parsed(at, line);
		if (!isBegun) {
			checkHeader(at, members);
			isBegun = true;
			continue;
		}
		announced = entriesIn(members);
		if (announced !== undefined) continue;
		const entry = entryIn(at, members);
		if (last !== undefined && compareKeys(entry.key, last) <= 0)
			throw fileFault(at, 'has keys out of order, so another program changed it');
		last = entry.key;
		entries++;
		page.push(entry);
		if (page.length < pageSize) continue;
		yield page;
		page = [];
	}
	if (announced !== entries)
		throw fileFault(
			at,
			isBegun ? 'is a record that is incomplete or changed by another program' : 'is empty, so it is not a record',
		);
	yield page;
}
