import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { onOneDay, runWorkflow, succeeded } from '../../support/e2e';
import { mailServer } from '../../support/mailServer';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf } from '../../support/transfers';

beforeEach(onOneDay, 180_000);

const setUp = async () => {
	const [sourceBucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const put = async (Key: string, Body: string) =>
		await sdk.send(new PutObjectCommand({ Bucket: sourceBucket, Key, Body }));
	for (const key of ['f/a', 'f/b', 'f/c']) await put(key, key);
	const { mails, account } = await mailServer();
	const places = { sourceBucket, sourcePrefix: 'f/', destinationBucket, destinationPrefix: 'mirror/' };
	const settings = { ...places, backups: 'replaced/', reports: 'reports/', alertTo: 'somebody@example.com' };
	const workflow = (more: object = {}) =>
		template('mirror-bucket-nightly', { ...settings, ...more }, { 'n8n-nodes-base.emailSend': { smtp: account } });
	return {
		...{ put, mails },
		remove: async (Key: string) => await sdk.send(new DeleteObjectCommand({ Bucket: sourceBucket, Key })),
		ran: async (more: object = {}) => await runWorkflow(workflow(more)),
		run: async (more: object = {}) => succeeded(await runWorkflow(workflow(more))),
		there: async () => {
			const all = await contentsOf(destinationBucket);
			return Object.fromEntries(Object.entries(all).filter(([key]) => !key.includes('.n8n-jobs/')));
		},
	};
};

test('mirrors, keeps what it replaces, and keeps a report; nobody gets a mail', async () => {
	const { run, put, remove, there, mails } = await setUp();
	const first = await run();
	expect(first.items('Result')[0]?.json).toMatchObject({ copied: 3, deleted: 0 });
	await put('f/a', 'a newer one');
	await remove('f/b');
	const second = await run();
	const { json } = second.items('Result')[0] ?? {};
	expect(json).toMatchObject({ copied: 1, deleted: 1, report: expect.stringMatching(/^reports\/.* \(2\)\.html$/) });
	const contents = await there();
	expect(contents).toMatchObject({ 'mirror/a': 'a newer one', 'mirror/c': 'f/c' });
	expect(contents).not.toHaveProperty('mirror/b');
	const kept = Object.entries(contents).filter(([key]) => key.startsWith('replaced/'));
	expect(kept.map(([key, body]) => [key.replace(/\d{4}-\d\d-\d\d/, 'day'), body])).toEqual([
		['replaced/day/a', 'f/a'],
		['replaced/day/b', 'f/b'],
	]);
	expect(contents[String(json?.report)]).toContain('1 object copied, 1 object deleted at the destination.');
	expect(mails).toEqual([]);
});

test('tells somebody where anything is left to do, and a run that ends early fails', async () => {
	const { run, ran, remove, there, mails } = await setUp();
	await run();
	for (const key of ['f/a', 'f/b']) await remove(key);
	await run();
	expect(mails).toHaveLength(1);
	expect(mails[0]).toContain("this exceeds 'Max Deleted Share (%)'");
	expect(await there()).toMatchObject({ 'mirror/a': 'f/a', 'mirror/b': 'f/b' });
	expect(await ran({ sourceBucket: 'no-such-bucket-of-a-test' })).toMatchObject({
		status: 'error',
		error: { message: expect.stringContaining('no-such-bucket-of-a-test') },
	});
	expect(mails).toHaveLength(1);
});
