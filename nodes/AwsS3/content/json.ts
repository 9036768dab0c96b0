import { JSONParser } from '@streamparser/json';
import { ContentFault } from './fault';
import type { Row } from './row';
import { wholeText } from './text';

const broken = (error: unknown, where = '') => {
	const why = error instanceof Error ? error.message : '';
	return new ContentFault(`The content is not JSON${where}`, `Check 'Format'. ${why}`);
};

/** Yields text that was already read, then the rest. */
async function* joined(first: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
	yield first;
	for (;;) {
		const { value, done } = await rest.next();
		if (done) return;
		yield value;
	}
}

const document = async (text: AsyncIterable<string>, atMost: number): Promise<Row> => {
	const whole = await wholeText(text, atMost);
	try {
		return { value: JSON.parse(whole) };
	} catch (error) {
		throw broken(error);
	}
};

/** Yields the elements of the list at a path such as `$.data.items`. An object at the path is one value. */
async function* elements(text: AsyncIterable<string>, path: string): AsyncGenerator<Row> {
	const parser = new JSONParser({ paths: [`${path}.*`], keepStack: false });
	let found: Row[] = [];
	let count = 0;
	const members = new Map<string, unknown>();
	parser.onValue = ({ value, key }) => {
		count++;
		if (typeof key === 'string') members.set(key, value);
		else found.push({ value });
	};
	const write = (piece: string) => {
		try {
			if (!parser.isEnded || piece.trim() !== '') parser.write(piece);
		} catch (error) {
			throw broken(error, ` behind value ${count}`);
		}
	};
	for await (const piece of text) {
		write(piece);
		yield* found;
		found = [];
	}
	if (!parser.isEnded) throw broken(new Error('It ends unexpectedly.'), ` behind value ${count}`);
	if (members.size > 0) yield { value: Object.fromEntries(members) };
}

/**
 * Yields the values of a JSON document: the elements of the list at a path such as `data.items`, or of the document
 * itself. Streams lists, so they may exceed the memory; any other document is one value of up to `atMost` MiB. Throws a
 * `ContentFault` for invalid JSON.
 */
export async function* json(text: AsyncIterable<string>, path: string, atMost: number): AsyncGenerator<Row> {
	const pieces = text[Symbol.asyncIterator]();
	try {
		let first = '';
		while (first.trim() === '') {
			const { value, done } = await pieces.next();
			if (done) throw new ContentFault('The object is empty', "Choose another 'Format', or another object.");
			first += value;
		}
		const all = joined(first, pieces);
		if (path !== '') yield* elements(all, `$.${path}`);
		else if (first.trimStart().startsWith('[')) yield* elements(all, '$');
		else yield await document(all, atMost);
	} finally {
		await pieces.return?.();
	}
}
