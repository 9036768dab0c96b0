import { setTimeout as sleep } from 'node:timers/promises';
import { hashSet } from '../../nodes/AwsS3/s3/analysis/hashSet';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { readDone } from '../../nodes/AwsS3/s3/job/doneBefore';
import type { EndPolicy, JobEnd } from '../../nodes/AwsS3/s3/job/endPolicy';
import { endOf } from '../../nodes/AwsS3/s3/job/endPolicy';
import { readJournalLines } from '../../nodes/AwsS3/s3/job/journal';
import { readJournal } from '../support/journals';
import { noCounts } from '../../nodes/AwsS3/s3/sync/tally';
import { beginJournal } from '../../nodes/AwsS3/s3/job/journalWriter';
import { newId, planKeyOf, segmentKey, stateKey } from '../../nodes/AwsS3/s3/job/jobPlace';
import { begin } from '../../nodes/AwsS3/s3/job/lease';
import { afterRun, newState, withLastCounts, withRun, withoutDead } from '../../nodes/AwsS3/s3/job/nextState';
import type { JobState } from '../../nodes/AwsS3/s3/job/state';
import { isOwnFile, jobNameFault } from '../../nodes/AwsS3/s3/ownFiles';
import type { OutcomeLine } from '../../nodes/AwsS3/s3/sync/outcomeLine';
import { startFakeS3 } from '../support/fakeS3';
import { runNode } from '../support/n8n';
import { until } from '../support/until';

const now = new Date('2026-02-01T12:00:00.000Z');
const before = (milliseconds: number) => new Date(now.getTime() - milliseconds);
const counted = (copied: number) => ({ ...noCounts(), copied });
const toRun = { id: 'r', operation: 'run', binding: 'x', category: 'c' };
const ending = { how: 'successful', ended: now, isUnfinished: false, counts: counted(1) } as const;

describe('names of jobs, and keys of their files', () => {
	test.each([
		['nightly', undefined],
		['My job_1.b-c', undefined],
		['x'.repeat(64), undefined],
		['x'.repeat(65), 'has 65 characters, more than the 64 allowed'],
		['a/b', 'has characters other than letters, digits, space, -, _ and .'],
		['ü', 'has characters other than letters, digits, space, -, _ and .'],
		[' a', 'begins or ends with a space'],
		['a ', 'begins or ends with a space'],
		['..', 'has only dots'],
	])('%j', (name, fault) => {
		expect(jobNameFault(name)).toBe(fault);
	});

	test.each([
		['.n8n-jobs/a/state.json', true],
		['deeper/.n8n-jobs/a/state.json', true],
		['prefix.n8n-jobs/a/state.json', true],
		['p/.n8n-jobs/My job_1.b-c/runs/20260131T120000000Z-1a2b3c4d/journal-000001.jsonl', true],
		['p/.n8n-jobs/a/runs/20260131T120000000Z-1a2b3c4d/journal-1000000.jsonl', true],
		['p/.n8n-jobs/a/plans/20260131T120000000Z-1a2b3c4d.jsonl', true],
		['in/.n8n-triggers/workflow-node/20260131T120000000Z-1a2b3c4d', true],
		['p/.n8n-check-0123456789abcdef', true],
		['.n8n-connection-test-0123456789abcdef', true],
		['.n8n-check-list', false],
		['.n8n-check-0123456789abcdef.txt', false],
		['.n8n-jobs', false],
		['n8n-jobs/a', false],
		['notes/.n8n-jobs/readme.txt', false],
		['notes/.n8n-jobs/a/state.json.bak', false],
		['notes/.n8n-jobs/a/b/state.json', false],
		['notes/.n8n-jobs/a/plans/mine.jsonl', false],
		['notes/.n8n-triggers/a/photo.jpg', false],
	])('%s', (key, is) => {
		expect(isOwnFile(key)).toBe(is);
	});
});

describe('the state', () => {
	const running = (heartbeat: Date, more: Partial<typeof toRun> = {}) =>
		withRun(newState('j'), { ...toRun, ...more }, counted(5), heartbeat);

	test('a run that is dead counts as killed at its last sign of life', () => {
		const alive = running(before(1000));
		expect(withoutDead(alive, () => false)).toBe(alive);
		expect(withoutDead(alive, ({ id }) => id === 'r')).toMatchObject({
			runs: { all: 1, successful: 0, failed: 1 },
			lastRuns: [
				{ id: 'r', how: 'killed', isUnfinished: true, ended: before(1000).toISOString(), counts: { copied: 5 } },
			],
		});
		expect(withoutDead(alive, () => true)).not.toHaveProperty('running');
	});

	test.each([
		['successful', { all: 1, successful: 1, failed: 0 }],
		['failed', { all: 1, successful: 0, failed: 1 }],
		['killed', { all: 1, successful: 0, failed: 1 }],
		['incomplete', { all: 1, successful: 0, failed: 0 }],
	] as const)('a run that ends as %s', (how, runs) => {
		expect(afterRun(running(now), { ...ending, how }).runs).toEqual(runs);
	});

	test('keeps the last 20 runs, the newest first', () => {
		let state = newState('j');
		for (let index = 0; index < 30; index++)
			state = afterRun(withRun(state, { ...toRun, id: String(index) }, noCounts(), now), ending);
		expect(state.runs.all).toBe(30);
		expect(state.lastRuns.map(({ id }) => Number(id))).toEqual(Array.from({ length: 20 }, (_, index) => 29 - index));
	});

	test('a run goes on with the last one only if that is unfinished and was to do the same', () => {
		const unfinished = { ...ending, how: 'killed', isUnfinished: true } as const;
		const next = (state: JobState, more: Partial<typeof toRun> = {}) =>
			withRun(state, { ...toRun, id: 's', ...more }, noCounts(), now).running;
		expect(next(afterRun(running(now), unfinished))).toMatchObject({ continues: 'r', before: { copied: 1 } });
		expect(next(afterRun(running(now), ending))).not.toHaveProperty('continues');
		expect(next(afterRun(running(now), unfinished), { binding: 'y' })).not.toHaveProperty('continues');
		expect(next(afterRun(running(now), unfinished), { operation: 'applyPlan' })).not.toHaveProperty('continues');
		const second = withRun(afterRun(running(now), unfinished), { ...toRun, id: 's' }, noCounts(), now);
		const third = next(afterRun(second, { ...unfinished, counts: counted(10) }), { id: 't' });
		expect(third).toMatchObject({ continues: 's', before: { copied: 11 } });
		const corrected = withLastCounts(second, counted(3));
		expect(corrected).toMatchObject({ running: { before: { copied: 3 } }, lastRuns: [{ counts: { copied: 3 } }] });
	});
});

describe('the end of a job', () => {
	const runs = { all: 5, successful: 2, failed: 3 };
	test.each<[EndPolicy, JobEnd | undefined]>([
		[{}, undefined],
		[{ runs: 6 }, undefined],
		[{ runs: 5 }, 'runs'],
		[{ runs: 4 }, 'runs'],
		[{ successfulRuns: 3 }, undefined],
		[{ successfulRuns: 2 }, 'successfulRuns'],
		[{ failedRuns: 4 }, undefined],
		[{ failedRuns: 3 }, 'failedRuns'],
		[{ endDate: now }, 'endDate'],
		[{ endDate: new Date(now.getTime() + 1) }, undefined],
	])('%j', (policy, end) => {
		expect(endOf({ runs }, policy, now)).toBe(end);
	});
});

const line: OutcomeLine = {
	...{ at: now.toISOString(), step: 'rename', key: 'ü\n"', size: 7, result: 'done', targetKey: 'ü (2)', reason: 'r' },
	...{ code: 'c', message: 'm', advice: 'a', sourceEtag: 's', etag: 'e' },
};

test('a set of hashes knows what was added, and nothing else', () => {
	const set = hashSet(2 ** 16);
	const hash = (index: number) => ({ high: Math.imul(index, 2654435761) >>> 0 || 1, low: index & 0xffff });
	for (let index = 0; index < 2000; index++) set.seen(hash(index));
	const known = Array.from({ length: 4000 }, (_, index) => set.has(hash(index)));
	expect(known.indexOf(false)).toBe(2000);
	expect(known.lastIndexOf(true)).toBe(1999);
});

describe('on a server with conditions', () => {
	const placeOn = (fake: Awaited<ReturnType<typeof startFakeS3>>) => {
		const { endpoint, region, accessKeyId, secretAccessKey } = fake.connection;
		const s3 = connect({ endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true });
		return { jobName: 'j', side: { s3, bucket: 'b', prefix: 'p/' } };
	};
	const toBegin = { operation: 'run', binding: 'x', category: '', endPolicy: {} };
	const header = (runId: string, continues?: string) => ({
		...{ journal: 1, runId, jobName: 'j', category: '', operation: 'run', started: '', rules: {}, continues },
		...{ source: { bucket: 'a', prefix: '' }, destination: { bucket: 'b', prefix: 'p/' } },
	});
	const totals = { totals: noCounts(), reasons: {}, ended: now.toISOString(), how: 'successful' };

	test('its files are those that no run touches', async () => {
		const place = placeOn(await startFakeS3());
		const id = newId(new Date());
		for (const key of [stateKey(place), segmentKey(place, id, 1), planKeyOf(place, id)])
			expect([key, isOwnFile(key)]).toEqual([key, true]);
	});

	test('of many runs that begin at once, one does; each write of the state has a condition', async () => {
		const fake = await startFakeS3();
		const place = placeOn(fake);
		for (let round = 0; round < 2; round++) {
			const begun = await Promise.all(Array.from({ length: 8 }, async () => await begin(place, toBegin)));
			const [first, ...others] = begun.flatMap(({ lease }) => lease ?? []);
			expect(others).toEqual([]);
			await first?.end({ how: 'successful', isUnfinished: false, counts: counted(1) });
		}
		const puts = fake.requests.filter(({ line: one }) => one.startsWith('PUT'));
		expect(puts.length).toBeGreaterThanOrEqual(4);
		for (const { headers } of puts)
			expect(headers['if-match'] ?? headers['if-none-match']).toMatch(/^(\*|"[0-9a-f]{32}")$/);
	});

	test('a journal is cut into segments, counts what was skipped, and comes back in order', async () => {
		const fake = await startFakeS3();
		const place = placeOn(fake);
		const journal = await beginJournal(place, header('r'), { lines: 100, every: 60_000 });
		for (let index = 0; index < 250; index++) {
			await journal.add({ ...line, key: String(index) });
			for (let skipped = 0; skipped < 4; skipped++) journal.skip('same');
		}
		await journal.end(totals);
		expect(Object.keys(fake.contents())).toEqual(
			['000001', '000002', '000003', '000004'].map((number) => `b/p/.n8n-jobs/j/runs/r/journal-${number}.jsonl`),
		);
		const keys: string[] = [];
		for await (const { key } of readJournal(place.side, 'j', 'r')) keys.push(key);
		expect(keys).toEqual(Array.from({ length: 250 }, (_, index) => String(index)));
		const all = [];
		for await (const one of readJournalLines(place.side, 'j', 'r')) all.push(one);
		expect(all[0]).toEqual(JSON.parse(JSON.stringify(header('r'))));
		expect(all.at(-1)).toEqual(totals);
		const skipped = all.flatMap((one) => ('skipped' in one ? one.skipped.same : []));
		expect(skipped).toHaveLength(3);
		expect(skipped.reduce((sum: number, one = 0) => sum + one, 0)).toBe(1000);
	});

	test('lines are written after a while, without waiting for more', async () => {
		const fake = await startFakeS3();
		const journal = await beginJournal(placeOn(fake), header('r'), { lines: 1000, every: 10 });
		await journal.add(line);
		await until(() => Object.keys(fake.contents()).length === 2);
		await journal.end(totals);
		expect(Object.keys(fake.contents())).toHaveLength(3);
	});

	test('a stop in the middle of the last segment does not keep it from being written', async () => {
		const stop = new AbortController();
		const fake = await startFakeS3(async (request) => {
			if (!request.includes('journal-000002')) return undefined;
			stop.abort();
			return await sleep(20);
		});
		const { jobName, side } = placeOn(fake);
		const place = { jobName, side: { ...side, s3: side.s3.endedBy(stop.signal) } };
		const journal = await beginJournal(place, header('r'), { lines: 1000, every: 60_000 });
		await journal.end(totals);
		expect(Object.keys(fake.contents())).toHaveLength(2);
	});

	test('a journal that was left gets no further lines', async () => {
		const fake = await startFakeS3();
		const journal = await beginJournal(placeOn(fake), header('r'), { lines: 1000, every: 5 });
		journal.leave();
		await journal.add(line);
		// One more segment would come in this time.
		await sleep(50);
		expect(Object.keys(fake.contents())).toHaveLength(1);
	});

	test('a segment that is refused ends the run', async () => {
		const fake = await startFakeS3((request) => (request.includes('journal-000002') ? 403 : undefined));
		const journal = await beginJournal(placeOn(fake), header('r'), { lines: 1, every: 60_000 });
		const added = async () => {
			for (let index = 0; index < 3; index++) await journal.add(line);
		};
		await expect(added()).rejects.toMatchObject({ status: 403 });
		await expect(journal.end(totals)).rejects.toMatchObject({ status: 403 });
	});

	test('a run whose last segment is refused counts as failed, as its execution does', async () => {
		const fake = await startFakeS3((request) => (request.includes('journal-000002') ? 403 : undefined));
		fake.put('here/a', 'one');
		const parameters = {
			...{ resource: 'transfer', operation: 'run', bucket: 'here', prefix: '', jobName: 'j' },
			...{ destinationBucket: 'there', destinationPrefix: 'p/' },
		};
		await expect(runNode({ parameters, credentials: fake.connection })).rejects.toThrow(/denied/);
		expect(fake.contents()).toMatchObject({ 'there/p/a': 'one' });
		expect(JSON.parse(fake.contents()['there/p/.n8n-jobs/j/state.json'] ?? '')).toMatchObject({
			runs: { all: 1, successful: 0, failed: 1 },
			lastRuns: [{ how: 'failed', isUnfinished: false, counts: { copied: 1 } }],
		});
	});

	test('what unfinished runs have done is read from all of their journals', async () => {
		const fake = await startFakeS3();
		const place = placeOn(fake);
		const done = (key: string, more: Partial<OutcomeLine> = {}): OutcomeLine => ({
			...{ at: '', step: 'copy', key, size: 2, result: 'done', sourceEtag: 's', etag: 'e' },
			...more,
		});
		const first = await beginJournal(place, header('r1'));
		await first.add(done('a'));
		await first.end(totals);
		const second = await beginJournal(place, header('r2', 'r1'), { lines: 1, every: 10 });
		await second.add(done('b', { step: 'overwrite' }));
		await second.add(done('c', { result: 'failed' }));
		await second.add(done('d', { step: 'delete', etag: undefined }));
		await second.add(done('e', { result: 'skipped' }));
		await second.add(done('f', { result: 'failed', reason: 'originalKept' }));
		const read = await readDone(place, 'r2', { isMove: false, withEarlier: true });
		const known = ['a', 'b', 'c', 'd', 'f'].filter((key) => read.done.has(key, '"s"', '"e"'));
		expect(known).toEqual(['a', 'b']);
		expect(read.done.has('a', 's', 'other')).toBe(false);
		expect(read.done.has('a', undefined, undefined)).toBe(false);
		expect(read.counts).toMatchObject({ copied: 2, overwritten: 1, deleted: 1, failed: 2, bytes: 4 });
		const alone = await readDone(place, 'r2', { isMove: false, withEarlier: false });
		expect(alone.done.has('a', 's', 'e')).toBe(false);
		await second.end(totals);
	});
});
