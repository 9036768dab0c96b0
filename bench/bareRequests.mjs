// Sends the requests of a transfer over Node's own HTTP, without the SDK, without checks, and with signatures that are made
// beforehand: `node bench/bareRequests.mjs file`. Prints how many milliseconds it took.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { inParallel, timed } from './floor.mjs';

const { copies, atOnce } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const agent = new Agent({ keepAlive: true });
const memory = [];

const send = async (method, url, headers, body) =>
	await new Promise((resolve, reject) => {
		request(url, { agent, method, headers }, resolve).once('error', reject).end(body);
	});

/** Throws for a refusal, also where it comes as the body of a copy that S3 had begun to answer with 200. */
const ended = async (answer) => {
	let text = '';
	for await (const chunk of answer) text += chunk;
	if (answer.statusCode !== 200 || text.includes('<Error>')) throw new Error(`Answered ${answer.statusCode}: ${text}`);
};

/** Reads into memory that was used before: new memory for each object would take longer. */
const read = async (answer) => {
	const length = Number(answer.headers['content-length']);
	const bytes = memory.pop() ?? Buffer.allocUnsafeSlow(length);
	let at = 0;
	for await (const chunk of answer) {
		bytes.set(chunk, at);
		at += chunk.length;
	}
	if (answer.statusCode !== 200 || at !== bytes.length)
		throw new Error(`Answered ${answer.statusCode} with ${at} bytes`);
	return bytes;
};

const copy = async ({ get, put, headers = {} }) => {
	if (!get) return await ended(await send('PUT', put, headers));
	const bytes = await read(await send('GET', get));
	await ended(await send('PUT', put, { ...headers, 'content-length': bytes.length }, bytes));
	memory.push(bytes);
};

console.log(
	await timed(async () => await inParallel(copies.length, atOnce, async (index) => await copy(copies[index]))),
);
process.exit(0);
