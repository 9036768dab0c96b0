import { adaptiveLimit, fixedLimit } from '../../nodes/AwsS3/s3/flow/concurrencyLimit';

/** Runs things of which each takes as long as `took` says of how many are under way; gives the limit at the end. */
const after = (count: number, took: (underWay: number) => number, [first, most] = [10, 128]) => {
	let clock = 0;
	const pace = adaptiveLimit(first, most, () => clock);
	const limits: number[] = [];
	for (let index = 0; index < count; index++) {
		const time = took(pace.current());
		// So many at a time: one is done every so often.
		clock += time / pace.current();
		pace.done(time);
		limits.push(pace.current());
	}
	return { end: limits.at(-1), most: Math.max(...limits) };
};

test('a far server gets more at a time, up to the most', () => {
	expect(after(1000, () => 100).end).toBe(128);
});

test('a server at its limit gets little more than at first', () => {
	// 400 a second, however many are asked for.
	expect(after(5000, (underWay) => underWay * 2.5).most).toBeLessThanOrEqual(23);
});

test('it stops where more does not help any more', () => {
	// 50 ms away, and 600 a second at most.
	const { most } = after(5000, (underWay) => Math.max(50, underWay / 0.6));
	expect(most).toBeGreaterThanOrEqual(30);
	// One doubling beyond what has helped.
	expect(most).toBeLessThanOrEqual(80);
});

test('long work is not done at a greater pace', () => {
	expect(after(200, () => 5000).most).toBe(10);
});

test('it takes fewer again where things get much slower', () => {
	let index = 0;
	const { end } = after(3000, () => (index++ < 1000 ? 50 : 900));
	expect(end).toBeLessThan(128);
});

test('a number that is given stays', () => {
	const pace = fixedLimit(3);
	pace.done(1);
	expect(pace.current()).toBe(3);
});
