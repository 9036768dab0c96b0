import Papa from 'papaparse';
import { ContentFault } from './fault';
import type { BrokenRow } from './row';
import { brokenRow } from './row';

/** A row as text by column, or the reason why it cannot be read. */
export type CsvRow = { value: Record<string, string> } | { fault: BrokenRow };

export interface CsvOptions {
	/** Separates fields; empty to detect it. */
	delimiter: string;
	quote: string;
	/** Whether the first row contains the field names. */
	hasHeader: boolean;
}

const MiB = 1024 ** 2;

/** In characters. A longer row means an unclosed quote. */
const longestRow = 16 * MiB;

/** In characters: enough text to detect delimiter and line ending. */
const sampleLength = 64 * 1024;

/** Joins text into pieces of at least `wanted()` characters. */
async function* collect(text: AsyncIterable<string>, wanted: () => number): AsyncGenerator<string> {
	let held: string[] = [];
	let length = 0;
	for await (const piece of text) {
		held.push(piece);
		length += piece.length;
		if (length < wanted()) continue;
		yield held.join('');
		held = [];
		length = 0;
	}
	if (length > 0) yield held.join('');
}

/** Unique field names: fills empty header cells, and numbers duplicates by numbers that no other column has. */
const namesOf = (header: string[]) => {
	const given = header.map((text, index) => text.trim() || `column${index + 1}`);
	const taken = new Set(given);
	const counts = new Map<string, number>();
	return given.map((name) => {
		let count = (counts.get(name) ?? 0) + 1;
		while (count > 1 && taken.has(`${name}_${count}`)) count++;
		counts.set(name, count);
		return count === 1 ? name : `${name}_${count}`;
	});
};

const isEmpty = (fields: string[]) => fields.length === 1 && fields[0] === '';

const lineEnds = ['\r\n', '\n', '\r'] as const;

const notClosed = 'A quote has no closing quote';

const quoteFaults: Record<string, string> = {
	InvalidQuotes: 'A quote is in the middle of a field',
	MissingQuotes: notClosed,
};

/**
 * Yields the rows of a CSV as objects, with the names of its header or `column1`, `column2`... Detects line endings,
 * and the delimiter if it is empty. A row whose number of fields differs from the header's is broken. Throws a
 * `ContentFault` for a row longer than 16 MiB. https://www.rfc-editor.org/rfc/rfc4180
 */
export async function* csv(text: AsyncIterable<string>, options: CsvOptions): AsyncGenerator<CsvRow> {
	let delimiter = options.delimiter;
	let newline: (typeof lineEnds)[number] | '' = '';
	let names: string[] | undefined;
	let row = 0;
	let rest = '';
	let wanted = sampleLength;

	const learn = (sample: string) => {
		const known = { delimiter, quoteChar: options.quote, preview: 20, skipEmptyLines: true };
		const { meta } = Papa.parse<string[]>(sample, known);
		delimiter = meta.delimiter;
		newline = lineEnds.find((end) => end === meta.linebreak) ?? '\n';
	};

	const parserFor = (more: { preview?: number } = {}) =>
		new Papa.Parser({ delimiter, quoteChar: options.quote, newline: newline || '\n', ...more });

	const rowOf = (fields: string[]): CsvRow | undefined => {
		row++;
		if (isEmpty(fields)) return undefined;
		if (!names) {
			names = options.hasHeader ? namesOf(fields) : fields.map((_, index) => `column${index + 1}`);
			if (options.hasHeader) return undefined;
		}
		const expected = names;
		if (fields.length !== expected.length)
			return brokenRow(row, `It has ${fields.length} fields instead of ${expected.length}`, fields.join(delimiter));
		return { value: Object.fromEntries(expected.map((name, index) => [name, fields[index] ?? ''])) };
	};

	/** The offset in `rest` of the row after `position` rows. */
	const startOf = (position: number) =>
		position === 0 ? 0 : parserFor({ preview: position }).parse(rest, 0, false).meta.cursor;

	const parse = function* (isEnd: boolean): Generator<CsvRow> {
		let isDone = false;
		while (!isDone && rest !== '') {
			const { data, errors, meta }: Papa.ParseResult<string[]> = parserFor().parse(rest, 0, !isEnd);
			const fault = errors.find(({ code }) => code in quoteFaults);
			for (const fields of fault ? data.slice(0, fault.row) : data) {
				const given = rowOf(fields);
				if (given) yield given;
			}
			const left = rest.length - meta.cursor;
			if (!fault && left <= longestRow) {
				rest = isEnd ? '' : rest.slice(meta.cursor);
				return;
			}
			// A misplaced quote would swallow the following rows. Report only its line as broken and continue after it.
			const start = fault ? startOf(fault.row ?? 0) : meta.cursor;
			const end = rest.indexOf(newline, start);
			isDone = end < 0;
			if (isDone && !isEnd) {
				rest = rest.slice(start);
				if (rest.length > longestRow) throw new ContentFault(`Row ${row + 1} is longer than 16 MiB`, "Check 'Format'.");
				return;
			}
			yield brokenRow(++row, quoteFaults[fault?.code ?? ''] ?? notClosed, rest.slice(start, isDone ? undefined : end));
			rest = isDone ? '' : rest.slice(end + newline.length);
		}
	};

	for await (const piece of collect(text, () => wanted)) {
		rest += piece;
		if (!newline) learn(rest);
		yield* parse(false);
		// Parse an incomplete row again only after its length doubles, so that long rows do not take quadratic time.
		wanted = rest.length;
	}
	yield* parse(true);
}
