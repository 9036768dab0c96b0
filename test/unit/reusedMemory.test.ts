import { createHash, randomBytes } from 'node:crypto';
import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { withReusedMemory } from '../../nodes/AwsS3/s3/sdk/reusedMemory';
import { listen } from '../support/listen';

const MiB = 1024 ** 2;
const content = randomBytes(16 * MiB);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('what arrives on a socket passes through one piece of memory, and bodies keep their bytes', async () => {
	const server = createServer((_request, answer) => answer.end(content));
	const agent = withReusedMemory(new Agent({ keepAlive: true }));
	// Until it is known that Node copies bodies, everything is copied.
	await sleep(100);
	const memories = new Set<unknown>();
	const ask = async (url: string) =>
		await new Promise<IncomingMessage>((resolve, reject) => {
			request(url, { agent }, resolve)
				.once('error', reject)
				.once('socket', (socket) => socket.on('data', ({ buffer: memory }: Buffer) => memories.add(memory)))
				.end();
		});
	const url = `http://${await listen(server)}`;
	for (const _time of [1, 2]) expect(sha256(await buffer(await ask(url)))).toBe(sha256(content));
	expect(memories.size).toBe(1);
	// At the same time each has memory of its own.
	const both = await Promise.all([ask(url), ask(url)]);
	for (const bytes of await Promise.all(both.map(buffer))) expect(sha256(bytes)).toBe(sha256(content));
	expect(memories.size).toBe(2);
	agent.destroy();
});
