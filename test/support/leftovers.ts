import { createHook } from 'node:async_hooks';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import type { MemoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { longestCleanup } from '../../nodes/AwsS3/s3/write/afterStop';

/** Timers of the package and of the SDK. Those of sockets belong to Node.js, which ends them with the socket. */
const isOurs = (stack: string) =>
	/nodes\/AwsS3\/|@smithy|@aws-sdk|p-retry/.test(stack) && !/Socket\.setTimeout/.test(stack);

const timers = new Map<number, Error>();
const hook = createHook({
	init: (id, type) => {
		if (type === 'Timeout') timers.set(id, new Error('A timer that was begun here is left'));
	},
	destroy: (id) => timers.delete(id),
});
beforeAll(() => {
	Error.stackTraceLimit = 30;
	hook.enable();
});
afterAll(() => void hook.disable());

/** Where the timers that still run were started. Reading a stack is slow, so it is done only for these. */
const timersLeft = (): string[] => [...timers.values()].map(({ stack = '' }) => stack).filter((stack) => isOurs(stack));

interface HttpSocket extends Socket {
	_httpMessage?: { method: string; path: string } | null;
}

interface Handles {
	_getActiveHandles(): unknown[];
}

const isSocket = (handle: unknown): handle is HttpSocket => handle instanceof Socket;

/**
 * The requests to a port for which this process keeps a socket. A socket that has ended its request waits in the pool of
 * its agent, without one. https://github.com/nodejs/node/blob/main/lib/_http_agent.js
 */
const requestsLeft = (port: number): string[] =>
	(process as unknown as Handles)
		._getActiveHandles()
		.filter(isSocket)
		.filter(({ remotePort, destroyed }) => remotePort === port && !destroyed)
		.flatMap(({ _httpMessage: message }) => (message ? [`${message.method} ${message.path}`] : []));

/** The registry, whose operations show the memory budgets that they get. */
export const showingBudgets = (budgets: Set<MemoryBudget>) =>
	Object.values(registry).map((one: Operation) => {
		const { execute, batch } = one;
		return {
			...one,
			...(execute && {
				execute: (context: Parameters<typeof execute>[0]) => {
					budgets.add(context.budget);
					return execute(context);
				},
			}),
			...(batch && {
				batch: {
					...batch,
					execute: async (context: Parameters<typeof batch.execute>[0]) => {
						budgets.add(context.budget);
						return await batch.execute(context);
					},
				},
			}),
		} as Operation;
	});

/** Milliseconds: after a stop, requests that clean up may take as long as that, and a busy server takes its time. */
const patience = longestCleanup + 5000;

const isSo = async (holds: () => boolean) => {
	for (const end = performance.now() + patience; performance.now() < end && !holds();) await sleep(2);
	return holds();
};

/** What runs through a proxy have left behind, in words. */
export const leftBy = async (
	{ url, underWay }: { url: string; underWay: () => number },
	budgets: Set<MemoryBudget>,
): Promise<string[]> => {
	const port = Number(new URL(url).port);
	await isSo(() => requestsLeft(port).length === 0 && underWay() === 0 && timersLeft().length === 0);
	const held = [...budgets].map(
		async (budget) =>
			await budget.take(Infinity, AbortSignal.timeout(1000)).then(
				(release) => release(),
				() => ['memory is claimed'],
			),
	);
	return [
		...requestsLeft(port).map((line) => `a socket is kept for ${line}`),
		...(underWay() > 0 ? [`${underWay()} requests are under way`] : []),
		...timersLeft(),
		...(await Promise.all(held)).flatMap((words) => words ?? []),
	];
};
