import { asObject, formatOf, rowsOf } from '../../nodes/AwsS3/core/io/formats';
import { all, inPieces } from '../support/pieces';

test.each<[Parameters<typeof formatOf>[0], string, string]>([
	['auto', 'a.csv', 'csv'],
	['auto', 'folder.json/a.TSV', 'csv'],
	['auto', 'a.tab', 'csv'],
	['auto', 'a.json', 'json'],
	['auto', 'a.geojson', 'json'],
	['auto', 'a.jsonl', 'jsonLines'],
	['auto', 'a.ndjson', 'jsonLines'],
	['auto', 'a.csv.gz', 'csv'],
	['auto', 'a.json.br', 'json'],
	['auto', 'a.csv.zst', 'csv'],
	['auto', 'a.csv.Z', 'csv'],
	['auto', 'a.csv.bak', 'text'],
	['auto', 'a.csv.gz.gz', 'text'],
	['auto', 'csv', 'text'],
	['auto', 'a.log', 'text'],
	['auto', 'notes.constructor', 'text'],
	['auto', '', 'text'],
	['lines', 'a.csv', 'lines'],
])('%s: %s is %s', (chosen, key, format) => {
	expect(formatOf(chosen, key)).toBe(format);
});

test.each<[Parameters<typeof rowsOf>[0], Parameters<typeof rowsOf>[1], string, unknown[]]>([
	['csv', {}, 'a,b\n"1",2\n', [{ a: '1', b: '2' }]],
	['csv', { header: false }, '1,2\n', [{ column1: '1', column2: '2' }]],
	['csv', { delimiter: '\\t\\t' }, 'a\t\tb\n1\t\t2\n', [{ a: '1', b: '2' }]],
	['csv', { quote: "'" }, "a\n'1\n2'\n", [{ a: '1\n2' }]],
	['json', {}, '[1,2]', [1, 2]],
	['json', { path: 'a' }, '{"a":[1]}', [1]],
	['jsonLines', {}, '1\n2', [1, 2]],
	['lines', {}, 'a\nb', [{ line: 'a' }, { line: 'b' }]],
	['text', {}, 'a\nb', [{ text: 'a\nb' }]],
])('%s with %j', async (format, options, text, expected) => {
	expect(await all(rowsOf(format, options)(inPieces(text)))).toEqual(expected.map((value) => ({ value })));
});

test.each(['json', 'text'] as const)('%s has a limit, of 64 MiB where none is set', async (format) => {
	const object = (length: number) => inPieces('{"a":"', 'x'.repeat(length), '"}');
	const MiB = 1024 ** 2;
	await expect(all(rowsOf(format, {})(object(64 * MiB)))).rejects.toThrow('The text is longer than 64 MiB');
	expect(await all(rowsOf(format, {})(object(63 * MiB)))).toHaveLength(1);
	await expect(all(rowsOf(format, { maxTextMib: 1 })(object(MiB)))).rejects.toThrow('The text is longer than 1 MiB');
});

test.each<[object, string, string]>([
	[{ delimiter: 'a\nb' }, "'Delimiter' contains a line break or a quote", 'such as ;'],
	[{ delimiter: '\r' }, "'Delimiter' contains a line break or a quote", 'such as ;'],
	[{ delimiter: '"' }, "'Delimiter' contains a line break or a quote", 'such as ;'],
	[{ quote: '' }, "'Quote' is not one character", 'such as "'],
	[{ quote: '""' }, "'Quote' is not one character", 'such as "'],
])('%j is refused', (options, message, description) => {
	expect(() => rowsOf('csv', options)).toThrow(
		expect.objectContaining({ message, description: expect.stringContaining(description) }),
	);
});

test.each<[unknown, object]>([
	[{ a: 1 }, { a: 1 }],
	[[1], { value: [1] }],
	[null, { value: null }],
	['x', { value: 'x' }],
	[0, { value: 0 }],
])('%j as the JSON of an item', (value, expected) => {
	expect(asObject(value)).toEqual(expected);
});
