import { ContentFault } from './fault';
import type { Row } from './row';
import { brokenRow } from './row';

const MiB = 1024 ** 2;

/** No line that means anything is longer, and memory is not without end. */
const longest = 64 * MiB;

/** The lines of a text, without what ends them: LF, CRLF or CR. What follows the last one counts if it is not empty. */
export async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
	let rest: string[] = [];
	let length = 0;
	let endsInReturn = false;
	for await (const given of text) {
		// A CR at the end of one piece and the LF at the beginning of the next end one line, not two.
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

/** The values of JSON Lines, one a line; empty lines mean nothing. https://jsonlines.org */
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
