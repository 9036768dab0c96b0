import { Readable, pipeline } from 'node:stream';
import * as zlib from 'node:zlib';
import { ContentFault } from './fault';

type Inflate = () => NodeJS.ReadWriteStream;

/** A compression or archive format, recognized by its first bytes. */
interface Packing {
	begins(head: Buffer): boolean;
	inflate?: Inflate;
	/** The error for a format without `inflate`. */
	fault?: ContentFault;
}

const bytes =
	(...expected: number[]) =>
	(head: Buffer) =>
		expected.every((byte, index) => head[index] === byte);

/**
 * Undefined on older Node versions that n8n supports. https://nodejs.org/api/zlib.html#zlibcreatezstddecompressoptions
 */
const zstd: Inflate | undefined =
	'createZstdDecompress' in zlib && typeof zlib.createZstdDecompress === 'function'
		? zlib.createZstdDecompress.bind(zlib)
		: undefined;

const convert = (name: string, advice = 'Compress it with gzip instead.') =>
	new ContentFault(`The content is compressed with ${name}, which this node does not support`, advice);

const packings: Packing[] = [
	// https://www.rfc-editor.org/rfc/rfc1952
	{ begins: bytes(0x1f, 0x8b), inflate: () => zlib.createGunzip() },
	// https://www.rfc-editor.org/rfc/rfc8878
	{
		begins: bytes(0x28, 0xb5, 0x2f, 0xfd),
		inflate: zstd,
		fault: convert('Zstandard', 'Run n8n on Node.js 22.15 or newer, or compress it with gzip instead.'),
	},
	// https://www.rfc-editor.org/rfc/rfc1950: the second byte makes the first two divisible by 31, and is no text.
	{
		begins: (head) => head[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(head[1] ?? 0),
		inflate: () => zlib.createInflate(),
	},
	{
		begins: bytes(0x50, 0x4b, 0x03, 0x04),
		fault: new ContentFault(
			'The content is a zip archive',
			"Extract it with 'Folder: Unzip', and read the extracted files.",
		),
	},
	{ begins: bytes(0x42, 0x5a, 0x68), fault: convert('bzip2') },
	{ begins: bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a), fault: convert('xz') },
	{
		begins: bytes(0x50, 0x41, 0x52, 0x31),
		fault: new ContentFault('The content is a Parquet file', "Use 'Download' and a node that reads Parquet."),
	},
];

/** Reads the first bytes of a source, and returns them with an iterable over all bytes. */
const peeked = async (source: AsyncIterable<Buffer>, enough: number) => {
	const rest = source[Symbol.asyncIterator]();
	let head: Buffer = Buffer.alloc(0);
	while (head.length < enough) {
		const { value, done } = await rest.next();
		if (done) break;
		head = Buffer.concat([head, value]);
	}
	const all = async function* () {
		try {
			if (head.length > 0) yield head;
			for (;;) {
				const { value, done } = await rest.next();
				if (done) return;
				yield value;
			}
		} finally {
			await rest.return?.();
		}
	};
	return { head, all, close: async () => await rest.return?.() };
};

/**
 * Decompresses content. Recognizes gzip, zlib and Zstandard by their first bytes, and Brotli, which has no magic
 * number, by `Content-Encoding`. Passes other content through. Throws a `ContentFault` for formats that it cannot
 * decompress.
 */
export async function* inflated(source: AsyncIterable<Buffer>, contentEncoding = ''): AsyncGenerator<Buffer> {
	const { head, all, close } = await peeked(source, 6);
	const packing = packings.find(({ begins }) => begins(head));
	const isBrotli = !packing && /\bbr\b/.test(contentEncoding);
	const inflate = packing?.inflate ?? (isBrotli ? () => zlib.createBrotliDecompress() : undefined);
	if (packing && !inflate) {
		await close();
		throw packing.fault ?? new Error('Could not decompress the content');
	}
	if (!inflate) {
		yield* all();
		return;
	}
	// The callback ignores errors, because reading the stream throws them.
	const unpacked: AsyncIterable<Buffer> = Readable.from(pipeline(Readable.from(all()), inflate(), () => undefined));
	yield* unpacked;
}
