import { detectTypes } from '../../content/columns/detectTypes';
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
		{ name: 'Automatic', value: 'auto', description: 'By file extension, such as .csv or .csv.gz' },
		{ name: 'CSV', value: 'csv', description: 'One item per row, with field names from the first row' },
		{ name: 'JSON', value: 'json', description: 'One item per list element, or one for an object' },
		{ name: 'JSON Lines', value: 'jsonLines', description: 'One item per line' },
		{ name: 'Lines', value: 'lines', description: 'One item per line of text' },
		{ name: 'Text', value: 'text', description: 'One item with the whole text' },
	],
	default: 'auto',
	description: 'The format of the content. Compressed content (such as gzip) is decompressed automatically.',
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
		displayName: 'Invalid Rows',
		name: 'brokenRows',
		type: 'options',
		options: [
			{ name: 'Put Into Field "Error"', value: 'field', description: 'An item with row number, reason and text' },
			{ name: 'Skip', value: 'skip', description: 'Continue and show a hint' },
			{ name: 'Stop', value: 'stop', description: 'Stop with an error at the first one' },
		],
		default: 'stop',
		description: 'What to do with rows that cannot be parsed',
	}),
	field({
		displayName: 'Delimiter',
		name: 'delimiter',
		type: 'string',
		default: '',
		placeholder: 'e.g. ;',
		description: 'Character between CSV fields, or \\t for a tab. Leave empty to detect it.',
	}),
	field({
		displayName: 'Detect Types',
		name: 'detectTypes',
		type: 'boolean',
		default: true,
		description:
			'Whether to turn CSV text into numbers, booleans and ISO dates, by column. Text that would lose something stays text, such as 007 or +49 30 123. Without this option all values are text.',
	}),
	field({
		displayName: 'Encoding',
		name: 'encoding',
		type: 'string',
		default: '',
		placeholder: 'e.g. windows-1252',
		description: 'Character encoding. Leave empty for UTF-8, or to use the byte order mark.',
	}),
	field({
		displayName: 'Header Row',
		name: 'header',
		type: 'boolean',
		default: true,
		description: 'Whether the first CSV row contains the field names',
	}),
	field({
		displayName: 'Max Text Size (MiB)',
		name: 'maxTextMib',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 256 },
		default: 64,
		description: 'Stop if a text, or a JSON document that is not a list, is larger than this',
	}),
	field({
		displayName: 'Path',
		name: 'path',
		type: 'string',
		default: '',
		placeholder: 'e.g. data.items',
		description: 'Path to the list in a JSON document',
	}),
	field({
		displayName: 'Quote',
		name: 'quote',
		type: 'string',
		default: '"',
		description: 'Character around CSV fields that contain delimiters',
	}),
] as const;

type FormatOptions = Partial<Params<[...typeof formatOptions]>>;

const delimiterOf = (given = '') => {
	const delimiter = given.replaceAll('\\t', '\t');
	if (/[\r\n"]/.test(delimiter))
		throw badInput("'Delimiter' contains a line break or a quote", 'Enter the text between fields, such as ;');
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
			return (text) => (options.detectTypes ? detectTypes(csv(text, csvOptions)) : csv(text, csvOptions));
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
