import { CopyObjectCommand, HeadObjectCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { IDataObject } from 'n8n-workflow';
import type { Parameters } from '../support/n8n';
import { runNode } from '../support/n8n';
import { activeTrigger, eventsOf } from '../support/poll';
import { credentials, makeBucket, sdk } from '../support/s3';

const put = async (Bucket: string, Key: string, Body = Key, more: object = {}) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

/** A workflow whose trigger ignores what its nodes write, and one of its nodes. */
const workflow = async (options: IDataObject = {}) => {
	const bucket = await makeBucket();
	const watch = { bucket, events: ['created', 'modified'], options: { ignoreOwnWrites: true, ...options } };
	const trigger = activeTrigger(credentials, watch);
	const node = async (operation: string, parameters: Parameters, resource = 'object') =>
		await runNode({ credentials, trigger: watch, parameters: { resource, operation, ...parameters } });
	const upload = async (key: string, text: string) =>
		await node('upload', { bucket, key, source: 'text', text, onConflict: 'overwrite', options: {} });
	return { bucket, upload, node, ...trigger };
};

test('what the workflow writes does not start it, and what somebody else writes to the same key does', async () => {
	const { bucket, upload, poll, activate } = await workflow();
	await put(bucket, 'old');
	await activate();
	await upload('own', 'first');
	await upload('old', 'new content');
	await put(bucket, 'other');
	expect(eventsOf(await poll())).toEqual(['created other']);
	await put(bucket, 'own', "somebody else's");
	expect(eventsOf(await poll())).toEqual(['modified own']);
	await upload('own', 'second');
	await upload('own', 'third');
	expect(await poll()).toEqual([]);
	await upload('own', 'fourth');
	await put(bucket, 'own', "somebody else's again");
	expect(eventsOf(await poll())).toEqual(['modified own']);
});

test('copies, moves, folders and new metadata of the workflow do not start it', async () => {
	const { bucket, node, upload, poll, activate } = await workflow();
	await put(bucket, 'a', 'a', { Metadata: { colour: 'red' }, ContentType: 'text/x-a', CacheControl: 'no-cache' });
	await put(bucket, 'b');
	await put(bucket, 'c');
	await activate();
	const between = { sourceBucket: bucket, destinationBucket: bucket, onConflict: 'overwrite' };
	await node('copy', { ...between, sourceKey: 'a', destinationKey: 'copy', options: {} });
	await node('copy', { ...between, onConflict: 'fail', sourceKey: 'a', destinationKey: 'copy2', options: {} });
	await node('move', { ...between, sourceKey: 'b', destinationKey: 'moved', options: {} });
	await node('setMetadata', {
		bucket,
		key: 'c',
		metadata: { values: [{ name: 'colour', value: 'blue' }] },
		options: {},
	});
	await node('create', { bucket, folder: 'folder/', options: {} }, 'folder');
	expect(await poll()).toEqual([]);
	for (const Key of ['copy', 'copy2'])
		expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key }))).toMatchObject({
			...{ ContentType: 'text/x-a', CacheControl: 'no-cache' },
			Metadata: { colour: 'red', 'n8n-own-write': expect.stringMatching(/^[0-9a-f]{32}$/) },
		});
	// The mark is of a key: a copy by somebody else takes it along.
	await upload('own', 'content');
	await sdk.send(new CopyObjectCommand({ Bucket: bucket, Key: 'theirs', CopySource: `${bucket}/own` }));
	expect(eventsOf(await poll())).toEqual(['created theirs']);
});

test('each version has its own writer', async () => {
	const { bucket, upload, poll, activate } = await workflow({ versions: true });
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	await put(bucket, 'key', 'first');
	await activate();
	await put(bucket, 'key', 'theirs');
	await upload('key', 'ours');
	const [items = []] = await poll();
	expect(items.map(({ json }) => json)).toMatchObject([{ event: 'modified', size: 6, isLatest: false }]);
});

test('another workflow counts as somebody else, and without the option nothing is marked', async () => {
	const { bucket, upload, set, poll, activate } = await workflow();
	await activate();
	const output = await runNode({
		credentials,
		trigger: { bucket, prefix: '', recursive: true, events: ['created'], options: {} },
		parameters: {
			...{ resource: 'object', operation: 'upload', bucket, key: 'unmarked', source: 'text', text: 'x' },
			...{ onConflict: 'overwrite', options: {} },
		},
	});
	expect(output.hints).toEqual([expect.stringContaining("add the option 'Ignore Own Writes' to the trigger")]);
	expect((await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'unmarked' }))).Metadata).toEqual({});
	expect(eventsOf(await poll())).toEqual(['created unmarked']);
	expect((await upload('own', 'x')).hints).toEqual([]);
	set({ options: {} });
	expect(eventsOf(await poll())).toEqual(['created own']);
});
