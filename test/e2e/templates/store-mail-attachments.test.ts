import { CreateBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import rest from '../../../sandbox/rest.cjs';
import { activeWorkflows } from '../../support/activeWorkflows';
import { call, credential, credentialData, saveCredential } from '../../support/e2e';
import type { Mail } from '../../support/mailbox';
import { openMailbox } from '../../support/mailbox';
import { mailServer } from '../../support/mailServer';
import { startProxy } from '../../support/proxy';
import { ownN8n, restartTimeout } from '../../support/restartedN8n';
import { bucketName, makeBucket, sdk } from '../../support/s3';
import { readTemplate, template } from '../../support/templates';
import { contentsOf, keysOf } from '../../support/transfers';
import { until } from '../../support/until';

const workflows = activeWorkflows(call);
const active: string[] = [];
afterEach(async () => {
	for (const id of active.splice(0)) await workflows.deactivate(id);
});

/** The template, which looks for unread mails every three seconds instead of every ten minutes. */
const chosen = (
	settings: Record<string, unknown>,
	imap: { id: string; name: string },
	smtp: { id: string; name: string },
) => {
	const credentials = { 'n8n-nodes-base.emailReadImap': { imap }, 'n8n-nodes-base.emailSend': { smtp } };
	const read = template('store-mail-attachments', { alertTo: 'operator@example.com', ...settings }, credentials);
	const nodes = read.nodes.map((node) => ({
		...node,
		...(node.name === 'New Mail' && {
			parameters: { ...node.parameters, options: { ...Object(node.parameters.options), forceReconnect: 0.05 } },
		}),
		// The test need not wait for what S3 will not take back.
		...(node.retryOnFail && { waitBetweenTries: 0 }),
	}));
	return { ...read, nodes };
};

/**
 * Activates the template for a mailbox that already has some mails. n8n 1 takes what it finds in one search; a mail that is
 * announced just as n8n opens the mailbox anew may be taken twice.
 */
const setUp = async (settings: Record<string, unknown>, ...received: Mail[]) => {
	const box = openMailbox();
	for (const mail of received) await box.deliver(mail);
	const { mails, account } = await mailServer();
	const workflow = chosen(settings, await saveCredential('imap', box.server), account);
	const { id } = await rest.saveWorkflow(call, rest.withCredential(workflow, await credential()));
	await workflows.activate(id);
	active.push(id);
	/** Does what the notes advise; a published workflow could mark the mails as read again. */
	const tryAgain = async () => {
		await workflows.deactivate(id);
		await box.markAsUnread();
		await workflows.activate(id);
	};
	return { ...box, mails, tryAgain, ranOf: async (count: number) => await workflows.ranOf(id, count) };
};

const report = { name: 'report.pdf', content: 'the report' };

test('each attachment has its own safe key with sender and subject, and nothing else is stored', async () => {
	const bucket = await makeBucket();
	const settings = { bucket, prefix: 'mail/', largestMb: 0.01 };
	const invoices = {
		...{ subject: 'Rechnungen für März', from: 'Zoë <zoe@example.com>', id: '<1/../2@example.com>' },
		files: [
			{ name: 'März 2026.PDF', content: 'one' },
			{ name: 'März 2026.PDF', content: 'two' },
			{ name: '../../..\\x/a?b#c%.txt', content: 'three' },
			{ name: 'logo.gif', content: 'logo' },
			{ name: 'setup.exe', content: 'program' },
			{ name: 'large.zip', content: 'z'.repeat(20_000) },
			{ name: 'empty.csv', content: '' },
		],
	};
	const undated = { subject: 'undated', date: null, id: null, files: [report] };
	const { mails, ranOf, count } = await setUp(settings, { subject: 'no files' }, invoices, undated);
	await until(async () => (await keysOf(bucket)).length >= 5 && mails.length > 0);
	const all = Object.entries(await contentsOf(bucket)).map(([key, content]) => [
		key.replace(/\.\d\//, '.uid/'),
		content,
	]);
	expect(Object.fromEntries(all)).toEqual({
		'mail/2026/11/23/1-..-2@example.com.uid/1-März-2026.PDF': 'one',
		'mail/2026/11/23/1-..-2@example.com.uid/2-März-2026.PDF': 'two',
		'mail/2026/11/23/1-..-2@example.com.uid/3-a-b-c-.txt': 'three',
		'mail/2026/11/23/1-..-2@example.com.uid/7-empty.csv': '',
		'mail/undated/no-id.uid/1-report.pdf': 'the report',
	});
	const [Key = ''] = await keysOf(bucket);
	const { Metadata, ContentDisposition } = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key }));
	expect(ContentDisposition).toBe('attachment');
	expect(Metadata).toMatchObject({ 'mail-id': '<1/../2@example.com>' });
	const decoded = Object.values(Metadata ?? {}).map((value) =>
		value.replaceAll(/=\?UTF-8\?B\?([^?]*)\?=\s*/gi, (_, letters: string) => Buffer.from(letters, 'base64').toString()),
	);
	expect(decoded).toEqual(expect.arrayContaining(['Rechnungen für März', 'März 2026.PDF']));
	expect(decoded.join()).toContain('zoe@example.com');
	expect(mails).toHaveLength(1);
	expect(mails[0]).toContain('setup.exe');
	expect(mails[0]).toContain('large.zip');
	expect(mails[0]).not.toContain('logo.gif');
	expect(await count()).toEqual({ all: 3, unread: 0 });
	const ran = await ranOf(1);
	expect(ran.map(({ status }) => status)).toEqual(ran.map(() => 'success'));
});

test('what S3 refuses is told by mail, and a mail marked as unread is stored after publishing again, each file once', async () => {
	const bucket = bucketName();
	const figures = { subject: 'Figures', files: [report, { name: 'b.csv', content: 'b' }] };
	const { tryAgain, mails, ranOf, count } = await setUp({ bucket }, figures);
	await until(() => mails.length > 0);
	expect(mails[0]).toContain('To: operator@example.com');
	expect(mails[0]).toMatch(/report\.pdf of .*ann@example\.com.*Figures: .*does not exist/);
	expect(mails[0]).toContain('b.csv');
	// n8n has marked it as read before.
	expect(await count()).toEqual({ all: 1, unread: 0 });

	await sdk.send(new CreateBucketCommand({ Bucket: bucket }));
	await tryAgain();
	await until(async () => (await keysOf(bucket)).length === 2);
	const keys = await keysOf(bucket);
	const before = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: keys[0] }));
	const { length } = await ranOf(2);
	await tryAgain();
	const [again] = (await ranOf(length + 1)).slice(-1);
	expect(again?.items('Store Attachment').map(({ json }) => json.skipped)).toEqual([true, true]);
	expect(await keysOf(bucket)).toEqual(keys);
	const after = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: keys[0] }));
	expect(after.LastModified).toEqual(before.LastModified);
	expect(mails).toHaveLength(1);
});

test('two mails with the same message ID and file name are both stored', async () => {
	const bucket = await makeBucket();
	const mailOf = (content: string) => ({
		...{ subject: 'same', id: '<same@example.com>' },
		files: [{ name: 'a.pdf', content }],
	});
	await setUp({ bucket }, mailOf('original'), mailOf('forged'));
	await until(async () => (await keysOf(bucket)).length === 2);
	expect(Object.values(await contentsOf(bucket)).sort()).toEqual(['forged', 'original']);
});

test(
	'n8n is killed during an upload: the mail stays in the mailbox, and is stored once it is marked as unread',
	async () => {
		const begin = await ownN8n();
		const bucket = await makeBucket();
		const box = openMailbox();
		const { server } = await mailServer();
		let isSilent = true;
		const proxy = await startProxy(credentialData.endpoint, ({ method }) =>
			isSilent && method === 'PUT' ? 'silence' : 'pass',
		);
		let { own, kill, workflows: ofOwn } = await begin();
		try {
			const save = async (type: string, data: object) => await rest.saveCredential(own, type, type, data);
			const workflow = chosen({ bucket }, await save('imap', box.server), await save('smtp', server));
			const s3 = await save('awsS3Api', { ...credentialData, endpoint: proxy.url });
			const { id } = await rest.saveWorkflow(own, rest.withCredential(workflow, s3));
			await box.deliver({ subject: 'Figures', files: [report] });
			await ofOwn.activate(id);
			await until(() => proxy.requests.some(({ method }) => method === 'PUT'));
			await kill();
			isSilent = false;
			expect(await box.count()).toEqual({ all: 1, unread: 0 });
			expect(await keysOf(bucket)).toEqual([]);
			({ own, kill, workflows: ofOwn } = await begin());
			const [crashed] = await ofOwn.ranOf(id, 1);
			expect(crashed?.status).toBe('crashed');
			await box.markAsUnread();
			await until(async () => (await keysOf(bucket)).length === 1);
			expect(Object.values(await contentsOf(bucket))).toEqual(['the report']);
		} finally {
			await kill();
		}
	},
	restartTimeout,
);

test('the rules of the trigger are those that the notes describe', () => {
	const trigger = readTemplate('store-mail-attachments').nodes.find(({ name }) => name === 'New Mail');
	expect(trigger?.parameters).toMatchObject({
		postProcessAction: 'read',
		options: { forceReconnect: 10, trackLastMessageId: false },
	});
});
