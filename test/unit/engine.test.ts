import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFatal, s3Failure } from '../../nodes/AwsS3/s3/failure';
import { fixedLimit } from '../../nodes/AwsS3/s3/flow/concurrencyLimit';
import type { Ending, Outcome, StopPolicy } from '../../nodes/AwsS3/s3/flow/engine';
import { runActions, runBatches } from '../../nodes/AwsS3/s3/flow/engine';
import { claimsOn, memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { pool, poolAll } from '../../nodes/AwsS3/s3/flow/pool';
import { inPieces } from '../support/pieces';
import { randomOf } from '../support/randomOf';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const actions = (count: number) => numbers(count).map((index) => ({ key: `${index}`, size: 10 }));
const refusal = (code: string) => s3Failure({ message: code, code, status: 403 });

/** Collects the outcomes of a run, and its ending or the error it threw. */
const drain = async <A, R>(run: AsyncGenerator<Outcome<A, R>, Ending>) => {
	const outcomes: Array<Outcome<A, R>> = [];
	try {
		for (;;) {
			const { value, done } = await run.next();
			if (done) return { outcomes, ending: value };
			outcomes.push(value);
		}
	} catch (error) {
		return { outcomes, error };
	}
};

/** Counts tasks that run at the same time. */
const gauge = () => {
	const counts = { now: 0, most: 0, begun: 0 };
	const during = async <T>(work: () => Promise<T>) => {
		counts.begun++;
		counts.most = Math.max(counts.most, ++counts.now);
		return await work().finally(() => counts.now--);
	};
	return { counts, during };
};

describe('pool', () => {
	test('runs as many tasks as the limit allows, and yields results as they complete', async () => {
		const { counts, during } = gauge();
		const given: number[] = [];
		let others = 0;
		const work = async (item: number) =>
			await during(async () => {
				// The first one ends last.
				while (item === 0 && others < 3) await sleep(1);
				await sleep(1);
				return item;
			});
		for await (const result of pool([0, 1, 2, 3], { limit: fixedLimit(3) }, work)) {
			if (result !== 0) others++;
			given.push(result);
		}
		expect(counts.most).toBe(3);
		expect(given.at(-1)).toBe(0);
		expect([...given].sort()).toEqual([0, 1, 2, 3]);
	});

	test('yields results in the order of the source with inOrder', async () => {
		const results: number[] = [];
		const settings = { limit: fixedLimit(3), inOrder: true };
		for await (const item of pool([30, 5, 10, 1], settings, async (one) => await sleep(one, one))) results.push(item);
		expect(results).toEqual([30, 5, 10, 1]);
	});

	test('takes only as many items from its source as its reader needs', async () => {
		let taken = 0;
		function* source() {
			for (;;) yield taken++;
		}
		for await (const item of pool(source(), { limit: fixedLimit(4) }, async (one) => one)) if (item === 10) break;
		expect(taken).toBeLessThanOrEqual(10 + 2 * 4);
	});

	test('leaves no work running when its reader stops', async () => {
		const { counts, during } = gauge();
		let isClosed = false;
		async function* source() {
			try {
				yield* numbers(100);
			} finally {
				isClosed = true;
			}
		}
		const work = async (item: number, signal: AbortSignal) =>
			await during(async () => await sleep(item === 0 ? 1 : 60_000, item, { signal }));
		for await (const _first of pool(source(), { limit: fixedLimit(5) }, work)) break;
		expect(counts).toMatchObject({ now: 0, begun: 5 });
		expect(isClosed).toBe(true);
	});

	test('yields all results before it throws the failure of its source', async () => {
		async function* source() {
			yield* numbers(7);
			throw refusal('AccessDenied');
		}
		const results: number[] = [];
		const reading = (async () => {
			for await (const item of pool(source(), { limit: fixedLimit(3) }, async (one) => await sleep(5, one)))
				results.push(item);
		})();
		await expect(reading).rejects.toMatchObject({ code: 'AccessDenied' });
		expect(results.sort()).toEqual(numbers(7));
	});

	test('a stop ends the pool even if its source never yields again', async () => {
		async function* source() {
			yield 1;
			await new Promise(() => undefined);
		}
		const stop = new AbortController();
		const reading = poolAll(source(), { limit: fixedLimit(2), signal: stop.signal }, async (one) => one);
		setTimeout(() => stop.abort(), 20);
		await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
	});

	test('its source and all tasks share one signal, which ends with the pool', async () => {
		const user = new AbortController();
		const signals = new Set<AbortSignal>();
		const source = (signal: AbortSignal) => {
			signals.add(signal);
			return inPieces(...numbers(50));
		};
		const work = async (_item: number, signal: AbortSignal) => {
			signals.add(signal);
			await sleep(1, undefined, { signal });
		};
		await poolAll(source, { limit: fixedLimit(20), signal: user.signal }, work);
		const [shared, ...others] = signals;
		expect(others).toEqual([]);
		expect(shared?.aborted).toBe(true);
		expect(getEventListeners(user.signal, 'abort')).toEqual([]);
	});

	test('poolAll keeps the order of the source', async () => {
		const work = async (item: number) => await sleep(20 - item, item);
		expect(await poolAll(numbers(20), { limit: fixedLimit(6) }, work)).toEqual(numbers(20));
	});
});

describe('engine', () => {
	const settings = { limit: fixedLimit(4) };

	test('a failed action becomes its outcome, and the others continue', async () => {
		const { outcomes, ending } = await drain(
			runActions(
				actions(20),
				async ({ key }) => {
					if (key === '3') throw refusal('AccessDenied');
					return key;
				},
				settings,
			),
		);
		expect(ending).toBe('finished');
		expect(outcomes).toHaveLength(20);
		expect(outcomes.filter(({ failure }) => failure)).toEqual([
			{ action: { key: '3', size: 10 }, failure: expect.objectContaining({ code: 'AccessDenied' }) },
		]);
	});

	test.each(['NoSuchBucket', 'InvalidAccessKeyId', 'ExpiredToken', 'AssumeRole.AccessDenied', 'ECONNREFUSED'])(
		'%s ends the run at once, after all known outcomes',
		async (code) => {
			const { counts, during } = gauge();
			const { outcomes, error } = await drain(
				runActions(
					actions(100_000),
					async ({ key }, signal) =>
						await during(async () => {
							if (key !== '10') return await sleep(1, key, { signal });
							throw refusal(code);
						}),
					settings,
				),
			);
			expect(error).toMatchObject({ code });
			expect(counts.now).toBe(0);
			expect(counts.begun).toBeLessThan(20);
			const failed = outcomes.flatMap(({ action, failure }) => (failure ? [action.key] : []));
			expect(failed).toEqual(['10']);
			expect(outcomes.length).toBeGreaterThanOrEqual(5);
		},
	);

	test('a failure that ends the run lets running actions complete, and takes nothing more', async () => {
		let isClosed = false;
		async function* endless(signal: AbortSignal) {
			try {
				yield* actions(4);
				// A listing that S3 does not answer.
				await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
			} finally {
				isClosed = true;
			}
		}
		const work = async ({ key }: { key: string }, signal: AbortSignal) => {
			await sleep(key === '1' ? 10 : 40, key, { signal });
			if (key === '1') throw refusal('InvalidAccessKeyId');
		};
		const { outcomes, error } = await drain(runActions(endless, work, { limit: fixedLimit(8) }));
		expect(error).toMatchObject({ code: 'InvalidAccessKeyId' });
		expect(outcomes.map(({ action, failure }) => [action.key, failure?.message]).sort()).toEqual([
			['0', undefined],
			['1', 'InvalidAccessKeyId'],
			['2', undefined],
			['3', undefined],
		]);
		expect(isClosed).toBe(true);
	});

	test('such a failure ends a run whose source never yields again', async () => {
		async function* stuck() {
			yield* actions(3);
			await new Promise(() => undefined);
		}
		const work = async () => {
			await sleep(10);
			throw refusal('NoSuchBucket');
		};
		const { outcomes, error } = await drain(runActions(stuck(), work, settings));
		expect(error).toMatchObject({ code: 'NoSuchBucket' });
		expect(outcomes).toHaveLength(3);
	});

	test('aborts running actions where their results count for nothing', async () => {
		const work = async ({ key }: { key: string }, signal: AbortSignal) => {
			await sleep(key === '1' ? 10 : 60_000, key, { signal });
			if (key === '1') throw refusal('AccessDenied');
		};
		const ends = { ...settings, endsRun: () => true, abortsAtEnd: true };
		const { outcomes, error } = await drain(runActions(actions(40), work, ends));
		expect(error).toMatchObject({ code: 'AccessDenied' });
		expect(outcomes).toHaveLength(1);
	});

	test.each<[StopPolicy, number, Ending]>([
		[{ actions: 10 }, 10, 'actions'],
		[{ bytes: 95 }, 10, 'bytes'],
		[{ failures: 3 }, 3, 'failures'],
		[{ milliseconds: 0 }, 1, 'milliseconds'],
		[{ actions: 1000, failures: 1000 }, 40, 'finished'],
	])('stop policy %p: ends after %i of 40 actions because of %s', async (stopAfter, count, because) => {
		const work = async () => {
			if (stopAfter.failures === 3) throw refusal('AccessDenied');
		};
		const run = runActions(actions(40), work, { limit: fixedLimit(1), stopAfter });
		const { outcomes, ending } = await drain(run);
		expect([outcomes.length, ending]).toEqual([count, because]);
	});

	test('completes and reports running actions when it reaches a limit', async () => {
		const work = async ({ key }: { key: string }) => await sleep(key === '0' ? 1 : 30, key);
		const run = runActions(actions(40), work, { limit: fixedLimit(4), stopAfter: { actions: 4 } });
		expect((await drain(run)).outcomes).toHaveLength(4);
	});

	test('fills its batches, and a failed batch fails all of its actions', async () => {
		const sizes: number[] = [];
		const run = runBatches(
			actions(25),
			10,
			async (batch) => {
				sizes.push(batch.length);
				if (batch.length < 10) throw refusal('SlowDown');
				return batch.map((action) => ({ action, result: undefined }));
			},
			{ limit: fixedLimit(1) },
		);
		const { outcomes } = await drain(run);
		expect(sizes).toEqual([10, 10, 5]);
		expect(outcomes.filter(({ failure }) => failure)).toHaveLength(5);
	});
});

test.each(numbers(150))(
	'leaves no work running and no memory claimed, whatever fails or stops: seed %i',
	async (seed) => {
		const random = randomOf(String(seed));
		const MiB = 1024 ** 2;
		const budget = memoryBudget(16 * MiB);
		const stop = new AbortController();
		const { counts, during } = gauge();
		const fatal: unknown[] = [];
		const kinds = ['done', 'done', 'done', 'refused', ...(random() < 0.3 ? ['fatal'] : [])];
		const readsUntil = random() < 0.3 ? random() * 60 : Infinity;
		const upload = async (signal: AbortSignal) => {
			const memory = claimsOn(budget, signal);
			async function* parts(own: AbortSignal) {
				const count = 1 + Math.floor(random() * 6);
				for (let part = 0; part < count; part++) {
					// What its source reads ahead stays until this part is read.
					const release = budget.spare((1 + random() * 4) * MiB, () => {
						release?.();
					});
					try {
						yield { release: await memory.take((1 + random() * 12) * MiB, own) };
					} finally {
						release?.();
					}
				}
			}
			const send = async ({ release }: { release: () => void }, own: AbortSignal) => {
				await sleep(random() * 3, undefined, { signal: own });
				const kind = kinds[Math.floor(random() * kinds.length)];
				if (kind !== 'done') throw refusal(kind === 'fatal' ? 'NoSuchBucket' : 'AccessDenied');
				release();
			};
			try {
				return await poolAll(parts, { limit: fixedLimit(1 + Math.floor(random() * 4)), signal }, send);
			} finally {
				memory.close();
			}
		};
		const run = runActions(
			actions(1 + Math.floor(random() * 60)),
			async (_action, signal) =>
				await during(async () => await upload(signal)).catch((error: unknown) => {
					if (isFatal(error)) fatal.push(error);
					throw error;
				}),
			{ limit: fixedLimit(1 + Math.floor(random() * 20)), signal: stop.signal },
		);
		if (random() < 0.3) setTimeout(() => stop.abort(), random() * 20);
		const read = async () => {
			let count = 0;
			for await (const _outcome of run) if (++count > readsUntil) return 'left';
			return 'whole';
		};
		const ending = await read().catch((error: unknown) => error);
		if (ending === 'whole') expect(fatal).toEqual([]);
		// The only failures that end a run are the stop and those that all further actions would meet.
		else if (ending !== 'left') expect([stop.signal.reason, ...fatal]).toContain(ending);
		expect(counts.now).toBe(0);
		const release = await budget.take(16 * MiB);
		release();
	},
);
