import { createServer } from 'node:http';
import { ListObjectsV2Command, ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import rest from '../../../sandbox/rest.cjs';
import { call, credential, runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { fillForms } from '../../support/forms';
import { listen } from '../../support/listen';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';

const n8nUrl = process.env.TEST_N8N ?? '';

const apiCredential = async () => {
	const scopes = ['workflow:create', 'workflow:list', 'workflow:read'];
	const { rawApiKey } = await call('POST', '/api-keys', { label: `test ${Date.now()}`, scopes, expiresAt: null });
	return await saveCredential('n8nApi', { apiKey: rawApiKey, baseUrl: `${n8nUrl}/api/v1` });
};

const workflowOf = (id: string) => ({ id, name: `Workflow ${id}`, nodes: [], connections: {}, settings: {} });

/**
 * Plays n8n's list of workflows. Its public API orders them by ID, whatever is saved, and its cursor is the number of workflows to
 * skip. So a workflow that is deleted between two pages moves the next one to a page that is read already, and one that is created
 * moves one to the next page as well. `changes` are what happens after each page.
 */
const playWorkflows = async (ids: string[], changes: Array<() => void>) => {
	const limit = 2;
	const server = createServer(({ url = '' }, response) => {
		const offset = Number(new URL(url, 'http://localhost').searchParams.get('cursor') ?? 0);
		const next = offset + limit;
		const data = ids.slice(offset, next).map(workflowOf);
		const answer = JSON.stringify({ data, nextCursor: ids.length > next ? String(next) : null });
		changes.shift()?.();
		response.setHeader('content-type', 'application/json').end(answer);
	});
	return `http://${await listen(server)}`;
};

test.each([
	['deleted', (ids: string[]) => ids.splice(0, 1), { workflows: 4, uploaded: 4 }],
	['created', (ids: string[]) => ids.unshift('_'), { workflows: 5, uploaded: 5 }],
])('each workflow is stored, and once, if another is %s while n8n lists them', async (_, change, expected) => {
	const bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	const ids = ['a', 'b', 'c', 'd'];
	const played = await playWorkflows(ids, [() => change(ids)]);
	const n8nApi = await saveCredential('n8nApi', { apiKey: 'any', baseUrl: `${played}/api/v1` });
	const credentials = { 'n8n-nodes-base.httpRequest': { n8nApi } };
	const ran = succeeded(await runWorkflow(template('back-up-workflows', { bucket, n8nUrl: played }, credentials)));
	expect(ran.items('Result')).toMatchObject([{ json: expected }]);
	const { Versions = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket }));
	const stored = [...new Set(['a', ...ids])].map((id) => `n8n/workflows/${id}.json`);
	expect(Versions.map(({ Key }) => Key).sort()).toEqual(stored.sort());
});

// It takes the longer, the more workflows other tests have saved.
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
	// Other tests may save workflows between the runs, and change some; this one saves one for each run.
	const before = Number(first?.workflows);
	const added = Number(second?.workflows) - before;
	expect(Number(second?.uploaded) - added).toBeLessThan(before / 2);

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
}, 300_000);
