import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';

const MiB = 1024 ** 2;

const keep = () => {};

/** Whether a claim is granted at once. */
const isGranted = async (claim: Promise<() => void>) =>
	await Promise.race([claim.then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 5))]);

test('what is free is given at once, and no more', async () => {
	const budget = memoryBudget(10 * MiB);
	const release = await budget.take(6 * MiB);
	expect(await isGranted(budget.take(4 * MiB))).toBe(true);
	const waiting = budget.take(1);
	expect(await isGranted(waiting)).toBe(false);
	release();
	expect(await isGranted(waiting)).toBe(true);
});

test('a claim above all of it gets all of it', async () => {
	const budget = memoryBudget(MiB);
	const release = await budget.take(100 * MiB);
	expect(await isGranted(budget.take(1))).toBe(false);
	release();
});

test('a claim of nothing counts as little, and the smallest budget serves one at a time', async () => {
	const budget = memoryBudget(1);
	const release = await budget.take(0);
	const next = budget.take(1);
	expect(await isGranted(next)).toBe(false);
	release();
	expect(await isGranted(next)).toBe(true);
});

test.each<[string, number, number, boolean]>([
	['half of all', 0, 5, true],
	['more than half of all', 0, 5.1, false],
	['so much that half stays free', 3, 2, true],
	['so much that less than half stays free', 3, 2.1, false],
])('what can be done without: %s', async (_, taken, claim, isGiven) => {
	const budget = memoryBudget(10 * MiB);
	if (taken > 0) await budget.take(taken * MiB);
	expect(budget.spare(claim * MiB, keep) !== undefined).toBe(isGiven);
});

test('it is given back', async () => {
	const budget = memoryBudget(10 * MiB);
	const release = budget.spare(5 * MiB, keep);
	expect(budget.spare(1, keep)).toBeUndefined();
	release?.();
	expect(budget.spare(5 * MiB, keep)).toBeInstanceOf(Function);
	expect(await isGranted(budget.take(5 * MiB))).toBe(true);
	expect(await isGranted(budget.take(1))).toBe(false);
});

test('nothing can be spared while somebody waits', async () => {
	const budget = memoryBudget(10 * MiB);
	const release = await budget.take(MiB);
	const waiting = budget.take(10 * MiB);
	expect(budget.spare(1, keep)).toBeUndefined();
	release();
	(await waiting)();
	expect(budget.spare(1, keep)).toBeInstanceOf(Function);
});

test('what was spared is asked back only where a claim does not fit beside it', async () => {
	const budget = memoryBudget(10 * MiB);
	const asked: string[] = [];
	const spare = (name: string, bytes: number) => {
		const release = budget.spare(bytes, () => {
			asked.push(name);
			release?.();
		});
		return release;
	};
	const held = await budget.take(2 * MiB);
	const other = spare('other', MiB);
	spare('first', 2 * MiB);
	const fits = budget.take(7 * MiB);
	expect(asked).toEqual([]);
	expect(await isGranted(fits)).toBe(false);
	other?.();
	held();
	(await fits)();
	spare('second', 2 * MiB);
	expect(await isGranted(budget.take(7 * MiB))).toBe(true);
	// One of the two is enough.
	expect(asked).toEqual(['first']);
});

describe('memory that was given back', () => {
	const memory = (size: number) => Buffer.allocUnsafeSlow(size * MiB);

	test('serves the claim that waits for it, and is gone then', async () => {
		const budget = memoryBudget(2 * MiB);
		const release = await budget.take(2 * MiB);
		const waiting = budget.take(2 * MiB);
		const used = memory(2);
		budget.recycle(used);
		release();
		await waiting;
		expect(budget.reuse(2 * MiB)).toBe(used);
		expect(budget.reuse(2 * MiB)).toBeUndefined();
	});

	test('serves only where it is not larger than the claim, best where it is as large', async () => {
		const budget = memoryBudget(10 * MiB);
		const [one, two, three] = [memory(1), memory(2), memory(3)];
		for (const used of [one, three, two]) budget.recycle(used);
		expect(budget.reuse(2 * MiB)).toBe(two);
		expect(budget.reuse(2 * MiB)).toBe(one);
		expect(budget.reuse(2 * MiB)).toBeUndefined();
		expect(budget.reuse(3 * MiB)).toBe(three);
	});

	test('is dropped where others claim the memory', async () => {
		const budget = memoryBudget(10 * MiB);
		for (let piece = 0; piece < 5; piece++) budget.recycle(memory(2));
		await budget.take(2 * MiB);
		// Four of them fit beside the claim, and one is what it takes.
		expect(budget.reuse(2 * MiB)).toHaveLength(2 * MiB);
		await budget.take(4 * MiB);
		budget.reuse(1);
		budget.spare(MiB, keep);
		expect([budget.reuse(2 * MiB), budget.reuse(2 * MiB)].filter(Boolean)).toHaveLength(2);
		expect(budget.reuse(2 * MiB)).toBeUndefined();
	});
});
