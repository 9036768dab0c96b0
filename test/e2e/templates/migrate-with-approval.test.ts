import { PutObjectCommand } from '@aws-sdk/client-s3';
import rest from '../../../sandbox/rest.cjs';
import { credential, saveCredential } from '../../support/e2e';
import { fillForms } from '../../support/forms';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf } from '../../support/transfers';

const approver = { user: 'approver', password: 'of-a-test' };
const headers = {
	authorization: `Basic ${Buffer.from(`${approver.user}:${approver.password}`).toString('base64')}`,
};

const migrated = async (agree: string) => {
	const [sourceBucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	for (const key of ['f/a.pdf', 'f/b/c.txt', 'beside'])
		await sdk.send(new PutObjectCommand({ Bucket: sourceBucket, Key: key, Body: key }));
	const settings = {
		sourceBucket,
		sourcePrefix: 'f/',
		destinationBucket,
		destinationPrefix: 'to/',
		jobName: 'move it',
	};
	const httpBasicAuth = await saveCredential('httpBasicAuth', approver);
	const chosen = template('migrate-with-approval', settings, { 'n8n-nodes-base.formTrigger': { httpBasicAuth } });
	const workflow = rest.withCredential(chosen, await credential());
	const filled = await fillForms(workflow, 'migrate-s3', [['Ada'], [agree]], headers);
	return { ...filled, there: await contentsOf(destinationBucket) };
};

const objectsOf = (there: Record<string, string>) =>
	Object.keys(there).filter((key) => key.startsWith('to/') && !key.includes('.n8n-jobs/'));

test('after a yes exactly the plan is carried out, verified and reported', async () => {
	const { page, ran, there } = await migrated('Yes');
	const [plan] = ran.items('Plan');
	expect(plan?.json).toMatchObject({ copied: 2, planEtag: expect.stringMatching(/./) });
	expect(page).toContain('Migrated and verified');
	expect(page).toContain('2 objects were copied. 2 of 2 are the same');
	expect(objectsOf(there)).toEqual(['to/a.pdf', 'to/b/c.txt']);
	const [report = ''] = Object.keys(there).filter((key) => key.startsWith('reports/'));
	expect(report).toMatch(/^reports\/move it-\d{4}-\d\d-\d\d\.html$/);
	expect(there[report]).toContain('Report on job move it');
	expect(there[report]).toContain('2 objects copied.');
});

test('after a no nothing is copied, and the plan stays', async () => {
	const { page, there } = await migrated('No');
	expect(page).toContain('Nothing was copied');
	expect(objectsOf(there)).toEqual([]);
	expect(Object.keys(there)).toEqual([expect.stringContaining('to/.n8n-jobs/move it/plans/')]);
});
