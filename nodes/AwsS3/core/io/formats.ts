import { csv } from '../../content/csv';
import { json } from '../../content/json';
import { jsonLines, lines } from '../../content/lines';
import type { Row } from '../../content/row';
import { wholeText } from '../../content/text';
import { badInput } from '../errors/badInput';
import type { Params } from '../field';
import { field } from '../field';

export const format = field({
	displayName: 'Format',
	name: 'format',
	type: 'options',
	options: [
		{ name: 'Automatic', value: 'auto', description: 'By the end of the key, such as .csv or .csv.gz' },
		{ name: 'CSV', value: 'csv', description: 'One item a row, with the names of the first row' },
		{ name: 'JSON', value: 'json', description: 'One item an element of a list, or one for an object' },
		{ name: 'JSON Lines', value: 'jsonLines', description: 'One item a line' },
		{ name: 'Lines', value: 'lines', description: 'One item a line of text' },
		{ name: 'Text', value: 'text', description: 'One item with all of it' },
	],
	default: 'auto',
	description: 'What the content is. Packed content (gzip and others) is unpacked by itself.',
});

type Format = 'csv' | 'json' | 'jsonLines' | 'lines' | 'text';

/** The format of each file extension. */
const formatByExtension = new Map<string, Format>([
	['csv', 'csv'],
	['tsv', 'csv'],
	['tab', 'csv'],
	['json', 'json'],
	['geojson', 'json'],
	['jsonl', 'jsonLines'],
	['ndjson', 'jsonLines'],
]);

/** Returns the selected format; for `auto` the format of the key's extension, or text if it is unknown. */
export const formatOf = (chosen: Format | 'auto', key: string): Format => {
	if (chosen !== 'auto') return chosen;
	const extension = /\.([a-z]+)(?:\.(?:gz|br|zst|z))?$/i.exec(key)?.[1]?.toLowerCase() ?? '';
	return formatByExtension.get(extension) ?? 'text';
};

/** The options for parsing content. */
export const formatOptions = [
	field({
		displayName: 'Broken Rows',
		name: 'brokenRows',
		type: 'options',
		options: [
			{ name: 'Put Into Field "Error"', value: 'field', description: 'An item with row, reason and text of it' },
			{ name: 'Skip', value: 'skip', description: 'Go on, and report them beside the output' },
			{ name: 'Stop', value: 'stop', description: 'Say what is wrong with the first one' },
		],
		default: 'stop',
		description: 'What to do with rows that cannot be read',
	}),
	field({
		displayName: 'Delimiter',
		name: 'delimiter',
		type: 'string',
		default: '',
		placeholder: 'e.g. ;',
		description: 'What stands between the fields of a CSV, \\t for a tab. Leave empty to find it out.',
	}),
	field({
		displayName: 'Encoding',
		name: 'encoding',
		type: 'string',
		default: '',
		placeholder: 'e.g. windows-1252',
		description: 'How the characters are written. Leave empty for UTF-8, or what its byte order mark says.',
	}),
	field({
		displayName: 'Header Row',
		name: 'header',
		type: 'boolean',
		default: true,
		description: 'Whether the first row of a CSV has the names of the fields',
	}),
	field({
		displayName: 'Max Text Size (MiB)',
		name: 'maxTextMib',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 256 },
		default: 64,
		description: 'A text, or a JSON document that is no list, is refused above this size',
	}),
	field({
		displayName: 'Path',
		name: 'path',
		type: 'string',
		default: '',
		placeholder: 'e.g. data.items',
		description: 'Where in a JSON document the list is',
	}),
	field({
		displayName: 'Quote',
		name: 'quote',
		type: 'string',
		default: '"',
		description: 'What stands around the fields of a CSV that have delimiters in them',
	}),
] as const;

type FormatOptions = Partial<Params<[...typeof formatOptions]>>;

const delimiterOf = (given = '') => {
	const delimiter = given.replaceAll('\\t', '\t');
	if (/[\r\n"]/.test(delimiter))
		throw badInput("'Delimiter' has a line end or a quote in it", 'Enter what stands between the fields, such as ;');
	return delimiter;
};

const quoteOf = (given = '"') => {
	if (given.length !== 1) throw badInput("'Quote' is not one character", 'Enter a character such as ".');
	return given;
};

/** Returns the parser that turns text of this format into rows. Throws for invalid options. */
export const rowsOf = (
	format: Format,
	options: FormatOptions,
): ((text: AsyncIterable<string>) => AsyncIterable<Row>) => {
	const maxMib = options.maxTextMib ?? 64;
	const csvOptions = {
		delimiter: delimiterOf(options.delimiter),
		quote: quoteOf(options.quote),
		hasHeader: options.header ?? true,
	};
	switch (format) {
		case 'csv':
			return (text) => csv(text, csvOptions);
		case 'json':
			return (text) => json(text, options.path ?? '', maxMib);
		case 'jsonLines':
			return jsonLines;
		case 'lines':
			return linesAsRows;
		case 'text':
			return (text) => textAsRow(text, maxMib);
	}
};

async function* linesAsRows(text: AsyncIterable<string>): AsyncGenerator<Row> {
	for await (const line of lines(text)) yield { value: { line } };
}

async function* textAsRow(text: AsyncIterable<string>, maxMib: number): AsyncGenerator<Row> {
	yield { value: { text: await wholeText(text, maxMib) } };
}

/** Wraps a value as `{ value }` unless it is an object, because the JSON of an item must be one. */
export const asObject = (value: unknown): object =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
