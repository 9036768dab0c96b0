import { ContentFault } from '../../nodes/AwsS3/content/fault';
import { json } from '../../nodes/AwsS3/content/json';
import { all, cut, endless, inPieces } from '../support/pieces';

const MiB = 1024 ** 2;

const values = async (text: AsyncIterable<string>, path = '', atMost = 1) =>
	(await all(json(text, path, atMost))).map((row) => ('value' in row ? row.value : row));

test.each<[string, unknown, string, unknown[]]>([
	['a list', [{ a: 1 }, { a: [2, { b: null }] }], '', [{ a: 1 }, { a: [2, { b: null }] }]],
	['a list of other values', [1, 'x', null, [2], true], '', [1, 'x', null, [2], true]],
	['an empty list', [], '', []],
	['an object', { a: { b: [1] } }, '', [{ a: { b: [1] } }]],
	['text', 'x', '', ['x']],
	['a number', 5, '', [5]],
	['a list at a path', { meta: { n: 2 }, data: { items: [{ a: 1 }, 2] } }, 'data.items', [{ a: 1 }, 2]],
	['an object at a path', { data: { a: 1, b: { c: 2 } } }, 'data', [{ a: 1, b: { c: 2 } }]],
	['an empty list at a path', { data: [] }, 'data', []],
	['nothing at a path', { data: [1] }, 'other', []],
	['a list in a list is one value', [[1, 2], [3]], '', [[1, 2], [3]]],
])('%s', async (_, value, path, expected) => {
	for (const space of [0, 1]) {
		const text = `\n ${JSON.stringify(value, null, space)} \n`;
		expect(await values(inPieces(text), path)).toEqual(expected);
		expect(await values(cut(text, 1), path)).toEqual(expected);
	}
});

test.each<[string, string, string, string]>([
	['nothing', '', '', 'The object is empty'],
	['spaces', ' \n ', '', 'The object is empty'],
	['a list that is broken', '[{"a":1},{"b" 2}]', '', 'The content is not JSON behind value 1'],
	['a list that is cut off', '[1,2,', '', 'The content is not JSON behind value 2'],
	['a list with something behind it', '[1,2] 3', '', 'The content is not JSON behind value 2'],
	['an object that is cut off', '{"a":', '', 'The content is not JSON'],
	['an object that is cut off behind a path', '{"a":[1', 'a', 'The content is not JSON behind value 0'],
	['text without quotes', 'hello', '', 'The content is not JSON'],
])('refused: %s', async (_, text, path, message) => {
	for (const length of [1, 100]) {
		const attempt = values(cut(text, length), path);
		await expect(attempt).rejects.toThrow(ContentFault);
		await expect(attempt).rejects.toMatchObject({ message, advice: expect.stringContaining("'Format'") });
	}
});

test('it says what is wrong in the words of the parser', async () => {
	await expect(values(inPieces('[1, x]'))).rejects.toMatchObject({ advice: expect.stringContaining('"x"') });
	await expect(values(inPieces('[1'))).rejects.toMatchObject({ advice: expect.stringContaining('ends unexpectedly') });
	await expect(values(inPieces('{x'))).rejects.toMatchObject({ advice: expect.stringMatching(/JSON|position/) });
});

test('spaces behind the end mean nothing', async () => {
	expect(await values(inPieces('[1]', ' \n', '\n'))).toEqual([1]);
	expect(await values(inPieces('{"a":[1]}', ' \n'), 'a')).toEqual([1]);
});

test('a document that is no list has a limit, a list has none', async () => {
	const long = 'x'.repeat(MiB);
	await expect(values(cut(JSON.stringify({ a: long }), 100_000))).rejects.toThrow('The text is longer than 1 MiB');
	expect(await values(cut(JSON.stringify([long, long]), 100_000))).toEqual([long, long]);
	expect(await values(cut(JSON.stringify({ a: [long, long] }), 100_000), 'a')).toEqual([long, long]);
});

test('elements come one by one, and who stops closes the source', async () => {
	const { source, seen } = endless('{"a":1},');
	async function* text() {
		yield '[';
		yield* source;
	}
	const rows = json(text(), '', 1);
	for (let index = 0; index < 10; index++)
		expect(await rows.next()).toEqual({ done: false, value: { value: { a: 1 } } });
	expect(seen.given).toBeLessThanOrEqual(11);
	await rows.return(undefined);
	expect(seen.isClosed).toBe(true);
});

test('a source that cannot be closed is read to its end', async () => {
	const given = ['[1', ',2]'];
	const source: AsyncIterable<string> = {
		[Symbol.asyncIterator]: () => ({
			next: async () => {
				const value = given.shift();
				return value === undefined ? { done: true, value } : { done: false, value };
			},
		}),
	};
	expect(await values(source)).toEqual([1, 2]);
});
