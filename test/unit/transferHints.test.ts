import { startFakeS3 } from '../support/fakeS3';
import { jsonOf, runNode } from '../support/n8n';

type Fake = Awaited<ReturnType<typeof startFakeS3>>;

const run = async (fake: Fake, parameters: object = {}) => {
	const output = await runNode({
		parameters: {
			...{ resource: 'transfer', operation: 'run', bucket: 'here', prefix: 'from/' },
			...{ destinationBucket: 'there', destinationPrefix: 'to/' },
			...parameters,
		},
		credentials: fake.connection,
	});
	return { summary: jsonOf(output)[0] ?? {}, hints: output.hints };
};

const nothing =
	"The source has no objects to copy. Check 'Prefix', which usually has no leading slash, and the filters in 'Options'.";

describe('a run that selects nothing says so', () => {
	test.each([
		['a prefix without objects', { prefix: '/from/' }],
		['filters that nothing passes', { options: { minSize: 100 } }],
	])('%s', async (_, parameters) => {
		const fake = await startFakeS3();
		fake.put('here/from/a', 'one');
		expect(await run(fake, parameters)).toMatchObject({ summary: { done: true, copied: 0 }, hints: [nothing] });
	});

	test('but not where everything is there', async () => {
		const fake = await startFakeS3();
		fake.put('here/from/a', 'one');
		expect(await run(fake)).toMatchObject({ summary: { copied: 1 }, hints: [] });
		expect(await run(fake)).toMatchObject({ summary: { reasons: { same: 1 } }, hints: [] });
	});
});

test('a run is not done while a key is too long for the destination, and says what to do', async () => {
	const fake = await startFakeS3();
	fake.put('here/from/a', 'one');
	fake.put(`here/from/${'b'.repeat(40)}`, 'two');
	const destinationPrefix = `${'p'.repeat(249)}/`.repeat(4);
	const { summary, hints } = await run(fake, { destinationPrefix });
	expect(summary).toMatchObject({ done: false, copied: 1, failed: 0, reasons: { keyTooLong: 1 } });
	expect(hints).toEqual([
		"Key too long for the destination (1 object). Shorten 'Destination Prefix', or rename the objects at the source.",
	]);
});

test('a hint counts the originals whose key another one gets, and the run is done', async () => {
	const fake = await startFakeS3();
	for (const key of ['A', 'a']) fake.put(`here/from/${key}`, key);
	const { summary, hints } = await run(fake, { options: { lowerCase: true } });
	expect(summary).toMatchObject({ done: true, copied: 1, reasons: { sameKey: 1 } });
	expect(hints).toEqual([
		'Skipped: another object gets the same key (1 object). Change the key mapping so that each object gets a unique key, or rename one at the source.',
	]);
});

test('to compare nothing verifies nothing', async () => {
	const fake = await startFakeS3();
	const { summary, hints } = await run(fake, { operation: 'verify', compare: 'size' });
	expect(summary).toMatchObject({ verified: false, compared: 0 });
	expect(hints).toEqual(["Nothing was compared. Check 'Prefix', 'Destination Prefix' and the filters in 'Options'."]);
});

test("'Always Copy' with a limit needs a job, whose journal says where to continue", async () => {
	const fake = await startFakeS3();
	for (const key of ['a', 'b', 'c']) fake.put(`here/from/${key}`, key);
	const limited = { compare: 'always', options: { maxActions: 2 } };
	await expect(run(fake, limited)).rejects.toThrow("'Compare By' cannot be 'Always Copy' with a limit");
	expect(fake.requests).toEqual([]);
	const withJob = { ...limited, jobName: 'job' };
	expect((await run(fake, withJob)).summary).toMatchObject({ done: false, copied: 2 });
	expect((await run(fake, withJob)).summary).toMatchObject({ done: true, copied: 1 });
});

test('a plan whose objects have changed says that a new one is needed', async () => {
	const fake = await startFakeS3();
	for (const key of ['a', 'b']) fake.put(`here/from/${key}`, key);
	const { summary } = await run(fake, { operation: 'plan', jobName: 'job' });
	fake.put('here/from/b', 'changed');
	const { planKey } = summary;
	const applied = await run(fake, { operation: 'applyPlan', planKey, jobName: 'job' });
	expect(applied.summary).toMatchObject({ done: false, copied: 1, changed: 1 });
	expect(applied.hints).toEqual([
		'1 object has changed since the plan was made, so nothing was done with it. Create a new plan for it.',
	]);
});

describe('a denied change names the side and the permission that is missing', () => {
	const errorsWith = async (isDenied: (line: string) => boolean, parameters: object = {}) => {
		const fake = await startFakeS3((line) => (isDenied(line) ? 403 : undefined));
		for (const key of ['a', 'b', 'c']) fake.put(`here/from/${key}`, key);
		for (const key of ['b', 'c']) fake.put(`there/to/${key}`, key);
		fake.put('there/to/x', 'extra');
		return (await run(fake, parameters)).summary.errors;
	};

	test.each([
		[
			'at the destination',
			(line: string) => line.startsWith('PUT'),
			"Access to object 'to/a' in bucket 'there' was denied",
			'This needs s3:PutObject on arn:aws:s3:::there/to/a; also',
		],
		[
			'at the source',
			(line: string) => line.startsWith('PUT') || / \/here\/from\/a/.test(line),
			"Access to object 'from/a' in bucket 'here' was denied",
			'This needs s3:GetObject on arn:aws:s3:::here/from/a; also',
		],
		[
			'for a deletion',
			(line: string) => line.startsWith('DELETE'),
			"Access to object 'to/x' in bucket 'there' was denied",
			'This needs s3:DeleteObject on arn:aws:s3:::there/to/x. Add',
		],
	])('%s', async (_, isDenied, message, advice) => {
		expect(await errorsWith(isDenied, { mode: 'mirror' })).toEqual([
			expect.objectContaining({ message, description: expect.stringContaining(advice) }),
		]);
	});
});

test('a job continues at once after a run of this process whose end could not be written', async () => {
	let isCut = false;
	let cuts = true;
	const fake = await startFakeS3((line) => {
		if (cuts && /^PUT \/there\/to\/[ab]/.test(line)) isCut = true;
		return isCut && line.includes('/.n8n-jobs/') ? 403 : undefined;
	});
	for (const key of ['a', 'b']) fake.put(`here/from/${key}`, key);
	await expect(run(fake, { jobName: 'job', options: { maxActions: 1 } })).rejects.toThrow(
		"Access to object 'to/.n8n-jobs/job/state.json' in bucket 'there' was denied",
	);
	expect(fake.contents()['there/to/.n8n-jobs/job/state.json']).toContain('"running"');
	[cuts, isCut] = [false, false];
	const { summary } = await run(fake, { jobName: 'job' });
	expect(summary).toMatchObject({ done: true, jobName: 'job', reasons: { same: 1 }, copied: 1 });
	const state = fake.contents()['there/to/.n8n-jobs/job/state.json'] ?? '';
	expect(JSON.parse(state)).toMatchObject({ runs: { all: 2, successful: 1, failed: 1 } });
});
