import type { Members } from '../../nodes/AwsS3/s3/answers/members';
import type { RecordEntry } from '../../nodes/AwsS3/s3/record/recordLines';
import {
	checkHeader,
	entriesIn,
	entryIn,
	entryLine,
	headerLine,
	lastLine,
} from '../../nodes/AwsS3/s3/record/recordLines';
import { randomCases } from '../support/randomCases';
import { randomValues } from '../support/randomValues';

const at = { bucket: 'b', key: 'k' };
const now = new Date('2026-02-01T12:00:00.000Z');
const entry = { key: 'a', size: 1, etag: 'e', lastModified: now };

const membersOf = (line: string): Members => JSON.parse(line);

test('the lines of a record stay as they are, since other versions of the node read them', () => {
	expect(headerLine).toBe('{"record":1}\n');
	expect(entryLine({ ...entry, id: 'i' })).toBe(
		'{"key":"a","size":1,"etag":"e","lastModified":"2026-02-01T12:00:00.000Z","id":"i"}\n',
	);
	expect(entryLine(entry)).toBe('{"key":"a","size":1,"etag":"e","lastModified":"2026-02-01T12:00:00.000Z"}\n');
	expect(lastLine(7)).toBe('{"entries":7}\n');
});

describe('the first line', () => {
	test('is accepted as it is written, also with unknown members', () => {
		expect(() => checkHeader(at, membersOf(headerLine))).not.toThrow();
		expect(() => checkHeader(at, { ...membersOf(headerLine), later: 1 })).not.toThrow();
	});

	test.each<[string, Members, string]>([
		['of a later version', { record: 2 }, 'is a record of version 2, but this node supports version 1'],
		['of no version', { record: 0 }, 'is a record of version 0, but this node supports version 1'],
		['of a plan', { plan: 1 }, 'is not a transfer record'],
		['with a version as text', { record: '1' }, 'is not a transfer record'],
		['with a version below zero', { record: -1 }, 'is not a transfer record'],
		['that is an entry', membersOf(entryLine(entry)), 'is not a transfer record'],
		['that is the last line', membersOf(lastLine(0)), 'is not a transfer record'],
	])('%s is refused', (_, members, message) => {
		expect(() => checkHeader(at, members)).toThrow(`The object 'k' ${message}`);
	});
});

describe('an entry', () => {
	test.each(Array.from({ length: randomCases(100, 20) }, (_, seed) => seed))('comes back as it was (%i)', (seed) => {
		const { isSo, text, size, time } = randomValues(`record line ${seed}`);
		const one: RecordEntry = {
			...{ key: text(), size: size(), etag: text() },
			lastModified: isSo() ? new Date(time()) : undefined,
			...(isSo() && { id: text() }),
		};
		const line = entryLine(one);
		expect(line.indexOf('\n')).toBe(line.length - 1);
		expect(entryIn(at, membersOf(line))).toStrictEqual(one);
		expect(entriesIn(membersOf(line))).toBeUndefined();
	});

	test.each<[string, Members, RecordEntry]>([
		['unknown members', { later: 1 }, entry],
		['an id that is no text', { id: 1 }, entry],
		['a time that is none', { lastModified: 'yesterday' }, { ...entry, lastModified: undefined }],
		['a number of entries beside it', { entries: 1 }, entry],
	])('is read without %s', (_, more, found) => {
		expect(entryIn(at, { ...membersOf(entryLine(entry)), ...more })).toStrictEqual(found);
	});

	test.each<[string, Members]>([
		['no key', { key: undefined }],
		['a key that is no text', { key: 1 }],
		['no size', { size: undefined }],
		['a size as text', { size: '1' }],
		['a size below zero', { size: -1 }],
		['half a byte', { size: 0.5 }],
		['no ETag', { etag: undefined }],
		['an ETag that is no text', { etag: null }],
	])('is refused with %s', (_, more) => {
		expect(() => entryIn(at, { ...membersOf(entryLine(entry)), ...more })).toThrow(
			"The object 'k' contains a line that is not valid in a transfer record",
		);
	});
});

test.each<[Members, number | undefined]>([
	[membersOf(lastLine(0)), 0],
	[membersOf(lastLine(12)), 12],
	[{ entries: 12, later: 1 }, 12],
	[{ entries: '12' }, undefined],
	[{ entries: -1 }, undefined],
	[{}, undefined],
	[{ key: 'a', entries: 12 }, undefined],
	[membersOf(headerLine), undefined],
])('the last line is known by its number of entries: %j', (members, entries) => {
	expect(entriesIn(members)).toBe(entries);
});
