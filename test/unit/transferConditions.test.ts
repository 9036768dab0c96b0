import { connect } from '../../nodes/AwsS3/s3/client/client';
import type { LeaveOut } from '../../nodes/AwsS3/s3/pairs/source';
import type { Transfer } from '../../nodes/AwsS3/s3/sync/transfer';
import { runTransfer } from '../../nodes/AwsS3/s3/sync/transfer';
import { startFakeS3 } from '../support/fakeS3';
import { jsonOf, runNode } from '../support/n8n';

type Fake = Awaited<ReturnType<typeof startFakeS3>>;

const run = async (fake: Fake, parameters: object = {}, operation = 'run') => {
	const output = await runNode({
		parameters: {
			...{ resource: 'transfer', operation, bucket: 'here', prefix: 'from/' },
			...{ destinationBucket: 'there', destinationPrefix: 'to/' },
			...parameters,
		},
		credentials: fake.connection,
	});
	return jsonOf(output)[0] ?? {};
};

const conditions = ['if-match', 'if-none-match', 'x-amz-copy-source-if-match'];

/** Requests besides listings and the question that a mirror asks once, each with its conditions. */
const sent = ({ requests }: Fake) =>
	requests
		.splice(0)
		.filter(({ line }) => !/list-type|\?versioning/.test(line))
		.map(({ line, headers }) => {
			const named = conditions.filter((name) => headers[name] !== undefined).map((name) => `${name} ${headers[name]}`);
			return [line.replace(/\?x-id=\w+$/, ''), ...named].join(', ');
		})
		.sort();

test('where the server keeps conditions, each write and deletion has one, and nothing is looked at before', async () => {
	const fake = await startFakeS3();
	const etags = { a: fake.put('here/from/a', 'one'), b: fake.put('here/from/b', 'new') };
	const old = fake.put('there/to/b', 'older');
	expect(await run(fake)).toMatchObject({ done: true, copied: 2, overwritten: 1 });
	expect(sent(fake)).toEqual([
		`PUT /there/to/a, if-none-match *, x-amz-copy-source-if-match "${etags.a}"`,
		`PUT /there/to/b, if-match "${old}", x-amz-copy-source-if-match "${etags.b}"`,
	]);
	const extra = fake.put('there/to/x', 'extra');
	expect(await run(fake, { mode: 'mirror' })).toMatchObject({ done: true, deleted: 1 });
	expect(sent(fake)).toEqual([`DELETE /there/to/x, if-match "${extra}"`, 'HEAD /here/from/x']);
	fake.put('here/from/c', 'three');
	fake.remove('there/to/a');
	fake.remove('there/to/b');
	expect(await run(fake, { mode: 'move' })).toMatchObject({ done: true, moved: 3 });
	expect(sent(fake).filter((line) => /^DELETE/.test(line))).toEqual([
		`DELETE /here/from/a, if-match "${etags.a}"`,
		`DELETE /here/from/b, if-match "${etags.b}"`,
		expect.stringMatching(/^DELETE \/here\/from\/c, if-match "/),
	]);
	expect(fake.contents()).toEqual({ 'there/to/a': 'one', 'there/to/b': 'new', 'there/to/c': 'three' });
});

test('append-only sends nothing but listings, and copies under the condition that the key is free', async () => {
	const fake = await startFakeS3();
	fake.put('there/to/b', 'older');
	for (const key of ['a', 'b', 'c']) fake.put(`here/from/${key}`, key);
	expect(await run(fake, { options: { appendOnly: true } })).toMatchObject({ copied: 2, reasons: { appendOnly: 1 } });
	const lines = sent(fake);
	expect(lines).toHaveLength(2);
	for (const line of lines) expect(line).toMatch(/^PUT \/there\/to\/[ac], if-none-match \*, /);
});

test('to another connection, the upload has the conditions, and the download those of the listing', async () => {
	const fake = await startFakeS3();
	const other = await startFakeS3();
	const etag = fake.put('here/from/a', 'one');
	fake.put('here/from/b', 'new');
	const old = other.put('there/to/b', 'older');
	const output = await runNode({
		parameters: {
			...{ resource: 'transfer', operation: 'run', bucket: 'here', prefix: 'from/' },
			...{ destination: 'destinationConnection', destinationBucket: 'there', destinationPrefix: 'to/' },
		},
		credentials: fake.connection,
		destination: other.connection,
	});
	expect(jsonOf(output)).toMatchObject([{ done: true, copied: 2, overwritten: 1 }]);
	const uploads = sent(other).filter((line) => line.startsWith('PUT'));
	expect(uploads).toEqual(['PUT /there/to/a, if-none-match *', `PUT /there/to/b, if-match "${old}"`]);
	const reads = sent(fake).filter((line) => line.includes('/here/from/a'));
	expect(reads).toEqual([`GET /here/from/a, if-match "${etag}"`, 'GET /here/from/a?tagging=']);
	expect(other.contents()).toEqual({ 'there/to/a': 'one', 'there/to/b': 'new' });
});

describe('changes by others right before a request', () => {
	/** Another one writes or deletes before the first request that is meant arrives. */
	const meanwhile = async (meant: RegExp, happens: (fake: Fake) => unknown) => {
		const at: { fake?: Fake; isDone?: boolean } = {};
		const fake = await startFakeS3((line) => {
			if (at.isDone || !meant.test(line) || !at.fake) return undefined;
			at.isDone = true;
			happens(at.fake);
			return undefined;
		});
		at.fake = fake;
		return fake;
	};

	test.each<[string, RegExp, (fake: Fake) => unknown, object, Record<string, string>]>([
		[
			'the key is taken',
			/^PUT .*\/to\/a/,
			(fake) => fake.put('there/to/a', 'theirs'),
			{},
			{ 'here/from/a': 'ours', 'there/to/a': 'theirs' },
		],
		[
			'the source changes',
			/^PUT .*\/to\/a/,
			(fake) => fake.put('here/from/a', 'later'),
			{},
			{ 'here/from/a': 'later' },
		],
		['the source is gone', /^PUT .*\/to\/a/, (fake) => fake.remove('here/from/a'), {}, {}],
		[
			'a move whose copy is replaced',
			/^HEAD .*\/to\/a/,
			(fake) => fake.put('there/to/a', 'theirs'),
			{ mode: 'move' },
			{ 'here/from/a': 'ours', 'there/to/a': 'theirs' },
		],
		[
			'a move whose source changes',
			/^DELETE .*\/from\/a/,
			(fake) => fake.put('here/from/a', 'later'),
			{ mode: 'move' },
			{ 'here/from/a': 'later', 'there/to/a': 'ours' },
		],
	])('%s', async (_, meant, happens, parameters, left) => {
		const fake = await meanwhile(meant, happens);
		fake.put('here/from/a', 'ours');
		expect(await run(fake, parameters)).toMatchObject({ done: false, changed: 1, failed: 0 });
		expect(fake.contents()).toEqual(left);
	});

	test.each<[string, RegExp, (fake: Fake) => unknown, Record<string, string>]>([
		[
			'what is to be overwritten',
			/^PUT .*\/to\/b/,
			(fake) => fake.put('there/to/b', 'theirs'),
			{ 'there/to/b': 'theirs' },
		],
		[
			'what is to be deleted',
			/^DELETE .*\/to\/x/,
			(fake) => fake.put('there/to/x', 'theirs'),
			{ 'there/to/x': 'theirs' },
		],
		[
			'the source has it again',
			/^HEAD .*\/from\/x/,
			(fake) => fake.put('here/from/x', 'again'),
			{ 'there/to/x': 'extra' },
		],
	])('%s', async (_, meant, happens, left) => {
		const fake = await meanwhile(meant, happens);
		for (const key of ['b', 'c']) fake.put(`there/to/${key}`, 'before');
		fake.put('there/to/x', 'extra');
		fake.put('here/from/b', 'ours');
		fake.put('here/from/c', 'before');
		expect(await run(fake, { mode: 'mirror', compare: 'etag' })).toMatchObject({ done: false, changed: 1 });
		expect(fake.contents()).toMatchObject(left);
	});

	test('what is replaced between the backup and the write stays, and so does the backup', async () => {
		const fake = await meanwhile(/^PUT .*\/to\/b/, (one) => one.put('there/to/b', 'theirs'));
		fake.put('there/to/b', 'before');
		fake.put('here/from/b', 'ours');
		const parameters = { options: { backupPrefix: 'old/' } };
		expect(await run(fake, parameters)).toMatchObject({ done: false, copied: 0, changed: 1 });
		expect(fake.contents()).toMatchObject({ 'there/old/b': 'before', 'there/to/b': 'theirs' });
	});
});

describe('a move that may not delete at the source', () => {
	const refusing = async () => {
		const policy = { denies: true };
		const fake = await startFakeS3((line) => (policy.denies && /^DELETE .*\/from\//.test(line) ? 403 : undefined));
		fake.put('here/from/a', 'one');
		return { fake, policy };
	};

	test('counts the copy and the original that stayed, and a later run deletes it', async () => {
		const { fake, policy } = await refusing();
		// One that is skipped, because a run that can do nothing as a whole fails.
		fake.put('here/from/b', 'two');
		fake.put('there/to/b', 'other');
		expect(await run(fake, { mode: 'move', onConflict: 'skip' })).toMatchObject({
			...{ done: false, copied: 1, bytes: 3, moved: 0, failed: 1, changed: 0 },
			errors: [
				{
					...{ key: 'from/a', code: 'AccessDenied' },
					message: "'a' was copied, but the original could not be deleted",
					description: expect.stringContaining('s3:DeleteObject'),
				},
			],
		});
		fake.remove('here/from/b');
		fake.remove('there/to/b');
		expect(fake.contents()).toEqual({ 'here/from/a': 'one', 'there/to/a': 'one' });
		await expect(run(fake, { mode: 'move' })).rejects.toMatchObject({
			message: "'a' is at the destination, but the original could not be deleted",
		});
		policy.denies = false;
		expect(await run(fake, { mode: 'move' })).toMatchObject({ done: true, copied: 0, moved: 1, failed: 0 });
		expect(fake.contents()).toEqual({ 'there/to/a': 'one' });
	});

	test('fails the node if no original could be deleted', async () => {
		const { fake } = await refusing();
		await expect(run(fake, { mode: 'move' })).rejects.toMatchObject({
			message: "'a' was copied, but the original could not be deleted",
			description: expect.stringContaining('s3:DeleteObject'),
		});
		expect(fake.contents()).toEqual({ 'here/from/a': 'one', 'there/to/a': 'one' });
	});

	test('does not say that an original stayed if the answer to its deletion is lost', async () => {
		const at: { fake?: Awaited<ReturnType<typeof startFakeS3>> } = {};
		const fake = await startFakeS3((line) => {
			if (!/^DELETE .*\/from\//.test(line)) return undefined;
			at.fake?.remove('here/from/a');
			return 500;
		});
		at.fake = fake;
		fake.put('here/from/a', 'one');
		await expect(run(fake, { mode: 'move' })).rejects.toMatchObject({
			message: expect.not.stringContaining('could not be deleted'),
		});
		expect(fake.contents()).toEqual({ 'there/to/a': 'one' });
	});

	test('a later run keeps an original that has changed since', async () => {
		const { fake, policy } = await refusing();
		await expect(run(fake, { mode: 'move' })).rejects.toThrow('could not be deleted');
		fake.put('here/from/a', 'two');
		policy.denies = false;
		expect(await run(fake, { mode: 'move', onConflict: 'skip' })).toMatchObject({ moved: 0, reasons: { exists: 1 } });
		expect(fake.contents()).toEqual({ 'here/from/a': 'two', 'there/to/a': 'one' });
	});

	test('its item and its journal say where the copy is', async () => {
		const { fake } = await refusing();
		fake.put('there/to/a', 'other');
		const output = await runNode({
			parameters: {
				...{ resource: 'transfer', operation: 'run', bucket: 'here', prefix: 'from/', mode: 'move' },
				...{ destinationBucket: 'there', destinationPrefix: 'to/', onConflict: 'rename', options: { items: true } },
				jobName: 'night',
			},
			credentials: fake.connection,
		});
		const [summary = {}, item] = jsonOf(output);
		expect(summary).toMatchObject({ copied: 1, renamed: 1, failed: 1 });
		const copy = { action: 'rename', result: 'failed', reason: 'originalKept', key: 'to/a (2)' };
		expect(item).toMatchObject(copy);
		const reported = await runNode({
			parameters: {
				...{ resource: 'transfer', operation: 'report', bucket: 'there', prefix: 'to/' },
				...{ of: 'job', jobName: 'night', runs: 'id', runId: 'runId' in summary ? summary.runId : '' },
			},
			credentials: fake.connection,
		});
		expect(jsonOf(reported)).toMatchObject([
			{
				...{ copied: 1, renamed: 1, moved: 0, failed: 1 },
				verdict: '1 object copied. 1 object could not be deleted at the source.',
			},
		]);
	});
});

describe('a listing that cannot be trusted deletes nothing', () => {
	const keys = Array.from({ length: 9 }, (_, number) => `k${number}`);
	const fill = (fake: Fake) => {
		for (const key of keys) fake.put(`here/from/${key}`, 'x');
		for (const key of [...keys, 'z']) fake.put(`there/to/${key}`, 'x');
	};
	const mirror = { mode: 'mirror', options: { maxDeletedShare: 100 } };
	const deletions = ({ requests }: Fake) => requests.filter(({ line }) => line.startsWith('DELETE'));

	test.each(['here', 'there'])('that of %s breaks off in the middle', async (bucket) => {
		const isMeant = (line: string) =>
			line.includes('continuation-token=') && line.includes('k5') && line.startsWith(`GET /${bucket}`);
		const fake = await startFakeS3((line) => (isMeant(line) ? 403 : undefined), { pageSize: 3 });
		fill(fake);
		await expect(run(fake, mirror)).rejects.toMatchObject({ message: expect.stringContaining(bucket) });
		expect(deletions(fake)).toEqual([]);
	});

	test('that of the second walk breaks off', async () => {
		let first = 0;
		const isMeant = (line: string) =>
			line.startsWith('GET /here') && line.includes('continuation-token=') && line.includes('k5') && ++first > 1;
		const fake = await startFakeS3((line) => (isMeant(line) ? 403 : undefined), { pageSize: 3 });
		fill(fake);
		await expect(run(fake, mirror)).rejects.toMatchObject({ message: expect.stringContaining('here') });
		expect(deletions(fake)).toEqual([]);
	});

	test('it says that there is more, but not where', async () => {
		const fake = await startFakeS3(undefined, { pageSize: 5, hidesToken: true });
		fill(fake);
		await expect(run(fake, mirror)).rejects.toMatchObject({ message: expect.stringContaining('is incomplete') });
		expect(deletions(fake)).toEqual([]);
	});

	test('it is not in order, which the message explains', async () => {
		const fake = await startFakeS3(undefined, { order: (all) => [...all].reverse() });
		fill(fake);
		await expect(run(fake, mirror)).rejects.toMatchObject({
			message: expect.stringContaining('is not sorted'),
			description: expect.stringContaining("use 'Folder: Copy'"),
		});
		expect(deletions(fake)).toEqual([]);
	});
});

test.each([
	['run', /^Sync & Migrate: \d+ copied, \d+ MiB after \d+ s \([\d.]+ MiB\/s, \d+ objects\/s\)$/],
	// A plan also sees the key by which it tries what the destination allows.
	['plan', /^Sync & Migrate: \d+ copied(, 1 skipped)?, \d+ MiB after \d+ s \(planned only\)$/],
])('%s writes how far it is to the log of n8n, every ten seconds', async (operation, line) => {
	const fake = await startFakeS3();
	for (let number = 0; number < 50; number++) fake.put(`here/from/${number}`, 'x'.repeat(1000));
	let now = 0;
	const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 300));
	const { logs } = await runNode({
		parameters: {
			...{ resource: 'transfer', operation, bucket: 'here', prefix: 'from/' },
			...{ destinationBucket: 'there', destinationPrefix: 'to/' },
		},
		credentials: fake.connection,
	});
	clock.mockRestore();
	expect(logs.length).toBeGreaterThan(1);
	for (const written of logs) expect(written).toMatch(line);
});

test('Verify by checksum believes no ETag that is no digest, and reading decides', async () => {
	const fake = await startFakeS3();
	fake.put('here/from/a', 'one', 'parts-2');
	fake.put('there/to/a', 'one');
	fake.put('here/from/b', 'one');
	fake.put('there/to/b', 'two');
	expect(await run(fake, { compare: 'checksum' }, 'verify')).toMatchObject({
		...{ verified: false, compared: 2, different: 2 },
		differences: { notProven: 1, checksum: 1 },
	});
	expect(await run(fake, { compare: 'content' }, 'verify')).toMatchObject({ same: 1, differences: { content: 1 } });
});

test('a mirror of a list deletes no copy of an original that it may not look at when it deletes', async () => {
	let looks = 0;
	const fake = await startFakeS3((line) => (/^HEAD \/here\/from\/b/.test(line) && ++looks > 1 ? 403 : undefined));
	fake.put('here/keys.txt', 'from/a\nfrom/b\n');
	for (const key of ['a', 'b']) fake.put(`here/from/${key}`, key);
	for (const key of ['a', 'b', 'c']) fake.put(`there/to/${key}`, key);
	const list = { source: 'list', keysFrom: 'object', manifest: 'keys.txt', mode: 'mirror' };
	await expect(run(fake, list)).rejects.toThrow("Access to object 'from/b' in bucket 'here' was denied");
	expect(looks).toBe(2);
	expect(Object.keys(fake.contents())).toContain('there/to/b');
});

test('who cannot be told of what a source leaves out ends the run', async () => {
	const fake = await startFakeS3();
	const s3 = connect(fake.connection);
	async function* pages(_: AbortSignal, leaveOut?: LeaveOut) {
		leaveOut?.({ key: 'gone', size: 0 }, 'missing');
		yield [];
	}
	const unused = async () => await Promise.reject(new Error('not meant to be called'));
	const transfer: Transfer = {
		from: { pages, look: unused, copy: unused },
		to: { s3, bucket: 'there', prefix: 'to/' },
		rules: {
			...{ mode: 'copy', compare: 'size', onConflict: 'overwrite', isAppendOnly: false, destinationPrefix: 'to/' },
			passes: () => true,
		},
		...{ isPlan: false, stopAfter: {}, deletions: { most: 1, share: 1, allowsEmptySource: false } },
	};
	const full = async () => await Promise.reject(new Error('The journal is full'));
	await expect(runTransfer(transfer, full)).rejects.toThrow('The journal is full');
});

test('a mirror deletes only by the list that it has copied: the second look is at that ETag', async () => {
	const fake = await startFakeS3();
	const etag = fake.put('here/keys.txt', 'from/a\n');
	fake.put('here/from/a', 'a');
	for (const key of ['a', 'c']) fake.put(`there/to/${key}`, key);
	const list = { source: 'list', keysFrom: 'object', manifest: 'keys.txt', mode: 'mirror' };
	expect(await run(fake, list)).toMatchObject({ done: true, deleted: 1 });
	const reads = fake.requests.filter(({ line }) => /^GET \/here\/keys/.test(line));
	expect(reads.map(({ headers }) => headers['if-match'])).toEqual([undefined, `"${etag}"`]);
});

test.each([
	['Flatten', { flatten: '-' }],
	['Lower Case', { lowerCase: true }],
])('a move leaves the files of a job where they are, also with %s', async (_, options) => {
	const fake = await startFakeS3();
	const job = 'here/from/.n8n-jobs/nightly/';
	const files = { [`${job}state.json`]: '{}', [`${job}runs/20260131T120000000Z-1a2b3c4d/journal-000001.jsonl`]: '{}' };
	for (const [path, content] of Object.entries(files)) fake.put(path, content);
	fake.put('here/from/A/b', 'one');
	const name = 'flatten' in options ? 'A-b' : 'a/b';
	expect(await run(fake, { mode: 'move', onConflict: 'skip', options })).toMatchObject({
		done: true,
		moved: 1,
		skipped: 2,
	});
	expect(fake.contents()).toEqual({ ...files, [`there/to/${name}`]: 'one' });
	// What was moved is only at the destination now.
	const verified = await run(fake, { compare: 'content', options }, 'verify');
	expect(verified).toMatchObject({ compared: 1, differences: { extra: 1 } });
});

test('a prefix inside of the folder of jobs holds no objects of the user', async () => {
	const fake = await startFakeS3();
	fake.put('here/from/.n8n-jobs/nightly/state.json', '{}');
	const inside = { prefix: 'from/.n8n-jobs/', mode: 'move' };
	expect(await run(fake, inside)).toMatchObject({ moved: 0, reasons: { jobFile: 1 } });
});
