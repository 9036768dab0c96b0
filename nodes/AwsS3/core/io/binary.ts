import { Readable } from 'node:stream';
import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Download } from '../../s3/read/download';
import { abortable, closedBy } from '../../s3/flow/abortable';
import { collect } from '../../s3/flow/collect';
import { badInput } from '../errors/badInput';

/** Content to store, from any source. */
export interface File {
	/** Opens a new stream of the whole content. Retries open it again. */
	open(): Promise<AsyncIterable<Uint8Array>>;
	/** Releases content that was never opened. */
	close?(): void;
	/** In bytes, if known. */
	length?: number;
	name?: string;
	mimeType: string;
}

/** In bytes. Larger than Node's default of 64 KiB, so that a part takes a few reads instead of hundreds. */
const chunkSize = 1024 ** 2;

/** Wraps content in memory as a file. */
export const fileOf = (bytes: Buffer, mimeType: string, name?: string): File => {
	const body = async function* () {
		yield bytes;
	};
	return { open: async () => body(), length: bytes.length, name, mimeType };
};

/** The item to work on, for n8n, until the signal fires. */
interface Work {
	n8n: IExecuteFunctions;
	item: INodeExecutionData;
	signal: AbortSignal;
}

/** The names of the binary fields of an item, in a sentence. */
export const fieldsOf = ({ binary = {} }: INodeExecutionData) => {
	const names = Object.keys(binary).map((name) => `'${name}'`);
	return names.length > 0 ? `The item has: ${names.join(', ')}.` : 'The item has no binary fields.';
};

/**
 * Returns the file in a binary field of an item, from memory or from n8n's binary storage. Throws for a missing field,
 * and lists the fields of the item.
 */
export const binaryFile = async ({ n8n, item, signal }: Work, name: string, label: string): Promise<File> => {
	const data: IBinaryData | undefined = item.binary?.[name];
	if (!data) {
		const available = fieldsOf(item);
		throw badInput(
			`The item has no binary field '${name}'`,
			`Enter the name of a field with a file in '${label}'. ${available} For text from the item, choose another 'Source'.`,
		);
	}
	const { fileName, mimeType, id } = data;
	if (!id) return fileOf(Buffer.from(data.data, 'base64'), mimeType, fileName);
	const { fileSize } = await abortable(n8n.helpers.getBinaryMetadata(id), signal, () => undefined);
	const open = async () =>
		await abortable(n8n.helpers.getBinaryStream(id, chunkSize), signal, (late) => late.destroy());
	return {
		open: async () => closedBy(signal, await open()),
		length: fileSize,
		name: fileName,
		mimeType,
	};
};

/** The size of a binary field in bytes, or a function that asks n8n for it. */
export const binaryBytes = (
	n8n: IExecuteFunctions,
	{ bytes, id, data }: IBinaryData,
): number | ((signal: AbortSignal) => Promise<number>) => {
	if (bytes !== undefined) return bytes;
	if (!id) return Buffer.byteLength(data, 'base64');
	return async (signal) => (await abortable(n8n.helpers.getBinaryMetadata(id), signal, () => undefined)).fileSize;
};

const nameInKey = (key: string) => key.split('/').filter(Boolean).at(-1) ?? 'file';

/** In bytes. Larger chunks make n8n concatenate buffers, and the garbage collector then takes most of the time. */
const streamChunkSize = 64 * 1024;

/** Small content becomes one buffer, because n8n stores a buffer in fewer steps than a stream. */
const bufferIfSmall = async (body: Download['body'], length = Infinity): Promise<Buffer | Readable> =>
	length <= chunkSize
		? await collect(body)
		: Readable.from(body, { objectMode: false, highWaterMark: streamChunkSize });

/** The content of an object on its way to n8n. */
interface Content {
	body: Download['body'];
	key: string;
	mimeType?: string;
	length?: number;
	signal?: AbortSignal;
}

/** Stores files in n8n. */
export interface BinaryStore {
	helpers: Pick<IExecuteFunctions['helpers'], 'prepareBinaryData'>;
}

/**
 * Stores a stream as a binary file of n8n, named after the key. Throws if its length differs from the announced one, so
 * that a truncated file never looks complete.
 */
export const storeBinary = async (
	n8n: BinaryStore,
	{ body, key, mimeType, length, signal }: Content,
): Promise<IBinaryData> => {
	const content = await bufferIfSmall(body, length);
	const storing = n8n.helpers.prepareBinaryData(content, nameInKey(key), mimeType);
	const stored = await abortable(storing, signal, () => undefined).finally(() => {
		// n8n may fail before it reads.
		if (content instanceof Readable) content.destroy();
	});
	const storedBytes = stored.bytes ?? (stored.id ? undefined : Buffer.byteLength(stored.data, 'base64'));
	if (length !== undefined && storedBytes !== undefined && storedBytes !== length) {
		throw new Error(`Only ${storedBytes} of ${length} bytes of '${key}' arrived`);
	}
	return stored;
};
