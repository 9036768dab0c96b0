import { decoded } from '../../nodes/AwsS3/content/decode';
import { ContentFault } from '../../nodes/AwsS3/content/fault';
import { all, cut, inPieces } from '../support/pieces';

const decode = async (bytes: AsyncIterable<Uint8Array>, encoding = '') => {
	const invalid: string[] = [];
	const pieces = await all(decoded(bytes, encoding, (one) => invalid.push(one)));
	return { text: pieces.join(''), pieces, invalid };
};

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each<[string, Buffer, string, string]>([
	['nothing', Buffer.alloc(0), '', ''],
	['UTF-8', Buffer.from('ä😀'), '', 'ä😀'],
	['UTF-8 with its mark', Buffer.from('\ufeffä😀'), '', 'ä😀'],
	['UTF-16 with its mark', Buffer.from('\ufeffä😀', 'utf16le'), '', 'ä😀'],
	['UTF-16, the other way round, with its mark', utf16be('\ufeffä😀'), '', 'ä😀'],
	['UTF-16 that is named', Buffer.from('ä😀', 'utf16le'), 'utf-16le', 'ä😀'],
	['another encoding that is named', Buffer.from([0xe4, 0x80]), 'windows-1252', 'ä€'],
	['what is named wins over what looks like a mark', Buffer.from([0xff, 0xfe, 0x41]), 'windows-1252', 'ÿþA'],
	['half of a mark is none', Buffer.from([0xef, 0xbb]), 'windows-1252', 'ï»'],
])('%s', async (_, bytes, encoding, text) => {
	expect(await decode(inPieces(bytes), encoding)).toMatchObject({ text, invalid: [] });
	// A mark is looked for in the first piece only.
	expect(await decode(cut(bytes, 3), encoding)).toMatchObject({ text, invalid: [] });
});

test('characters that are cut arrive whole, and no piece is empty', async () => {
	const { text, pieces } = await decode(cut(Buffer.from('ä😀ä'), 1));
	expect(text).toBe('ä😀ä');
	expect(pieces).toEqual(['ä', '😀', 'ä']);
});

test.each<[string, Buffer, string, string]>([
	['bytes that are no text', Buffer.from([0x41, 0xff, 0x42, 0xff]), 'A\ufffdB\ufffd', 'utf-8'],
	['a character that is cut off at the end', Buffer.from([0x41, 0xc3]), 'A\ufffd', 'utf-8'],
	['half of a pair at the end', Buffer.from([0xff, 0xfe, 0x41, 0x00, 0x42]), 'A\ufffd', 'utf-16le'],
])('%s is told once', async (_, bytes, text, encoding) => {
	expect(await decode(inPieces(bytes, Buffer.alloc(0)))).toMatchObject({ text, invalid: [encoding] });
	expect(await decode(cut(bytes, 3))).toMatchObject({ text, invalid: [encoding] });
});

test('an encoding that there is not', async () => {
	const attempt = decode(inPieces(Buffer.from('a')), 'klingon');
	await expect(attempt).rejects.toThrow(ContentFault);
	await expect(attempt).rejects.toMatchObject({
		message: "The encoding 'klingon' is not supported",
		advice: expect.stringContaining('windows-1252'),
	});
});
