import { ContentFault } from '../../nodes/AwsS3/content/fault';
import { jsonLines, lines } from '../../nodes/AwsS3/content/lines';
import { wholeText } from '../../nodes/AwsS3/content/text';
import { all, cut, endless, inPieces } from '../support/pieces';

const MiB = 1024 ** 2;

test.each<[string, string, string[]]>([
	['nothing', '', []],
	['LF, CRLF and CR', 'one\r\ntwo\nthree\rfour\n', ['one', 'two', 'three', 'four']],
	['a last line that does not end', 'one\ntwo', ['one', 'two']],
	['empty lines', '\n\none\r\n\r\ntwo\r\r', ['', '', 'one', '', 'two', '']],
	['a line end alone', '\n', ['']],
	['spaces stay', ' one \n\ttwo', [' one ', '\ttwo']],
	['LF before CR ends two lines', 'one\n\rtwo', ['one', '', 'two']],
])('lines: %s', async (_, text, expected) => {
	for (const length of [1, 2, 3, 100]) expect(await all(lines(cut(text, length)))).toEqual(expected);
	expect(await all(lines(inPieces('', text, '')))).toEqual(expected);
});

test('a CR and its LF may arrive apart, with nothing between them', async () => {
	expect(await all(lines(inPieces('one\r', '', '\ntwo\r', '\n')))).toEqual(['one', 'two']);
});

test('a line may be long, but not without end', async () => {
	const { source, seen } = endless('x'.repeat(MiB));
	await expect(all(lines(source))).rejects.toThrow(new ContentFault('A line is longer than 64 MiB', ''));
	expect(seen).toEqual({ given: 65, isClosed: true });
	const long = 'x'.repeat(64 * MiB);
	const [first, second] = await all(lines(inPieces(long, '\n', long)));
	expect([first === long, second === long]).toEqual([true, true]);
	await expect(all(lines(endless('x'.repeat(MiB)).source))).rejects.toMatchObject({
		advice: expect.stringContaining("'Format'"),
	});
});

test('JSON Lines, with the broken ones in their places', async () => {
	expect(await all(jsonLines(inPieces('{"a":1}\r\n\n \n[2]\n{"a"\n3')))).toEqual([
		{ value: { a: 1 } },
		{ value: [2] },
		{ fault: { row: 5, message: expect.stringMatching(/JSON|position/), raw: '{"a"' } },
		{ value: 3 },
	]);
});

test('a whole text of so many MiB, and not of one character more', async () => {
	expect(await wholeText(inPieces('a', '', 'ä😀'), 1)).toBe('aä😀');
	expect(await wholeText(cut('x'.repeat(2 * MiB), 100_000), 2)).toHaveLength(2 * MiB);
	const attempt = wholeText(inPieces('x'.repeat(2 * MiB), 'x'), 2);
	await expect(attempt).rejects.toThrow(new ContentFault('The text is longer than 2 MiB', ''));
	await expect(attempt).rejects.toMatchObject({ advice: expect.stringContaining("'Max Text Size (MiB)'") });
});
