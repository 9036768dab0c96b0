import { Readable } from 'node:stream';
import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Download } from '../../s3/read/download';
import { collect } from '../../s3/flow/collect';
import { badInput } from '../errors/badInput';

/** Content that is to be stored, wherever it comes from. */
export interface File {
	/** Starts to read it, from its beginning each time. */
	open(): Promise<AsyncIterable<Uint8Array>>;
	/** Bytes, where the source knows them. */
	length?: number;
	name?: string;
	mimeType: string;
}

/** Reads in pieces of this size, so that a part is a few pieces and not thousands. */
const chunkSize = 1024 ** 2;

/** A file that is in memory already. */
export const fileOf = (bytes: Buffer, mimeType: string, name?: string): File => {
	const body = async function* () {
		yield bytes;
	};
	return { open: async () => body(), length: bytes.length, name, mimeType };
};

/**
 * A binary field of an item, wherever n8n keeps it. Throws with the names of the fields that there are, if it is not
 * among them.
 */
export const binaryFile = async (
	n8n: IExecuteFunctions,
	item: INodeExecutionData,
	name: string,
	label: string,
): Promise<File> => {
	const fields = Object.keys(item.binary ?? {});
	const data: IBinaryData | undefined = item.binary?.[name];
	if (!data) {
		const there =
			fields.length > 0
				? `The item has: ${fields.map((one) => `'${one}'`).join(', ')}.`
				: 'The item has no binary fields at all.';
		throw badInput(
			`The item has no binary field '${name}'`,
			`Enter the name of a field with a file in '${label}'. ${there} For text from the item itself choose another 'Source'.`,
		);
	}
	const { fileName, mimeType, id } = data;
	if (!id) return fileOf(Buffer.from(data.data, 'base64'), mimeType, fileName);
	const { fileSize } = await n8n.helpers.getBinaryMetadata(id);
	return {
		open: async () => await n8n.helpers.getBinaryStream(id, chunkSize),
		length: fileSize,
		name: fileName,
		mimeType,
	};
};

const nameInKey = (key: string) => key.split('/').filter(Boolean).at(-1) ?? 'file';

/** Larger pieces would be put together first, and the memory for that makes n8n collect garbage instead of working. */
const pieceSize = 64 * 1024;

/** What fits into one piece is kept in one go, which spares n8n several steps for each small object. */
const inOnePiece = async (body: Download['body'], length = Infinity): Promise<Buffer | Readable> =>
	length <= chunkSize ? await collect(body) : Readable.from(body, { objectMode: false, highWaterMark: pieceSize });

/**
 * Gives n8n a stream to keep as a file, named after the key. Throws if fewer bytes came than were announced, so that
 * half a file is never taken for a whole one.
 */
export const storeBinary = async (
	n8n: IExecuteFunctions,
	{ body, key, mimeType, length }: { body: Download['body']; key: string; mimeType?: string; length?: number },
): Promise<IBinaryData> => {
	const stored = await n8n.helpers.prepareBinaryData(await inOnePiece(body, length), nameInKey(key), mimeType);
	const got = stored.bytes ?? (stored.id ? undefined : Buffer.byteLength(stored.data, 'base64'));
	if (length !== undefined && got !== undefined && got !== length) {
		throw new Error(`Only ${got} of ${length} bytes of '${key}' arrived`);
	}
	return stored;
};
