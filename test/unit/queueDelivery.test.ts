import { messageHandler } from '../../nodes/AwsS3/s3/events/handleMessages';
import type { Receiver } from '../../nodes/AwsS3/s3/events/handleMessages';
import type { S3Event } from '../../nodes/AwsS3/s3/events/eventNames';
import { queueOf, sqsEndpointOf } from '../../nodes/AwsS3/s3/events/queue';
import { startQueueLoop } from '../../nodes/AwsS3/s3/events/queueLoop';
import { seenEvents } from '../../nodes/AwsS3/s3/events/seenEvents';
import type { Message, QueueClient } from '../../nodes/AwsS3/s3/events/sqs';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import { until } from '../support/until';

let number = 0;

const body = (key: string, sequencer: string) =>
	JSON.stringify({
		Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object: { key, sequencer } } }],
	});

const message = (text: string, tries = 1): Message => ({ id: `m${number++}`, body: text, handle: `h${number}`, tries });

/** A queue in memory: what was deleted from it and hidden in it. */
const fakeQueue = () => {
	const removed: Message[] = [];
	const hidden: Message[] = [];
	const queue: QueueClient = {
		receive: async () => [],
		remove: async (one) => void removed.push(one),
		hide: async (one) => void hidden.push(one),
	};
	return { queue, removed, hidden };
};

/** A receiver whose executions end as a test says. */
const receiver = (more: Partial<Receiver> = {}) => {
	const runs: Array<{ events: S3Event[]; end: (succeeded: boolean) => void }> = [];
	const poison: string[] = [];
	const all: Receiver = {
		select: async (events) => events,
		run: async (events) => await new Promise((end) => void runs.push({ events, end })),
		onPoison: (_, { message: text }) => void poison.push(text),
		...{ removeWhen: 'ended', maxTries: 3 },
		...more,
	};
	return { handle: messageHandler(all, seenEvents()), runs, poison };
};

test.each([
	['ended', true, 1],
	['ended', false, 1],
	['succeeded', true, 1],
	['succeeded', false, 0],
] as const)('a message is deleted when its execution has %s: %s', async (removeWhen, succeeded, count) => {
	const { handle, runs } = receiver({ removeWhen });
	const { queue, removed, hidden } = fakeQueue();
	const work = handle(queue, [message(body('a', '1'))]);
	await until(() => runs.length === 1);
	expect(removed).toHaveLength(0);
	runs[0]?.end(succeeded);
	await work;
	expect(removed).toHaveLength(count);
	expect(hidden).toHaveLength(1 - count);
});

test('a message is deleted when its execution has started', async () => {
	const { handle, runs } = receiver({ removeWhen: 'started' });
	const { queue, removed } = fakeQueue();
	const work = handle(queue, [message(body('a', '1'))]);
	await until(() => removed.length === 1);
	runs[0]?.end(false);
	await work;
	expect(removed).toHaveLength(1);
});

test.each([
	['succeeded', true, 2],
	['succeeded', false, 0],
] as const)('a duplicate waits for the first: %s %s', async (removeWhen, succeeded, count) => {
	const { handle, runs } = receiver({ removeWhen });
	const { queue, removed, hidden } = fakeQueue();
	const works = [handle(queue, [message(body('a', '1'))]), handle(queue, [message(body('a', '1'))])];
	await until(() => runs.length === 1);
	runs[0]?.end(succeeded);
	await Promise.all(works);
	expect(runs).toHaveLength(1);
	expect(removed).toHaveLength(count);
	expect(hidden).toHaveLength(2 - count);
});

test('a duplicate in the same group is for one execution', async () => {
	const { handle, runs } = receiver();
	const { queue, removed } = fakeQueue();
	const work = handle(queue, [message(body('a', '1')), message(body('a', '1')), message(body('b', '2'))]);
	await until(() => runs.length === 1);
	expect(runs[0]?.events.map(({ key }) => key)).toEqual(['a', 'b']);
	runs[0]?.end(true);
	await work;
	expect(removed).toHaveLength(3);
});

test('what has failed comes again, and is no duplicate then', async () => {
	const { handle, runs } = receiver({ removeWhen: 'succeeded' });
	const { queue, removed } = fakeQueue();
	for (const [index, succeeded] of [false, true].entries()) {
		const work = handle(queue, [message(body('a', '1'), index + 1)]);
		await until(() => runs.length === index + 1);
		runs[index]?.end(succeeded);
		await work;
	}
	expect(removed).toHaveLength(1);
});

test('a message that was handled and could not be deleted is deleted when it comes again', async () => {
	const { handle, runs } = receiver();
	const { queue, removed } = fakeQueue();
	const broken = { ...queue, remove: async () => await Promise.reject(new Error('offline')) };
	const work = handle(broken, [message(body('a', '1'))]);
	await until(() => runs.length === 1);
	runs[0]?.end(true);
	await work;
	await handle(queue, [message(body('a', '1'), 2)]);
	expect(runs).toHaveLength(1);
	expect(removed).toHaveLength(1);
});

test('a late event is deleted and starts nothing', async () => {
	const { handle, runs } = receiver();
	const { queue, removed } = fakeQueue();
	const work = handle(queue, [message(body('a', '2'))]);
	await until(() => runs.length === 1);
	await handle(queue, [message(body('a', '1'))]);
	expect(removed).toHaveLength(1);
	runs[0]?.end(true);
	await work;
});

test.each([[[1, 2, 3]], [[4, 5]]])(
	'a message that is none of events is left, and reported once, received for the times %j',
	async (times) => {
		const { handle, runs, poison } = receiver({ maxTries: 2 });
		const { queue, removed, hidden } = fakeQueue();
		const bad = message('hello');
		for (const tries of times) await handle(queue, [{ ...bad, tries }]);
		expect([runs.length, removed.length, hidden.length]).toEqual([0, 0, times.length]);
		expect(poison).toEqual(['It is not JSON']);
	},
);

test('a workflow that fails for a message again and again is not run for it any more, which is reported once', async () => {
	const { handle, runs, poison } = receiver({ removeWhen: 'succeeded', maxTries: 2 });
	const { queue, removed } = fakeQueue();
	const bad = message(body('a', '1'));
	for (const tries of [1, 2]) {
		const work = handle(queue, [{ ...bad, tries }]);
		await until(() => runs.length === tries);
		expect(poison).toEqual([]);
		runs[tries - 1]?.end(false);
		await work;
	}
	for (const tries of [3, 4]) await handle(queue, [{ ...bad, tries }]);
	expect([runs.length, removed.length]).toEqual([2, 0]);
	expect(poison).toEqual(['The workflow failed 2 times for this message']);
});

test('a message that only others have received, such as tests in the editor, starts the workflow', async () => {
	const { handle, runs } = receiver({ removeWhen: 'succeeded', maxTries: 2 });
	const { queue, removed } = fakeQueue();
	const work = handle(queue, [message(body('a', '1'), 9)]);
	await until(() => runs.length === 1);
	runs[0]?.end(true);
	await work;
	expect(removed).toHaveLength(1);
});

test('what cannot be selected, because S3 does not answer, stays in the queue', async () => {
	let isBroken = true;
	const select = async (events: S3Event[]) => (isBroken ? await Promise.reject(new Error('offline')) : events);
	const { handle, runs } = receiver({ select });
	const { queue, removed } = fakeQueue();
	await expect(handle(queue, [message(body('a', '1'))])).rejects.toThrow('offline');
	expect(removed).toHaveLength(0);
	isBroken = false;
	const work = handle(queue, [message(body('a', '1'), 2)]);
	await until(() => runs.length === 1);
	runs[0]?.end(true);
	await work;
	expect(removed).toHaveLength(1);
});

describe('the loop', () => {
	const failure = (code: string) => s3Failure({ code, message: code, status: 400 });

	/** Starts a loop whose requests answer as the list says, and then give nothing until it is stopped. */
	const loopOver = async (answers: Array<Message[] | Error>, maxExecutions = 10) => {
		const stop = new AbortController();
		const handled: Message[] = [];
		const faults: unknown[] = [];
		const asked: number[] = [];
		const hanging: Array<() => void> = [];
		const connects: number[] = [];
		const receive = async (most: number) => {
			asked.push(most);
			const answer = answers.shift();
			if (answer instanceof Error) throw answer;
			if (answer) return answer;
			return await new Promise<Message[]>((_, reject) =>
				stop.signal.addEventListener('abort', () => reject(stop.signal.reason)),
			);
		};
		const started = startQueueLoop({
			connect: async () => {
				connects.push(1);
				return { ...fakeQueue().queue, receive, close: () => undefined };
			},
			handle: async (_, messages) => {
				handled.push(...messages);
				await new Promise<void>((resolve) => hanging.push(resolve));
			},
			...{
				maxExecutions,
				messagesPerExecution: 1,
				failsAtStart: true,
				onFault: (error) => faults.push(error),
				signal: stop.signal,
			},
		});
		return { started, stop, handled, faults, asked, hanging, connects };
	};

	test('takes no more messages than may run', async () => {
		const messages = [1, 2, 3].map((one) => message(String(one)));
		const { started, stop, handled, asked, hanging } = await loopOver([messages.slice(0, 2), messages.slice(2)], 2);
		await started;
		expect(handled).toHaveLength(2);
		expect(asked).toEqual([2]);
		hanging[0]?.();
		await until(() => handled.length === 3);
		expect(asked).toEqual([2, 1]);
		stop.abort();
		for (const end of hanging) end();
	});

	test('gives back what a request brings after the stop', async () => {
		const stop = new AbortController();
		const { queue, hidden } = fakeQueue();
		const late = message(body('a', '1'));
		const answers: Array<(messages: Message[]) => void> = [];
		const receive = async () => await new Promise<Message[]>((resolve) => answers.push(resolve));
		await startQueueLoop({
			connect: async () => ({ ...queue, receive, close: () => undefined }),
			handle: async () => await Promise.reject(new Error('Nothing may be handled')),
			...{ maxExecutions: 1, messagesPerExecution: 1, failsAtStart: false, signal: stop.signal },
			onFault: (error) => {
				throw error;
			},
		});
		await until(() => answers.length === 1);
		stop.abort();
		answers[0]?.([late]);
		await until(() => hidden.length === 1);
		expect(hidden).toEqual([late]);
	});

	test('throws for a queue that cannot be asked when it starts', async () => {
		const { started } = await loopOver([failure('SQS.QueueDoesNotExist')]);
		await expect(started).rejects.toThrow('SQS.QueueDoesNotExist');
	});

	test('reports what needs somebody once, goes on, and connects anew', async () => {
		const { started, stop, handled, faults, connects } = await loopOver([
			...[[], failure('SQS.AccessDenied'), failure('SQS.AccessDenied'), [message('1')]],
		]);
		await started;
		await until(() => handled.length === 1);
		expect(faults).toHaveLength(1);
		expect(connects).toHaveLength(3);
		stop.abort();
	});

	test.each([
		['AccessDenied', true],
		// A refused HEAD has no body, so no code of S3.
		['HTTP403', true],
		['SQS.OverLimit', false],
	])(
		'a message that cannot be handled because of %s, between others that can, is reported: %s',
		async (code, isTold) => {
			const faults: unknown[] = [];
			const stop = new AbortController();
			const bad = message('bad');
			const answers = [[message('1')], [bad], [message('2')], [bad], [message('bad')], [message('3')]];
			let handled = 0;
			await startQueueLoop({
				connect: async () => ({
					...fakeQueue().queue,
					receive: async () => answers.shift() ?? (await new Promise<Message[]>(() => undefined)),
					close: () => undefined,
				}),
				handle: async (_, [one]) => {
					handled++;
					if (one?.body === 'bad') throw s3Failure({ code, message: code, status: 403 });
				},
				...{ maxExecutions: 1, messagesPerExecution: 1, failsAtStart: true, signal: stop.signal },
				onFault: (error) => faults.push(error),
			});
			await until(() => handled === 6);
			expect(faults).toHaveLength(isTold ? 1 : 0);
			stop.abort();
		},
	);

	test('a trouble of messages that has ended is reported when it begins again', async () => {
		const faults: unknown[] = [];
		const stop = new AbortController();
		const one = message('1');
		const answers = [[one], [one], [message('2')]];
		let handled = 0;
		await startQueueLoop({
			connect: async () => ({
				...fakeQueue().queue,
				receive: async () => answers.shift() ?? (await new Promise<Message[]>(() => undefined)),
				close: () => undefined,
			}),
			handle: async () => {
				if (++handled !== 2) throw failure('AccessDenied');
			},
			...{ maxExecutions: 1, messagesPerExecution: 1, failsAtStart: true, signal: stop.signal },
			onFault: (error) => faults.push(error),
		});
		await until(() => faults.length === 2);
		expect(handled).toBe(3);
		stop.abort();
	});

	test('says nothing of a network that is back soon', async () => {
		const { started, stop, handled, faults } = await loopOver([[], failure('ECONNRESET'), [message('1')]]);
		await started;
		await until(() => handled.length === 1);
		expect(faults).toEqual([]);
		stop.abort();
	});
});

const connection = { accessKeyId: 'a', secretAccessKey: 's', region: 'eu-central-1' };
const custom = { ...connection, endpoint: 'http://localhost:4566' };
const own = 'https://sqs.eu-central-1.amazonaws.com/111122223333/q';

test.each([
	['q', connection, { name: 'q', region: 'eu-central-1' }],
	['q.fifo', connection, { name: 'q.fifo', region: 'eu-central-1' }],
	[own, connection, { name: 'q', account: '111122223333', region: 'eu-central-1', url: own }],
	[
		'arn:aws:sqs:us-west-2:111122223333:q',
		connection,
		{
			name: 'q',
			account: '111122223333',
			region: 'us-west-2',
			url: 'https://sqs.us-west-2.amazonaws.com/111122223333/q',
		},
	],
	[
		'arn:aws-cn:sqs:cn-north-1:111122223333:q',
		connection,
		{
			...{ name: 'q', account: '111122223333', region: 'cn-north-1' },
			url: 'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q',
		},
	],
	['arn:aws:sqs:us-east-1:000000000000:q', custom, { name: 'q', account: '000000000000', region: 'us-east-1' }],
	[
		'http://localhost:4566/000000000000/q',
		custom,
		{ name: 'q', account: '000000000000', region: 'eu-central-1', url: 'http://localhost:4566/000000000000/q' },
	],
	['https://sqs.eu-central-1.amazonaws.com.evil.example/111122223333/q', connection, undefined],
	['https://evil.example/111122223333/q', connection, undefined],
	[own, custom, undefined],
	[
		'http://sqs.us-east-1.localhost:4566/000000000000/q',
		custom,
		{
			...{ name: 'q', account: '000000000000', region: 'eu-central-1' },
			url: 'http://sqs.us-east-1.localhost:4566/000000000000/q',
		},
	],
	[
		own,
		{ ...connection, sqsEndpoint: 'https://vpce-1.sqs.eu-central-1.vpce.amazonaws.com' },
		{ name: 'q', account: '111122223333', region: 'eu-central-1', url: own },
	],
	['my queue', connection, undefined],
	['', connection, undefined],
	['arn:aws:sns:us-west-2:111122223333:q', connection, undefined],
])('the queue %s', (text, of, queue) => expect(queueOf(text, of)).toEqual(queue));

test.each([
	[{}, undefined],
	[{ endpoint: 'https://bucket.vpce-1.s3.eu-central-1.vpce.amazonaws.com' }, undefined],
	[{ endpoint: 'http://localhost:4566' }, 'http://localhost:4566'],
	[{ endpoint: 'https://minio.example.com', sqsEndpoint: 'http://localhost:9324' }, 'http://localhost:9324'],
])('SQS of %j is at %s', (of, endpoint) => expect(sqsEndpointOf(of)).toBe(endpoint));
