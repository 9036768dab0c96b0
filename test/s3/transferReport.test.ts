import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { jsonOf, readBinary } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { makeBucket, refusal, s3, sdk, server } from '../support/s3';
import { contentsOf } from '../support/transfers';

const put = async (Bucket: string, Key: string, Body: string) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body }));

/** The report of the first item, as text. */
const reportOf = async ([item]: INodeExecutionData[]) => {
	const file = item?.binary?.report;
	if (!file) throw new Error('There is no report');
	return { ...file, text: (await readBinary(file)).toString(), json: item.json };
};

/** A source with three files, of which the destination has one, one in another version, and one of its own. */
const setUp = async () => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	await put(destinationBucket, 'to/changed.txt', 'before');
	await put(destinationBucket, 'to/own.txt', 'own');
	for (const [key, body] of [
		['from/a.pdf', 'one'],
		['from/changed.txt', 'after it'],
		['from/denied.txt', 'four'],
	] as const)
		await put(bucket, key, body);
	return { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
};

test('the report of a plan and of a run: totals, categories, what each object became, and what to do', async () => {
	const parameters = await setUp();
	const proxy = await startProxy(server.endpoint, ({ method, url = '' }) =>
		method === 'PUT' && url.includes('denied') ? refused(403, 'AccessDenied') : 'pass',
	);
	const connection = { endpoint: proxy.url };
	const planned = await reportOf(await s3('transfer.plan', { ...parameters, options: { report: 'json' } }));
	expect(planned.json).toMatchObject({ planned: true, copied: 3 });
	expect(JSON.parse(planned.text)).toMatchObject({
		title: `Plan of ${parameters.bucket}`,
		verdict: { tone: 'good', text: 'Planned: 3 objects copied.' },
		categories: {
			entries: [
				{ id: 'copied', label: 'To copy', count: 2 },
				{ id: 'overwritten', label: 'To replace an existing object', count: 1 },
				{ id: 'onlyAtDestination', count: 1, bytes: 3 },
			],
		},
		rows: [
			{ category: 'copied', key: 'from/a.pdf', size: 3 },
			{ category: 'overwritten', key: 'from/changed.txt', size: 8 },
			{ category: 'copied', key: 'from/denied.txt', size: 4 },
		],
	});
	const options = { report: 'json', includeSkipped: true };
	const ran = await reportOf(await s3('transfer.run', { ...parameters, options }, { connection }));
	expect(ran).toMatchObject({ mimeType: 'application/json', fileName: expect.stringMatching(/^run-.*\.json$/) });
	expect(ran.json).toMatchObject({ done: false, copied: 2, failed: 1 });
	const report = JSON.parse(ran.text);
	expect(report).toMatchObject({
		facts: [
			['From', `${parameters.bucket}/from/`],
			['To', `${parameters.destinationBucket}/to/`],
			['Mode', 'Copy'],
			['Compared by', 'Size and Time'],
		],
		verdict: { tone: 'bad', text: '2 objects copied. 1 object could not be copied to the destination.' },
	});
	expect(report.rows).toHaveLength(4);
	// What needs a look comes first.
	expect(report.rows[0]).toMatchObject({
		category: 'denied',
		key: 'from/denied.txt',
		detail: expect.stringContaining('s3:PutObject'),
	});
	expect(report.rows).toContainEqual({ category: 'onlyAtDestination', key: 'to/own.txt', size: 3 });
	const html = await reportOf(await s3('transfer.run', { ...parameters, options: { report: 'html' } }));
	expect(html.text).toContain('1 object copied.');
	expect(html.text).toContain('Identical at both sides');
});

test('a run says in its report why something is left to do', async () => {
	const parameters = await setUp();
	const options = { report: 'json', maxActions: 1 };
	const stopped = await reportOf(await s3('transfer.run', { ...parameters, options }));
	expect(JSON.parse(stopped.text).verdict).toEqual({
		tone: 'warning',
		text: "1 object copied. Stopped at 'Max Actions'. The next run continues.",
	});
	const mirror = { ...parameters, mode: 'mirror', options: { report: 'json', maxDeletions: 0 } };
	const held = await reportOf(await s3('transfer.run', mirror));
	expect(JSON.parse(held.text).verdict.text).toMatch(/1 object is only at the destination\. Nothing was deleted/);
});

test('a dry run has no report, and says how to get one', async () => {
	const dry = await s3('transfer.run', { ...(await setUp()), options: { report: 'html', dryRun: true } });
	expect(dry.hints.join()).toContain("Use 'Plan' with the option 'Report'");
	expect(dry.filter(({ binary }) => binary)).toEqual([]);
});

test('the report of a comparison has each difference', async () => {
	const parameters = await setUp();
	const options = { report: 'json' };
	const compared = await reportOf(await s3('transfer.verify', { ...parameters, compare: 'size', options }));
	expect(compared.json).toMatchObject({ verified: false, different: 4 });
	expect(JSON.parse(compared.text)).toMatchObject({
		verdict: { tone: 'bad', text: '4 of 4 objects differ.' },
		categories: {
			entries: [
				{ id: 'missing', count: 2 },
				{ id: 'size', count: 1 },
				{ id: 'extra', count: 1 },
			],
		},
		rows: [
			{ category: 'missing', key: 'from/a.pdf', size: 3 },
			{
				...{ category: 'size', key: 'from/changed.txt', size: 8 },
				detail: '8 bytes at the source, 6 bytes at the destination',
			},
			{ category: 'missing', key: 'from/denied.txt', size: 4 },
			{ category: 'extra', key: 'to/own.txt', size: 3 },
		],
	});
	await s3('transfer.run', parameters);
	const same = { ...parameters, options: { report: 'html', ignoreExtra: true } };
	expect((await reportOf(await s3('transfer.verify', same))).text).toContain(
		'All 3 objects are identical at both sides.',
	);
});

describe('the report on jobs', () => {
	test('the last run, one run, all runs, and a category, from real journals', async () => {
		const parameters = await setUp();
		const { bucket, destinationBucket } = parameters;
		const job = { ...parameters, jobName: 'nightly', category: 'backups' };
		const proxy = await startProxy(server.endpoint, ({ method, url = '' }) =>
			method === 'PUT' && /\/to\/denied/.test(url) ? refused(403, 'AccessDenied') : 'pass',
		);
		const [first] = jsonOf(await s3('transfer.run', job, { connection: { endpoint: proxy.url } }));
		expect(first).toMatchObject({ done: false, copied: 2, failed: 1 });
		await put(bucket, 'from/later.txt', 'later');
		await s3('transfer.run', job);
		await s3('transfer.run', { ...job, jobName: 'other', destinationPrefix: 'to/', prefix: 'from/a' });
		const at = { bucket: destinationBucket, prefix: 'to/', jobName: 'nightly', format: 'json' };

		const last = await reportOf(await s3('transfer.report', at));
		expect(last.json).toMatchObject({
			...{ jobName: 'nightly', copied: 2, failed: 0, bytes: 9, verdict: '2 objects copied.' },
			jobs: [{ jobName: 'nightly', category: 'backups', runs: { all: 2, successful: 1, failed: 1 } }],
			runs: [{ how: 'successful', copied: 2 }],
		});
		expect(JSON.parse(last.text)).toMatchObject({
			title: 'Report on job nightly',
			facts: expect.arrayContaining([['From', `${bucket}/from/`]]),
			rows: expect.arrayContaining([
				{ category: 'copied', key: 'from/denied.txt', size: 4 },
				{ category: 'copied', key: 'from/later.txt', size: 5 },
			]),
		});

		const one = await reportOf(await s3('transfer.report', { ...at, runs: 'id', runId: first?.runId }));
		expect(one.json).toMatchObject({ copied: 2, failed: 1, runs: [{ runId: first?.runId, how: 'failed' }] });
		const denied = { category: 'denied', key: 'from/denied.txt', detail: expect.stringContaining('s3:PutObject') };
		expect(JSON.parse(one.text).rows[0]).toMatchObject(denied);

		const all = await reportOf(await s3('transfer.report', { ...at, runs: 'all' }));
		expect(all.json).toMatchObject({ copied: 4, failed: 1, runs: [{ how: 'failed' }, { how: 'successful' }] });
		expect(JSON.parse(all.text).plots.entries[0]).toMatchObject({ title: 'Copied, by run', bars: [{}, { value: 9 }] });

		const group = { ...at, of: 'category', category: 'backups', runs: 'all' };
		const both = await reportOf(await s3('transfer.report', group));
		expect(both.json).toMatchObject({ category: 'backups', copied: 5, jobs: [{}, { jobName: 'other' }] });
		expect(JSON.parse(both.text).rows[0]).toMatchObject({ ...denied, detail: expect.stringMatching(/^nightly: /) });
	});

	test('what a mirror did not delete, and why', async () => {
		const parameters = await setUp();
		const job = { ...parameters, jobName: 'nightly', mode: 'mirror', options: { maxDeletions: 0 } };
		const [run] = jsonOf(await s3('transfer.run', job));
		expect(run?.heldBack).toMatchObject({ reason: 'maxDeletions', deletions: 1 });
		const at = { bucket: parameters.destinationBucket, prefix: 'to/', jobName: 'nightly', format: 'json' };
		const why = /1 object is only at the destination\. Nothing was deleted, because this exceeds 'Max Deletions'/;
		const { json } = await reportOf(await s3('transfer.report', at));
		expect(json).toMatchObject({ verdict: expect.stringMatching(why), runs: [{ heldBack: run?.heldBack }] });
		await s3('transfer.run', job);
		const { text, ...all } = await reportOf(await s3('transfer.report', { ...at, runs: 'all' }));
		expect(all.json.runs).toHaveLength(2);
		expect(JSON.parse(text).notes).toContainEqual({
			title: 'Runs',
			lines: [expect.stringMatching(why), expect.stringMatching(why)],
		});
	});

	test('a run that was killed is told apart, with what its journal has', async () => {
		const parameters = await setUp();
		const job = { ...parameters, jobName: 'nightly' };
		const [run] = jsonOf(await s3('transfer.run', job));
		const before = await contentsOf(parameters.destinationBucket);
		const [last = ''] = Object.keys(before)
			.filter((key) => key.includes(String(run?.runId)))
			.reverse();
		// Without the totals, which a killed run cannot write.
		const lines = (before[last] ?? '').split('\n').filter((line) => !line.includes('"totals"'));
		await put(parameters.destinationBucket, last, lines.join('\n'));
		const stateAt = 'to/.n8n-jobs/nightly/state.json';
		const state = JSON.parse(before[stateAt] ?? '');
		await put(parameters.destinationBucket, stateAt, JSON.stringify({ ...state, lastRuns: [] }));
		const at = { bucket: parameters.destinationBucket, prefix: 'to/', jobName: 'nightly', format: 'html' };
		const report = await reportOf(await s3('transfer.report', at));
		expect(report.json).toMatchObject({ copied: 3, runs: [{ how: 'killed', copied: 3 }] });
		expect(report.text).toContain('The run was interrupted');
	});

	test.each([
		['no such job', { jobName: 'none' }, "Found no job 'none' under 'to/'"],
		['no such category', { of: 'category', category: 'x' }, "Found no job of the category 'x'"],
		['a name that no job has', { jobName: 'a/b' }, "'Job Name' has characters"],
		['no id', { jobName: 'none', runs: 'id', runId: '../x' }, "'Run ID' is not a valid run ID"],
	])('refuses %s', async (_, more, message) => {
		const bucket = await makeBucket();
		const at = { bucket, prefix: 'to/', format: 'html', ...more };
		expect((await refusal(s3('transfer.report', at))).message).toContain(message);
	});
});
