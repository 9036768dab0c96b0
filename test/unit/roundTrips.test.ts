import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientRequest, createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { download } from '../../nodes/AwsS3/s3/read/download';
import { farDistance, roundTrips } from '../../nodes/AwsS3/s3/read/roundTrips';
import { listen } from '../support/listen';

const MiB = 1024 ** 2;
const content = randomBytes(48 * MiB);

test.each<[string, Array<[latency: number, busy: number]>, number]>([
	['nothing is known', [], 0],
	[
		'the shortest answer counts',
		[
			[120, 2],
			[40, 0],
			[60, 2],
		],
		40,
	],
	[
		'time in which the processor was busy does not count',
		[
			[120, 110],
			[80, 79],
		],
		10,
	],
	[
		'an answer that had to wait does not make S3 near',
		[
			[130, 130],
			[100, 5],
		],
		95,
	],
	[
		'but one that came early does',
		[
			[120, 10],
			[4, 4],
		],
		4,
	],
])('%s', (_, answers, distance) => {
	const { note, distance: measured } = roundTrips();
	for (const [latency, busy] of answers) note({ latency, busy });
	expect(measured()).toBe(distance);
});

const blockFor = (ms: number) => {
	const until = performance.now() + ms;
	while (performance.now() < until);
};

/** How long the answers of single bytes take, in milliseconds, as this process sees them. */
const answersOfBytes = () => {
	const sent = new Map<ClientRequest, number>();
	const took: number[] = [];
	const requestIn = (message: unknown) =>
		typeof message === 'object' && message && 'request' in message && message.request instanceof ClientRequest
			? message.request
			: undefined;
	const onRequest = (message: unknown) => {
		const request = requestIn(message);
		if (request && /^bytes=(\d+)-\1$/.test(String(request.getHeader('range')))) sent.set(request, performance.now());
	};
	const onAnswer = (message: unknown) => {
		const request = requestIn(message);
		const since = request && sent.get(request);
		if (since !== undefined) took.push(performance.now() - since);
	};
	// https://nodejs.org/api/diagnostics_channel.html#http
	subscribe('http.client.request.start', onRequest);
	subscribe('http.client.response.finish', onAnswer);
	const stop = () => {
		unsubscribe('http.client.request.start', onRequest);
		unsubscribe('http.client.response.finish', onAnswer);
	};
	return { took, stop };
};

test('a processor that is busy when the first answer comes does not make S3 seem far away', async () => {
	let underWay = 0;
	let atOnce = 0;
	let isFirst = true;
	const serve = async ({ headers: { range } }: IncomingMessage, answer: ServerResponse) => {
		atOnce = Math.max(atOnce, ++underWay);
		answer.once('close', () => underWay--);
		const [, from = 0, to = content.length - 1] = /(\d+)-(\d+)/.exec(range ?? '')?.map(Number) ?? [];
		if (isFirst) blockFor(400);
		isFirst = false;
		const length = to - from + 1;
		const ranged = { 'content-range': `bytes ${from}-${to}/${content.length}` };
		answer.writeHead(range ? 206 : 200, { 'content-length': length, etag: '"a"', ...(range && ranged) });
		// Not so fast that nobody would think of further connections.
		for (let at = from; at <= to; at += MiB / 4) {
			if (!answer.write(content.subarray(at, Math.min(at + MiB / 4, to + 1)))) await once(answer, 'drain');
			await sleep(4);
		}
		answer.end();
	};
	const server = createServer((request, answer) => void serve(request, answer));
	const s3 = connect({
		endpoint: `http://${await listen(server)}`,
		region: 'us-east-1',
		accessKeyId: 'a',
		secretAccessKey: 'a',
		forcePathStyle: true,
	});
	const { took, stop } = answersOfBytes();
	// Where other programs have the processor, S3 may in fact be far away: each answer is late.
	const isNear = ([first = Infinity]: number[]) => first < farDistance / 2;
	for (let tries = 0; tries < 20 && !isNear(took); tries++) {
		took.length = 0;
		[isFirst, atOnce] = [true, 0];
		const { body } = await download(s3, { Bucket: 'bucket', Key: 'a' }, { budget: memoryBudget(64 * MiB) });
		expect((await buffer(body)).equals(content)).toBe(true);
	}
	stop();
	expect(isNear(took)).toBe(true);
	// One brings the object, and another one tells that S3 is near.
	expect(atOnce).toBeLessThan(5);
});
