import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { isMembers } from '../../nodes/AwsS3/s3/answers/members';
import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { readJournalLines } from '../../nodes/AwsS3/s3/job/journal';
import { begin } from '../../nodes/AwsS3/s3/job/lease';
import { beginJournal } from '../../nodes/AwsS3/s3/job/journalWriter';
import { noCounts } from '../../nodes/AwsS3/s3/sync/tally';
import { listJobs, readState } from '../../nodes/AwsS3/s3/job/state';
import { runOfJob } from '../../nodes/AwsS3/operations/transfer/runs/jobRun';
import { bucketSource } from '../../nodes/AwsS3/s3/sources/bucketSource';
import type { Transfer } from '../../nodes/AwsS3/s3/sync/transfer';
import { jsonOf } from '../support/n8n';
import type { Decision } from '../support/proxy';
import { refused, startProxy } from '../support/proxy';
import { credentials, makeBucket, one, refusal, s3, sdk, server } from '../support/s3';
import { readJournal } from '../support/journals';
import { contentsOf } from '../support/transfers';
import { until } from '../support/until';

const jobName = 'nightly';
const ownS3 = () => connect({ ...credentials, region: server.region });

const setUp = async (contents: Record<string, string> = {}) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const put = async (Key: string, Body: string) =>
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `from/${Key}`, Body }));
	const putThere = async (Key: string, Body: string) =>
		await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key, Body }));
	for (const [key, body] of Object.entries(contents)) await put(key, body);
	const side = { s3: ownS3(), bucket: destinationBucket, prefix: 'to/' };
	const parameters = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/', jobName };
	const isOfJob = (key: string) => key.includes('.n8n-jobs/');
	return {
		...{ bucket, destinationBucket, put, putThere, parameters, side },
		place: { side, jobName },
		remove: async (Bucket: string, Key: string) => await sdk.send(new DeleteObjectCommand({ Bucket, Key })),
		run: async (changes: object = {}, settings: object = {}) =>
			await one('transfer.run', { ...parameters, ...changes }, settings),
		plan: async (changes: object = {}) => await one('transfer.plan', { ...parameters, ...changes }),
		apply: async (planKey: unknown, changes: object = {}) =>
			jsonOf(await s3('transfer.applyPlan', { ...parameters, planKey, ...changes })),
		/** What is at the destination besides the files of jobs. */
		there: async () =>
			Object.fromEntries(Object.entries(await contentsOf(destinationBucket)).filter(([key]) => !isOfJob(key))),
		jobFiles: async () => Object.keys(await contentsOf(destinationBucket)).filter(isOfJob),
		state: async () => await readState(side, jobName),
		journal: async (runId: unknown) => {
			const lines = [];
			for await (const line of readJournal(side, jobName, String(runId))) lines.push(line);
			return lines;
		},
		textOf: async (Key: unknown) => {
			const { Body } = await sdk.send(new GetObjectCommand({ Bucket: destinationBucket, Key: String(Key) }));
			return await text(Body as Readable);
		},
	};
};

/** For a wrong clock in a machine whose timers go on. */
const allButDate = [
	...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
	...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

/** How many files of jobs a run has skipped. A run of more than ten seconds writes further segments of its journal. */
const jobFilesIn = ({ reasons }: { reasons?: unknown }) => Number(isMembers(reasons) && reasons.jobFile);

const expectBetween = (count: number, least: number, most: number) => {
	expect(count).toBeGreaterThanOrEqual(least);
	expect(count).toBeLessThanOrEqual(most);
};

const beginning = { operation: 'run', binding: 'b', category: '', endPolicy: {} };

describe('state and journal', () => {
	test('a run leaves both, which no run transfers, deletes or compares; a second one does nothing', async () => {
		const { run, side, state, journal, jobFiles, there, parameters, put } = await setUp({ a: 'one', 'b/ü😀': 'two' });
		await put('.n8n-jobs/other/state.json', 'of a job whose destination this is');
		const summary = await run({ category: 'backups' });
		expect(summary).toMatchObject({ done: true, copied: 2, jobName, category: 'backups' });
		const afterFirst = await jobFiles();
		// The source's job file, the state, and the first segment of its journal.
		expectBetween(jobFilesIn(summary), 3, 1 + afterFirst.length);
		expect(await there()).toEqual({ 'to/a': 'one', 'to/b/ü😀': 'two' });
		const etag = expect.stringMatching(/^[0-9a-f]{32}$/);
		const done = {
			step: 'copy',
			result: 'done',
			size: 3,
			...{ at: expect.any(String), modified: expect.any(String) },
			sourceEtag: etag,
			etag,
		};
		const lines = await journal(summary.runId);
		expect(lines.sort((one, other) => (one.key < other.key ? -1 : 1))).toEqual([
			{ ...done, key: 'a' },
			{ ...done, key: 'b/ü😀' },
		]);
		expect(await listJobs(side)).toEqual([jobName]);
		const mirrored = await run({ mode: 'mirror', options: { allowEmptySource: true } });
		expect(mirrored).toMatchObject({ done: true, copied: 0, deleted: 0, reasons: { same: 2 } });
		const files = await jobFiles();
		const jobFile = jobFilesIn(mirrored);
		// The source's job file, what was there before, and the first segment of its journal.
		expectBetween(jobFile, 2 + afterFirst.length, 1 + files.length);
		expect(files.filter((key) => !key.endsWith('.jsonl'))).toEqual(['to/.n8n-jobs/nightly/state.json']);
		for (const { runId } of [summary, mirrored])
			expect(files.filter((key) => key.includes(`/runs/${String(runId)}/`)).length).toBeGreaterThanOrEqual(2);
		expect(await journal(mirrored.runId)).toEqual([]);
		const all = [];
		for await (const line of readJournalLines(side, jobName, String(mirrored.runId))) all.push(line);
		expect([all[0], all.at(-1)]).toMatchObject([
			{ runId: mirrored.runId, operation: 'run', rules: { mode: 'mirror' }, source: { prefix: 'from/' } },
			{ totals: { skipped: 2 + jobFile, copied: 0 }, how: 'successful' },
		]);
		// One such line for each segment.
		const skips = all.slice(1, -1).map((line) => ('skipped' in line ? line.skipped : {}));
		const sumOf = (reason: string) => skips.reduce((sum, skipped) => sum + (skipped[reason] ?? 0), 0);
		expect({ same: sumOf('same'), jobFile: sumOf('jobFile') }).toEqual({ same: 2, jobFile });
		expect(await state()).toMatchObject({
			...{ name: jobName, runs: { all: 2, successful: 2, failed: 0 } },
			lastRuns: [{ id: mirrored.runId }, { id: summary.runId, counts: { copied: 2, bytes: 6 }, how: 'successful' }],
		});
		expect(await state()).not.toHaveProperty('running');
		const { destinationBucket: bucket } = parameters;
		const back = {
			bucket,
			prefix: 'to/',
			destinationBucket: parameters.bucket,
			destinationPrefix: 'from/',
			jobName: '',
		};
		expect(await one('transfer.verify', back)).toMatchObject({ verified: true, compared: 2 });
		expect(await one('transfer.analyze', { bucket, prefix: 'to/' })).toMatchObject({ objects: 2 });
		// A run over more than the prefix of the job leaves its files alone as well.
		const above = { prefix: 'none/', destinationPrefix: '', mode: 'mirror', jobName: '' };
		const options = { allowEmptySource: true, allowWholeDestination: true, maxDeletedShare: 100 };
		expect(await run({ ...above, options })).toMatchObject({ deleted: 2, failed: 0 });
		expect(await jobFiles()).toEqual(files);
	});

	test('a dry run writes nothing, and a run without a name no state', async () => {
		const { run, jobFiles } = await setUp({ a: 'one' });
		await run({ options: { dryRun: true } });
		expect(await run({ jobName: '' })).not.toHaveProperty('runId');
		expect(await jobFiles()).toEqual([]);
	});

	test('what was refused and what has changed is in the journal, and the run counts as failed', async () => {
		const { run, journal, state, destinationBucket } = await setUp({ a: 'one', b: 'two' });
		const proxy = await startProxy(server.endpoint, async ({ method, url = '' }): Promise<Decision> => {
			// Some servers are looked at before the write, and others refuse it.
			if (/\/to\/b/.test(url))
				await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key: 'to/b', Body: 'theirs' }));
			return method === 'PUT' && /\/to\/a/.test(url) ? refused(403, 'AccessDenied') : 'pass';
		});
		const summary = await run({}, { connection: { endpoint: proxy.url } });
		expect(summary).toMatchObject({ done: false, failed: 1, changed: 1 });
		const lines = await journal(summary.runId);
		expect(lines.sort((one, other) => (one.key < other.key ? -1 : 1))).toMatchObject([
			{ key: 'a', result: 'failed', code: 'AccessDenied', message: expect.stringMatching(/denied/), advice: /./ },
			{ key: 'b', result: 'changed', reason: 'changedMeanwhile', message: expect.any(String) },
		]);
		expect(await state()).toMatchObject({ runs: { all: 1, successful: 0, failed: 1 }, lastRuns: [{ how: 'failed' }] });
	});
});

describe('two runs', () => {
	test('of two at once one is refused, and says since when and how to go on', async () => {
		const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
		const { run, there, state } = await setUp(Object.fromEntries(keys.map((key) => [key, key])));
		// Slow enough that the first one does not end before the other one begins.
		const slowly = async () => await run({ options: { maxRequestsPerSecond: 10 } });
		const results = await Promise.allSettled([slowly(), slowly()]);
		const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
		expect(refused).toHaveLength(1);
		expect(refused[0]?.message).toMatch(/^The job 'nightly' is already running since 2\d{3}-/);
		expect(await there()).toEqual(Object.fromEntries(keys.map((key) => [`to/${key}`, key])));
		expect(await state()).toMatchObject({ runs: { all: 1, successful: 1 } });
	});

	test('of runs that begin at once in several n8n, one does', async () => {
		const { place, run } = await setUp({ a: 'one' });
		await run();
		let arrived = 0;
		let letPass = () => {};
		const allArrived = new Promise<void>((resolve) => (letPass = resolve));
		// Each process has its own locks, by the address of the server.
		const inProcess = async () => {
			let isFirst = true;
			const { url: endpoint } = await startProxy(server.endpoint, async ({ method, url = '' }): Promise<Decision> => {
				if (method !== 'PUT' || !url.includes('/state.json') || !isFirst) return 'pass';
				isFirst = false;
				if (++arrived === 4) letPass();
				// Until then, nobody can see that another one is active.
				await allArrived;
				return 'pass';
			});
			return await begin({ ...place, side: { ...place.side, s3: connect({ ...credentials, endpoint }) } }, beginning);
		};
		const begun = await Promise.all(Array.from({ length: 4 }, inProcess));
		expect(begun.filter(({ lease }) => lease)).toHaveLength(1);
	});

	/** Begins a second run, stops it once the state has it, and ends it: the state then has both, and neither is active. */
	const expectEnded = async (at: S3) => {
		const { place, run, state } = await setUp({ a: 'one' });
		await run();
		const stop = new AbortController();
		const s3 = at.endedBy(stop.signal);
		const begins = begin({ ...place, side: { ...place.side, s3 } }, beginning);
		await until(async () => (await state())?.running !== undefined);
		stop.abort();
		const { lease } = await begins;
		await lease?.end({ how: 'incomplete', isUnfinished: true, counts: noCounts() });
		expect(await state()).not.toHaveProperty('running');
		expect(await state()).toMatchObject({ lastRuns: [{ how: 'incomplete' }, { how: 'successful' }] });
	};

	test('a run that is stopped as soon as it has begun is not left active', async () => {
		await expectEnded(ownS3());
	});

	test('a run that is stopped before S3 has answered that it began is not left active', async () => {
		const { url: endpoint } = await startProxy(server.endpoint, ({ method }) =>
			method === 'PUT' ? { answerAfter: 1500 } : 'pass',
		);
		await expectEnded(connect({ ...credentials, endpoint, region: server.region }));
	});

	test('a run that is stopped before it has begun writes nothing', async () => {
		const { place, run, state } = await setUp({ a: 'one' });
		await run();
		const before = await state();
		const stop = new AbortController();
		const { url: endpoint, requests } = await startProxy(server.endpoint, ({ method }) => {
			if (method === 'GET') stop.abort();
			return 'pass';
		});
		const s3 = connect({ ...credentials, endpoint, region: server.region }).endedBy(stop.signal);
		await expect(begin({ ...place, side: { ...place.side, s3 } }, beginning)).rejects.toThrow(/abort/);
		expect(requests.filter(({ method }) => method === 'PUT')).toEqual([]);
		expect(await state()).toEqual(before);
	});

	test('a run without a sign of life is taken over, and then ends at once', async () => {
		const { place, run, state } = await setUp({ a: 'one' });
		// Seldom enough that the other one gets in between two signs of life, on a slow server too.
		const times = { beat: 1000, staleAfter: 60_000 };
		const { lease } = await begin(place, beginning, times);
		if (!lease) throw new Error('It did not begin');
		expect((await refusal(run())).description).toMatch(/the next run after 2\d{3}-/);
		// As if this one had been silent: no server tells the time more exactly than by seconds.
		await until(async () => ((await state())?.running?.heartbeat ?? '') > ((await state())?.running?.started ?? ''));
		const other = await begin(place, beginning, { ...times, staleAfter: -2000 });
		expect(other.lease?.continues).toBe(lease.runId);
		await until(() => lease.signal.aborted);
		expect(String(lease.signal.reason)).toMatch(/Another run of the job 'nightly' took over/);
		await expect(lease.end({ how: 'successful', isUnfinished: false, counts: noCounts() })).rejects.toThrow(
			/took over/,
		);
		await other.lease?.end({ how: 'successful', isUnfinished: false, counts: noCounts() });
		expect(await state()).toMatchObject({ runs: { all: 2, successful: 1, failed: 1 } });
	});

	test.each([
		['ahead', 1],
		['behind', -1],
	])('a run is active in several n8n whose clocks differ: the second one is ten minutes %s', async (_, sign) => {
		const { place, run, state } = await setUp({ a: 'one' });
		const { lease } = await begin(place, beginning);
		jest.useFakeTimers({ doNotFake: allButDate, now: Date.now() + sign * 600_000 });
		try {
			expect((await refusal(run())).message).toMatch(/is already running/);
			await lease?.end({ how: 'successful', isUnfinished: false, counts: noCounts() });
			await run();
		} finally {
			jest.useRealTimers();
		}
		const { lastRuns } = (await state()) ?? {};
		expect(lastRuns).toHaveLength(2);
		for (const { started, ended } of lastRuns ?? [])
			for (const time of [started, ended]) expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(60_000);
	});

	test('a running transfer whose job is taken over ends at once, and says so', async () => {
		const { put, place, state, bucket } = await setUp();
		await put('a', 'one');
		const at: { begun?: true; ended?: number; taken?: number } = {};
		const from = { s3: ownS3(), bucket, prefix: 'from/' };
		const passes = () => true;
		const transfer: Transfer = {
			...{ from: bucketSource(from, async () => await Promise.reject(new Error('Nothing is to be copied'))) },
			...{ to: place.side, isPlan: false, stopAfter: {} },
			rules: {
				...{ mode: 'copy', compare: 'size', onConflict: 'skip', isAppendOnly: false, destinationPrefix: 'to/', passes },
			},
			deletions: { most: 0, share: 0, allowsEmptySource: false },
			// Goes on for as long as nobody ends it.
			walk: async function* (signal) {
				signal.addEventListener('abort', () => (at.ended = performance.now()));
				at.begun = true;
				while (!signal.aborted) {
					await new Promise((resolve) => setTimeout(resolve, 20));
					yield [];
				}
			},
		};
		const context = { n8n: { logger: { info: () => undefined } }, signal: new AbortController().signal };
		const run = runOfJob(
			context as unknown as Parameters<typeof runOfJob>[0],
			{
				...{ place, category: '', operation: 'run', rules: {}, identity: [], endPolicy: {}, needsJournal: false },
				...{ transferWith: () => transfer, times: { beat: 1000, staleAfter: 60_000 } },
			},
			{ most: 0, includesSkipped: false },
		);
		await until(() => at.begun === true);
		const { lease } = await begin(place, beginning, { beat: 60_000, staleAfter: -2000 });
		at.taken = performance.now();
		const { output } = await run;
		expect(String(output?.ended)).toMatch(/Another run of the job 'nightly' took over, so this run ended/);
		// Less than the minute after which it would end without knowing of the other one.
		expect((at.ended ?? Infinity) - at.taken).toBeLessThan(20_000);
		// It leaves the state to the other run.
		expect((await state())?.running?.id).toBe(lease?.runId);
	});

	test('a stop is written to the state and the journal, and the next run goes on', async () => {
		const { put, run, state, place, there } = await setUp();
		for (let index = 0; index < 30; index++) await put(`k${index}`, 'x');
		const cancel = new AbortController();
		let copies = 0;
		const proxy = await startProxy(server.endpoint, ({ method, url = '' }) => {
			if (method === 'PUT' && /\/to\/k/.test(url) && ++copies === 5) cancel.abort();
			return 'pass';
		});
		await expect(run({}, { connection: { endpoint: proxy.url }, cancel: cancel.signal })).rejects.toThrow(/stopped/);
		const { lastRuns: [stopped] = [], running } = (await state()) ?? {};
		expect(running).toBeUndefined();
		expect(stopped).toMatchObject({ how: 'incomplete', isUnfinished: true });
		const lines = [];
		for await (const line of readJournalLines(place.side, jobName, String(stopped?.id))) lines.push(line);
		expect(lines.at(-1)).toMatchObject({ how: 'incomplete', totals: stopped?.counts });
		expect(await run()).toMatchObject({ continues: stopped?.id });
		// S3 may still perform a copy whose answer nobody waits for, while the next run is about to make it.
		await until(async () => (await run()).done === true);
		expect(Object.keys(await there())).toHaveLength(30);
	});
});

describe('going on', () => {
	/** A run that was killed after it had copied some keys: as a journal without totals, and a state without an end. */
	const killed = async ({ place, parameters, put, putThere }: Awaited<ReturnType<typeof setUp>>, keys: string[]) => {
		const { lease } = await begin(place, { ...beginning, binding: 'other' }, { beat: 60_000, staleAfter: 1000 });
		if (!lease) throw new Error('It did not begin');
		const journal = await beginJournal(
			place,
			{
				...{ journal: 1, runId: lease.runId, jobName, category: '', operation: 'run', started: '', rules: {} },
				...{ source: { bucket: parameters.bucket, prefix: '' }, destination: { bucket: '', prefix: '' } },
			},
			{ lines: 1, every: 10 },
		);
		for (const key of keys) {
			const source = await put(key, `of ${key}`);
			const copy = await putThere(`to/${key}`, `of ${key}`);
			await journal.add({
				...{ at: new Date().toISOString(), step: 'copy', key, size: 4, result: 'done' },
				...{ sourceEtag: source.ETag?.replaceAll('"', ''), etag: copy.ETag?.replaceAll('"', '') },
			});
		}
		return lease;
	};

	test('with Always Copy, what the journal lists is not copied again, unless the destination has changed', async () => {
		const at = await setUp();
		const { run, putThere, state, place } = at;
		const first = await run({ compare: 'always' });
		const { lastRuns = [] } = (await state()) ?? {};
		await killed(at, ['a', 'b', 'c', 'd']);
		await putThere('to/b', 'somebody else');
		await at.put('c', 'changed since');
		await until(async () => (await at.journal((await state())?.running?.id)).length === 4);
		// As five minutes later.
		const stored = await at.textOf('to/.n8n-jobs/nightly/state.json');
		const past = stored
			.replaceAll(/"heartbeat": "[^"]+"/g, '"heartbeat": "2020-01-01T00:00:00.000Z"')
			.replace('"binding": "other"', `"binding": "${lastRuns[0]?.binding}"`);
		await sdk.send(
			new PutObjectCommand({ Bucket: place.side.bucket, Key: 'to/.n8n-jobs/nightly/state.json', Body: past }),
		);
		const killedId = (await state())?.running?.id;
		const next = await run({ compare: 'always' });
		expect(next).toMatchObject({
			...{ done: true, copied: 2, overwritten: 2, continues: killedId, reasons: { doneBefore: 2 } },
			total: { copied: 6 },
		});
		expect(first).not.toHaveProperty('continues');
		expect(await state()).toMatchObject({
			lastRuns: [{ how: 'successful' }, { how: 'killed', counts: { copied: 4 } }, {}],
		});
		expect(await at.there()).toMatchObject({ 'to/b': 'of b', 'to/c': 'changed since' });
		const last = await run({ compare: 'always' });
		expect(last).toMatchObject({ copied: 4 });
		expect(last).not.toHaveProperty('continues');
	});

	test('with other options, what the last run has done is done again', async () => {
		const { run, put } = await setUp();
		for (const name of ['a', 'b', 'c', 'd']) await put(name, 'content');
		const limited = { compare: 'always', options: { maxActions: 2 } };
		expect(await run(limited)).toMatchObject({ done: false, copied: 2 });
		const next = await run({ compare: 'always', options: { keepTimes: true } });
		expect(next).toMatchObject({ done: true, copied: 4 });
		expect(next).not.toHaveProperty('continues');
	});

	test('with Always Copy, each run under Max Actions goes on behind the last one', async () => {
		const { run } = await setUp({ a: '1', b: '2', c: '3' });
		await run();
		const options = { maxActions: 1 };
		const runs = [];
		for (let round = 0; round < 4; round++) runs.push(await run({ compare: 'always', options }));
		expect(runs.map(({ copied }) => copied)).toEqual([1, 1, 1, 0]);
		expect(runs.map(({ done }) => done)).toEqual([false, false, false, true]);
		expect(runs[3]).toMatchObject({ continues: runs[2]?.runId, total: { copied: 3 } });
	});

	test('with Always Copy, a run that copies with other options begins anew', async () => {
		const { run } = await setUp({ a: '1', b: '2' });
		await run();
		expect(await run({ compare: 'always', options: { maxActions: 1 } })).toMatchObject({ copied: 1, done: false });
		const others = await run({ compare: 'always', options: { keepTimes: true } });
		expect(others).toMatchObject({ copied: 2, done: true });
		expect(others).not.toHaveProperty('continues');
	});
});

describe('the end of a job', () => {
	test.each([
		['jobMaxRuns', { jobMaxRuns: 1 }, 'runs'],
		['jobMaxSuccessfulRuns', { jobMaxSuccessfulRuns: 1 }, 'successfulRuns'],
		['jobEndDate', { jobEndDate: '2020-01-01T00:00:00Z' }, 'endDate'],
	])('%s', async (name, options, reason) => {
		const { run, put, there } = await setUp({ a: '1' });
		if (name !== 'jobEndDate') expect(await run({ options })).toMatchObject({ done: true, copied: 1 });
		const before = await there();
		await put('b', '2');
		const said = expect.stringMatching(/^The job 'nightly' has ended, because .*To continue, /);
		expect(await run({ options })).toMatchObject({ jobEnded: true, done: true, reason, message: said, copied: 0 });
		expect(await there()).toEqual(before);
		expect(await run()).toMatchObject({ done: true });
		expect(await there()).toMatchObject({ 'to/b': '2' });
	});
});

describe('refusals', () => {
	test.each(['a/b', '..', 'ä', 'x'.repeat(65), ' x'])('the name %s, before the first request', async (name) => {
		const endpoint = 'http://127.0.0.1:1';
		const attempt = one(
			'transfer.run',
			{ bucket: 'one', destinationBucket: 'two', jobName: name },
			{ connection: { endpoint } },
		);
		expect((await refusal(attempt)).message).toMatch(/^'Job Name' /);
	});

	test.each([
		['no JSON', 'hello', /not a JSON object/],
		['another file', '{"a":1}', /is not the state of a job/],
		['a later version', '{"version":2,"name":"nightly","runs":{}}', /of version 2, but this node supports version 1/],
	])('a state that is %s', async (_, content, words) => {
		const { run, putThere, there } = await setUp({ a: '1' });
		await putThere('to/.n8n-jobs/nightly/state.json', content);
		expect((await refusal(run())).message).toMatch(words);
		expect(await there()).toEqual({});
	});
});
