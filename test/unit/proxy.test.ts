import { Agent, createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../support/listen';
import type { Decision } from '../support/proxy';
import { startProxy } from '../support/proxy';
import { until } from '../support/until';

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

test.each<[string, string, Record<string, string>, string]>([
	['has no body', '', { 'content-length': '0' }, 'socket hang up'],
	['is shorter', word, { 'content-length': `${word.length}` }, 'aborted'],
	['is shorter and does not say so', word, { 'transfer-encoding': 'chunked' }, 'aborted'],
])('an answer that is to stall and %s does not arrive whole', async (_, body, headers, ending) => {
	const target = createServer((_request, answer) => answer.writeHead(200, headers).end(body));
	let hasAnswered = false;
	target.on('request', (_request, answer) => answer.once('close', () => (hasAnswered = true)));
	const proxy = await startProxy(`http://${await listen(target)}`, () => ({ at: word.length, how: 'stall' }));
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	let isWhole = false;
	const asked = askOver(agent, proxy.url).then(() => (isWhole = true));
	await until(() => hasAnswered);
	// What the proxy passes on would arrive in this time.
	await sleep(200);
	expect(isWhole).toBe(false);
	agent.destroy();
	await expect(asked).rejects.toThrow(ending);
});
