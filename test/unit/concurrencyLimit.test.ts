import { adaptiveLimit, fixedLimit } from '../../nodes/AwsS3/s3/flow/concurrencyLimit';

/** Simulates tasks whose duration depends on how many run at the same time. Returns the last and the highest limit. */
const simulate = (count: number, took: (underWay: number) => number, [first, most] = [10, 128]) => {
	let clock = 0;
	const limit = adaptiveLimit(first, most, () => clock);
	const limits: number[] = [];
	for (let index = 0; index < count; index++) {
		const time = took(limit.current());
		// While `limit` tasks run in parallel, one completes every `time / limit` milliseconds.
		clock += time / limit.current();
		limit.done(time);
		limits.push(limit.current());
	}
	return { end: limits.at(-1), most: Math.max(...limits), limits };
};

test('the limit rises to the maximum for a distant server', () => {
	expect(simulate(1000, () => 100).end).toBe(128);
});

test('the limit stays low for a saturated server', () => {
	// 400 tasks per second at any limit.
	expect(simulate(5000, (underWay) => underWay * 2.5).most).toBeLessThanOrEqual(23);
});

test('the limit stops rising when more parallel tasks do not help', () => {
	// A latency of 50 ms, and at most 600 tasks per second.
	const { most } = simulate(5000, (underWay) => Math.max(50, underWay / 0.6));
	expect(most).toBeGreaterThanOrEqual(30);
	// One doubling more than the best limit.
	expect(most).toBeLessThanOrEqual(80);
});

test('long tasks do not raise the limit', () => {
	expect(simulate(200, () => 5000).most).toBe(10);
});

test('the limit falls when tasks get much slower', () => {
	let index = 0;
	const { limits } = simulate(3000, () => (index++ < 1000 ? 50 : 900));
	expect(limits[999]).toBe(128);
	expect(Math.min(...limits.slice(1000))).toBe(10);
});

test.each([150, 300, 900])(
	'the limit rises again when the way to the server stays longer: %i ms instead of 50',
	(latency) => {
		let index = 0;
		const { limits } = simulate(3000, () => (index++ < 1000 ? 50 : latency));
		expect(Math.min(...limits.slice(1000))).toBeLessThan(128);
		expect(limits.at(-1)).toBe(128);
	},
);

test('the limit stays low, but for rare trials, when a server stays saturated', () => {
	let index = 0;
	// 100 tasks per second at any limit.
	const { limits } = simulate(20_000, (underWay) => (index++ < 1000 ? 50 : underWay * 10));
	const late = limits.slice(5000);
	expect(Math.max(...late)).toBeLessThanOrEqual(20);
	expect(late.filter((limit) => limit > 10).length).toBeLessThan(late.length / 20);
});

test('it never takes fewer than at first, nor more than the most', () => {
	let index = 0;
	const { end } = simulate(20_000, () => (index++ < 1000 ? 50 : 50 * 1.05 ** (index / 50)));
	expect(end).toBe(10);
	expect(simulate(5000, () => 50, [10, 15]).most).toBe(15);
});

test('it is patient: twice as many as are under way have to be done before it takes more', () => {
	expect(simulate(19, () => 50).end).toBe(10);
	expect(simulate(20, () => 50).end).toBe(20);
	expect(simulate(59, () => 50).end).toBe(20);
	expect(simulate(60, () => 50).end).toBe(40);
});

test('work of just a second is long', () => {
	expect(simulate(200, () => 1000).most).toBe(10);
	expect(simulate(200, () => 999).most).toBeGreaterThan(10);
});

test('after a slow time it takes more again', () => {
	let index = 0;
	const took = () => (index++ < 1000 || index > 3000 ? 50 : 900);
	const { limits, end } = simulate(8000, took);
	expect(Math.min(...limits.slice(1000, 3000))).toBeLessThan(128);
	expect(end).toBe(128);
});

test('by itself it goes by the clock', async () => {
	const pace = adaptiveLimit(1, 8);
	for (let count = 0; count < 2; count++) {
		await new Promise((resolve) => setTimeout(resolve, 2));
		pace.done(2);
	}
	expect(pace.current()).toBe(2);
});

test('a number that is given stays', () => {
	const pace = fixedLimit(3);
	pace.done(1);
	expect(pace.current()).toBe(3);
});
