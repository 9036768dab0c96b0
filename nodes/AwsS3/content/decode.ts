import { ContentFault } from './fault';

/** https://encoding.spec.whatwg.org/#bom-sniff */
const marks: Array<[number[], string]> = [
	[[0xef, 0xbb, 0xbf], 'utf-8'],
	[[0xff, 0xfe], 'utf-16le'],
	[[0xfe, 0xff], 'utf-16be'],
];

const markedAs = (first: Uint8Array) => marks.find(([mark]) => mark.every((byte, index) => first[index] === byte))?.[1];

const isEncoding = (name: string) => {
	try {
		return new TextDecoder(name).encoding !== '';
	} catch {
		return false;
	}
};

const decoderFor = (encoding: string) => {
	if (isEncoding(encoding)) return new TextDecoder(encoding);
	throw new ContentFault(
		`The encoding '${encoding}' is not supported`,
		'Use a name such as utf-8, utf-16le, windows-1252, iso-8859-15, shift_jis or gb18030.',
	);
};

/**
 * Decodes bytes into text without its byte order mark. An empty encoding means the one of the mark, or UTF-8. Calls
 * `onInvalid` once if bytes are invalid in the encoding. Throws a `ContentFault` for an unknown encoding.
 */
export async function* decoded(
	source: AsyncIterable<Uint8Array>,
	encoding: string,
	onInvalid: (encoding: string) => void,
): AsyncGenerator<string> {
	let decoder: ReturnType<typeof decoderFor> | undefined;
	let isValid = true;
	const check = (text: string) => {
		if (isValid && text.includes('\ufffd')) {
			isValid = false;
			onInvalid(decoder?.encoding ?? 'utf-8');
		}
		return text;
	};
	for await (const chunk of source) {
		decoder ??= decoderFor(encoding || markedAs(chunk) || 'utf-8');
		const text = decoder.decode(chunk, { stream: true });
		if (text !== '') yield check(text);
	}
	const end = decoder?.decode() ?? '';
	if (end !== '') yield check(end);
}
