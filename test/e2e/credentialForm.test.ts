import rest from '../../sandbox/rest.cjs';
import { takePicture, useEditor } from '../support/browser';
import { call, credentialData, runWorkflow, s3, saveCredential, succeeded } from '../support/e2e';
import { makeBucket } from '../support/s3';
import { until } from '../support/until';

/** The groups of the credential in n8n's editor: they open with switches, and saving loses nothing. */

const url = process.env.TEST_N8N ?? '';
const switches = ['showTemporaryKeys', 'showService', 'showDefaults', 'showAdvanced'];

const editor = useEditor();

/** n8n adds this field to each credential that signs HTTP requests. */
const ofN8n = 'allowedHttpRequestDomains';

const { endpoint, region, accessKeyId, secretAccessKey } = credentialData;
/** A credential as it was saved before there were groups. */
const old = {
	...{ authentication: 'assumeRole', roleArn: 'arn:aws:iam:::role/some', region: 'other', customRegion: region },
	...{ accessKeyId, secretAccessKey, endpoint, forcePathStyle: true },
};

const dialog = () => editor().page.getByTestId('editCredential-modal');
const field = (name: string) => editor().page.getByTestId(`parameter-input-${name}`);

/** The names of the fields that the form shows, from top to bottom. */
const shown = async () =>
	await dialog()
		.locator('[data-test-id^="parameter-input-"]')
		.evaluateAll((inputs) =>
			inputs.flatMap((input) => {
				const name = (input.getAttribute('data-test-id') ?? '').replace('parameter-input-', '');
				return /^(item|field|hint)$/.test(name) ? [] : [name];
			}),
		);

const open = async (id: string) => {
	await editor().goto(`/home/credentials/${id}`);
	// What is changed before n8n's answer fills in the form would be lost.
	await until(async () => (await field('accessKeyId').locator('input').inputValue()) !== '');
};

/** Turns switches over, one after the other. */
const turn = async (names: string[]) => {
	for (const name of names) {
		const toggle = field(name).locator('.el-switch');
		const isOn = async () => /\bis-checked\b/.test((await toggle.getAttribute('class')) ?? '');
		const wasOn = await isOn();
		await toggle.click();
		await until(async () => (await isOn()) !== wasOn);
	}
};

/** Saves the form and waits for n8n's answer. Gives what n8n has saved. */
const save = async (id: string): Promise<Record<string, unknown>> => {
	const answer = editor().page.waitForResponse(
		(response) => response.request().method() === 'PATCH' && response.url().includes(`/rest/credentials/${id}`),
	);
	await dialog().getByTestId('credential-save-button').click();
	expect((await answer).status()).toBe(200);
	return await stored(id);
};

const stored = async (id: string): Promise<Record<string, unknown>> => {
	const { data } = await call('GET', `/credentials/${id}?includeData=true`);
	return { ...(data as object) };
};

/** A value of each field of the groups that is not its default, which still connects. */
const full = (bucket: string) => ({
	...{ ...old, ignoreSslIssues: true, bucket, prefix: 'mine/', serverSideEncryption: 'aws:kms' },
	...{ kmsKeyId: 'some-key', bucketKeyEnabled: false, storageClass: 'STANDARD_IA', requesterPays: true },
	...{ expectedBucketOwner: '111122223333', testAccess: 'read', strictRegion: true },
	...{ sqsEndpoint: 'http://127.0.0.1:1', sessionToken: 'a-token' },
});

const secrets = ['secretAccessKey', 'sessionToken'];
const withoutSecrets = (data: object) =>
	Object.fromEntries(Object.entries(data).filter(([name]) => !secrets.includes(name)));

const change = async (name: string, value: string) => await field(name).locator('input').fill(value);

test.each(['awsS3Api', 'awsS3DestinationApi'])(
	'a %s that was saved before there were groups shows and keeps every value',
	async (type) => {
		const bucket = await makeBucket();
		const data = full(bucket);
		const { id } = await saveCredential(type, data);
		await open(id);
		const names = await shown();
		expect(names).toEqual([...new Set(names)]);
		expect(names).toEqual(expect.arrayContaining([...Object.keys(data), ...switches]));
		await change('bucket', `${bucket}-2`);
		const after = await save(id);
		expect(withoutSecrets(after)).toEqual({ ...withoutSecrets(data), bucket: `${bucket}-2` });
		// n8n shows no secrets; it marks those that have a value.
		for (const name of secrets) expect(after[name]).toContain('BLANK');
		// A second time, with the switches that n8n has saved or not.
		await open(id);
		expect(await shown()).toEqual(names);
		await change('bucket', bucket);
		expect(withoutSecrets(await save(id))).toEqual(withoutSecrets(data));
	},
	120_000,
);

test('groups that are opened and closed again lose nothing', async () => {
	const { id } = await saveCredential('awsS3Api', { ...old, prefix: 'mine/', bucket: 'some-bucket' });
	await open(id);
	const before = await shown();
	expect(before).not.toContain('ignoreSslIssues');
	await turn(switches);
	expect(await shown()).toEqual(expect.arrayContaining(['ignoreSslIssues', 'sessionToken', 'storageClass', 'fips']));
	expect(withoutSecrets(await save(id))).toMatchObject({
		...withoutSecrets({ ...old, prefix: 'mine/' }),
		...Object.fromEntries(switches.map((name) => [name, true])),
	});
	await open(id);
	await turn(switches);
	expect(await shown()).toEqual(before);
	expect(withoutSecrets(await save(id))).toEqual(withoutSecrets({ ...old, prefix: 'mine/', bucket: 'some-bucket' }));
}, 120_000);

test('a newcomer sees at most six fields besides the switches, and a service in its group', async () => {
	const { page } = editor();
	await editor().goto('/home/credentials/create');
	await page.getByTestId('new-credential-type-select').locator('input').fill('Amazon S3 API');
	await page.getByTestId('new-credential-type-select-option').filter({ hasText: 'Amazon S3 API' }).first().click();
	await page.getByTestId('new-credential-type-button').click();
	await field('accessKeyId').waitFor();
	const needed = ['authentication', 'accessKeyId', 'secretAccessKey', 'region', 'bucket'];
	expect(await shown()).toEqual([...needed, ...switches, ofN8n]);
	await page.setViewportSize({ width: 1280, height: 1250 });
	await takePicture(page, 'credential', dialog());
	await turn(['showService']);
	expect(await shown()).toEqual([
		...needed,
		...['showTemporaryKeys', 'showService', 'endpoint', 'forcePathStyle', 'ignoreSslIssues'],
		...['showDefaults', 'showAdvanced', ofN8n],
	]);
}, 120_000);

test("n8n's public API makes a credential without the switches, and a node uses all of it", async () => {
	const label = `credentials ${Date.now()}`;
	const { rawApiKey } = await call('POST', '/api-keys', { label, scopes: ['credential:create'], expiresAt: null });
	const headers = { 'X-N8N-API-KEY': String(rawApiKey), 'content-type': 'application/json' };
	const bucket = await makeBucket();
	const data = { authentication: 'accessKey', region: 'other', customRegion: region, accessKeyId, secretAccessKey };
	const answer = await rest.answered(`${url}/api/v1/credentials`, {
		method: 'POST',
		headers,
		body: JSON.stringify({
			...{ name: 'By the API', type: 'awsS3Api' },
			data: { ...data, endpoint, forcePathStyle: true, bucket, serverSideEncryption: 'none' },
		}),
	});
	const text = await answer.text();
	expect(`${answer.status} ${text}`).toMatch(/^200 /);
	const made = { id: String(JSON.parse(text).id), name: 'By the API' };
	const start = { name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} };
	const up = s3('Up', 'object.upload', { bucket: '', key: 'a', source: 'text', text: 'x' });
	const nodes = [start, up].map((step, x) => ({ id: `n${x}`, typeVersion: 1, position: [x * 200, 0], ...step }));
	const connections = { Start: { main: [[{ node: 'Up', type: 'main', index: 0 }]] } };
	const ran = succeeded(await runWorkflow({ name: label, nodes, connections }, made));
	expect(ran.items('Up')[0]?.json).toMatchObject({ bucket, key: 'a' });
}, 120_000);
