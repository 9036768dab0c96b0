import rest from '../../../sandbox/rest.cjs';
import { activeWorkflows } from '../../support/activeWorkflows';
import { call, credential } from '../../support/e2e';
import { mailServer } from '../../support/mailServer';
import { template } from '../../support/templates';
import { until } from '../../support/until';

const workflows = activeWorkflows(call);
const everySecond = { rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } };
const bucket = 'no-such-bucket-for-alerts';

const active: string[] = [];
afterEach(async () => {
	for (const id of active.splice(0)) await workflows.deactivate(id);
});

// The others begin with a form or with a trigger of ours; their error branch is the same, which a unit test compares.
test.each<[name: string, node: string, buckets?: Record<string, string>]>([
	['extract-data-as-json', 'List Objects'],
	['extract-and-transform-csv', 'List CSV Files'],
	['send-report-as-link', 'Read Table'],
	['sync-salesforce-files', 'Versioning'],
	['storage-report-by-mail', 'Get Statistics'],
	['mirror-bucket-nightly', 'Mirror', { sourceBucket: bucket, destinationBucket: bucket }],
])('a run of %s that S3 refuses is told by mail', async (name, node, buckets = { bucket }) => {
	const { mails, account } = await mailServer();
	const settings = { ...buckets, alertTo: 'operator@example.com' };
	const chosen = template(name, settings, { 'n8n-nodes-base.emailSend': { smtp: account } });
	const nodes = chosen.nodes.map((one) => ({
		...one,
		...(one.type.endsWith('.scheduleTrigger') && { parameters: everySecond }),
		// The test need not wait for what S3 will not take back.
		...(one.retryOnFail && { waitBetweenTries: 0 }),
	}));
	const { id } = await rest.saveWorkflow(call, rest.withCredential({ ...chosen, nodes }, await credential()));
	await workflows.activate(id);
	active.push(id);
	await until(() => mails.length > 0);
	const [mail = ''] = mails;
	expect(mail).toContain(`Subject: ${chosen.name}`.slice(0, 50));
	expect(mail).toContain('To: operator@example.com');
	expect(mail).toContain(bucket);
	expect(mail).toContain(`Node: ${node}`);
	expect(mail).toMatch(new RegExp(`/workflow/${id}/executions/\\d+`));
});
