import { HttpRequest } from '@smithy/core/protocols';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inPieces } from '../../nodes/AwsS3/s3/sdk/inPieces';
import { turnToBegin, turnToProcess } from '../../nodes/AwsS3/s3/flow/rateLimit';

/** Counts the turns of the event loop until it is stopped. */
const countTurns = () => {
	let turn = 0;
	let isOver = false;
	const count = async () => {
		for (; !isOver; turn++) await nextTurn();
	};
	const counting = count();
	const stop = async () => {
		isOver = true;
		await counting;
	};
	return { current: () => turn, stop };
};

const most = (turns: number[]) => Math.max(...new Set(turns.map((turn) => turns.filter((one) => one === turn).length)));

test('a hundred requests begin in their order, a few in each turn of the event loop', async () => {
	const turns = countTurns();
	const begun: Array<{ request: number; turn: number }> = [];
	await Promise.all(
		Array.from({ length: 100 }, async (_, request) => {
			await turnToBegin();
			begun.push({ request, turn: turns.current() });
		}),
	);
	await turns.stop();
	expect(begun.map(({ request }) => request)).toEqual(Array.from({ length: 100 }, (_, request) => request));
	expect(most(begun.map(({ turn }) => turn))).toBeLessThanOrEqual(4);
});

test('the bytes of many connections are processed over many turns of the event loop', async () => {
	const turns = countTurns();
	const processed: number[] = [];
	await Promise.all(
		Array.from({ length: 64 }, async () => {
			for (let chunk = 0; chunk < 16; chunk++) {
				await turnToProcess(64 * 1024);
				processed.push(turns.current());
			}
		}),
	);
	await turns.stop();
	expect(processed).toHaveLength(1024);
	// 1 MiB is 16 chunks. Two turns may look like one to those who count them.
	expect(most(processed)).toBeLessThanOrEqual(32);
});

test('a request that comes alone does not wait', async () => {
	await nextTurn();
	await nextTurn();
	let hasWaited = false;
	setImmediate(() => (hasWaited = true));
	await turnToBegin();
	expect(hasWaited).toBe(false);
});

test('bodies of many requests are handed to their sockets over many turns of the event loop', async () => {
	const turns = countTurns();
	const handed: number[] = [];
	const requests = Array.from({ length: 4 }, () => inPieces(new HttpRequest({ body: Buffer.alloc(4 * 1024 ** 2) })));
	await Promise.all(
		requests.map(async ({ body }) => {
			for await (const piece of body) {
				expect(piece).toHaveLength(256 * 1024);
				handed.push(turns.current());
			}
		}),
	);
	await turns.stop();
	expect(handed).toHaveLength(64);
	// 1 MiB is 4 pieces. Two turns may look like one to those who count them.
	expect(most(handed)).toBeLessThanOrEqual(8);
});
