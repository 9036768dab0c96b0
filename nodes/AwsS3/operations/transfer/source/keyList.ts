import { isMembers } from '../../../s3/answers/members';
import { decoded } from '../../../content/decode';
import { inflated } from '../../../content/inflate';
import type { Row } from '../../../content/row';
import { badInput } from '../../../core/errors/badInput';
import { formatOf, rowsOf } from '../../../core/io/formats';

/** A file with keys, as it is read. */
export interface KeyFile {
	/** Its name; the extension decides the format. */
	name: string;
	body: AsyncIterable<Buffer>;
	contentEncoding?: string;
}

/** How many keys to yield together. */
const pageSize = 1000;

/** The key in a row: a text, a field `key` as a CSV or JSON Lines has it, or a line. */
const keyIn = (value: unknown): string | undefined => {
	if (typeof value === 'string') return value;
	if (!isMembers(value)) return undefined;
	const key = value.key ?? value.Key ?? value.line;
	return typeof key === 'string' ? key : undefined;
};

const howToList =
	'Use one key per line in a text file, a column named key in a CSV file, or a string or field named key per line in JSON Lines.';

/** How much of a file to look at for the names of its columns, in characters. */
const longestHead = 10_000;

const keyOfRow = (row: Row, name: string, number: number) => {
	const key = 'fault' in row ? undefined : keyIn(row.value);
	if (key !== undefined) return key;
	throw badInput(`Row ${'fault' in row ? row.fault.row : number} of '${name}' has no key`, howToList);
};

/** Throws for a key that is not under the prefix of the source. */
export const belowPrefix = (key: string, prefix: string, where: string) => {
	if (key.startsWith(prefix)) return key.slice(prefix.length);
	throw badInput(
		`${where} has the key '${key}', which does not start with '${prefix}'`,
		"Enter full keys and a 'Prefix' that they all start with, or leave 'Prefix' empty.",
	);
};

/**
 * Yields the keys of a file under a prefix, in batches: CSV with a column key, JSON or JSON Lines, or text with one
 * key per line, by its extension. Throws for a row without a key, and for a key that is not under the prefix.
 */
export async function* keysIn(
	{ name, body, contentEncoding }: KeyFile,
	prefix: string,
	hint: (message: string) => void,
): AsyncGenerator<string[]> {
	const format = formatOf('auto', name);
	const text = decoded(inflated(body, contentEncoding), '', () =>
		hint(`Part of '${name}' is not valid UTF-8 text, so some keys may not be found.`),
	);
	let head = '';
	async function* noted() {
		for await (const some of text) {
			if (head.length < longestHead) head += some.slice(0, longestHead);
			yield some;
		}
	}
	let number = 0;
	let keys: string[] = [];
	for await (const row of rowsOf(format === 'text' ? 'lines' : format, {})(noted())) {
		const key = keyOfRow(row, name, ++number);
		if (key === '') continue;
		keys.push(belowPrefix(key, prefix, `Row ${number} of '${name}'`));
		if (keys.length < pageSize) continue;
		yield keys;
		keys = [];
	}
	if (keys.length > 0) yield keys;
	// Without a row, nothing else would show that it is another file, and a mirror would take it for an empty list.
	if (number === 0 && head.trim() !== '' && format === 'csv' && !/\bkey\b/i.test(head))
		throw badInput(`'${name}' has no column 'key'`, howToList);
}
