import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowSpool } from '../../nodes/AwsS3/core/io/rowSpool';
import { throughput } from '../../nodes/AwsS3/content/report/throughput';
import { kindOf, outcomeKind, outcomeKinds } from '../../nodes/AwsS3/operations/transfer/reports/outcomeKinds';
import { runRecorder } from '../../nodes/AwsS3/operations/transfer/reports/runRecorder';
import type { OutcomeLine } from '../../nodes/AwsS3/s3/sync/outcomeLine';

const decideFile = join(__dirname, '..', '..', 'nodes', 'AwsS3', 's3', 'pairs', 'decide.ts');

const start = Date.UTC(2026, 10, 26, 9);
const at = (seconds: number) => new Date(start + seconds * 1000);

const line = (more: Partial<OutcomeLine> = {}, seconds = 0): OutcomeLine => ({
	...{ at: at(seconds).toISOString(), step: 'copy', key: 'a.pdf', size: 10, result: 'done', ...more },
});

const nothing = { title: 'Run', isPlan: false, facts: [], left: [], notes: [] };

const recorded = async (lines: OutcomeLine[], more: object = {}, wanted: object = {}) => {
	const places = { prefix: 'from/', destinationPrefix: 'to/', includesSkipped: false, ...wanted };
	const recorder = runRecorder(places, at(0));
	for (const one of lines) await recorder.add(one);
	const { report, rows } = recorder.report({ ...nothing, ...more }, at(60));
	const all = [];
	for await (const row of rows) all.push(row);
	await recorder.close();
	return { ...report, rows: all };
};

describe('the category of a line', () => {
	test.each<[string, Partial<OutcomeLine>]>([
		['copied', {}],
		['overwritten', { step: 'overwrite' }],
		['renamed', { step: 'rename' }],
		['deleted', { step: 'delete' }],
		['sourceDeleted', { step: 'deleteSource' }],
		['same', { step: 'skip', result: 'skipped', reason: 'same' }],
		['changedMeanwhile', { result: 'changed', reason: 'changedMeanwhile' }],
		['denied', { result: 'failed', code: 'AccessDenied' }],
		['denied', { result: 'failed', code: '403' }],
		['originalKept', { result: 'failed', reason: 'originalKept', code: 'AccessDenied' }],
		['keyRefused', { result: 'failed', code: 'KMS.DisabledException' }],
		['keyRefused', { result: 'failed', code: 'EncryptionMissing' }],
		['nameRefused', { result: 'failed', code: 'KeyTooLongError' }],
		['tooLarge', { result: 'failed', code: 'EntityTooLarge' }],
		['locked', { result: 'failed', code: 'LockMissing' }],
		['full', { result: 'failed', code: 'QuotaExceeded' }],
		['busy', { result: 'failed', code: 'SlowDown' }],
		['busy', { result: 'failed', code: '503' }],
		['unreachable', { result: 'failed', code: 'ECONNRESET' }],
		['unreachable', { result: 'failed', code: 'TimeoutError' }],
		['refused', { result: 'failed', code: 'InvalidArgument' }],
		['refused', { result: 'failed' }],
	])('%s: %j', (id, more) => {
		expect(kindOf(line(more))).toBe(id);
		expect(outcomeKinds.map((kind) => kind.id)).toContain(id);
	});

	test('each reason of a decision has words of its own, and a later one is said as it is', () => {
		const [, type = ''] = /export type Reason =([^;]+);/.exec(readFileSync(decideFile, 'utf8')) ?? [];
		const reasons = [...type.matchAll(/'(\w+)'/g)].map(([, reason = '']) => reason);
		expect(reasons.length).toBeGreaterThan(9);
		for (const reason of reasons) expect(outcomeKinds.map(({ id }) => id)).toContain(reason);
		expect(outcomeKind('notYetKnown')).toEqual({ id: 'notYetKnown', label: 'Not yet known', tone: 'plain' });
	});

	test('no words that say nothing', () => {
		for (const kind of outcomeKinds) expect(JSON.stringify(kind)).not.toMatch(/\b(error|failed|problem)\b/i);
	});
});

describe('the verdict', () => {
	const verdict = async (lines: OutcomeLine[], more: object = {}) => (await recorded(lines, more)).verdict;
	const denied = line({ result: 'failed', code: 'AccessDenied', message: 'No.', advice: 'Allow it.' });

	test('good: nothing, or all', async () => {
		expect(await verdict([])).toEqual({ tone: 'good', text: 'Nothing to do.' });
		expect(await verdict([line(), line({ step: 'overwrite' }), line({ step: 'delete' })])).toEqual({
			tone: 'good',
			text: '2 objects copied, 1 object deleted at the destination.',
		});
	});
	test('what is left, and what needs a look', async () => {
		const changed = line({ result: 'changed', reason: 'changedMeanwhile' });
		expect(await verdict([line(), changed], { left: ['It stopped.'] })).toEqual({
			tone: 'warning',
			text: '1 object copied. 1 object needs attention. It stopped.',
		});
	});
	test('bad: what could not be done', async () => {
		expect(await verdict([line(), denied])).toEqual({
			tone: 'bad',
			text: '1 object copied. 1 object could not be copied to the destination.',
		});
	});
	test('deletions of a mirror that failed are no copies that failed', async () => {
		const undeleted = { ...denied, step: 'delete' } as const;
		expect(await verdict([line(), undeleted])).toEqual({
			tone: 'bad',
			text: '1 object copied. 1 object could not be deleted at the destination.',
		});
		expect((await verdict([denied, undeleted])).text).toBe(
			'Nothing was done. 1 object could not be copied to the destination. 1 object could not be deleted at the destination.',
		);
	});
	test('a plan says what it cannot delete', async () => {
		const undeleted = { ...denied, step: 'delete' } as const;
		expect((await verdict([undeleted], { isPlan: true })).text).toBe(
			'Nothing to do. 1 object cannot be deleted at the destination.',
		);
	});
	test('originals that a move could not delete: their copies are copied, unless they were there', async () => {
		const kept = { result: 'failed', reason: 'originalKept', code: 'AccessDenied' } as const;
		const lines = [line(), line(kept), line({ ...kept, step: 'deleteSource' }), denied];
		expect(await recorded(lines)).toMatchObject({
			verdict: {
				tone: 'bad',
				text: '2 objects copied. 1 object could not be copied to the destination. 2 objects could not be deleted at the source.',
			},
			totals: expect.arrayContaining([{ label: 'Copied', value: 2, unit: 'count' }]),
		});
	});
	test('a plan speaks of what is to be done', async () => {
		const planned = [line({ result: 'planned' }), line({ result: 'skipped', step: 'skip', reason: 'tooLarge' })];
		expect(await verdict(planned, { isPlan: true })).toEqual({
			tone: 'bad',
			text: 'Planned: 1 object copied. 1 object cannot be copied to the destination.',
		});
	});
});

test('the report: what needs a look first, plots of what was copied, and rows with what to do', async () => {
	const day = 24 * 3600;
	const { categories, plots, rows, totals } = await recorded(
		[
			line({ modified: at(-2 * day).toISOString() }),
			line(
				{ key: 'b.txt', size: 200, targetKey: 'b (2).txt', step: 'rename', modified: at(-400 * day).toISOString() },
				3,
			),
			line({ step: 'skip', key: 'c', result: 'skipped', reason: 'same', size: 7 }),
			line({ step: 'delete', key: 'old', size: 1 }, 3),
			line({ key: 'd', result: 'failed', code: 'AccessDenied', message: 'Not allowed.', advice: 'Allow it.' }, 4),
		],
		{ duration: 5000 },
	);
	expect(categories.entries.map(({ id, count, bytes }) => [id, count, bytes])).toEqual([
		['denied', 1, 10],
		['copied', 1, 10],
		['renamed', 1, 200],
		['deleted', 1, 1],
		['same', 1, 7],
	]);
	expect(rows).toEqual([
		{ category: 'denied', key: 'from/d', size: 10, detail: 'Not allowed. Allow it.' },
		{ category: 'copied', key: 'from/a.pdf', size: 10 },
		{ category: 'renamed', key: 'from/b.txt', size: 200, detail: 'as to/b (2).txt' },
		{ category: 'deleted', key: 'to/old', size: 1 },
	]);
	const values = Object.fromEntries(totals.map(({ label, value }) => [label, value]));
	expect(values).toMatchObject({ 'Objects compared': 5, Copied: 2, 'Size copied': 210, Failed: 1 });
	const titles = plots.entries.map(({ title }) => title);
	expect(titles).toEqual([
		...['Throughput', 'Objects per second', 'Objects by result'],
		...['Copied, by type', 'Copied, by size', 'Copied, by age'],
	]);
	const barsOf = (title: string) => {
		const plot = plots.entries.find((one) => one.title === title);
		return plot?.kind === 'bars' ? plot.bars.map(({ label, value }) => [label, value]) : [];
	};
	expect(barsOf('Copied, by type')).toEqual([
		['.txt', 200],
		['.pdf', 10],
	]);
	expect(barsOf('Copied, by age')).toEqual([
		['1 to 7 days', 10],
		['1 to 3 years', 200],
	]);
});

test('skipped objects have rows where they are asked for, and ages are left out where nobody knows them', async () => {
	const skipped = line({ step: 'skip', result: 'skipped', reason: 'onlyAtDestination', key: 'own' });
	const { rows, plots } = await recorded([line(), skipped], {}, { includesSkipped: true });
	expect(rows.map(({ key }) => key)).toEqual(['from/a.pdf', 'to/own']);
	expect(plots.entries.map(({ title }) => title)).not.toContain('Copied, by age');
});

test('files of jobs are no objects of the report', async () => {
	const own = line({ step: 'skip', result: 'skipped', reason: 'jobFile', key: '.n8n-jobs/x' });
	expect((await recorded([own])).categories.entries).toEqual([]);
});

describe('throughput', () => {
	const valuesOf = (plots: ReturnType<ReturnType<typeof throughput>['plots']>) =>
		plots.map(({ points }) => points.map(({ value }) => value));

	test('is none of less than two intervals', () => {
		const rates = throughput();
		rates.add({ at: at(0), bytes: 5 });
		expect(rates.plots()).toEqual([]);
	});
	test('counts by second, also what comes late', () => {
		const rates = throughput();
		for (const [seconds, bytes] of [
			[0, 5],
			[2.5, 7],
			[0.9, 1],
			[-1, 2],
		] as const)
			rates.add({ at: at(seconds), bytes });
		expect(valuesOf(rates.plots())).toEqual([
			[8, 0, 7],
			[3, 0, 1],
		]);
	});
	test('takes longer intervals for longer runs, and loses nothing', () => {
		const rates = throughput();
		const seconds = 100_000;
		for (let second = 0; second < seconds; second++) rates.add({ at: at(second), bytes: 3 });
		const [{ points } = { points: [] }] = rates.plots();
		expect(points.length).toBeLessThanOrEqual(240);
		expect(points.length).toBeGreaterThan(100);
		const [first, second] = points;
		const interval = (Number(second?.at) - Number(first?.at)) / 1000;
		expect(points.reduce((total, { value }) => total + value * interval, 0)).toBeCloseTo(3 * seconds);
		expect(first?.value).toBeCloseTo(3);
	});
});

describe('the spool of rows', () => {
	const readAll = async (spool: ReturnType<typeof rowSpool>) => {
		const rows = [];
		for await (const row of spool.rows()) rows.push(row);
		return rows;
	};

	test('gives what it got, as often as it is asked, whatever is in it', async () => {
		const spool = rowSpool(100_000);
		const keys = Array.from({ length: 20_000 }, (_, index) => `${index} ü😀\n\r\u2028"${'x'.repeat(40)}`);
		for (const key of keys) await spool.add({ category: 'c', key });
		for (const _round of [1, 2]) expect((await readAll(spool)).map(({ key }) => key)).toEqual(keys);
		expect(spool.left()).toBe(0);
		await spool.close();
	});
	test('keeps so many, and counts the others', async () => {
		const spool = rowSpool(2);
		for (const key of ['a', 'b', 'c']) await spool.add({ category: 'c', key });
		expect(await readAll(spool)).toEqual([
			{ category: 'c', key: 'a' },
			{ category: 'c', key: 'b' },
		]);
		expect(spool.left()).toBe(1);
		await spool.close();
	});
	test('what the disk refuses comes when the rows are read', async () => {
		const spool = rowSpool(100_000, '/proc/none');
		for (let index = 0; index < 10_000; index++) await spool.add({ category: 'c', key: 'x'.repeat(100) });
		await expect(readAll(spool)).rejects.toThrow('ENOENT');
		await spool.close();
	});
});
