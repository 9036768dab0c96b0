import { Agent, createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../support/listen';
import type { Decision } from '../support/proxy';
import { startProxy } from '../support/proxy';

const word = 'content';

/** What arrives of an answer on the one socket that there is. */
const askOver = (agent: Agent, url: string) =>
	new Promise<string>((resolve, reject) => {
		request(url, { agent }, (answer) => resolve(text(answer)))
			.once('error', reject)
			.end();
	});

test.each<[string, Decision]>([
	['reset', { at: word.length, how: 'reset' }],
	['stall', { at: word.length, how: 'stall' }],
	['end', { at: word.length, how: 'end' }],
	['flip', { at: word.length, how: 'flip' }],
])(
	'an answer that is no longer than where a %s is to happen stays whole, and its socket good',
	async (_, decision) => {
		const target = createServer((_request, answer) => answer.end(word));
		const proxy = await startProxy(`http://${await listen(target)}`, () => decision);
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		for (const _time of [1, 2]) expect(await askOver(agent, proxy.url)).toBe(word);
		agent.destroy();
	},
	30_000,
);
