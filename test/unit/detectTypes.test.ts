import { detectTypes } from '../../nodes/AwsS3/content/columns/detectTypes';
import { csv } from '../../nodes/AwsS3/content/csv';
import { all, cut, endless, inPieces } from '../support/pieces';

const options = { delimiter: ',', quote: '"', hasHeader: true };

const detected = async (source: AsyncIterable<string> | string) =>
	await all(detectTypes(csv(typeof source === 'string' ? inPieces(source) : source, options)));

/** The values of a column that has these texts. */
const column = async (texts: string[]) => {
	const rows = await detected(`a,b\n${texts.map((text) => `"${text}",x\n`).join('')}`);
	return rows.map((row) => ('value' in row ? Object.values(row.value ?? {})[0] : row));
};

test.each<[string, string[], Array<string | number | boolean>]>([
	['whole numbers', ['0', '1', '-7', '4915112345678'], [0, 1, -7, 4915112345678]],
	['decimals', ['0.5', '-12.75', '.25', '-.5'], [0.5, -12.75, 0.25, -0.5]],
	['prices, all with the same decimals', ['12.50', '3.00', '7'], [12.5, 3, 7]],
	['15 digits', ['999999999999999', '0.99999999999999'], [999999999999999, 0.99999999999999]],
	[
		'decimals as programs write them',
		['0.30000000000000004', '1234567.8901234567'],
		[0.30000000000000004, 1234567.8901234567],
	],
	['numbers with spaces around them', [' 1', '2 '], [1, 2]],
	['booleans', ['true', 'false', 'TRUE', 'False'], [true, false, true, false]],
	['days', ['2026-11-27', '2024-02-29'], ['2026-11-27', '2024-02-29']],
	['days with slashes', ['2026/11/27'], ['2026-11-27']],
	['times of SQL', ['2026-11-27 14:03:00', '2026-11-27 14:03'], ['2026-11-27T14:03:00', '2026-11-27T14:03']],
	[
		'times with an offset, which they keep',
		['2026-11-27 14:03:00+01:00', '2026-11-27T14:03:00.123456-0530', '2026-11-27 14:03:00+02', '2026-11-27T14:03:00Z'],
		[
			'2026-11-27T14:03:00+01:00',
			'2026-11-27T14:03:00.123456-05:30',
			'2026-11-27T14:03:00+02:00',
			'2026-11-27T14:03:00Z',
		],
	],
	['times in UTC', ['2026-11-27 14:03:00 UTC'], ['2026-11-27T14:03:00Z']],
	['days and times', ['2026-11-27', '2026-11-27 14:03:00'], ['2026-11-27', '2026-11-27T14:03:00']],
	['empty values', ['', '1', ' ', '2'], ['', 1, ' ', 2]],
	['booleans with gaps', ['true', '', 'false'], [true, '', false]],
])('%s', async (_, texts, expected) => {
	expect(await column(texts)).toEqual(expected);
});

test.each<[string, string[]]>([
	['leading zeros', ['007', '00', '-01', '01.5']],
	['16 digits, such as the number of a card', ['4111111111111111']],
	['an ID beyond what a number can hold', ['9007199254740993']],
	['decimals that a number cannot hold', ['0.12345678901234567890', '1.00000000000000000001']],
	['what looks like an exponent', ['1e5', '12E3', '1E-7']],
	['phone numbers', ['+4930123', '+49 30 123']],
	['versions of three numbers', ['1.2.3', '10.0.1']],
	['numbers in groups', ['1,234.56', '1.234,56', "1'234", '1 234']],
	['decimal commas', ['12,5', '0,5']],
	['units', ['10%', '5 €', '$3']],
	['other notations', ['0x1F', '0b1', '1_000', '1n', '5.', '-', '.', '-.', 'Infinity', 'NaN', '--1', '+1']],
	['a zero with a sign', ['-0', '-0.0']],
	['words of other programs', ['yes', 'no', 'null', 'NULL', 'N/A', 't', 'f', 'on']],
	['days that may be months', ['01/02/2026', '27.11.2026', '11/27/26']],
	['days that do not exist', ['2026-02-30', '2025-02-29', '2026-13-01', '2026-00-10', '0000-00-00']],
	['times that do not exist', ['2026-11-27 24:00', '2026-11-27 10:60', '2026-11-27T10:00:60']],
	['parts of dates', ['2026-11', '14:03', '2026-W48', '2026-11-27Z', '2026-11/27', '2026-11-27T14']],
	['other digits', ['١٢', '１２']],
])('each value stays text: %s', async (_, texts) => {
	expect(await Promise.all(texts.map(async (text) => await column([text])))).toEqual(texts.map((text) => [text]));
});

test.each<[string, string[]]>([
	['one leading zero among numbers, such as a postcode', ['90210', '01234']],
	['one long ID among numbers', ['12', '9007199254740993']],
	['versions', ['1.9', '1.10']],
	['numbers and words', ['1', 'two']],
	['numbers and booleans', ['1', 'true']],
	['numbers and dates', ['2026', '2026-11-27']],
])('the whole column stays text: %s', async (_, texts) => {
	expect(await column(texts)).toEqual(texts);
});

test('columns have types of their own, and keep their order and names', async () => {
	const rows = await detected('zip,__proto__,paid,10\n01234,1.50,true,x\n90210,2.25,false,y\n');
	expect(rows.map((row) => ('value' in row ? Object.entries(row.value ?? {}) : row))).toEqual([
		[
			['10', 'x'],
			['zip', '01234'],
			['__proto__', 1.5],
			['paid', true],
		],
		[
			['10', 'y'],
			['zip', '90210'],
			['__proto__', 2.25],
			['paid', false],
		],
	]);
});

test('broken rows stay where they are and decide nothing', async () => {
	expect(await detected('a,b\n1,2\nx\n3,4\n')).toEqual([
		{ value: { a: 1, b: 2 } },
		{ fault: { row: 3, message: 'It has 1 fields instead of 2', raw: 'x' } },
		{ value: { a: 3, b: 4 } },
	]);
});

describe('behind the beginning of a file', () => {
	const beginning = (line: string) => line.repeat(20_000);

	test('a value that does not fit stays text, in a column that has a type', async () => {
		const rows = await detected(`a,b\n${beginning('1,x\n')}007,x\n2,x\nn/a,x\n`);
		expect(rows.slice(-4)).toEqual([1, '007', 2, 'n/a'].map((a) => ({ value: { a, b: 'x' } })));
	});

	test('a column of text stays text', async () => {
		const rows = await detected(`a,b\nnone,x\n${beginning(',x\n')}1,x\n`);
		expect(rows.at(-1)).toEqual({ value: { a: '1', b: 'x' } });
	});

	test('the first value of a column that was empty decides', async () => {
		const rows = await detected(`a,b,c\n${beginning(',,x\n')}1,2026/11/27,x\n2,x,x\n007,,x\n`);
		expect(rows.slice(-3)).toEqual([
			{ value: { a: 1, b: '2026-11-27', c: 'x' } },
			{ value: { a: 2, b: 'x', c: 'x' } },
			{ value: { a: '007', b: '', c: 'x' } },
		]);
	});

	test('the result is the same, wherever the text is cut', async () => {
		const text = `a,b\n${'1,2026-01-01\n'.repeat(4500)}x,y\n${'2,\n'.repeat(5000)}`;
		const whole = await detected(cut(text, text.length));
		expect(await detected(cut(text, 1000))).toEqual(whole);
		expect(await detected(cut(text, 65_537))).toEqual(whole);
	});
});

test.each([
	['rows', '1,2\n'],
	['broken rows', '1\n'],
])('%s come while the rest is on its way', async (_, line) => {
	const { source, seen } = endless(line.repeat(1024));
	async function* text() {
		yield 'a,b\n';
		yield* source;
	}
	const given = detectTypes(csv(text(), options));
	await given.next();
	expect(seen.given).toBeLessThanOrEqual(100);
	await given.return(undefined);
	expect(seen.isClosed).toBe(true);
});
