import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { activate, deactivateAll } from '../../support/activeTemplate';
import type { Ran } from '../../support/e2e';
import { credentialData, runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import type { Decision } from '../../support/proxy';
import { startProxy } from '../../support/proxy';
import { makeBucket, sdk, server } from '../../support/s3';
import { startedWith, template } from '../../support/templates';
import { contentsOf, keysOf } from '../../support/transfers';
import { until } from '../../support/until';

afterEach(deactivateAll);

const setUp = async () => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const put = async (Key: string, Body: string, Bucket = bucket) =>
		await sdk.send(new PutObjectCommand({ Bucket, Key, Body }));
	return {
		...{ bucket, destinationBucket, put },
		remove: async (Key: string) => await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key })),
		mirror: async () => await contentsOf(destinationBucket),
		workflow: template('mirror-changes', { destinationBucket, destinationPrefix: 'm/' }),
	};
};

const eventsOf = (ran: Ran[]) =>
	ran.flatMap((one) => one.items('Changes').map(({ json }) => `${String(json.event)} ${String(json.key)}`)).sort();

test('the other bucket gets what is created, modified and deleted, and nothing else', async () => {
	const { bucket, destinationBucket, put, remove, mirror, workflow } = await setUp();
	await put('f/a', 'old');
	const { ranOf } = await activate(workflow, { bucket, prefix: 'f/' });
	await put('f/b (1).txt', 'new');
	await put('beside', 'of nobody');
	await until(async () => (await mirror())['m/f/b (1).txt'] === 'new');
	await put('f/a', 'other');
	await put('f/b (1).txt', 'newer');
	await until(
		async () =>
			Object.values(await mirror())
				.sort()
				.join() === 'newer,other',
	);
	await remove('f/b (1).txt');
	await until(async () => !(await keysOf(destinationBucket)).includes('m/f/b (1).txt'));
	await put('f/c', 'last');
	await until(async () => (await keysOf(destinationBucket)).includes('m/f/c'));
	expect(await mirror()).toEqual({ 'm/f/a': 'other', 'm/f/c': 'last' });
	const ran = await ranOf(5);
	expect(eventsOf(ran)).toEqual([
		'created f/b (1).txt',
		'created f/c',
		'deleted f/b (1).txt',
		'modified f/a',
		'modified f/b (1).txt',
	]);
	expect(ran.map(({ status }) => status)).toEqual(Array.from(ran, () => 'success'));
});

test.each([
	['deleted', 'is there again: it is copied', { 'm/k': 'now' }],
	['created', 'is gone meanwhile: it is deleted', {}],
])('an execution that comes late, of an object that was %s and %s', async (event, _, expected) => {
	const { bucket, destinationBucket, put, mirror, workflow } = await setUp();
	await put('m/k', 'before', destinationBucket);
	if (event === 'deleted') await put('k', 'now');
	succeeded(await runWorkflow(startedWith(workflow, { event, bucket, key: 'k' })));
	expect(await mirror()).toEqual(expected);
});

test('an execution that deletes late, after another one has copied the object that is there again', async () => {
	const { bucket, destinationBucket, put, mirror, workflow } = await setUp();
	await put('m/k', 'before', destinationBucket);
	let deletions = 0;
	const proxy = await startProxy(server.endpoint, async ({ method }): Promise<Decision> => {
		if (method !== 'DELETE' || deletions++ > 0) return 'pass';
		await put('k', 'again');
		await put('m/k', 'again', destinationBucket);
		return 'pass';
	});
	const late = await saveCredential('awsS3Api', { ...credentialData, endpoint: proxy.url });
	succeeded(await runWorkflow(startedWith(workflow, { event: 'deleted', bucket, key: 'k' }), late));
	expect(deletions).toBe(1);
	expect(await mirror()).toEqual({ 'm/k': 'again' });
});

test('an execution whose copy ends late, after another one has deleted the object that is gone', async () => {
	const { bucket, destinationBucket, put, remove, mirror, workflow } = await setUp();
	await put('k', 'now');
	let copies = 0;
	const proxy = await startProxy(server.endpoint, ({ method, headers }) => {
		if (method !== 'PUT' || !headers['x-amz-copy-source']) return 'pass';
		copies++;
		const copied = until(async () => (await keysOf(destinationBucket)).includes('m/k'));
		return { answerAfter: copied.then(async () => await remove('k')) };
	});
	const late = await saveCredential('awsS3Api', { ...credentialData, endpoint: proxy.url });
	succeeded(await runWorkflow(startedWith(workflow, { event: 'created', bucket, key: 'k' }), late));
	expect(copies).toBe(1);
	expect(await mirror()).toEqual({});
});

test('what lies in the mirror is not mirrored again', async () => {
	const { bucket, put } = await setUp();
	await put('m/k', 'mirrored');
	const workflow = template('mirror-changes', { destinationBucket: bucket, destinationPrefix: 'm/' });
	for (const key of ['m/k', 'm/gone'])
		succeeded(await runWorkflow(startedWith(workflow, { event: 'created', bucket, key })));
	expect(await keysOf(bucket)).toEqual(['m/k']);
});
