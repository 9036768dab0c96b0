import {
	CreateBucketCommand,
	DeleteBucketCommand,
	DeleteObjectCommand,
	GetObjectCommand,
	ListObjectsV2Command,
	PutBucketVersioningCommand,
	PutObjectCommand,
	PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import type { IDataObject } from 'n8n-workflow';
import { readBinary } from '../support/n8n';
import { activeTrigger, eventsOf } from '../support/poll';
import { tagAsScanned } from '../support/malwareScan';
import { allow, credentials, makeBucket, makeUser, refusal, sdk } from '../support/s3';

const put = async (Bucket: string, Key: string, Body = Key, more: object = {}) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const remove = async (Bucket: string, Key: string, more: object = {}) =>
	await sdk.send(new DeleteObjectCommand({ Bucket, Key, ...more }));

const allEvents = ['created', 'modified', 'deleted', 'storageClassChanged'];

const watching = async (parameters: IDataObject = {}, connection: IDataObject = {}) => {
	const bucket = await makeBucket();
	const trigger = activeTrigger({ ...credentials, ...connection }, { bucket, events: allEvents, ...parameters });
	return { bucket, ...trigger };
};

test('what is created, modified and deleted after the activation starts the workflow, each once', async () => {
	const { bucket, ...trigger } = await watching();
	await put(bucket, 'old');
	await put(bucket, 'gone');
	expect(await trigger.activate()).toEqual([]);
	await put(bucket, 'new', 'content');
	await put(bucket, 'old', 'other');
	await remove(bucket, 'gone');
	const [items = []] = await trigger.poll();
	expect(items.map(({ json }) => json)).toEqual([
		{
			...{ event: 'deleted', bucket, key: 'gone' },
			previous: { size: 4, etag: expect.any(String), lastModified: expect.any(String), storageClass: 'STANDARD' },
		},
		{
			...{ event: 'created', bucket, key: 'new', size: 7, etag: '9a0364b9e99bb480dd25e1f0284c8555' },
			...{ lastModified: expect.stringMatching(/^\d{4}-.*Z$/), storageClass: 'STANDARD' },
		},
		expect.objectContaining({ event: 'modified', key: 'old', size: 5, previous: expect.objectContaining({ size: 3 }) }),
	]);
	expect(await trigger.poll()).toEqual([]);
});

test('the state of the activation is kept across a restart, and so is what was reported', async () => {
	const { bucket, ...trigger } = await watching();
	await put(bucket, 'old');
	await trigger.activate();
	trigger.restart();
	expect(await trigger.poll()).toEqual([]);
	await put(bucket, 'new');
	expect(eventsOf(await trigger.poll())).toEqual(['created new']);
	trigger.restart();
	expect(eventsOf(await trigger.poll())).toEqual([]);
	await put(bucket, 'newer');
	// Killed before it saves: the same comes again, and nothing else.
	expect(eventsOf((await trigger.pollAndCrash()) ?? [])).toEqual(['created newer']);
	expect(eventsOf(await trigger.poll())).toEqual(['created newer']);
	expect(await trigger.poll()).toEqual([]);
});

test('what happens while the workflow is inactive is reported when it is active again', async () => {
	const { bucket, ...trigger } = await watching();
	await trigger.activate();
	await put(bucket, 'meanwhile');
	trigger.restart();
	expect(eventsOf(await trigger.activate())).toEqual(['created meanwhile']);
});

test('a trigger that watches something else starts over, and says so in the log', async () => {
	const { bucket, warnings, ...trigger } = await watching({ prefix: 'a/' });
	await trigger.activate();
	await put(bucket, 'a/lost');
	trigger.set({ prefix: 'b/' });
	expect(await trigger.poll()).toEqual([]);
	expect(warnings).toEqual([expect.stringContaining("started over with 'Existing Objects'")]);
	await put(bucket, 'b/new');
	expect(eventsOf(await trigger.poll())).toEqual(['created b/new']);
	expect(warnings).toHaveLength(1);
});

test('existing objects are reported, or those since a date, and again with another date or from the start', async () => {
	const { bucket, ...trigger } = await watching({ existing: 'all' });
	await put(bucket, 'a');
	expect(eventsOf(await trigger.activate())).toEqual(['created a']);
	trigger.set({ existing: 'since', since: '2020-01-01T00:00:00Z' });
	await put(bucket, 'b');
	expect(eventsOf(await trigger.activate())).toEqual(['created a', 'created b']);
	expect(await trigger.poll()).toEqual([]);
	trigger.set({ since: '2999-01-01T00:00:00Z' });
	await remove(bucket, 'a');
	expect(eventsOf(await trigger.activate())).toEqual(['deleted a']);
	trigger.set({ existing: 'all', options: { startOver: 2 } });
	expect(eventsOf(await trigger.activate())).toEqual(['created b']);
	trigger.set({ existing: 'skip', options: { startOver: 3 } });
	await put(bucket, 'c');
	expect(await trigger.activate()).toEqual([]);
});

test('each object starts an execution of its own, and is known once that is started', async () => {
	const { bucket, ...trigger } = await watching({ executions: 'each' });
	await trigger.activate();
	for (const key of ['a', 'b', 'c']) await put(bucket, key);
	expect((await trigger.poll()).map((items) => eventsOf([items]))).toEqual([
		...[['created a'], ['created b'], ['created c']],
	]);
	await put(bucket, 'd');
	await put(bucket, 'e');
	// Killed after the first of two.
	await trigger.pollAndCrash();
	expect(eventsOf(await trigger.poll())).toEqual(['created e']);
});

test('no more objects than the limit come at a time, and all of them come', async () => {
	const { bucket, ...trigger } = await watching({ options: { maxObjects: 2 } });
	await trigger.activate();
	for (const key of ['a', 'b', 'c', 'd', 'e']) await put(bucket, key);
	const rounds = [];
	for (let round = 0; round < 4; round++) rounds.push(eventsOf(await trigger.poll()));
	expect(rounds).toEqual([['created a', 'created b'], ['created c', 'created d'], ['created e'], []]);
});

test('filters, subfolders, done-files and metadata decide what is reported', async () => {
	const { bucket, ...trigger } = await watching({
		...{ prefix: 'in/', recursive: false, events: ['created', 'deleted'] },
		options: { suffix: '.csv', doneSuffix: '.done', skipMetadata: 'Written-By=n8n' },
	});
	await trigger.activate();
	await put(bucket, 'in/a.csv');
	await put(bucket, 'in/b.txt');
	await put(bucket, 'in/b.txt.done');
	await put(bucket, 'in/deep/c.csv');
	await put(bucket, 'in/deep/c.csv.done');
	await put(bucket, 'out.csv');
	await put(bucket, 'in/own.csv', 'own', { Metadata: { 'written-by': 'n8n' } });
	await put(bucket, 'in/own.csv.done');
	await put(bucket, 'in/others.csv', 'own', { Metadata: { 'written-by': 'us' } });
	await put(bucket, 'in/others.csv.done');
	expect(eventsOf(await trigger.poll())).toEqual(['created in/others.csv']);
	await put(bucket, 'in/a.csv.done');
	expect(eventsOf(await trigger.poll())).toEqual(['created in/a.csv']);
	expect(await trigger.poll()).toEqual([]);
	await remove(bucket, 'in/a.csv');
	await remove(bucket, 'in/a.csv.done');
	expect(eventsOf(await trigger.poll())).toEqual(['deleted in/a.csv']);
});

test('an object that is too young waits', async () => {
	const { bucket, ...trigger } = await watching({ options: { minAge: 3600 } });
	await trigger.activate();
	await put(bucket, 'young');
	expect(await trigger.poll()).toEqual([]);
	trigger.set({ options: { minAge: 0 } });
	expect(eventsOf(await trigger.poll())).toEqual(['created young']);
});

test('new content waits until it was scanned for malware', async () => {
	const { bucket, ...trigger } = await watching({
		...{ events: ['created', 'infected', 'deleted'], options: { onlyClean: true } },
	});
	await trigger.activate();
	for (const key of ['bad', 'good', 'huge', 'later']) await put(bucket, key);
	expect(await trigger.poll()).toEqual([]);
	await tagAsScanned(bucket, 'good', 'NO_THREATS_FOUND');
	await tagAsScanned(bucket, 'bad', 'THREATS_FOUND');
	// Nobody wants to know of that one.
	await tagAsScanned(bucket, 'huge', 'UNSUPPORTED');
	expect(eventsOf(await trigger.poll())).toEqual(['infected bad', 'created good']);
	await tagAsScanned(bucket, 'later', 'NO_THREATS_FOUND');
	expect(eventsOf(await trigger.poll())).toEqual(['created later']);
	await remove(bucket, 'bad');
	expect(eventsOf(await trigger.poll())).toEqual(['deleted bad']);
});

test('other tags are an event where they are asked for', async () => {
	const { bucket, ...trigger } = await watching({ events: ['created', 'tagsChanged'], options: { suffix: '.txt' } });
	await put(bucket, 'a.txt', 'a', { Tagging: 'k=1' });
	await put(bucket, 'b.txt');
	await trigger.activate();
	const tag = async (Key: string, Value: string) =>
		await sdk.send(new PutObjectTaggingCommand({ Bucket: bucket, Key, Tagging: { TagSet: [{ Key: 'k', Value }] } }));
	await tag('a.txt', '1');
	expect(await trigger.poll()).toEqual([]);
	await tag('a.txt', '2');
	await put(bucket, 'c.txt', 'c', { Tagging: 'k=1' });
	expect(eventsOf(await trigger.poll())).toEqual(['tagsChanged a.txt', 'created c.txt']);
	await tag('c.txt', '3');
	expect(eventsOf(await trigger.poll())).toEqual(['tagsChanged c.txt']);
	expect(await trigger.poll()).toEqual([]);
});

test('metadata and content come with the objects that have them', async () => {
	const { bucket, ...trigger } = await watching({
		options: { join: ['metadata', 'content'], maxContentMib: 0.001, binaryPropertyName: 'file' },
	});
	await trigger.activate();
	await put(bucket, 'a.txt', 'content', { Metadata: { of: 'mine' }, ContentType: 'text/plain' });
	await put(bucket, 'large', 'x'.repeat(2000));
	const [[small, large] = []] = await trigger.poll();
	expect(small?.json).toMatchObject({ key: 'a.txt', metadata: { of: 'mine' } });
	expect(small?.binary?.file).toMatchObject({ mimeType: 'text/plain', fileName: 'a.txt' });
	expect(small?.binary?.file && (await readBinary(small.binary.file)).toString()).toBe('content');
	expect(large?.json).toMatchObject({ key: 'large', contentSkipped: 'tooLarge', metadata: {} });
	expect(large?.binary).toBeUndefined();
});

test('tags come with the objects that have them', async () => {
	const { bucket, ...trigger } = await watching({ options: { join: ['tags'] } });
	await trigger.activate();
	await put(bucket, 'a.txt', 'content', { Tagging: 'k=v' });
	await put(bucket, 'b.txt');
	const [[one, other] = []] = await trigger.poll();
	expect([one?.json.tags, other?.json.tags]).toEqual([{ k: 'v' }, {}]);
});

test('every version between two polls is reported, and what was deleted and undeleted', async () => {
	const { bucket, ...trigger } = await watching({
		...{ events: ['created', 'modified', 'deleted', 'undeleted'], options: { versions: true } },
	});
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	await put(bucket, 'old');
	await trigger.activate();
	const first = await put(bucket, 'a', '1');
	const second = await put(bucket, 'a', '22');
	const marker = await remove(bucket, 'a');
	const third = await put(bucket, 'b', '3');
	await remove(bucket, 'b');
	const [items = []] = await trigger.poll();
	expect(items.map(({ json: { event, key, versionId, isLatest } }) => [event, key, versionId, isLatest])).toEqual([
		['created', 'a', first.VersionId, false],
		['modified', 'a', second.VersionId, false],
		['deleted', 'a', marker.VersionId, true],
		['created', 'b', third.VersionId, false],
		['deleted', 'b', expect.any(String), true],
	]);
	await remove(bucket, 'a', { VersionId: marker.VersionId });
	const [[undeleted] = []] = await trigger.poll();
	expect(undeleted?.json).toMatchObject({ event: 'undeleted', key: 'a', versionId: second.VersionId, isLatest: true });
	expect(await trigger.poll()).toEqual([]);
});

test('a bucket without versioning can be watched by versions as well', async () => {
	const { bucket, ...trigger } = await watching({ options: { versions: true } });
	await put(bucket, 'a', '1');
	await trigger.activate();
	await put(bucket, 'a', '22');
	await put(bucket, 'b');
	expect(eventsOf(await trigger.poll())).toEqual(['modified a', 'created b']);
	await remove(bucket, 'a');
	expect(eventsOf(await trigger.poll())).toEqual(['deleted a']);
});

describe('a state that is too large for n8n', () => {
	const options = { maxInline: 2 };
	const states = async (Bucket: string) =>
		((await sdk.send(new ListObjectsV2Command({ Bucket, Prefix: '.n8n-triggers/' }))).Contents ?? []).map(
			({ Key = '' }) => Key,
		);

	test('is in the bucket, which the trigger does not report', async () => {
		const { bucket, ...trigger } = await watching({ options });
		for (const key of ['a', 'b', 'c']) await put(bucket, key);
		await trigger.activate();
		expect(await states(bucket)).toEqual([expect.stringMatching(/^\.n8n-triggers\/workflow-node\/\S+$/)]);
		await put(bucket, 'd');
		trigger.restart();
		expect(eventsOf(await trigger.poll())).toEqual(['created d']);
		trigger.restart();
		expect(await trigger.poll()).toEqual([]);
		// It was not written again for one object.
		expect(await states(bucket)).toHaveLength(1);
	});

	test('is reported as damaged or gone, and nothing is lost once it is there again', async () => {
		const { bucket, ...trigger } = await watching({ options });
		for (const key of ['a', 'b', 'c']) await put(bucket, key);
		await trigger.activate();
		await put(bucket, 'd');
		const [key = ''] = await states(bucket);
		const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
		const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
		await put(bucket, key, 'damaged');
		expect(await refusal(trigger.poll())).toEqual({
			message: expect.stringContaining('The state of the trigger is damaged'),
			description: expect.stringContaining("'Start Over'"),
		});
		await remove(bucket, key);
		expect(await refusal(trigger.poll())).toEqual({
			message: expect.stringContaining(`The state of the trigger is no longer in '${key}'`),
			description: expect.stringContaining("'Start Over'"),
		});
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
		expect(eventsOf(await trigger.poll())).toEqual(['created d']);
	});

	test('goes where the user wants it, and names the permission if it may not', async () => {
		const elsewhere = await makeBucket();
		const { bucket, ...trigger } = await watching({ options: { maxInline: 0, stateBucket: elsewhere } });
		await put(bucket, 'a');
		await trigger.activate();
		expect(await states(bucket)).toEqual([]);
		expect(await states(elsewhere)).toHaveLength(1);
	});
});

describe('bad days', () => {
	test('a bucket that is gone is named, and what happened is reported once it is back', async () => {
		const { bucket, ...trigger } = await watching();
		await trigger.activate();
		await sdk.send(new DeleteBucketCommand({ Bucket: bucket }));
		expect((await refusal(trigger.poll())).message).toContain(bucket);
		await sdk.send(new CreateBucketCommand({ Bucket: bucket }));
		await put(bucket, 'back');
		expect(eventsOf(await trigger.poll())).toEqual(['created back']);
	});

	test('a permission that is missing is named', async () => {
		const user = await makeUser();
		const { bucket, ...trigger } = await watching({}, { ...user });
		expect(await refusal(trigger.activate())).toEqual({
			message: `Access to bucket '${bucket}' was denied`,
			description: expect.stringContaining('s3:ListBucket'),
		});
		await allow(bucket, user.name, [{ Action: ['s3:ListBucket'], Resource: [`arn:aws:s3:::${bucket}`] }]);
		expect(await trigger.activate()).toEqual([]);
		await put(bucket, 'a');
		expect(eventsOf(await trigger.poll())).toEqual(['created a']);
		// A state that does not fit into n8n: what was found comes again once it can be written.
		await put(bucket, 'b');
		trigger.set({ options: { maxInline: 1 } });
		expect(await refusal(trigger.poll())).toEqual({
			message: expect.stringContaining(`Access to object '.n8n-triggers/workflow-node/`),
			description: expect.stringContaining('s3:PutObject'),
		});
		trigger.set({ options: {} });
		expect(eventsOf(await trigger.poll())).toEqual(['created b']);
	});

	test.each([
		['text', 'x'],
		['a state of a later version', { version: 2 }],
	])('a state of n8n that is none is named: %s', async (_, state) => {
		const { ...trigger } = await watching();
		trigger.keep({ state });
		expect((await refusal(trigger.poll())).message).toContain('The state of the trigger is damaged');
	});
});

describe('a test in the editor', () => {
	test('shows the newest objects and leaves the state alone', async () => {
		const { bucket, ...trigger } = await watching({ options: { suffix: '.csv' } });
		for (const key of ['a.csv', 'b.txt', 'c.csv']) await put(bucket, key);
		const items = await trigger.test();
		expect(items.map(({ json }) => json.key).sort()).toEqual(['a.csv', 'c.csv']);
		expect(trigger.saved()).toEqual({});
	});

	test('shows an object that waits for its malware scan only once it was scanned, and by its result', async () => {
		const parameters = { events: ['created', 'infected'], options: { onlyClean: true } };
		const { bucket, ...trigger } = await watching(parameters);
		for (const key of ['bad', 'good', 'later']) await put(bucket, key);
		const message = 'None of the 3 newest objects would start the workflow now';
		expect((await refusal(trigger.test())).message).toBe(message);
		await tagAsScanned(bucket, 'bad', 'THREATS_FOUND');
		await tagAsScanned(bucket, 'good', 'NO_THREATS_FOUND');
		expect(eventsOf([await trigger.test()]).sort()).toEqual(['created good', 'infected bad']);
	});

	test('says that there is nothing to show', async () => {
		const { bucket, ...trigger } = await watching({ prefix: 'in/', options: { suffix: '.csv' } });
		expect((await refusal(trigger.test())).message).toBe(`'in/' in bucket '${bucket}' has no objects yet`);
		await put(bucket, 'in/a.txt');
		expect((await refusal(trigger.test())).message).toMatch(/^None of the 1 objects in/);
		trigger.set({ prefix: '/in/' });
		expect((await refusal(trigger.test())).description).toMatch(/^Enter 'in\/' in 'Prefix'/);
		trigger.set({ prefix: '/' });
		expect((await refusal(trigger.test())).description).toMatch(/^Leave 'Prefix' empty/);
	});
});

test.each<[string, IDataObject, string]>([
	['no events', { events: [] }, "'Events' is empty"],
	['undeletions without versions', { events: ['undeleted'] }, "The event 'Undeleted' needs 'Watch Versions'"],
	['infected objects without a scan', { events: ['infected'] }, 'The events of malware scans need'],
	['a date that is missing', { existing: 'since' }, "'Since' is empty"],
	['metadata without a name', { options: { skipMetadata: '=x' } }, "'Skip Objects With Metadata' has no name"],
	['a state bucket that is none', { options: { stateBucket: 'A b' } }, "'State Bucket' has characters"],
])('bad input is refused before the first request: %s', async (_, parameters, message) => {
	const trigger = activeTrigger(
		{ ...credentials, endpoint: 'http://127.0.0.1:1' },
		{ bucket: 'some-bucket', ...parameters },
	);
	expect((await refusal(trigger.activate())).message).toContain(message);
});
