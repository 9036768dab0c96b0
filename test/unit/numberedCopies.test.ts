import { connect } from '../../nodes/AwsS3/s3/client/client';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import { withNumber } from '../../nodes/AwsS3/s3/pairs/numberedCopy';
import { withFreeKey } from '../../nodes/AwsS3/s3/write/numberedKey';
import type { Work } from '../../nodes/AwsS3/s3/sync/perform';
import { perform } from '../../nodes/AwsS3/s3/sync/perform';
import { startIgnorantServer } from '../support/ignorantServer';
import { jsonOf, runNode } from '../support/n8n';
import { until } from '../support/until';

type Ignorant = Awaited<ReturnType<typeof startIgnorantServer>>;
type Instead = NonNullable<Parameters<typeof startIgnorantServer>[0]>;

const denied = { status: 403, body: '<Error><Code>AccessDenied</Code><Message>Too many.</Message></Error>' };

const move = {
	...{ resource: 'transfer', operation: 'run', mode: 'move', onConflict: 'rename' },
	...{ bucket: 'here', prefix: 'from/', destinationBucket: 'there', destinationPrefix: 'to/' },
};

/** A server that ignores conditions, with a source that is not what the destination has; it ends what would be endless. */
const started = async (instead: (request: Parameters<Instead>[0], server: Ignorant) => ReturnType<Instead>) => {
	let copies = 0;
	const at: { server?: Ignorant } = {};
	const server = await startIgnorantServer((request) => {
		const { method, bucket } = request;
		if (method === 'PUT' && bucket === 'there' && ++copies > 5) return denied;
		return at.server && instead(request, at.server);
	});
	at.server = server;
	for (const bucket of ['here', 'there']) server.makeBucket(bucket);
	server.put('here', 'from/a', 'ours');
	server.put('there', 'to/a', 'another');
	return server;
};

const contentsOf = (server: Ignorant, bucket: string) =>
	Object.fromEntries(
		Object.entries(server.state()[bucket] ?? {}).map(([key, stored]) => [key, JSON.parse(stored)[0] as unknown]),
	);

describe('a move makes one numbered copy, and keeps an original', () => {
	test.each([
		['that gets another size', 'much later'],
		['that keeps its size', 'late'],
	])('%s right before it is copied', async (_, later) => {
		const server = await started(({ method, key }, { put }) => {
			if (method === 'PUT' && key.startsWith('to/')) put('here', 'from/a', later);
			return undefined;
		});
		const output = await runNode({ parameters: move, credentials: server.credentials });
		expect(jsonOf(output)).toMatchObject([{ done: false, changed: 1, failed: 0, renamed: 0 }]);
		expect(contentsOf(server, 'here')).toEqual({ 'from/a': later });
		expect(contentsOf(server, 'there')).toEqual({ 'to/a': 'another', 'to/a (2)': later });
	});

	test('whose copy another program replaces at once', async () => {
		const server = await started(({ method, key }, { put }) => {
			if (method === 'HEAD' && /^to\/a \(\d\)$/.test(key) && key in contentsOf(server, 'there'))
				put('there', key, 'theirs');
			return undefined;
		});
		const output = await runNode({ parameters: move, credentials: server.credentials });
		expect(jsonOf(output)).toMatchObject([{ done: false, changed: 1, failed: 0, renamed: 0 }]);
		expect(contentsOf(server, 'here')).toEqual({ 'from/a': 'ours' });
		expect(contentsOf(server, 'there')).toEqual({ 'to/a': 'another', 'to/a (2)': 'theirs' });
	});

	test('and takes the next number if another program takes the first one', async () => {
		const server = await started(({ method, key }, { put }) => {
			if (method === 'HEAD' && key === 'to/a (2)') put('there', key, 'theirs');
			return undefined;
		});
		const output = await runNode({ parameters: move, credentials: server.credentials });
		expect(jsonOf(output)).toMatchObject([{ done: true, renamed: 1, moved: 1 }]);
		expect(contentsOf(server, 'here')).toEqual({});
		expect(contentsOf(server, 'there')).toEqual({ 'to/a': 'another', 'to/a (2)': 'theirs', 'to/a (3)': 'ours' });
	});
});

describe('a server that reports each key as taken is not asked without end', () => {
	/** Runs a write that fails as on such a server. Returns the names that it was asked for, and how that ended. */
	const tried = async (writing: (write: (key: string) => Promise<void>) => Promise<void>) => {
		const names: string[] = [];
		const failure = await writing(async (key) => {
			names.push(key);
			if (names.length > 2000) throw new Error('The test has ended this');
			const details = { code: 'PreconditionFailed', status: 412, operation: 'PutObject', key };
			throw await Promise.resolve(s3Failure({ ...details, message: 'Taken' }));
		}).catch((error: unknown) => error);
		return { names, failure };
	};
	const listed = async () => {
		const server = await startIgnorantServer();
		server.makeBucket('there');
		server.put('there', 'to/a (3)', 'another');
		return connect(server.credentials);
	};

	test('by an upload', async () => {
		const s3 = await listed();
		const at = { bucket: 'there', key: 'to/a' };
		const { names, failure } = await tried(async (write) => await withFreeKey(s3, at, write));
		expect(failure).toEqual(new Error("Found no free name for 'to/a' in 1,000 tries"));
		expect([names.slice(0, 3), names.length, names.at(-1)]).toEqual([
			['to/a', 'to/a (2)', 'to/a (4)'],
			1000,
			'to/a (1001)',
		]);
	});

	test('by a transfer', async () => {
		const to = { s3: await listed(), bucket: 'there', prefix: 'to/' };
		const { names, failure } = await tried(async (write) => await withNumber({ to }, 'a', write));
		expect(failure).toEqual(new Error("Found no free name for 'to/a' in 1,000 tries"));
		expect([names.slice(0, 2), names.length, names.at(-1)]).toEqual([['a (2)', 'a (4)'], 1000, 'a (1002)']);
	});

	test.each([
		['a deletion', { operation: 'DeleteObject' }],
		['the original of a copy', { operation: 'CopyObject', sourceChanged: true }],
		['a comparison', {}],
	])('and a condition on %s leads to no other name', async (_, more) => {
		const s3 = await listed();
		const changed = s3Failure({ code: 'PreconditionFailed', status: 412, message: 'Changed', ...more });
		let count = 0;
		const write = async () => {
			count++;
			throw await Promise.resolve(changed);
		};
		await expect(withFreeKey(s3, { bucket: 'there', key: 'to/a' }, write)).rejects.toBe(changed);
		expect(count).toBe(1);
	});
});

test('what a move deletes is what it compares: the current object, also if it has copied a version', async () => {
	const older = '"6a3a6f6e33217afa6373df9d6b2e8a00"';
	const server = await startIgnorantServer(({ method, query }) =>
		method === 'HEAD' && query.get('versionId') === 'v1'
			? { status: 200, headers: { etag: older, 'content-length': '5' } }
			: undefined,
	);
	for (const bucket of ['here', 'there']) server.makeBucket(bucket);
	server.put('here', 'a', 'precious');
	const s3 = connect(server.credentials);
	const unused = async () => await Promise.reject(new Error('not meant to be called'));
	const work: Work = {
		from: {
			side: { s3, bucket: 'here', prefix: '' },
			pages: async function* () {
				yield await unused();
			},
			look: unused,
			copy: async ({ key }) => {
				server.put('there', key, 'older');
				return await Promise.resolve({ key });
			},
		},
		to: { s3, bucket: 'there', prefix: '' },
		rules: {
			...{ mode: 'move', compare: 'size', onConflict: 'overwrite', isAppendOnly: false, destinationPrefix: '' },
			passes: () => true,
		},
	};
	const source = { key: 'a', size: 5, etag: older, from: { versionId: 'v1' } };
	const result = await perform(work, { step: 'copy', key: 'a', size: 5, source }, new AbortController().signal);
	expect(result).toMatchObject({ outcome: 'changed' });
	expect(contentsOf(server, 'here')).toEqual({ a: 'precious' });
});

test('writers of one key do not try the numbers of each other, even if their listings are older', async () => {
	const server = await startIgnorantServer();
	server.makeBucket('there');
	const s3 = connect(server.credentials);
	const tried: string[] = [];
	const writer = async (end: (key: string) => Promise<unknown>) =>
		await withFreeKey(s3, { bucket: 'there', key: 'a' }, async (key) => {
			tried.push(key);
			if (key === 'a')
				throw s3Failure({ code: 'PreconditionFailed', status: 412, operation: 'PutObject', message: '' });
			await end(key);
			return key;
		});
	let isOver = false;
	const slow = writer(async () => await until(() => isOver));
	await until(() => tried.includes('a (2)'));
	expect(await writer(async () => undefined)).toBe('a (3)');
	await expect(writer(async () => await Promise.reject(new Error('Broken')))).rejects.toThrow('Broken');
	expect(await writer(async () => undefined)).toBe('a (4)');
	isOver = true;
	expect(await slow).toBe('a (2)');
	expect(tried.filter((key) => key !== 'a')).toEqual(['a (2)', 'a (3)', 'a (4)', 'a (4)']);
	// The listing of a later one shows what is there.
	expect(await writer(async () => undefined)).toBe('a (2)');
});

test('what the source itself has under a numbered name is no copy of another key, even of the same size', async () => {
	const server = await startIgnorantServer();
	for (const bucket of ['here', 'there']) server.makeBucket(bucket);
	server.put('here', 'from/report.pdf', 'AAAA');
	server.put('here', 'from/report (2).pdf', 'BBBB');
	const copy = async (compare: string) =>
		jsonOf(await runNode({ parameters: { ...move, mode: 'copy', compare }, credentials: server.credentials }));
	expect(await copy('sizeAndTime')).toMatchObject([{ done: true, copied: 2 }]);
	server.put('there', 'to/report.pdf', 'by somebody else');
	const { renamed, reasons } = (await copy('sizeAndTime'))[0] ?? {};
	expect([renamed, reasons]).toEqual([1, { same: 1 }]);
	const copied = { 'to/report.pdf': 'by somebody else', 'to/report (2).pdf': 'BBBB', 'to/report (3).pdf': 'AAAA' };
	expect(contentsOf(server, 'there')).toEqual(copied);
	for (const compare of ['sizeAndTime', 'size', 'etag']) {
		expect(await copy(compare)).toMatchObject([{ done: true, renamed: 0, copied: 0 }]);
		expect(contentsOf(server, 'there')).toEqual(copied);
	}
});
