import { rateLimit } from '../../nodes/AwsS3/s3/flow/rateLimit';

/** A clock that goes on to the next waiter when nothing else happens; `late` is by how much its timers miss. */
const fakeClock = (late = 0) => {
	let time = 0;
	return {
		now: () => time,
		pass: (milliseconds: number) => (time += milliseconds),
		wait: async (milliseconds: number, signal?: AbortSignal) => {
			signal?.throwIfAborted();
			time += milliseconds + late;
			await Promise.resolve();
		},
	};
};

test.each([
	['one after the other', 10, 0, 100, 10],
	['a thousandth of that', 0.01, 0, 5, 500],
	['with timers that are late by 5 ms', 100, 5, 1000, 10],
])('so many a second: %s', async (_, perSecond, late, count, seconds) => {
	const clock = fakeClock(late);
	const limit = rateLimit(perSecond, clock);
	for (let done = 0; done < count; done++) await limit.take(1);
	expect(clock.now() / 1000).toBeGreaterThan(seconds * 0.97 - 1 / perSecond - 0.1);
	expect(clock.now() / 1000).toBeLessThan(seconds * 1.03 + 0.1);
});

test('large amounts take their time before what follows them, whoever asks', async () => {
	const clock = fakeClock();
	const limit = rateLimit(1000, clock);
	const turns: number[] = [];
	const take = async (amount: number) => {
		await limit.take(amount);
		turns.push(clock.now());
	};
	await take(500);
	await take(2000);
	await take(1);
	expect(turns).toEqual([0, 400, 2400]);
});

test('nothing is saved up in a pause but a tenth of a second', async () => {
	const clock = fakeClock();
	const limit = rateLimit(100, clock);
	await limit.take(1);
	clock.pass(60_000);
	let free = 0;
	for (const before = clock.now(); clock.now() === before; free++) await limit.take(1);
	expect(free).toBeLessThanOrEqual(12);
});

test('a stop ends the wait', async () => {
	const limit = rateLimit(0.001);
	await limit.take(1);
	const stop = new AbortController();
	const waiting = limit.take(1, stop.signal);
	stop.abort();
	await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
	await expect(limit.take(1, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
