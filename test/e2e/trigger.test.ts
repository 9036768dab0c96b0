import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import rest from '../../sandbox/rest.cjs';
import { activeWorkflows } from '../support/activeWorkflows';
import { call, credential, credentialData, s3, runWorkflow } from '../support/e2e';
import type { Ran } from '../support/e2e';
import { ownN8n, restartTimeout } from '../support/restartedN8n';
import { makeBucket, sdk } from '../support/s3';
import { until } from '../support/until';

const put = async (Bucket: string, Key: string, Body = Key) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body }));
const remove = async (Bucket: string, Key: string) => await sdk.send(new DeleteObjectCommand({ Bucket, Key }));

const events = ['created', 'modified', 'deleted'];

const eventsOf = (ran: Ran[]) =>
	ran.flatMap((one) => one.items('End').map(({ json }) => `${String(json.event)} ${String(json.key)}`)).sort();

const n8n = activeWorkflows(call);
const active: string[] = [];
afterEach(async () => {
	for (const id of active.splice(0)) await n8n.deactivate(id);
});

/** Saves and activates a workflow that watches a bucket. */
const watch = async (parameters: object) => {
	const id = await n8n.save(parameters, await credential());
	await n8n.activate(id);
	active.push(id);
	return id;
};

test('an active workflow is started by what happens, also while it was inactive, and by nothing else', async () => {
	const bucket = await makeBucket();
	await put(bucket, 'old');
	const id = await watch({ bucket, events });
	await put(bucket, 'new');
	expect(eventsOf(await n8n.ranOf(id, 1))).toEqual(['created new']);
	await put(bucket, 'old', 'other');
	await remove(bucket, 'new');
	await until(async () => eventsOf(await n8n.ranOf(id, 2)).length === 3);
	const before = await n8n.ranOf(id, 2);
	expect(eventsOf(before)).toEqual(['created new', 'deleted new', 'modified old']);
	await n8n.deactivate(id);
	await put(bucket, 'meanwhile');
	await n8n.activate(id);
	const after = await n8n.ranOf(id, before.length + 1);
	expect(eventsOf(after)).toEqual(['created meanwhile', 'created new', 'deleted new', 'modified old']);
	expect(after.map(({ status }) => status)).toEqual(after.map(() => 'success'));
});

test('each object has an execution of its own where that is chosen', async () => {
	const bucket = await makeBucket();
	for (const key of ['a', 'b', 'c']) await put(bucket, key);
	const id = await watch({ bucket, events, existing: 'all', executions: 'each' });
	const ran = await n8n.ranOf(id, 3);
	expect(ran.map((one) => eventsOf([one])).sort()).toEqual([['created a'], ['created b'], ['created c']]);
});

test('a workflow that writes where it watches does not start itself, and what others write there starts it', async () => {
	const bucket = await makeBucket();
	const saved = await credential();
	const content = { source: 'text', text: '={{ $execution.id }}', onConflict: 'overwrite', options: {} };
	const write = {
		...s3('End', 'object.upload', { bucket, key: 'own.txt', ...content }),
		credentials: { awsS3Api: saved },
	};
	const id = await n8n.save({ bucket, events, options: { ignoreOwnWrites: true } }, saved, write);
	await n8n.activate(id);
	active.push(id);
	const expected = ['created first', 'created second', 'modified own.txt', 'created last'];
	// Each time, the next poll sees what the execution before has written.
	for (const [index, event] of expected.entries()) {
		await put(bucket, event.replace(/^.* /, ''));
		const ran = await n8n.ranOf(id, index + 1);
		const started = ran.flatMap((one) => one.items('Watch').map(({ json }) => `${json.event} ${json.key}`));
		expect(started).toEqual(expected.slice(0, index + 1));
		expect(ran.at(-1)?.items('End')[0]?.json).toMatchObject({ uploaded: true, key: 'own.txt' });
	}
});

test('a bucket that is gone is an error of the workflow, which goes on once it is back', async () => {
	const bucket = await makeBucket();
	const id = await watch({ bucket, events });
	await sdk.send(new DeleteBucketCommand({ Bucket: bucket }));
	const [failed] = await n8n.ranOf(id, 1);
	expect(failed).toMatchObject({ status: 'error', error: { message: expect.stringContaining(bucket) } });
	await sdk.send(new CreateBucketCommand({ Bucket: bucket }));
	await put(bucket, 'back');
	await until(async () => eventsOf(await n8n.ranOf(id, 2)).length > 0);
	expect(eventsOf(await n8n.ranOf(id, 2))).toEqual(['created back']);
});

test('a workflow whose trigger may not list its bucket cannot be activated, and n8n says why', async () => {
	const bucket = `missing-${await makeBucket()}`;
	const id = await n8n.save({ bucket, events }, await credential());
	await expect(n8n.activate(id)).rejects.toThrow(bucket);
});

test('the test step shows the newest objects', async () => {
	const bucket = await makeBucket();
	await put(bucket, 'a.csv');
	const trigger = { ...s3('Watch', 'x.x', {}), type: 'n8n-nodes-aws-s3.awsS3Trigger', parameters: { bucket } };
	const node = { id: 'w', typeVersion: 1, position: [0, 0], ...trigger };
	const ran = await runWorkflow({ name: 'Test step', nodes: [node], connections: {} });
	expect(ran.items('Watch').map(({ json }) => json)).toMatchObject([{ event: 'created', bucket, key: 'a.csv' }]);
});

test(
	'n8n is killed and started again: everything is reported once',
	async () => {
		const begin = await ownN8n();
		const bucket = await makeBucket();
		await put(bucket, 'old');
		let { own, kill, workflows } = await begin();
		try {
			const saved = await rest.saveCredential(own, 'awsS3Api', 'awsS3Api', credentialData);
			const id = await workflows.save({ bucket, events }, saved);
			await workflows.activate(id);
			// Nothing was emitted, so what is known is only that of the activation.
			await kill();
			await put(bucket, 'while-down-1');
			({ own, kill, workflows } = await begin());
			expect(eventsOf(await workflows.ranOf(id, 1))).toEqual(['created while-down-1']);
			await put(bucket, 'while-up');
			expect(eventsOf(await workflows.ranOf(id, 2))).toEqual(['created while-down-1', 'created while-up']);
			await kill();
			await put(bucket, 'while-down-2');
			await remove(bucket, 'old');
			({ own, kill, workflows } = await begin());
			const all = ['created while-down-1', 'created while-down-2', 'created while-up', 'deleted old'];
			expect(eventsOf(await workflows.ranOf(id, 3))).toEqual(all);
			// The next poll comes after this object, and would repeat what was not saved.
			await put(bucket, 'last');
			expect(eventsOf(await workflows.ranOf(id, 4))).toEqual(['created last', ...all]);
		} finally {
			await kill();
		}
	},
	restartTimeout,
);
