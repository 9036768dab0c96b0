import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { listen } from './listen';

interface Asked {
	input: string | string[];
	encoding_format?: string;
}

/** How long a vector is. */
export const dimensions = 8;

/** Text becomes a vector by its letters: the same text gets the same vector. */
const vectorOf = (text: string) =>
	Array.from({ length: dimensions }, (_, index) =>
		[...text].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) % (index + 2)), 1),
	);

const encoded = (vector: number[], format?: string) =>
	format === 'base64' ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector;

/** A model for embeddings as n8n's OpenAI node talks to one. It refuses a text with `forbidden` in it. */
export const startEmbeddings = async () => {
	const texts: string[] = [];
	const server = createServer((request, response) => {
		void json(request).then((body) => {
			const { input, encoding_format: format } = body as Asked;
			const all = [input].flat();
			const isForbidden = all.some((text) => text.includes('forbidden'));
			texts.push(...all);
			const data = all.map((text, index) => ({
				object: 'embedding',
				index,
				embedding: encoded(vectorOf(text), format),
			}));
			response
				.writeHead(isForbidden ? 400 : 200, { 'content-type': 'application/json' })
				.end(
					JSON.stringify(
						isForbidden
							? { error: { message: 'the model refuses this text', type: 'invalid_request_error' } }
							: { object: 'list', data, model: 'scripted', usage: { prompt_tokens: 1, total_tokens: 1 } },
					),
				);
		});
	});
	return { texts, url: `http://${await listen(server)}/v1` };
};
