import type { CsvOptions } from '../../nodes/AwsS3/content/csv';
import { csv } from '../../nodes/AwsS3/content/csv';
import { ContentFault } from '../../nodes/AwsS3/content/fault';
import { expectSame } from '../support/expectSame';
import { all, cut, endless, inPieces } from '../support/pieces';

const MiB = 1024 ** 2;

const usual: CsvOptions = { delimiter: '', quote: '"', hasHeader: true };

const rows = async (source: AsyncIterable<string> | string, options: Partial<CsvOptions> = {}) =>
	await all(csv(typeof source === 'string' ? inPieces(source) : source, { ...usual, ...options }));

const values = (...expected: object[]) => expected.map((value) => ({ value }));

test.each<[string, string, Partial<CsvOptions>, object[]]>([
	['nothing', '', {}, []],
	['a header alone', 'a,b\n', {}, []],
	['no line end at the end', 'a,b\n1,2', {}, [{ a: '1', b: '2' }]],
	['CRLF', 'a,b\r\n1,2\r\n', {}, [{ a: '1', b: '2' }]],
	['CR', 'a,b\r1,2\r', {}, [{ a: '1', b: '2' }]],
	['a delimiter, a quote and a line end in quotes', 'a,b\n"x, ""y""","1\n2"\n', {}, [{ a: 'x, "y"', b: '1\n2' }]],
	[
		'semicolons where fields have commas in them',
		'a;b\n1,5;2\n2,5;3\n',
		{},
		[
			{ a: '1,5', b: '2' },
			{ a: '2,5', b: '3' },
		],
	],
	['a delimiter that is given', 'a|b,c\n1|2\n', { delimiter: '|' }, [{ a: '1', 'b,c': '2' }]],
	['a quote that is given', "a,b\n'1,2','it''s'\n", { quote: "'" }, [{ a: '1,2', b: "it's" }]],
	[
		'line ends in fields with a quote that is given',
		"a,b\n'1\r\r\r2',3\n",
		{ quote: "'" },
		[{ a: '1\r\r\r2', b: '3' }],
	],
	[
		'no header',
		'1,2\n3,4\n',
		{ hasHeader: false },
		[
			{ column1: '1', column2: '2' },
			{ column1: '3', column2: '4' },
		],
	],
	['empty lines', '\na,b\n\n1,2\n\n', {}, [{ a: '1', b: '2' }]],
	['empty lines where the delimiter is found out', '\n\na;b\n\n\n1;2\n', {}, [{ a: '1', b: '2' }]],
	['rows of empty fields', 'a,b\n,\n', {}, [{ a: '', b: '' }]],
	['names with spaces around them', ' a ,b\n1, 2 \n', {}, [{ a: '1', b: ' 2 ' }]],
	['names that are there twice', 'a,a,b,a\n1,2,3,4\n', {}, [{ a: '1', a_2: '2', b: '3', a_3: '4' }]],
	['a number that a name has already', 'a,a,a_2\n1,2,3\n', {}, [{ a: '1', a_3: '2', a_2: '3' }]],
	['columns without names', 'a,, \n1,2,3\n', {}, [{ a: '1', column2: '2', column3: '3' }]],
	['one column', 'a\n1\n2\n', {}, [{ a: '1' }, { a: '2' }]],
])('%s', async (_, text, options, expected) => {
	expect(await rows(text, options)).toEqual(values(...expected));
	expect(await rows(cut(text, 1), options)).toEqual(values(...expected));
});

const fault = (row: number, message: string, raw: string) => ({ fault: { row, message, raw } });

test.each<[string, string, Partial<CsvOptions>, object[]]>([
	[
		'other numbers of fields',
		'a;b\n1;2\n\n3\n4;5;6\n7;8\n',
		{},
		[
			{ value: { a: '1', b: '2' } },
			fault(4, 'It has 1 fields instead of 2', '3'),
			fault(5, 'It has 3 fields instead of 2', '4;5;6'),
			{ value: { a: '7', b: '8' } },
		],
	],
	[
		'without a header the first row tells the number',
		'1,2\n3\n',
		{ hasHeader: false },
		[{ value: { column1: '1', column2: '2' } }, fault(2, 'It has 1 fields instead of 2', '3')],
	],
	[
		'a quote in the middle of a field',
		'a,b\n1,2\n"x"y,3\n4,5\n',
		{},
		[
			{ value: { a: '1', b: '2' } },
			fault(3, 'A quote is in the middle of a field', '"x"y,3'),
			{ value: { a: '4', b: '5' } },
		],
	],
	[
		'it swallows no rows behind it',
		'a,b\n"1"x,2\n3,4\n"5"y,6\n7,8\n',
		{},
		[
			fault(2, 'A quote is in the middle of a field', '"1"x,2'),
			{ value: { a: '3', b: '4' } },
			fault(4, 'A quote is in the middle of a field', '"5"y,6'),
			{ value: { a: '7', b: '8' } },
		],
	],
	[
		'with CRLF',
		'a,b\r\n"1"x,2\r\n3,4\r\n',
		{},
		[fault(2, 'A quote is in the middle of a field', '"1"x,2'), { value: { a: '3', b: '4' } }],
	],
	[
		'a quote that is not closed breaks its own line only',
		'a,b\n1,2\n"3,4\n5,6',
		{},
		[{ value: { a: '1', b: '2' } }, fault(3, 'A quote has no closing quote', '"3,4'), { value: { a: '5', b: '6' } }],
	],
	[
		'nor in the last line',
		'a,b\n1,2\n"3,4',
		{},
		[{ value: { a: '1', b: '2' } }, fault(3, 'A quote has no closing quote', '"3,4')],
	],
	['in the header', '"a,b\n1,2', {}, [fault(1, 'A quote has no closing quote', '"a,b')]],
	[
		'a broken row is shown by its beginning',
		`a,b\n${'x'.repeat(5000)}\n`,
		{},
		[fault(2, 'It has 1 fields instead of 2', 'x'.repeat(1000))],
	],
])('broken rows: %s', async (_, text, options, expected) => {
	expect(await rows(text, options)).toEqual(expected);
});

describe('larger than what is looked at at once', () => {
	const count = 10_000;
	const row = (index: number) => `${index},"text ""${index}"", with\r\nlines ä😀",${index * 2}`;
	const text = `id,text,double\r\n${Array.from({ length: count }, (_, index) => row(index)).join('\r\n')}\r\n`;
	const expected = Array.from({ length: count }, (_, index) => ({
		value: { id: `${index}`, text: `text "${index}", with\r\nlines ä😀`, double: `${index * 2}` },
	}));

	test.each([text.length, 100_000, 65_536, 4099])('every row arrives, in pieces of %d characters', async (length) => {
		expectSame(await rows(cut(text, length)), expected);
	});

	test('broken rows keep their numbers and their neighbours', async () => {
		const broken = `a,b\n${'1,2\n'.repeat(50_000)}"3"x,4\n${'5,6\n'.repeat(50_000)}"7,8\n9,10\n`;
		const found = await rows(cut(broken, 10_000));
		expect(found).toHaveLength(100_003);
		expect(found.flatMap((one, index) => ('fault' in one ? [[index, one.fault]] : []))).toEqual([
			[50_000, { row: 50_002, message: 'A quote is in the middle of a field', raw: '"3"x,4' }],
			[100_001, { row: 100_003, message: 'A quote has no closing quote', raw: '"7,8' }],
		]);
		expect(found.at(-1)).toEqual({ value: { a: '9', b: '10' } });
	});

	test('rows come while the rest is on its way', async () => {
		const { source, seen } = endless('1,2\n'.repeat(256));
		const given = csv(source, usual);
		await given.next();
		expect(seen.given).toBeLessThanOrEqual(64);
		for (let index = 0; index < 50_000; index++) await given.next();
		expect(seen.given).toBeLessThanOrEqual(400);
		await given.return(undefined);
		expect(seen.isClosed).toBe(true);
	});

	test('a quote that is never closed is given up after 16 MiB', async () => {
		const long = 'x'.repeat(1000);
		const found = await rows(cut(`a,b\n"1,2\n${`${long},4\n`.repeat(18_000)}`, MiB));
		expect(found[0]).toEqual(fault(2, 'A quote has no closing quote', '"1,2'));
		expect(found[1]).toEqual({ value: { a: long, b: '4' } });
		expect(found).toHaveLength(18_001);
	});

	test('a row may have 16 MiB', async () => {
		expect(await rows(cut(`a\n${'x'.repeat(15 * MiB)}\n`, MiB))).toHaveLength(1);
	});

	test('a row without end is refused, with its number', async () => {
		const { source, seen } = endless('x'.repeat(MiB));
		async function* text() {
			yield 'a\n1\n';
			yield* source;
		}
		const attempt = rows(text());
		await expect(attempt).rejects.toThrow(new ContentFault('Row 3 is longer than 16 MiB', ''));
		await expect(attempt).rejects.toMatchObject({ advice: expect.stringContaining("'Format'") });
		expect(seen.given).toBeLessThanOrEqual(40);
		expect(seen.isClosed).toBe(true);
	});
});
