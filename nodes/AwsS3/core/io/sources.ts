import type { Readable } from 'node:stream';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { File } from './binary';
import { binaryFile, fileOf } from './binary';
import { badInput } from '../errors/badInput';
import { field } from '../field';

export const source = field({
	displayName: 'Source',
	name: 'source',
	type: 'options',
	options: [
		{ name: 'File', value: 'binary', description: 'A binary field of the item' },
		{ name: 'JSON', value: 'json', description: 'The JSON of the item' },
		{ name: 'Text', value: 'text', description: 'Text that is entered here' },
		{ name: 'URL', value: 'url', description: 'What an address on the web gives, streamed through' },
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
	description: 'What kind of text it is',
});

export const url = field({
	displayName: 'URL',
	name: 'url',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['url'] } },
	default: '',
	placeholder: 'e.g. https://example.com/report.pdf',
	description: 'The address to get the content from. For one that needs a login, use an HTTP Request node before.',
});

/** The fields that say where the content comes from. */
export const sourceFields = [source, inputField, text, mimeType, url] as const;

interface Content {
	source: 'binary' | 'json' | 'text' | 'url';
	binaryPropertyName?: string;
	text?: string;
	mimeType?: string;
	url?: string;
}

interface Answer {
	body: Readable;
	headers: Record<string, string | undefined>;
}

const isAnswer = (answer: unknown): answer is Answer =>
	typeof answer === 'object' && answer !== null && 'body' in answer && 'headers' in answer;

/** The status that the address answered with, wherever the error of n8n or of its HTTP client has it. */
const statusOf = (error: unknown): unknown => {
	if (typeof error !== 'object' || error === null) return undefined;
	if ('httpCode' in error && error.httpCode) return error.httpCode;
	if ('status' in error && error.status) return error.status;
	return 'response' in error ? statusOf(error.response) : undefined;
};

const get = async (n8n: IExecuteFunctions, address: string, signal: AbortSignal): Promise<Answer> => {
	const answer: unknown = await n8n.helpers
		.httpRequest({
			url: address,
			encoding: 'stream',
			returnFullResponse: true,
			// Packed on the way, its length would be another one than that of what arrives.
			headers: { 'accept-encoding': 'identity' },
			abortSignal: signal,
		})
		.catch((error) => {
			const status = statusOf(error);
			const why = error instanceof Error ? error.message : String(error);
			throw badInput(
				`The address in 'URL' ${status === undefined ? 'gave no answer' : `answered with ${String(status)}`}: ${address}`,
				`Open it in a browser to see whether it works without a login. ${why}`,
			);
		});
	if (!isAnswer(answer)) throw new Error('The address answered without a body');
	return answer;
};

const urlFile = async (n8n: IExecuteFunctions, address: string, signal: AbortSignal): Promise<File> => {
	const isHttp = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
	if (!isHttp)
		throw badInput(`'URL' is not an address on the web: '${address}'`, 'Enter one that begins with https://.');
	const first = await get(n8n, address, signal);
	const length = Number(first.headers['content-length'] ?? NaN);
	let isFresh = true;
	return {
		open: async () => {
			if (!isFresh) return (await get(n8n, address, signal)).body;
			isFresh = false;
			return first.body;
		},
		length: Number.isNaN(length) ? undefined : length,
		mimeType: first.headers['content-type'] ?? '',
	};
};

/** The content that the fields name. Throws where there is none. */
export const contentOf = async (
	params: Content,
	{ n8n, item, signal }: { n8n: IExecuteFunctions; item: INodeExecutionData; signal: AbortSignal },
): Promise<File> => {
	switch (params.source) {
		case 'json':
			return fileOf(Buffer.from(JSON.stringify(item.json)), 'application/json');
		case 'text':
			return fileOf(Buffer.from(params.text ?? ''), params.mimeType || 'text/plain; charset=utf-8');
		case 'url':
			return await urlFile(n8n, (params.url ?? '').trim(), signal);
		default:
			return await binaryFile(n8n, item, params.binaryPropertyName ?? '', 'Input Data Field Name');
	}
};
