import { setImmediate as nextTurn } from 'node:timers/promises';
import { turnToBegin } from '../../nodes/AwsS3/s3/flow/rateLimit';

test('a hundred requests begin in their order, a few in each turn of the event loop', async () => {
	let turn = 0;
	let isOver = false;
	const count = async () => {
		for (; !isOver; turn++) await nextTurn();
	};
	const counting = count();
	const begun: Array<{ request: number; turn: number }> = [];
	await Promise.all(
		Array.from({ length: 100 }, async (_, request) => {
			await turnToBegin();
			begun.push({ request, turn });
		}),
	);
	isOver = true;
	await counting;
	expect(begun.map(({ request }) => request)).toEqual(Array.from({ length: 100 }, (_, request) => request));
	const inTurn = new Map<number, number>();
	for (const one of begun) inTurn.set(one.turn, (inTurn.get(one.turn) ?? 0) + 1);
	expect(Math.max(...inTurn.values())).toBeLessThanOrEqual(4);
});

test('a request that comes alone does not wait', async () => {
	await nextTurn();
	await nextTurn();
	let hasWaited = false;
	setImmediate(() => (hasWaited = true));
	await turnToBegin();
	expect(hasWaited).toBe(false);
});
