import {
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
	ListMultipartUploadsCommand,
	ListObjectVersionsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import rest from '../../../sandbox/rest.cjs';
import { credential, ended, saveCredential } from '../../support/e2e';
import { fillForms, openForms } from '../../support/forms';
import { mailServer } from '../../support/mailServer';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import { until } from '../../support/until';

let mailing: Awaited<ReturnType<typeof mailServer>>;
beforeAll(async () => {
	mailing = await mailServer();
});

const versioned = async () => {
	const Bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	return Bucket;
};

const put = async (Bucket: string, Key: string, Body: string) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body }));

const prepared = async () => {
	const bucket = await versioned();
	for (let version = 0; version < 5; version++)
		for (const key of ['reports/a', 'reports/b', 'other/c']) await put(bucket, key, `version ${version}`);
	await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'reports/unfinished' }));
	return bucket;
};

const left = async (Bucket: string) => {
	const { Versions = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket }));
	const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket }));
	return { versions: Versions.length, uploads: Uploads.length };
};

const requester = { user: 'requester', password: 'of-a-test' };
const headers = {
	authorization: `Basic ${Buffer.from(`${requester.user}:${requester.password}`).toString('base64')}`,
};
const approver = 'approver@example.com';

const workflow = async () => {
	const httpBasicAuth = await saveCredential('httpBasicAuth', requester);
	const credentials = {
		'n8n-nodes-base.formTrigger': { httpBasicAuth },
		'n8n-nodes-base.emailSend': { smtp: mailing.account },
	};
	return rest.withCredential(template('clean-up-with-approval', { approver }, credentials), await credential());
};

const filledIn = (bucket: string, sender = 'somebody@example.com') => [sender, bucket, 'reports/', '1', '0'];

/** Asks for a clean-up; gives the page that the requester sees, and the link in the mail to the approver. */
const asked = async (bucket: string) => {
	const { page, executionId } = await openForms(await workflow(), 'clean-up-s3', [filledIn(bucket)], headers);
	const mail = () => mailing.mails.find((one) => one.includes(`in ${bucket}?`)) ?? '';
	await until(async () => mail() !== '');
	const link = /href="(http[^"]+)"/.exec(mail())?.[1]?.replaceAll('&amp;', '&') ?? '';
	return { page, executionId, mail: mail(), link };
};

const decide = async (link: string, decision: string) => {
	const form = new FormData();
	form.append('field-0', decision);
	const answer = await fetch(link, { method: 'POST', body: form });
	return answer.ok;
};

/** n8n sends the mail a moment before it waits for the answer. */
const decided = async (link: string, decision: string) => await until(async () => await decide(link, decision));

test('the approver gets the list by mail, and exactly what is listed is deleted', async () => {
	const bucket = await prepared();
	const { page, executionId, mail, link } = await asked(bucket);
	expect(page).toContain('The approver decides');
	expect(mail).toContain('6 old versions');
	expect(mail.match(/reports\/[ab], 9 bytes/g)).toHaveLength(6);
	expect(mail).toContain('reports/unfinished, incomplete upload');

	// Two more versions become old, and one that is in the list becomes current again.
	await put(bucket, 'reports/a', 'later');
	const { Versions = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'reports/b' }));
	for (const VersionId of Versions.slice(0, 2).map((one) => one.VersionId))
		await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'reports/b', VersionId }));

	// Who opens the link has not decided yet. n8n sends the mail a moment before it waits for the answer.
	await until(async () => (await (await fetch(link)).text()).includes('reports/unfinished'));
	// Whoever guesses the address has no signature.
	const address = new URL(link);
	address.searchParams.set('signature', 'guessed');
	expect(await decide(String(address), 'Delete this list')).toBe(false);
	expect(await left(bucket)).toEqual({ versions: 14, uploads: 1 });

	await decided(link, 'Delete this list');
	const ran = await ended(executionId);
	expect(ran.items('Report')[0]?.json).toEqual({ approved: true, versions: 4, uploads: 1 });
	// a: the current one and two old ones, the one replaced meanwhile among them; b: the current one and an old one.
	expect(await left(bucket)).toEqual({ versions: 10, uploads: 0 });
	// Long lines of a mail are folded.
	expect(mailing.mails.at(-1)?.replaceAll('=\r\n', '')).toContain(
		'4 of 6 old versions and 1 of 1 incomplete uploads were deleted. What is left has changed',
	);
});

test('what the approver keeps stays', async () => {
	const bucket = await prepared();
	const { executionId, link } = await asked(bucket);
	await decided(link, 'Keep everything');
	expect((await ended(executionId)).items('Report')[0]?.json).toMatchObject({ approved: false, versions: 0 });
	expect(await left(bucket)).toEqual({ versions: 15, uploads: 1 });
	expect(mailing.mails.at(-1)).toContain('The approver did not approve the list');
});

test.each([
	[
		'a bucket that does not exist is named',
		async () => filledIn('no-such-bucket-here'),
		/The bucket .no-such-bucket-here.{1,6} does not exist/,
	],
	[
		'nobody approves a request of their own',
		async () => filledIn(await prepared(), approver),
		/Somebody else has to ask/,
	],
	['an empty list asks nobody', async () => filledIn(await versioned()), /Nothing to clean up/],
])('%s', async (_, given, expected) => {
	const before = mailing.mails.length;
	const { page } = await fillForms(await workflow(), 'clean-up-s3', [await given()], headers);
	expect(page).toMatch(expected);
	expect(mailing.mails).toHaveLength(before);
});
