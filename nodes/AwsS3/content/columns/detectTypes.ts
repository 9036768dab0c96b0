import type { CsvRow } from '../csv';
import type { Row } from '../row';
import type { ColumnType } from './values';
import { areLabels, readers } from './values';

/** In characters: as much text decides the types of the columns. */
const sampleLength = 64 * 1024;

const types: ColumnType[] = ['number', 'boolean', 'date'];

/** The type that all values have; `text` without one. */
const typeOf = (texts: string[]): ColumnType | 'text' => {
	const found = types.find((type) => texts.every((text) => readers[type](text) !== undefined));
	return found === undefined || (found === 'number' && areLabels(texts)) ? 'text' : found;
};

const sizeOf = (row: CsvRow) =>
	'fault' in row
		? row.fault.raw.length + 1
		: Object.values(row.value).reduce((total, text) => total + text.length + 1, 0);

/**
 * Turns values into numbers, booleans and dates of ISO 8601, column by column. A column has a type if all its values in the
 * first 64 KiB of the file have it; if it is empty there, its first value decides. Empty values, and later ones that do not
 * fit, stay text. Holds back only the rows of the beginning.
 */
export async function* detectTypes(rows: AsyncIterable<CsvRow>): AsyncGenerator<Row> {
	const columns = new Map<string, ColumnType | 'text'>();
	let held: CsvRow[] | undefined = [];
	let length = 0;

	const learn = (sample: CsvRow[]) => {
		const texts = new Map<string, string[]>();
		for (const row of sample) {
			if ('fault' in row) continue;
			for (const [name, given] of Object.entries(row.value)) {
				const text = given.trim();
				if (text === '') continue;
				const before = texts.get(name);
				if (before) before.push(text);
				else texts.set(name, [text]);
			}
		}
		for (const [name, all] of texts) columns.set(name, typeOf(all));
	};

	const typed = (name: string, given: string) => {
		const text = given.trim();
		if (text === '') return given;
		const type = columns.get(name) ?? typeOf([text]);
		columns.set(name, type);
		return type === 'text' ? given : (readers[type](text) ?? given);
	};

	const typedRow = (row: CsvRow) =>
		'fault' in row
			? row
			: { value: Object.fromEntries(Object.entries(row.value).map(([name, text]) => [name, typed(name, text)])) };

	for await (const row of rows) {
		if (!held) {
			yield typedRow(row);
			continue;
		}
		held.push(row);
		length += sizeOf(row);
		if (length < sampleLength) continue;
		learn(held);
		yield* held.map(typedRow);
		held = undefined;
	}
	if (!held) return;
	learn(held);
	yield* held.map(typedRow);
}
