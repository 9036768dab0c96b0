import {
	byteReader,
	byteWriter,
	damaged,
	noRecordBefore,
	readRecord,
	writeRecord,
} from '../../nodes/AwsS3/s3/changes/recordCodec';
import type { Change, Restore, Watched } from '../../nodes/AwsS3/s3/changes/watchedObject';
import { randomCases } from '../support/randomCases';
import { randomValues } from '../support/randomValues';

const written = (records: readonly Change[], size = 1000) => {
	const to = byteWriter(size);
	const last = noRecordBefore();
	for (const record of records) writeRecord(to, last, record);
	expect(to.length()).toBeGreaterThan(0);
	return to.taken();
};

const read = (bytes: Buffer) => {
	const from = byteReader(bytes);
	const last = noRecordBefore();
	const records: Change[] = [];
	while (!from.isAtEnd()) records.push(readRecord(from, last));
	return records;
};

const md5 = '0123456789abcdef0123456789abcdef';
const restores = ['unknown', 'none', 'inProgress', 'restored'] as const satisfies Restore[];

const changed = (key: string, more: Partial<Watched> = {}): Change => {
	const plain = { size: 1, etag: md5, lastModified: 2000, storageClass: 'STANDARD', restore: 'unknown' } as const;
	return { key, entry: { key, ...plain, ...more } };
};

/** The bytes of a text after its length, in hexadecimal. */
const textBytes = (text: string) => Buffer.from([Buffer.byteLength(text), ...Buffer.from(text)]).toString('hex');

const randomRecord = ({ below, oneOf, maybe, listOf, hex, text, size, time }: ReturnType<typeof randomValues>) => {
	const key = `${oneOf(['', 'in/', 'in/😀', 'in/😁'])}${text()}`;
	if (below(10) === 0) return { key };
	const etag = oneOf([() => hex(32), () => `${hex(32)}-${1 + below(99_999)}`, () => hex(31), text])();
	const storageClass = oneOf(['STANDARD', '', 'GLACIER_IR', 'SNOW', 'A_CLASS_OF_TOMORROW', text()]);
	const [tags, versions] = [maybe(() => hex(16)), maybe(() => listOf(() => hex(16)))];
	const entry: Watched = {
		...{ key, etag, size: size(), lastModified: time(), storageClass, restore: oneOf(restores) },
		...(tags !== undefined && { tags }),
		...(versions && { versions }),
		...(below(4) === 0 && { isDeleteMarker: true }),
	};
	return { key, entry };
};

describe('records', () => {
	test.each(Array.from({ length: randomCases(100, 20) }, (_, seed) => seed))(
		'random records come back as they were, whatever size the buffer begins with (%i)',
		(seed) => {
			const values = randomValues(`record codec ${seed}`);
			const records = Array.from({ length: 1 + values.below(60) }, () => randomRecord(values));
			const bytes = written(records);
			expect(read(bytes)).toStrictEqual(records);
			for (const size of [1, 50, 10_000]) expect(written(records, size)).toEqual(bytes);
		},
	);

	/** Other versions of the node read these bytes, so they cannot change. */
	test.each<[string, Change[], string]>([
		['an object', [changed('k')], `00 ${textBytes('k')} 8001 ${md5} 01 04`],
		['a key that is gone', [{ key: 'k' }], `00 ${textBytes('k')} 10`],
		['an upload in parts', [changed('k', { etag: `${md5}-300` })], `00 ${textBytes('k')} 8201 ${md5} ac02 01 04`],
		['an ETag that is no digest', [changed('k', { etag: 'é' })], `00 ${textBytes('k')} 8101 ${textBytes('é')} 01 04`],
		['no part number 0', [changed('k', { etag: 'e-0' })], `00 ${textBytes('k')} 8101 ${textBytes('e-0')} 01 04`],
		['milliseconds', [changed('k', { lastModified: 2300 })], `00 ${textBytes('k')} 8401 ${md5} 01 04 ac02`],
		[
			'an unknown class',
			[changed('k', { storageClass: 'X' })],
			`00 ${textBytes('k')} 00 ${md5} 01 04 ${textBytes('X')}`,
		],
		['the last class', [changed('k', { storageClass: 'SNOW' })], `00 ${textBytes('k')} 800b ${md5} 01 04`],
		['no restore', [changed('k', { restore: 'none' })], `00 ${textBytes('k')} 8011 ${md5} 01 04`],
		['a restored object', [changed('k', { restore: 'restored' })], `00 ${textBytes('k')} 8031 ${md5} 01 04`],
		['tags', [changed('k', { tags: '00112233aabbccdd' })], `00 ${textBytes('k')} a001 ${md5} 01 04 00112233aabbccdd`],
		['a delete marker', [changed('k', { isDeleteMarker: true })], `00 ${textBytes('k')} c001 ${md5} 01 04`],
		[
			'versions',
			[changed('k', { versions: ['00112233aabbccdd', 'ffffffffffffffff'] })],
			`00 ${textBytes('k')} 8801 ${md5} 01 04 02 00112233aabbccdd ffffffffffffffff`,
		],
		['no versions', [changed('k', { versions: [] })], `00 ${textBytes('k')} 8801 ${md5} 01 04 00`],
		[
			'a key and a time after others',
			[changed('in/a'), changed('in/b', { lastModified: 1000 })],
			`00 ${textBytes('in/a')} 8001 ${md5} 01 04 03 ${textBytes('b')} 8001 ${md5} 01 01`,
		],
		['a longer key', [{ key: 'a' }, { key: 'ab' }], `00 ${textBytes('a')} 10 01 ${textBytes('b')} 10`],
		['a shorter key', [{ key: 'ab' }, { key: 'a' }], `00 ${textBytes('ab')} 10 01 00 10`],
		[
			'keys with half a character in common',
			[{ key: '😀' }, { key: '😁' }],
			`00 ${textBytes('😀')} 10 00 ${textBytes('😁')} 10`,
		],
		[
			'keys with a whole one in common',
			[{ key: '😀' }, { key: '😀x' }],
			`00 ${textBytes('😀')} 10 02 ${textBytes('x')} 10`,
		],
		[
			'keys behind all surrogates',
			[{ key: '\uffee1' }, { key: '\uffee2' }],
			`00 ${textBytes('\uffee1')} 10 01 ${textBytes('2')} 10`,
		],
	])('the bytes stay as they are: %s', (_, records, hex) => {
		expect(written(records).toString('hex')).toBe(hex.replaceAll(' ', ''));
		expect(read(written(records))).toStrictEqual(records);
	});

	test.each<[string, Partial<Watched>]>([
		['an object in parts', { etag: `${md5}-2`, lastModified: 1 }],
		['text', { etag: 'text', storageClass: 'OTHER' }],
		['tags and versions', { tags: '00'.repeat(8), versions: ['11'.repeat(8), '22'.repeat(8)] }],
	])('a record that was cut off anywhere is refused: %s', (_, more) => {
		const bytes = written([changed('key', more)]);
		for (let length = 1; length < bytes.length; length++)
			expect(() => read(bytes.subarray(0, length))).toThrow(damaged('it ends in the middle of a record'));
	});

	test.each<[string, string, string]>([
		[
			'a key that continues more than the first one has',
			`01 ${textBytes('k')} 10`,
			'a key does not continue the previous one',
		],
		[
			'a key that continues more than the previous one has',
			`00 ${textBytes('k')} 10 02 00 10`,
			'a key does not continue',
		],
		[
			'the first class that does not exist',
			`00 ${textBytes('k')} 800c ${md5} 01 04`,
			'it has an unknown storage class',
		],
		[
			'more versions than bytes',
			`00 ${textBytes('k')} 8801 ${md5} 01 04 02 ${'00'.repeat(15)}`,
			'it ends in the middle',
		],
		['billions of versions', `00 ${textBytes('k')} 8801 ${md5} 01 04 ffffffffff7f`, 'it ends in the middle'],
		['a text longer than all bytes', '00 ff7f 6b', 'it ends in the middle'],
	])('%s is refused', (_, hex, message) => {
		expect(() => read(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toThrow(
			`The state of the trigger is damaged: ${message}`,
		);
	});
});

describe('bytes', () => {
	test.each([
		[0, 1],
		[127, 1],
		[128, 2],
		[16_383, 2],
		[16_384, 3],
		[2 ** 31, 5],
		[2 ** 35 - 1, 5],
		[2 ** 35, 6],
		[Number.MAX_SAFE_INTEGER, 8],
	])('the number %i takes %i bytes, and comes back', (value, length) => {
		const to = byteWriter(1);
		to.number(value);
		expect(to.length()).toBe(length);
		expect(byteReader(to.taken()).number()).toBe(value);
	});

	test('a number without an end is refused, and one that ends too early', () => {
		expect(() => byteReader(Buffer.alloc(9, 0xff)).number()).toThrow(damaged('a number in it is too large'));
		expect(() => byteReader(Buffer.alloc(8, 0xff)).number()).toThrow(damaged('it ends in the middle of a record'));
	});

	test('a buffer grows with what is written, and begins again once that is taken', () => {
		const to = byteWriter(1);
		const text = '€'.repeat(1000);
		to.text(text, 'utf8');
		to.number(5);
		to.text('00ff', 'hex');
		expect(to.length()).toBe(3003);
		const taken = to.taken();
		expect(to.length()).toBe(0);
		to.text('x'.repeat(3003), 'utf8');
		const from = byteReader(taken);
		expect(from.text(3000, 'utf8')).toBe(text);
		expect(from.number()).toBe(5);
		expect(from.isAtEnd()).toBe(false);
		expect(from.text(2, 'hex')).toBe('00ff');
		expect(from.isAtEnd()).toBe(true);
		expect(to.taken().toString()).toBe('x'.repeat(3003));
	});
});

test('the failure has a code, by which its help is found', () => {
	expect(damaged('why')).toMatchObject({
		...{ name: 'S3Failure', code: 'TriggerStateDamaged', message: 'The state of the trigger is damaged: why' },
	});
});
