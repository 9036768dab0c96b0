import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { onOneDay, runWorkflow, saveCredential, succeeded, today } from '../../support/e2e';
import { mailServer } from '../../support/mailServer';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf, keysOf } from '../../support/transfers';

const put = async (Bucket: string, Key: string, Body: string) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body }));

let day = '';
beforeEach(async () => {
	await onOneDay();
	day = today().replaceAll('/', '-');
}, 180_000);

const setUp = async (folder = '') => {
	const [bucket, reportBucket] = [await makeBucket(), await makeBucket()];
	const { mails, account } = await mailServer();
	const settings = { bucket, folder, reportBucket, reports: 'reports/', to: 'owner@example.com' };
	const run = async (more: object = {}, smtp = account) =>
		await runWorkflow(
			template('storage-report-by-mail', { ...settings, ...more }, { 'n8n-nodes-base.emailSend': { smtp } }),
		);
	return { bucket, reportBucket, mails, run };
};

/** What is attached to a mail, decoded. */
const attachedTo = (mail = '') => {
	const part = mail.slice(mail.indexOf('Content-Type: text/html'));
	const [, name = '', content = ''] = /filename="?([^"\r\n;]+)[^]*?\r\n\r\n([\sA-Za-z0-9+/=]+)/.exec(part) ?? [];
	return { name, content: Buffer.from(content, 'base64').toString() };
};

test('the numbers are mailed with the page of charts, compared with the last report, and each report is kept', async () => {
	const { bucket, reportBucket, mails, run } = await setUp();
	for (const name of ['a', 'b', 'c', 'd']) await put(bucket, `f/${name}.csv`, 'x'.repeat(1000));
	await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'f/interrupted' }));
	succeeded(await run());
	const folder = `reports/${bucket}/`;
	expect(await keysOf(reportBucket)).toEqual([`${folder}${day}.html`, `${folder}${day}.json`]);
	expect(mails).toHaveLength(1);
	expect(mails[0]).toContain('To: owner@example.com');
	expect(mails[0]).toContain(`Subject: storage of ${bucket}: 4.0 kB`);
	expect(mails[0]).toContain('Objects: 4\r\n');
	expect(mails[0]).toContain('Incomplete multipart uploads: 1');
	expect(mails[0]).toContain('This is the first report');
	expect(mails[0]).toContain(`${folder}${day}.html in`);
	const page = attachedTo(mails[0]);
	expect(page.name).toMatch(/\.html$/);
	expect(page.content).toContain('<svg');
	const stored = await contentsOf(reportBucket);
	expect(stored[`${folder}${day}.html`]).toBe(page.content);

	// The report of today is not compared with itself; those of earlier days are, the newest of them.
	const earlier = (objects: number, bytes: number, on: string) =>
		JSON.stringify({ bucket, folder: '', objects, bytes, day: on });
	await put(reportBucket, `${folder}2026-01-05.json`, earlier(1, 1, '2026-01-05'));
	await put(reportBucket, `${folder}2026-01-12.json`, earlier(5, 5000, '2026-01-12'));
	succeeded(await run());
	expect(mails[1]).toContain(`Subject: storage of ${bucket}: 4.0 kB (-20%)`);
	expect(mails[1]).toContain('Objects: 4 (-20% since 2026-01-12: 5)');
	expect(mails[1]).toContain('Size: 4.0 kB (-20% since 2026-01-12: 5.0 kB)');
	succeeded(await run({ warnBelow: 19 }));
	expect(mails[2]).toContain(`Subject: Check: storage of ${bucket}`);
	expect(mails[2]).toContain('Objects or bytes have fallen by 20% since 2026-01-12');
	const keys = await keysOf(reportBucket);
	expect(keys.filter((key) => key.includes(day))).toHaveLength(6);
	expect(await contentsOf(reportBucket)).toMatchObject(stored);
});

test('a folder has its own reports, and one that cannot be read is named', async () => {
	const { bucket, reportBucket, mails, run } = await setUp('in/2026/');
	await put(bucket, 'in/2026/a', 'a');
	await put(bucket, 'other', 'other');
	await put(
		reportBucket,
		`reports/${bucket}/2026-01-05.json`,
		JSON.stringify({ bucket, folder: '', objects: 2, bytes: 6 }),
	);
	succeeded(await run());
	expect(mails[0]).toContain('Objects: 1\r\n');
	expect(mails[0]).toContain('This is the first report');
	await put(reportBucket, `reports/${bucket}_in_2026/2026-01-05.json`, '{ "bucket": ');
	succeeded(await run());
	expect(mails[1]).toContain(`cannot be read, so there is no comparison: reports/${bucket}_in_2026/2026-01-05.json`);
});

test('folders whose names differ only in slashes and underscores have their own reports', async () => {
	const { bucket, reportBucket, mails, run } = await setUp();
	const folders = ['a/b/', 'a_b/', 'a//b/', 'a%5fb/'];
	for (const folder of folders) {
		await put(bucket, `${folder}k`, folder);
		succeeded(await run({ folder }));
	}
	const kept = (await keysOf(reportBucket)).filter((key) => key.endsWith('.json'));
	expect(kept.sort()).toEqual(
		['a_b', 'a%5fb', 'a__b', 'a%255fb'].map((name) => `reports/${bucket}_${name}/${day}.json`).sort(),
	);
	expect(mails).toHaveLength(folders.length);
	// The same folder without its last slash has the same reports.
	succeeded(await run({ folder: 'a/b' }));
	expect((await keysOf(reportBucket)).filter((key) => key.startsWith(`reports/${bucket}_a_b/`))).toHaveLength(4);
});

test('no objects and a refusal are errors that say so, and no report is sent', async () => {
	const { bucket, reportBucket, mails, run } = await setUp();
	expect((await run()).error?.message).toContain(`There are no objects in '${bucket}/', so no report`);
	expect((await run({ bucket: 'no-such-bucket-of-a-test' })).error).toMatchObject({ node: { name: 'Get Statistics' } });
	await put(bucket, 'a', 'a');
	expect((await run({ reportBucket: 'no-such-bucket-of-a-test' })).error).toMatchObject({
		node: { name: 'List Reports' },
	});
	expect(await keysOf(reportBucket)).toEqual([]);
	expect(mails).toEqual([]);
});

test('a run that stops before its mail has stored the report, and the next run sends it', async () => {
	const { bucket, reportBucket, mails, run } = await setUp();
	await put(bucket, 'a', 'a');
	const nobody = await saveCredential('smtp', { host: '127.0.0.1', port: 9, secure: false, disableStartTls: true });
	expect((await run({}, nobody)).error).toMatchObject({ node: { name: 'Send Report' } });
	expect(await keysOf(reportBucket)).toHaveLength(2);
	succeeded(await run());
	expect(mails).toHaveLength(1);
	expect(await keysOf(reportBucket)).toHaveLength(4);
});
