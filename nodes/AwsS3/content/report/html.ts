const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What would change how the text around it is read, without being seen itself. */
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const codeOf = (character: string) => `\\u{${character.charCodeAt(0).toString(16)}}`;

/**
 * Text for HTML, in elements and quoted attributes. Keys may contain anything: what is not seen, such as line ends and marks
 * that turn the direction of writing, is shown by its code.
 */
export const escaped = (text: string): string =>
	text.replace(unseen, codeOf).replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** In characters. Many small chunks cost time. */
const chunkLength = 64 * 1024;

/** Joins text into chunks of UTF-8. */
export async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Buffer> {
	let chunk = '';
	for await (const piece of pieces) {
		chunk += piece;
		if (chunk.length < chunkLength) continue;
		yield Buffer.from(chunk);
		chunk = '';
	}
	if (chunk !== '') yield Buffer.from(chunk);
}
