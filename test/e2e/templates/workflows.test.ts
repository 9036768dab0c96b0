import { createServer } from 'node:http';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import rest from '../../../sandbox/rest.cjs';
import { call, credential, runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { fillForms } from '../../support/forms';
import { listen } from '../../support/listen';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf } from '../../support/transfers';

const n8nUrl = process.env.TEST_N8N ?? '';

const apiCredential = async () => {
	const scopes = ['workflow:create', 'workflow:list', 'workflow:read'];
	const { rawApiKey } = await call('POST', '/api-keys', { label: `test ${Date.now()}`, scopes, expiresAt: null });
	return await saveCredential('n8nApi', { apiKey: rawApiKey, baseUrl: `${n8nUrl}/api/v1` });
};

const workflowOf = (id: string) => ({ id, name: `Workflow ${id}`, nodes: [], connections: {}, settings: {} });

/** n8n counts workflows from the newest, so one that is saved while it lists pushes another to the next page as well. */
const pages: Record<string, object> = {
	'': { data: ['a', 'b'].map(workflowOf), nextCursor: 'second' },
	second: { data: ['b', 'c'].map(workflowOf), nextCursor: null },
};

test('a workflow that n8n lists on two pages is stored once', async () => {
	const bucket = await makeBucket();
	const server = createServer(({ url = '' }, response) => {
		const cursor = new URL(url, 'http://localhost').searchParams.get('cursor') ?? '';
		response.setHeader('content-type', 'application/json').end(JSON.stringify(pages[cursor]));
	});
	const played = `http://${await listen(server)}`;
	const n8nApi = await saveCredential('n8nApi', { apiKey: 'any', baseUrl: `${played}/api/v1` });
	const credentials = { 'n8n-nodes-base.httpRequest': { n8nApi } };
	const ran = succeeded(await runWorkflow(template('back-up-workflows', { bucket, n8nUrl: played }, credentials)));
	expect(ran.items('Result')[0]?.json).toEqual({ workflows: 3, uploaded: 3 });
	expect(Object.keys(await contentsOf(bucket))).toEqual(['a', 'b', 'c'].map((id) => `n8n/workflows/${id}.json`));
});

test('all workflows are stored once, and one of them is brought back as it was', async () => {
	const bucket = await makeBucket();
	const n8nApi = await apiCredential();
	const httpBasicAuth = await saveCredential('httpBasicAuth', { user: 'restorer', password: 'of-a-test' });
	const setUp = (name: string) =>
		template(
			name,
			{ bucket, n8nUrl },
			{ 'n8n-nodes-base.httpRequest': { n8nApi }, 'n8n-nodes-base.formTrigger': { httpBasicAuth } },
		);
	const name = `To bring back ü ${Date.now()}`;
	const saved = await rest.saveWorkflow(call, { ...template('mirror-changes'), name });

	const first = succeeded(await runWorkflow(setUp('back-up-workflows'))).items('Result')[0]?.json;
	expect(first?.uploaded).toBe(first?.workflows);
	const { KeyCount } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'n8n/workflows/' }));
	expect(KeyCount).toBe(first?.workflows);
	const second = succeeded(await runWorkflow(setUp('back-up-workflows'))).items('Result')[0]?.json;
	// Other tests may save workflows meanwhile; this one saves one for each run.
	expect(Number(second?.uploaded)).toBeLessThan(Number(second?.workflows) / 2);

	await call('POST', `/workflows/${saved.id}/archive`);
	await call('DELETE', `/workflows/${saved.id}`);
	const restore = rest.withCredential(setUp('restore-workflows'), await credential());
	const headers = { authorization: `Basic ${Buffer.from('restorer:of-a-test').toString('base64')}` };
	const { page, ran } = await fillForms(restore, 'restore-workflows', [[name]], headers);
	expect(page).toContain('1 workflows were created');
	const id = String(ran.items('Create Workflow')[0]?.json.id);
	const back = await call('GET', `/workflows/${id}`);
	expect(back).toMatchObject({ name, connections: saved.connections, active: false });
	expect(back.nodes).toEqual(saved.nodes);
});
