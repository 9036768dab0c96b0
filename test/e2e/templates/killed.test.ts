import {
	ListMultipartUploadsCommand,
	ListObjectVersionsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import rest from '../../../sandbox/rest.cjs';
import { credentialData, succeeded } from '../../support/e2e';
import { openForms } from '../../support/forms';
import { ageState } from '../../support/journals';
import { mailServer } from '../../support/mailServer';
import type { Decision } from '../../support/proxy';
import { startProxy } from '../../support/proxy';
import { ownN8n, restartTimeout } from '../../support/restartedN8n';
import type { RunningTemplate, Started } from '../../support/runningTemplates';
import { runningTemplates } from '../../support/runningTemplates';
import { makeBucket, sdk, server } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf } from '../../support/transfers';
import { until } from '../../support/until';

const login = { user: 'somebody', password: 'of-a-test' };
const headers = { authorization: `Basic ${Buffer.from('somebody:of-a-test').toString('base64')}` };
const approver = 'approver@example.com';

/** An S3 server that stores so many objects in a bucket. Then it says nothing, and the run waits. */
const startLimited = async () => {
	const left = new Map<string, number>();
	const stuck = new Set<string>();
	const decide = (method = '', url = ''): Decision => {
		const [, bucket = ''] = new URL(url, server.endpoint).pathname.split('/');
		const limit = left.get(bucket);
		if (method !== 'PUT' || limit === undefined) return 'pass';
		left.set(bucket, limit - 1);
		if (limit > 0) return 'pass';
		stuck.add(bucket);
		return 'silence';
	};
	const { url } = await startProxy(server.endpoint, (request) => decide(request.method, request.url));
	return { left, stuck, url };
};

type Counted = Pick<RunningTemplate, 'bucket' | 'prefix' | 'counted'>;

const objectsOf = async ({ bucket, prefix, counted = (objects) => objects }: Counted) => {
	const all = Object.entries(await contentsOf(bucket));
	return counted(Object.fromEntries(all.filter(([key]) => key.startsWith(prefix) && !key.includes('.n8n-jobs/'))));
};

const unfinishedIn = async (Bucket: string) =>
	(await sdk.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];

let n8n: Started;
let begin: Awaited<ReturnType<typeof ownN8n>>;
let mailing: Awaited<ReturnType<typeof mailServer>>;
let limited: Awaited<ReturnType<typeof startLimited>>;
let ours: { id: string; name: string };

beforeAll(async () => {
	[begin, mailing, limited] = await Promise.all([ownN8n(), mailServer(), startLimited()]);
	n8n = await begin();
	ours = await rest.saveCredential(n8n.own, 'ours', 'awsS3Api', { ...credentialData, endpoint: limited.url });
}, restartTimeout);

const stops: Array<() => Promise<void>> = [];
afterAll(async () => {
	await Promise.all([n8n.kill(), ...stops.map(async (stop) => await stop())]);
});

/** A template that begins with a form. */
const withForm = async (name: string, settings: object) => {
	const httpBasicAuth = await rest.saveCredential(n8n.own, 'somebody', 'httpBasicAuth', login);
	const smtp = await rest.saveCredential(n8n.own, 'mail', 'smtp', mailing.server);
	const credentials = { 'n8n-nodes-base.formTrigger': { httpBasicAuth }, 'n8n-nodes-base.emailSend': { smtp } };
	return rest.withCredential(template(name, { ...settings }, credentials), ours);
};

const cleanUp = async () => {
	const bucket = await makeBucket();
	const VersioningConfiguration = { Status: 'Enabled' } as const;
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
	for (const content of ['one', 'two', 'three'])
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: content }));
	const form = await withForm('clean-up-with-approval', { approver });
	await openForms(form, 'clean-up-s3', [['a@example.com', bucket, '', '0', '0']], headers, n8n);
	const mail = () => mailing.mails.find((one) => one.includes(`in ${bucket}?`)) ?? '';
	await until(() => mail() !== '');
	const link = /href="(http[^"]+)"/.exec(mail())?.[1]?.replaceAll('&amp;', '&') ?? '';
	const versions = async () => (await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket }))).Versions ?? [];
	return {
		versions,
		approve: async () => {
			const form = new FormData();
			form.append('field-0', 'Delete this list');
			return (await fetch(link, { method: 'POST', body: form })).ok;
		},
	};
};

const upload = async () => {
	const bucket = await makeBucket();
	limited.left.set(bucket, 0);
	const form = await withForm('upload-through-form', { bucket });
	const send = async () => await openForms(form, 'send-file', [['Jörg', new File(['content'], 'a.txt')]], headers, n8n);
	return { bucket, send };
};

test(
	'n8n is killed in the middle of templates: the next run makes the result of each whole',
	async () => {
		const cases: Array<RunningTemplate & { saved: Awaited<ReturnType<typeof rest.saveWorkflow>> }> = [];
		for (const setUp of runningTemplates) {
			const one = await setUp(n8n, mailing);
			if (one.stop) stops.push(one.stop);
			const chosen = template(one.name, one.settings, one.credentials);
			cases.push({ ...one, saved: await rest.saveWorkflow(n8n.own, rest.withCredential(chosen, ours)) });
		}
		for (const { bucket, stored = 12 } of cases) limited.left.set(bucket, stored);
		const [asked, form] = [await cleanUp(), await upload()];

		// A run that n8n is killed in cannot tell how it ends.
		const early: string[] = [];
		for (const { name, saved } of cases)
			void rest.runWorkflow(n8n.own, saved).then(
				({ error }) => early.push(`${name} ended: ${error?.message}`),
				() => undefined,
			);
		void form.send().then(
			({ page }) => early.push(page),
			() => undefined,
		);
		const buckets = [...cases.map(({ bucket }) => bucket), form.bucket];
		await until(() => early.length > 0 || buckets.every((bucket) => limited.stuck.has(bucket)), { delay: 60_000 });
		expect(early).toEqual([]);
		await n8n.kill();
		limited.left.clear();

		const before = new Map<string, Record<string, string>>();
		for (const one of cases) before.set(one.name, await objectsOf(one));
		expect(await objectsOf({ bucket: form.bucket, prefix: '' })).toEqual({});

		n8n = await begin();
		for (const one of cases) {
			if (one.job) await ageState(sdk, one.bucket, one.job);
			succeeded(await rest.runWorkflow(n8n.own, one.saved));
			const whole = typeof one.whole === 'function' ? await one.whole() : one.whole;
			expect([one.name, await objectsOf(one)]).toEqual([one.name, whole]);
			expect(await unfinishedIn(one.bucket)).toEqual([]);
			// What was there before is whole: no object is half of one.
			const [was, is] = [before.get(one.name) ?? {}, Object.keys(whole)];
			expect(whole).toMatchObject(was);
			expect(Object.keys(was).length).toBeLessThan(is.length);
		}

		// Whoever has the link decides after the restart as well.
		expect(await asked.versions()).toHaveLength(3);
		await until(asked.approve);
		await until(async () => (await asked.versions()).length === 1);

		expect((await form.send()).page).toContain('Your file is stored');
		expect(Object.values(await contentsOf(form.bucket))).toEqual(['content']);
	},
	restartTimeout,
);
