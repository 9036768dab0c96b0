import { PutObjectCommand } from '@aws-sdk/client-s3';
import { activate, deactivateAll } from '../../support/activeTemplate';
import { runWorkflow, succeeded } from '../../support/e2e';
import { mailServer } from '../../support/mailServer';
import { tagAsScanned } from '../../support/malwareScan';
import { makeBucket, sdk } from '../../support/s3';
import { startedWith, template } from '../../support/templates';
import { contentsOf, keysOf } from '../../support/transfers';
import { until } from '../../support/until';

afterEach(deactivateAll);

const setUp = async () => {
	const [bucket, releasedBucket, quarantineBucket] = [await makeBucket(), await makeBucket(), await makeBucket()];
	const { mails, account } = await mailServer();
	const settings = { releasedBucket, quarantineBucket, alertTo: 'somebody@example.com' };
	const credentials = { 'n8n-nodes-base.emailSend': { smtp: account } };
	return {
		...{ bucket, releasedBucket, mails },
		put: async (Key: string, Body = Key) => await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body })),
		there: async () => ({
			uploads: await contentsOf(bucket),
			released: await contentsOf(releasedBucket),
			quarantine: await contentsOf(quarantineBucket),
		}),
		workflow: template('scan-then-release', settings, credentials),
	};
};

test('clean uploads are released, others go to quarantine with a mail, and nothing moves before its scan', async () => {
	const { bucket, releasedBucket, mails, put, there, workflow } = await setUp();
	for (const name of ['clean', 'infected', 'locked', 'waiting']) await put(`in/${name}.zip`);
	const { ranOf } = await activate(workflow, { bucket, prefix: 'in/' });
	await tagAsScanned(bucket, 'in/infected.zip', 'THREATS_FOUND');
	await tagAsScanned(bucket, 'in/locked.zip', 'UNSUPPORTED');
	await until(() => mails.length === 2);
	await tagAsScanned(bucket, 'in/clean.zip', 'NO_THREATS_FOUND');
	await until(async () => (await keysOf(releasedBucket)).length > 0);
	const ran = await ranOf(3);
	expect(ran.map(({ status }) => status)).toEqual(Array.from(ran, () => 'success'));
	expect(await there()).toEqual({
		uploads: { 'in/waiting.zip': 'in/waiting.zip' },
		released: { 'released/in/clean.zip': 'in/clean.zip' },
		quarantine: {
			'quarantine/infected/in/infected.zip': 'in/infected.zip',
			'quarantine/scanFailed/in/locked.zip': 'in/locked.zip',
		},
	});
	expect(mails).toHaveLength(2);
	expect(mails).toContainEqual(expect.stringContaining('Subject: Malware in an upload: in/infected.zip'));
	expect(mails).toContainEqual(expect.stringContaining('It is now quarantine/infected/in/infected.zip'));
	expect(mails).toContainEqual(expect.stringContaining('Subject: An upload that could not be scanned: in/locked.zip'));
});

test('an upload that was overwritten after its scan is not released', async () => {
	const { bucket, put, there, workflow } = await setUp();
	const { ETag: etag } = await put('in/a', 'clean');
	await put('in/a', 'with malware');
	const item = { event: 'created', bucket, key: 'in/a', etag: etag?.replaceAll('"', '') };
	const { status, error } = await runWorkflow(startedWith(workflow, item));
	expect({ status, message: error?.message }).toEqual({
		status: 'error',
		message: expect.stringContaining('has changed, or already exists'),
	});
	expect(await there()).toEqual({ uploads: { 'in/a': 'with malware' }, released: {}, quarantine: {} });
});

test('what was released or is in quarantine is left alone', async () => {
	const { bucket, put, there } = await setUp();
	const workflow = template('scan-then-release', { releasedBucket: bucket, quarantineBucket: bucket });
	for (const key of ['released/a', 'quarantine/infected/b']) {
		const { ETag: etag } = await put(key);
		succeeded(await runWorkflow(startedWith(workflow, { event: 'created', bucket, key, etag })));
	}
	expect(Object.keys((await there()).uploads)).toEqual(['quarantine/infected/b', 'released/a']);
});
