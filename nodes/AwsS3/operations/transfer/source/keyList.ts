import { isMembers } from '../../../s3/answers/members';
import { decoded } from '../../../content/decode';
import { inflated } from '../../../content/inflate';
import type { Row } from '../../../content/row';
import { badInput } from '../../../core/errors/badInput';
import { formatOf, rowsOf } from '../../../core/io/formats';

/** A file with keys, as it is read. */
export interface KeyFile {
	/** Its name, whose ending tells the format. */
	name: string;
	body: AsyncIterable<Buffer>;
	contentEncoding?: string;
}

/** Keys that are passed on together. */
const pageSize = 1000;

/** The key in a row: a text, a field `key` as a CSV or JSON Lines has it, or a line. */
const keyIn = (value: unknown): string | undefined => {
	if (typeof value === 'string') return value;
	if (!isMembers(value)) return undefined;
	const key = value.key ?? value.Key ?? value.line;
	return typeof key === 'string' ? key : undefined;
};

const keyOfRow = (row: Row, name: string, number: number) => {
	const key = 'fault' in row ? undefined : keyIn(row.value);
	if (key !== undefined) return key;
	throw badInput(
		`Row ${'fault' in row ? row.fault.row : number} of '${name}' has no key`,
		'Write a key on each line of a text; in a CSV, give it a column key in its first row; in JSON Lines, give each line a text or a field key.',
	);
};

/** Throws for a key that is not below the prefix of the source. */
export const belowPrefix = (key: string, prefix: string, where: string) => {
	if (key.startsWith(prefix)) return key.slice(prefix.length);
	throw badInput(
		`${where} has the key '${key}', which does not begin with '${prefix}'`,
		"Enter whole keys, and a 'Prefix' that all of them have, or leave 'Prefix' empty.",
	);
};

/**
 * Yields the keys of a file below a prefix, some at a time: CSV with a column key, JSON or JSON Lines, or text with a key on each
 * line, as the ending of its name says. Throws for a row without a key, and for a key that is not below the prefix.
 */
export async function* keysIn(
	{ name, body, contentEncoding }: KeyFile,
	prefix: string,
	hint: (message: string) => void,
): AsyncGenerator<string[]> {
	const format = formatOf('auto', name);
	const text = decoded(inflated(body, contentEncoding), '', () =>
		hint(`Some of '${name}' is no text in UTF-8, so its keys may not be found.`),
	);
	let number = 0;
	let keys: string[] = [];
	for await (const row of rowsOf(format === 'text' ? 'lines' : format, {})(text)) {
		const key = keyOfRow(row, name, ++number);
		if (key === '') continue;
		keys.push(belowPrefix(key, prefix, `Row ${number} of '${name}'`));
		if (keys.length < pageSize) continue;
		yield keys;
		keys = [];
	}
	if (keys.length > 0) yield keys;
}
