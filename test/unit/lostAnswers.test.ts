import { connect } from '../../nodes/AwsS3/s3/client/client';
import { conditionalCopy } from '../../nodes/AwsS3/s3/copy/conditionalCopy';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import { appendVersions } from '../../nodes/AwsS3/s3/histories/appendVersions';
import type { Version } from '../../nodes/AwsS3/s3/list/history';
import { answering } from '../support/answering';
import { startFakeS3 } from '../support/fakeS3';
import { jsonOf, runNode } from '../support/n8n';
import { startProxy } from '../support/proxy';

type Fake = Awaited<ReturnType<typeof startFakeS3>>;

const run = async ({ connection }: Pick<Fake, 'connection'>, parameters: object = {}) => {
	const output = await runNode({
		parameters: {
			...{ resource: 'transfer', operation: 'run', bucket: 'here', prefix: 'from/' },
			...{ destinationBucket: 'there', destinationPrefix: 'to/' },
			...parameters,
		},
		credentials: connection,
	});
	return jsonOf(output)[0] ?? {};
};

/** A server that does what the first request with this line asks for, and then answers as if it had not. */
const losing = async (start: string, perform: (fake: Fake) => void) => {
	const at: { fake?: Fake; lost: number; sent: number } = { lost: 0, sent: 0 };
	const fake = await startFakeS3((line) => {
		if (!line.startsWith(start)) return undefined;
		at.sent++;
		if (!at.fake || at.lost++ > 0) return undefined;
		perform(at.fake);
		return 500;
	});
	at.fake = fake;
	return { fake, sent: () => at.sent };
};

test('an overwrite whose answer is lost counts as made', async () => {
	const { fake, sent } = await losing('PUT /there/to/a', ({ put }) => put('there/to/a', 'new!'));
	fake.put('there/to/a', 'old');
	fake.put('here/from/a', 'new!');
	expect(await run(fake)).toMatchObject({ done: true, copied: 1, overwritten: 1, changed: 0 });
	expect(sent()).toBe(2);
});

test('an overwrite whose answer is lost does not count if there is something else then', async () => {
	const { fake } = await losing('PUT /there/to/a', ({ put }) => put('there/to/a', 'theirs'));
	fake.put('there/to/a', 'old');
	fake.put('here/from/a', 'new!');
	expect(await run(fake)).toMatchObject({ done: false, copied: 0, changed: 1 });
	expect(fake.contents()).toMatchObject({ 'there/to/a': 'theirs' });
});

test('a move whose deletion was made, with a lost answer, counts as made', async () => {
	const { fake } = await losing('DELETE /here/from/a', ({ remove }) => remove('here/from/a'));
	fake.put('here/from/a', 'one');
	expect(await run(fake, { mode: 'move' })).toMatchObject({ done: true, moved: 1, changed: 0 });
	expect(fake.contents()).toEqual({ 'there/to/a': 'one' });
});

test('a move keeps an original that somebody writes while its deletion is repeated', async () => {
	const { fake } = await losing('DELETE /here/from/a', ({ put }) => put('here/from/a', 'another'));
	fake.put('here/from/a', 'one');
	expect(await run(fake, { mode: 'move' })).toMatchObject({ done: false, moved: 0, changed: 1 });
	expect(fake.contents()).toMatchObject({ 'here/from/a': 'another' });
});

test('a job whose last write of the state has no answer ends as what it is', async () => {
	const fake = await startFakeS3();
	fake.put('here/from/a', 'one');
	let writes = 0;
	const { url: endpoint } = await startProxy(fake.connection.endpoint, ({ method, url = '' }) =>
		method === 'PUT' && url.includes('state.json') && ++writes === 2 ? { at: 0, how: 'lost' } : 'pass',
	);
	expect(await run({ connection: { ...fake.connection, endpoint } }, { jobName: 'job' })).toMatchObject({
		done: true,
		copied: 1,
	});
	expect(writes).toBe(3);
	const state = fake.contents()['there/to/.n8n-jobs/job/state.json'] ?? '';
	expect(JSON.parse(state)).toMatchObject({ runs: { all: 1, successful: 1, failed: 0 } });
});

test.each([
	['its own request', 'no', [{ Bucket: 'there', Key: 'a', Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }]],
	['the request of the copy', 'yes', []],
] as const)('a copy whose answer is lost has its tags, also from %s', async (_, tagsOnCopy, written) => {
	const head = { ETag: '"0123456789abcdef0123456789abcdef"', ContentLength: 3 };
	const { s3: base, inputsOf } = answering(
		{
			CopyObject: () => {
				throw s3Failure({
					...{ message: '', code: 'PreconditionFailed', status: 412, operation: 'CopyObject', attempts: 2 },
				});
			},
			HeadObject: () => head,
			PutObjectTagging: () => ({}),
		},
		{ capabilities: { conditionalCopy: 'yes', tagsOnCopy } },
	);
	const s3 = { ...base, withDefaults: () => base };
	const input = { Bucket: 'there', Key: 'a', TaggingDirective: 'REPLACE', Tagging: 'k=v' } as const;
	const copied = await conditionalCopy(s3, { source: { bucket: 'here', key: 'a' }, input }, 'fail');
	expect(copied).toEqual({ key: 'a', ETag: head.ETag, VersionId: undefined });
	expect(inputsOf('PutObjectTagging')).toEqual(written);
});

describe('versions whose answer is lost', () => {
	const version = (fake: Fake, content: string): Version => ({
		...{ Key: 'from/a', VersionId: 'null', IsLatest: true, isDeleteMarker: false },
		...{ Size: content.length, ETag: fake.etagOf(content) },
	});
	const append = async (fake: Fake, contents: string[]) => {
		const s3 = connect(fake.connection);
		const written = { versions: 0, deleteMarkers: 0 };
		const copy: Parameters<typeof appendVersions>[0]['from']['copy'] = async ({ to, key, replaces }) => {
			const { CopyObjectCommand } = await import('@aws-sdk/client-s3');
			const at = { Bucket: to.bucket, Key: to.prefix + key };
			const condition = replaces === undefined ? { IfNoneMatch: '*' } : { IfMatch: replaces };
			const { CopyObjectResult } = await to.s3.send(
				new CopyObjectCommand({ ...at, ...condition, CopySource: `here/from/${contents[written.versions]}` }),
			);
			return { ETag: CopyObjectResult?.ETag, key };
		};
		const appending = {
			...{ from: { copy, pages: async function* () {}, look: async () => await Promise.resolve({}) }, key: 'a' },
			...{ to: { s3, bucket: 'there', prefix: 'to/' }, isWhole: true, written },
			append: contents.map((content) => version(fake, content)),
		};
		const failure = await appendVersions(appending, new AbortController().signal).then(
			() => undefined,
			(error: unknown) => error,
		);
		return { failure, written };
	};

	test('a version is not made twice where the condition of its copy would hold again', async () => {
		let copies = 0;
		const at: { fake?: Fake } = {};
		const fake = await startFakeS3((line) => {
			if (!line.startsWith('PUT') || ++copies !== 2) return undefined;
			at.fake?.put('there/to/a', 'same');
			return 500;
		});
		at.fake = fake;
		fake.put('here/from/same', 'same');
		const { failure, written } = await append(fake, ['same', 'same', 'same']);
		expect(failure).toMatchObject({ status: 500 });
		expect(copies).toBe(2);
		expect(written).toEqual({ versions: 1, deleteMarkers: 0 });
	});

	test('a version of other content is copied again', async () => {
		let copies = 0;
		const fake = await startFakeS3((line) => (line.startsWith('PUT') && ++copies === 2 ? 500 : undefined));
		for (const content of ['one', 'three']) fake.put(`here/from/${content}`, content);
		const { failure, written } = await append(fake, ['one', 'three']);
		expect(failure).toBeUndefined();
		expect(copies).toBe(3);
		expect(written).toEqual({ versions: 2, deleteMarkers: 0 });
	});

	test('a throttled copy is sent again', async () => {
		let copies = 0;
		const fake = await startFakeS3((line) => (line.startsWith('PUT') && ++copies === 2 ? 429 : undefined));
		fake.put('here/from/same', 'same');
		const { failure, written } = await append(fake, ['same', 'same']);
		expect(failure).toBeUndefined();
		expect(copies).toBe(3);
		expect(written).toEqual({ versions: 2, deleteMarkers: 0 });
	});
});
