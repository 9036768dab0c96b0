import type { Readable } from 'node:stream';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { File } from './binary';
import { binaryFile, fileOf } from './binary';
import { jsonArrayOf, jsonLinesOf } from '../../content/jsonWriter';
import { badInput } from '../errors/badInput';
import { bareAddress } from '../errors/redact';
import { field } from '../field';
import { isMetadataService } from '../../s3/identity/metadataAddress';
import { abortable, closedBy } from '../../s3/flow/abortable';

export const source = field({
	displayName: 'Source',
	name: 'source',
	type: 'options',
	options: [
		{ name: 'File', value: 'binary', description: 'Binary field of the item' },
		{ name: 'JSON', value: 'json', description: 'The JSON of the item' },
		{ name: 'Text', value: 'text', description: 'Text entered here' },
		{ name: 'URL', value: 'url', description: 'Content of a web address, streamed through n8n' },
	],
	default: 'binary',
	description: 'Where the content comes from',
});

export const inputField = field({
	displayName: 'Input Data Field Name',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['binary'] } },
	default: 'data',
	hint: 'The name of the input binary field containing the file to be uploaded',
});

export const text = field({
	displayName: 'Text',
	name: 'text',
	type: 'string',
	typeOptions: { rows: 4 },
	displayOptions: { show: { source: ['text'] } },
	default: '',
	description: 'The content of the object, stored in UTF-8',
});

export const mimeType = field({
	displayName: 'MIME Type',
	name: 'mimeType',
	type: 'string',
	displayOptions: { show: { source: ['text'] } },
	default: 'text/plain; charset=utf-8',
	placeholder: 'e.g. text/csv',
	description: 'The MIME type of the text',
});

export const url = field({
	displayName: 'URL',
	name: 'url',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['url'] } },
	default: '',
	placeholder: 'e.g. https://example.com/report.pdf',
	description: 'The address of the content. If it needs a login, use an HTTP Request node first.',
});

const contentFields = [inputField, text, mimeType, url] as const;

/** The fields that select the source of the content. */
export const sourceFields = [source, ...contentFields] as const;

const itemsOrSource = field({
	...source,
	options: [
		{
			name: 'All Items as One File',
			value: 'items',
			description: 'The JSON of all items with the same key, in one file',
		},
		...source.options,
	],
});

const itemsFormat = field({
	displayName: 'File Format',
	name: 'itemsFormat',
	type: 'options',
	displayOptions: { show: { source: ['items'] } },
	options: [
		{ name: 'JSON', value: 'json', description: 'List with one element per item' },
		{ name: 'JSON Lines', value: 'jsonLines', description: 'One line per item, easy to read in parts' },
	],
	default: 'json',
	description: 'The format of the file',
});

/** The same, and all items as one file. */
export const itemsOrSourceFields = [itemsOrSource, itemsFormat, ...contentFields] as const;

interface Content {
	source: 'binary' | 'items' | 'json' | 'text' | 'url';
	itemsFormat?: ItemsFormat;
	binaryPropertyName?: string;
	text?: string;
	mimeType?: string;
	url?: string;
}

interface UrlResponse {
	body: Readable;
	headers: Record<string, string | undefined>;
}

const isResponse = (value: unknown): value is UrlResponse =>
	typeof value === 'object' && value !== null && 'body' in value && 'headers' in value;

/** The HTTP status of a failed request, which n8n and its HTTP client keep in different places. */
const statusOf = (error: unknown): unknown => {
	if (typeof error !== 'object' || error === null) return undefined;
	if ('httpCode' in error && error.httpCode) return error.httpCode;
	if ('status' in error && error.status) return error.status;
	return 'response' in error ? statusOf(error.response) : undefined;
};

const closeLate = (late: unknown) => (isResponse(late) ? late.body.destroy() : undefined);

const fetchUrl = async (n8n: IExecuteFunctions, address: string, signal: AbortSignal): Promise<UrlResponse> => {
	const request: Promise<unknown> = n8n.helpers.httpRequest({
		url: address,
		encoding: 'stream',
		returnFullResponse: true,
		// With compression, Content-Length would differ from the length of the body.
		headers: { 'accept-encoding': 'identity' },
		abortSignal: signal,
	});
	const response = await abortable(request, signal, closeLate).catch((error) => {
		if (signal.aborted) throw error;
		const status = statusOf(error);
		const reason = error instanceof Error ? error.message : String(error);
		throw badInput(
			`The address in 'URL' ${status === undefined ? 'did not respond' : `responded with ${String(status)}`}: ${bareAddress(address)}`,
			`Open it in a browser to check that it works without a login. ${reason.replaceAll(address, bareAddress(address))}`,
		);
	});
	if (!isResponse(response)) throw new Error('The address responded without content');
	closedBy(signal, response.body);
	return response;
};

const urlFile = async (n8n: IExecuteFunctions, address: string, signal: AbortSignal): Promise<File> => {
	const isHttp = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
	if (!isHttp)
		throw badInput(
			`'URL' is not a web address: '${bareAddress(address)}'`,
			'Enter an address that starts with https://.',
		);
	const { hostname } = new URL(address);
	if (isMetadataService(hostname))
		throw badInput(
			`'URL' is an address of the machine's own metadata: '${hostname}'`,
			'This would store credentials of the n8n server. Enter another address.',
		);
	const firstResponse = await fetchUrl(n8n, address, signal);
	const length = Number(firstResponse.headers['content-length'] ?? NaN);
	let isFirstOpen = true;
	return {
		open: async () => {
			if (!isFirstOpen) return (await fetchUrl(n8n, address, signal)).body;
			isFirstOpen = false;
			return firstResponse.body;
		},
		close: () => {
			if (isFirstOpen) firstResponse.body.destroy();
		},
		length: Number.isNaN(length) ? undefined : length,
		mimeType: firstResponse.headers['content-type'] ?? '',
	};
};

type ItemsFormat = 'json' | 'jsonLines';

const itemsFile = (items: INodeExecutionData[], format: ItemsFormat = 'json'): File => {
	const rows = items.map(({ json }) => json);
	return format === 'json'
		? { open: async () => jsonArrayOf(rows), mimeType: 'application/json' }
		: { open: async () => jsonLinesOf(rows), mimeType: 'application/x-ndjson' };
};

/**
 * Returns the content that the fields select. Throws for a missing binary field, and for a URL that does not respond.
 */
export const contentOf = async (
	params: Content,
	{ n8n, items, signal }: { n8n: IExecuteFunctions; items: INodeExecutionData[]; signal: AbortSignal },
): Promise<File> => {
	const [item = { json: {} }] = items;
	switch (params.source) {
		case 'items':
			return itemsFile(items, params.itemsFormat);
		case 'json':
			return fileOf(Buffer.from(JSON.stringify(item.json)), 'application/json');
		case 'text':
			return fileOf(Buffer.from(params.text ?? ''), params.mimeType || 'text/plain; charset=utf-8');
		case 'url':
			return await urlFile(n8n, (params.url ?? '').trim(), signal);
		default:
			return await binaryFile({ n8n, item, signal }, params.binaryPropertyName ?? '', 'Input Data Field Name');
	}
};
