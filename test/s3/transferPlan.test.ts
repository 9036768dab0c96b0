import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { jsonOf } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { credentials, makeBucket, one, refusal, s3, sdk, server } from '../support/s3';
import { readJournal } from '../support/journals';
import { contentsOf } from '../support/transfers';

const jobName = 'move house';

const setUp = async (contents: Record<string, string> = {}) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const put = async (Key: string, Body: string, more: object = {}) =>
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `from/${Key}`, Body, ...more }));
	const putThere = async (Key: string, Body: string) =>
		await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key, Body: Buffer.from(Body) }));
	for (const [key, body] of Object.entries(contents)) await put(key, body);
	const parameters = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
	return {
		...{ bucket, destinationBucket, put, putThere },
		remove: async (Key: string) => await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: `from/${Key}` })),
		plan: async (changes: object = {}) => await one('transfer.plan', { ...parameters, jobName, ...changes }),
		apply: async (planKey: unknown, changes: object = {}, settings: object = {}) =>
			jsonOf(await s3('transfer.applyPlan', { ...parameters, planKey, ...changes }, settings)),
		refusedWith: async (planKey: unknown, changes: object = {}) =>
			await refusal(one('transfer.applyPlan', { ...parameters, planKey, ...changes })),
		/** What is at the destination besides the files of jobs. */
		there: async () =>
			Object.fromEntries(
				Object.entries(await contentsOf(destinationBucket)).filter(([key]) => !key.includes('.n8n-jobs/')),
			),
		here: async () => await contentsOf(bucket),
		journal: async (runId: unknown) => {
			const side = { s3: connect({ ...credentials, region: server.region }), bucket: destinationBucket, prefix: 'to/' };
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

test('a plan is an object with all that binds it, and its key, ETag and counts are in the summary', async () => {
	const { plan, put, putThere, textOf, destinationBucket, there, bucket } = await setUp({ new: 'one', '😀"\n': 'two' });
	await putThere('to/extra', 'extra');
	const options = { backupPrefix: 'old/', glob: 'from/**', maxDeletedShare: 100 };
	const { planKey, planEtag, ...summary } = await plan({ mode: 'mirror', category: 'c', options });
	expect(summary).toMatchObject({ planned: true, copied: 2, deleted: 1, planActions: 3, jobName, category: 'c' });
	expect(planKey).toMatch(/^to\/\.n8n-jobs\/move house\/plans\/\d{8}T\d{9}Z-[0-9a-f]{8}\.jsonl$/);
	const head = await sdk.send(new HeadObjectCommand({ Bucket: destinationBucket, Key: String(planKey) }));
	expect(head.ETag).toBe(`"${String(planEtag)}"`);
	const [header, ...rest] = (await textOf(planKey))
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as object);
	expect(header).toMatchObject({
		...{ plan: 1, mode: 'mirror', jobName, backupPrefix: 'old/' },
		...{ source: { bucket, prefix: 'from/' }, destination: { bucket: destinationBucket, prefix: 'to/' } },
		rules: { compare: 'sizeAndTime', onConflict: 'overwrite', glob: 'from/**' },
	});
	const listed = { size: 3, etag: expect.any(String), lastModified: expect.any(String) };
	expect(rest).toHaveLength(4);
	expect(rest).toContainEqual({ step: 'copy', key: '😀"\n', source: expect.objectContaining(listed) });
	expect(rest[2]).toMatchObject({ step: 'delete', key: 'extra', destination: { size: 5 } });
	expect(rest[3]).toMatchObject({ actions: 3, totals: { copied: 2, deleted: 1 }, sha256: expect.any(String) });
	expect(await there()).toEqual({ 'to/extra': 'extra' });
	await put('later', 'not planned');
	expect(await plan({ jobName: '' })).not.toHaveProperty('planKey');
});

test('what has changed since is reported and not done, the rest is, and a second time nothing is left', async () => {
	const { plan, apply, put, putThere, there, journal, remove } = await setUp({
		a: 'one',
		b: 'two',
		c: '3',
		d: '4',
		g: 'g',
	});
	await putThere('to/a', 'old a!');
	await putThere('to/b', 'old b!');
	for (const key of ['e', 'f']) await putThere(`to/${key}`, key);
	const { planKey, planEtag } = await plan({ mode: 'mirror', options: { maxDeletedShare: 100 } });
	await put('a', 'changed after the plan');
	await putThere('to/b', 'changed at the destination');
	await put('f', 'came back');
	await put('later', 'not in the plan');
	await remove('g');
	const before = { 'to/a': 'old a!', 'to/b': 'changed at the destination' };
	const applied = { 'to/c': '3', 'to/d': '4', 'to/f': 'f' };
	expect(await apply(planKey, { options: { dryRun: true } })).toHaveLength(7);
	expect(await there()).toEqual({ ...before, 'to/e': 'e', 'to/f': 'f' });
	const [summary = {}, ...items] = await apply(planKey, { jobName, options: { planEtag, items: true } });
	const { 'to/a': a, ...others } = await there();
	// Some servers ignore the condition on what is copied, and write what is there now.
	const isCopied = a !== 'old a!';
	expect(isCopied ? a : 'old a!').toBe(isCopied ? 'changed after the plan' : 'old a!');
	expect(others).toEqual({ 'to/b': before['to/b'], ...applied });
	expect(summary).toMatchObject({
		...{ done: false, deleted: 1, failed: 0, planKey, planEtag },
		...(isCopied ? { copied: 3, changed: 3 } : { copied: 2, changed: 4 }),
	});
	expect(items.filter(({ result }) => result === 'changed').map(({ key }) => key)).toEqual(
		expect.arrayContaining(['to/b', 'to/f', 'to/g']),
	);
	expect(await journal(summary.runId)).toContainEqual(expect.objectContaining({ key: 'c', result: 'done' }));
	const [second] = await apply(planKey, { jobName, options: { planEtag } });
	expect(second).toMatchObject({ copied: 0, deleted: 0, failed: 0, reasons: { doneBefore: 3 } });
	expect(await there()).toEqual({ ...(a !== undefined && { 'to/a': a }), ...others });
});

test('applied twice, the second time does nothing and says so: copies, a move, and large copies in parts', async () => {
	const { plan, apply, put, putThere, there, here } = await setUp({ a: 'one', b: 'two', c: 'three' });
	await putThere('to/b', 'older');
	const { planKey } = await plan({ mode: 'move' });
	expect((await apply(planKey))[0]).toMatchObject({ done: true, copied: 3, moved: 3, overwritten: 1 });
	expect(await here()).toEqual({});
	expect((await apply(planKey))[0]).toMatchObject({ done: true, copied: 0, moved: 0, reasons: { doneBefore: 3 } });
	await put('a', 'new');
	const always = await plan({ compare: 'always' });
	expect((await apply(always.planKey))[0]).toMatchObject({ done: true, copied: 1 });
	expect((await apply(always.planKey))[0]).toMatchObject({ done: true, copied: 0, reasons: { doneBefore: 1 } });
	await put('a', 'another');
	const renames = await plan({ onConflict: 'rename' });
	expect((await apply(renames.planKey))[0]).toMatchObject({ done: true, renamed: 1 });
	expect((await apply(renames.planKey))[0]).toMatchObject({ done: true, renamed: 0, reasons: { doneBefore: 1 } });
	expect(await there()).toEqual({ 'to/a': 'new', 'to/a (2)': 'another', 'to/b': 'two', 'to/c': 'three' });
});

test('a mirror of a list deletes what was approved, although the bucket of the source has it', async () => {
	const { plan, apply, put, putThere, there } = await setUp({ a: 'one', b: 'two' });
	for (const key of ['a', 'b', 'c']) await putThere(`to/${key}`, 'older');
	await put('c', 'not listed');
	const list = { source: 'list', keyInList: 'from/a', mode: 'mirror', options: { maxDeletedShare: 100 } };
	const { planKey, ...summary } = await plan(list);
	expect(summary).toMatchObject({ copied: 1, deleted: 2, planActions: 3 });
	expect((await apply(planKey))[0]).toMatchObject({ done: true, copied: 1, deleted: 2, changed: 0 });
	expect(await there()).toEqual({ 'to/a': 'one' });
});

test('deletes only if nothing was refused, and what is left is done by the next one', async () => {
	const { plan, apply, putThere, there } = await setUp({ a: 'one', b: 'two' });
	await putThere('to/extra', 'extra');
	const { planKey } = await plan({ mode: 'mirror', options: { maxDeletedShare: 100 } });
	const proxy = await startProxy(server.endpoint, ({ method, url }) =>
		method === 'PUT' && /\/to\/b/.test(String(url)) ? refused(403, 'AccessDenied') : 'pass',
	);
	const [summary] = await apply(planKey, {}, { connection: { endpoint: proxy.url } });
	expect(summary).toMatchObject({ done: false, copied: 1, deleted: 0, failed: 1, heldBack: { reason: 'failed' } });
	expect(await there()).toEqual({ 'to/a': 'one', 'to/extra': 'extra' });
	const options = { maxActions: 1 };
	expect((await apply(planKey, { options }))[0]).toMatchObject({ done: false, copied: 1, stoppedBy: 'actions' });
	expect((await apply(planKey))[0]).toMatchObject({ done: true, copied: 0, deleted: 1, reasons: { doneBefore: 2 } });
	expect(Object.keys(await there())).toEqual(['to/a', 'to/b']);
});

describe('refused before the first write', () => {
	const withHash = (lines: string[], last: object) => {
		const sha256 = createHash('sha256')
			.update(lines.map((line) => `${line}\n`).join(''))
			.digest('hex');
		return `${[...lines, JSON.stringify({ ...last, sha256 })].join('\n')}\n`;
	};

	test.each<[string, (content: string) => string, RegExp]>([
		['cut off in a line', (plan) => plan.slice(0, plan.length - 200), /not a JSON object|incomplete/],
		['without its totals', (plan) => `${plan.trimEnd().split('\n').slice(0, -1).join('\n')}\n`, /totals are missing/],
		['without a line', (plan) => plan.split('\n').toSpliced(1, 1).join('\n'), /has changed since its creation/],
		['with another key', (plan) => plan.replace('"key":"a"', '"key":"x"'), /has changed since its creation/],
		['with a second end', (plan) => plan + String(plan.split('\n').at(-2)), /continues after the totals/],
		['of a later version', (plan) => plan.replace('{"plan":1', '{"plan":2'), /a plan of version 2, but this node/],
		['that is another file', () => '{"a":1}\n', /is not a plan/],
		['that is empty', () => '', /is empty/],
		[
			'with a line of another kind',
			(plan) => withHash([String(plan.split('\n')[0]), '{"step":"destroy","key":"a"}'], { actions: 1 }),
			/a line that is not valid in a plan/,
		],
	])('a plan %s', async (_, spoil, words) => {
		const { plan, refusedWith, textOf, putThere, there } = await setUp({ a: 'one', b: 'two' });
		const { planKey } = await plan();
		const before = await textOf(planKey);
		await putThere(String(planKey), spoil(before));
		expect((await refusedWith(planKey, { jobName })).message).toMatch(words);
		expect(await there()).toEqual({});
	});

	test('a plan that was replaced after it was approved, one that is not there, and one of other sides', async () => {
		const { plan, refusedWith, there, put } = await setUp({ a: 'one' });
		const { planKey, planEtag } = await plan();
		await put('b', 'two');
		const { planKey: other } = await plan();
		const said = await refusedWith(other, { options: { planEtag } });
		expect(said.message).toMatch(/has the ETag \w+, but the approved one is \w+$/);
		expect((await refusedWith('to/none.jsonl')).message).toMatch(
			/^The plan 'to\/none.jsonl' in bucket '.+' does not exist/,
		);
		expect((await refusedWith(planKey, { prefix: 'fro' })).message).toMatch(/^The plan is for 'from\/' /);
		expect((await refusedWith(planKey, { destinationPrefix: 'x/' })).message).toMatch(/to 'to\/' in bucket/);
		expect(await there()).toEqual({});
	});
});
