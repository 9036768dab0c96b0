import * as zlib from 'node:zlib';
import { ContentFault } from '../../nodes/AwsS3/content/fault';
import { inflated } from '../../nodes/AwsS3/content/inflate';
import { all, cut, endless, inPieces } from '../support/pieces';
import { until } from '../support/until';

const text = 'name,value\nä,1\n';

const inflate = async (source: AsyncIterable<Buffer>, contentEncoding?: string) =>
	Buffer.concat(await all(inflated(source, contentEncoding))).toString();

test.each<[string, Buffer, string]>([
	['plain content', Buffer.from(text), ''],
	['gzip', zlib.gzipSync(text), ''],
	['gzip in two members', Buffer.concat([zlib.gzipSync(text.slice(0, 4)), zlib.gzipSync(text.slice(4))]), ''],
	['zlib, hardly packed', zlib.deflateSync(text, { level: 1 }), ''],
	['zlib, not packed', zlib.deflateSync(text, { level: 0 }), ''],
	['zlib, packed as usual', zlib.deflateSync(text), ''],
	['zlib, packed well', zlib.deflateSync(text, { level: 9 }), ''],
	['zlib, packed a little', zlib.deflateSync(text, { level: 5 }), ''],
	['Brotli', zlib.brotliCompressSync(text), 'br'],
	['Brotli among others', zlib.brotliCompressSync(text), 'aws-chunked, br'],
	['gzip whose encoding is wrong', zlib.gzipSync(text), 'br'],
	['plain content with another encoding', Buffer.from(text), 'aws-chunked'],
	['plain content with an encoding that only looks like Brotli', Buffer.from(text), 'brand'],
])('%s, however it is cut', async (_, bytes, contentEncoding) => {
	for (const length of [1, 2, 5, 1000]) expect(await inflate(cut(bytes, length), contentEncoding)).toBe(text);
});

test.each(['a', 'xy', 'x\u0000y', '(µ/', 'BZip', 'PK..', 'PAR0', '\u001f.', '\u00fd7zX.'])(
	'content that begins like something packed and is not: %j',
	async (begin) => {
		const bytes = Buffer.from(begin, 'latin1');
		expect(Buffer.concat(await all(inflated(inPieces(Buffer.alloc(0), bytes)))).equals(bytes)).toBe(true);
	},
);

test('nothing gives nothing, not even an empty piece', async () => {
	expect(await all(inflated(inPieces()))).toEqual([]);
	expect(await all(inflated(inPieces(Buffer.alloc(0))))).toEqual([]);
});

test.each<[string, Buffer, string, string]>([
	['a zip archive', Buffer.from('PK\u0003\u0004....'), 'The content is a zip archive', "'Folder: Unzip'"],
	['bzip2', Buffer.from('BZh91AY'), 'The content is compressed with bzip2, which this node does not support', 'gzip'],
	[
		'xz',
		Buffer.from('\u00fd7zXZ\u0000', 'latin1'),
		'The content is compressed with xz, which this node does not support',
		'gzip',
	],
	['Parquet', Buffer.from('PAR1....'), 'The content is a Parquet file', "'Download'"],
])('refused: %s', async (_, bytes, message, advice) => {
	const { source, seen } = endless(bytes);
	const attempt = inflate(source);
	await expect(attempt).rejects.toThrow(new ContentFault(message, ''));
	await expect(attempt).rejects.toMatchObject({ advice: expect.stringContaining(advice) });
	expect(seen.given).toBeLessThanOrEqual(2);
	expect(seen.isClosed).toBe(true);
});

test('Zstandard is read where Node can', async () => {
	// https://www.rfc-editor.org/rfc/rfc8878: a frame with one raw block, "a".
	const bytes = Buffer.from('28b52ffd2001090000' + '61', 'hex');
	const attempt = inflate(inPieces(bytes));
	if ('createZstdDecompress' in zlib) expect(await attempt).toBe('a');
	else
		await expect(attempt).rejects.toMatchObject({
			message: 'The content is compressed with Zstandard, which this node does not support',
			advice: 'Run n8n on Node.js 22.15 or newer, or compress it with gzip instead.',
		});
});

test('what is damaged is told by the one who reads', async () => {
	const bytes = zlib.gzipSync('x'.repeat(100_000));
	await expect(inflate(inPieces(bytes.subarray(0, -10)))).rejects.toThrow(/end of file/);
	await expect(inflate(inPieces(Buffer.from('1f8b0000', 'hex')))).rejects.toThrow('unknown compression method');
});

test('a source that breaks off breaks what is made of it', async () => {
	async function* broken(begin: Buffer) {
		yield begin;
		throw new Error('gone');
	}
	await expect(inflate(broken(Buffer.from('plain text')))).rejects.toThrow('gone');
	await expect(inflate(broken(zlib.gzipSync('x'.repeat(1000)).subarray(0, 20)))).rejects.toThrow('gone');
});

test.each<[string, Buffer]>([
	['plain', Buffer.from('plain text')],
	['packed', zlib.gzipSync('x'.repeat(1000))],
])('who stops reading %s content closes the source', async (_, bytes) => {
	const { source, seen } = endless(bytes);
	for await (const _piece of inflated(source)) break;
	await until(() => seen.isClosed);
});
