import { ContentFault } from './fault';

const MiB = 1024 ** 2;

/** Joins a text into one string. Throws a `ContentFault` if it exceeds `atMost` MiB, counted in characters. */
export const wholeText = async (text: AsyncIterable<string>, atMost: number): Promise<string> => {
	const pieces: string[] = [];
	let length = 0;
	for await (const piece of text) {
		pieces.push(piece);
		length += piece.length;
		if (length > atMost * MiB)
			throw new ContentFault(
				`The text is longer than ${atMost} MiB`,
				"Choose 'Lines' in 'Format' to read it in rows, or raise 'Max Text Size (MiB)' in 'Options'.",
			);
	}
	return pieces.join('');
};
