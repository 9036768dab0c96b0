import { ContentFault } from './fault';
import type { Row } from './row';
import { brokenRow } from './row';

const MiB = 1024 ** 2;

/** In characters. Limits memory; text with longer lines is probably another format. */
const longest = 64 * MiB;

/**
 * Yields the lines of a text without their ending: LF, CRLF or CR. The last line may lack one. Throws a `ContentFault`
 * for a line longer than 64 MiB.
 */
export async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
	let rest: string[] = [];
	let length = 0;
	let endsInReturn = false;
	for await (const given of text) {
		// CR at the end of one piece and LF at the start of the next are one line ending.
		const piece: string = endsInReturn && given.startsWith('\n') ? given.slice(1) : given;
		if (piece === '') continue;
		endsInReturn = piece.endsWith('\r');
		const [first = '', ...more] = piece.split(/\r\n|\n|\r/);
		rest.push(first);
		length += first.length;
		if (length > longest)
			throw new ContentFault(`A line is longer than ${longest / MiB} MiB`, "Choose another 'Format'.");
		for (const line of more) {
			yield rest.join('');
			rest = [line];
			length = line.length;
		}
	}
	const last = rest.join('');
	if (last !== '') yield last;
}

/**
 * Yields the values of JSON Lines, one per line. Skips empty lines; an invalid line is a broken row.
 * https://jsonlines.org
 */
export async function* jsonLines(text: AsyncIterable<string>): AsyncGenerator<Row> {
	let row = 0;
	for await (const line of lines(text)) {
		row++;
		if (line.trim() === '') continue;
		yield parsed(line, row);
	}
}

const parsed = (line: string, row: number): Row => {
	try {
		return { value: JSON.parse(line) };
	} catch (error) {
		return brokenRow(row, error instanceof Error ? error.message : 'It is not JSON', line);
	}
};
