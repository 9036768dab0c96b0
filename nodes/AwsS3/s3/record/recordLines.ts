import type { ObjectAt } from '../address';
import type { Members } from '../answers/members';
import { textOf } from '../answers/members';
import { countOf, dateOf, fileFault } from '../read/jsonLines';
import type { Entry } from '../pairs/march';

/** The version of the record, in its first line. */
const recordVersion = 1;

/** What another system has of an object: the object as it was when that was carried out, by its key there. The ETag has no quotes. */
export interface RecordEntry extends Entry {
	/** What the other system calls it. */
	id?: string;
}

/** The first line of a record. */
export const headerLine = `${JSON.stringify({ record: recordVersion })}\n`;

/** The last line of a record, by which one that is cut off is known. */
export const lastLine = (entries: number) => `${JSON.stringify({ entries })}\n`;

/** An entry as a line. */
export const entryLine = ({ key, size, etag, lastModified, id }: RecordEntry) =>
	`${JSON.stringify({ key, size, etag, lastModified, id })}\n`;

/** Throws if this is not the first line of a record that this node reads. */
export const checkHeader = (at: ObjectAt, { record }: Members) => {
	if (countOf(record) === undefined) throw fileFault(at, 'is not a transfer record');
	if (record !== recordVersion)
		throw fileFault(at, `is a record of version ${String(record)}, but this node supports version ${recordVersion}`);
};

/** The number of entries that the last line tells; undefined if it is another line. */
export const entriesIn = ({ key, entries }: Members) => (key === undefined ? countOf(entries) : undefined);

/** A line as an entry. Throws if it is none. */
export const entryIn = (at: ObjectAt, members: Members): RecordEntry => {
	const { key, size, etag, lastModified, id } = members;
	const [name, bytes, tag, called] = [textOf(key), countOf(size), textOf(etag), textOf(id)];
	if (name === undefined || bytes === undefined || tag === undefined)
		throw fileFault(at, 'contains a line that is not valid in a transfer record');
	return {
		...{ key: name, size: bytes, etag: tag, lastModified: dateOf(lastModified) },
		...(called !== undefined && { id: called }),
	};
};
