import { once } from 'node:events';
import { connect } from 'node:net';
import { retrying } from '../../nodes/AwsS3/s3/flow/retry';
import { soon } from '../support/soon';

const policy = { attempts: 3, firstPause: 20, canRetry: () => true };

/** Work that fails so many times before it is done; `count` says how often it was begun. */
const failing = (times: number) => {
	let begun = 0;
	const work = async () => {
		if (begun++ < times) throw new Error(`failure ${begun}`);
		return 'done';
	};
	return { work, count: () => begun };
};

test('what fails is done again, after pauses that grow', async () => {
	const { work } = failing(2);
	const started = performance.now();
	expect(await retrying(policy, work)).toBe('done');
	expect(performance.now() - started).toBeGreaterThan(55);
});

test('in the end the last error is thrown', async () => {
	const { work, count } = failing(9);
	await expect(retrying(policy, work)).rejects.toThrow('failure 3');
	expect(count()).toBe(3);
});

test('what cannot go better is not done again', async () => {
	const { work, count } = failing(9);
	await expect(retrying({ ...policy, canRetry: () => false }, work)).rejects.toThrow('failure 1');
	expect(count()).toBe(1);
});

test('a stop ends a pause at once', async () => {
	const { work, count } = failing(9);
	const started = performance.now();
	const signal = AbortSignal.timeout(50);
	await expect(retrying({ ...policy, firstPause: 10_000, signal }, work)).rejects.toHaveProperty(
		'name',
		'TimeoutError',
	);
	expect(performance.now() - started).toBeLessThan(soon);
	expect(count()).toBe(1);
});

test('an error of the system is one as well', async () => {
	const work = async () => await once(connect(9, '127.0.0.1'), 'connect');
	await expect(retrying({ ...policy, attempts: 2 }, work)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
