import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '../../nodes/AwsS3/s3/flow/abortable';
import { alone } from '../../nodes/AwsS3/s3/flow/keyLock';

test('work of one name runs one after the other, of other names at the same time', async () => {
	const log: string[] = [];
	const work = (name: string) => async () => {
		log.push(`${name} begins`);
		await sleep(20);
		log.push(`${name} ends`);
	};
	await Promise.all([
		alone('a', undefined, work('a1')),
		alone('a', undefined, work('a2')),
		alone('b', undefined, work('b')),
	]);
	expect(log.slice(0, 2)).toEqual(['a1 begins', 'b begins']);
	expect(log.indexOf('a2 begins')).toBeGreaterThan(log.indexOf('a1 ends'));
});

test('a failure releases the lock', async () => {
	await expect(alone('c', undefined, async () => await Promise.reject(new Error('x')))).rejects.toThrow('x');
	expect(await alone('c', undefined, async () => 1)).toBe(1);
});

test('a stop ends the wait for the lock at once, and the next one gets it', async () => {
	const stop = new AbortController();
	let finish = () => {};
	const holding = alone('d', undefined, async () => await new Promise<void>((resolve) => (finish = resolve)));
	const waiting = alone('d', stop.signal, async () => 'never');
	setTimeout(() => stop.abort(), 10);
	await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
	finish();
	await holding;
	expect(await alone('d', undefined, async () => 'next')).toBe('next');
});

test('a stopped wait leaves no lock behind, whether it had to wait or not', async () => {
	const deleted = jest.spyOn(Map.prototype, 'delete');
	const stop = new AbortController();
	let finish = () => {};
	const holding = alone('e', undefined, async () => await new Promise<void>((resolve) => (finish = resolve)));
	const waiting = alone('e', stop.signal, async () => 'never');
	stop.abort();
	await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
	await expect(alone('f', stop.signal, async () => 'never')).rejects.toMatchObject({ name: 'AbortError' });
	expect(deleted.mock.calls).not.toContainEqual(['e']);
	finish();
	await holding;
	await sleep(1);
	expect(deleted.mock.calls).toEqual(expect.arrayContaining([['e'], ['f']]));
	deleted.mockRestore();
});

test('abortable discards what arrives too late, and nothing else', async () => {
	const stop = new AbortController();
	const discarded: number[] = [];
	const late = sleep(30, 1);
	const waiting = abortable(late, stop.signal, (value) => discarded.push(value));
	stop.abort();
	await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
	await late;
	await sleep(1);
	expect(discarded).toEqual([1]);
	expect(await abortable(sleep(1, 2), new AbortController().signal, (value) => discarded.push(value))).toBe(2);
	expect(discarded).toEqual([1]);
	await expect(abortable(sleep(1, 3), stop.signal, (value) => discarded.push(value))).rejects.toMatchObject({
		name: 'AbortError',
	});
	await sleep(5);
	expect(discarded).toEqual([1, 3]);
});
