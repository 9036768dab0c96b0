import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { credential, saveCredential } from '../../support/e2e';
import { fillForms } from '../../support/forms';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import rest from '../../../sandbox/rest.cjs';

const sender = { user: 'sender', password: 'of-a-test' };
const headers = { authorization: `Basic ${Buffer.from('sender:of-a-test').toString('base64')}` };

const send = async (bucket: string, file: File) => {
	const httpBasicAuth = await saveCredential('httpBasicAuth', sender);
	const chosen = template('upload-through-form', { bucket }, { 'n8n-nodes-base.formTrigger': { httpBasicAuth } });
	return await fillForms(rest.withCredential(chosen, await credential()), 'send-file', [['Jörg', file]], headers);
};

test('what is sent through the page is in S3, and the answer has a link to it', async () => {
	const bucket = await makeBucket();
	const bytes = randomBytes(100_000);
	const file = new File([bytes], 'Angebot ä.pdf', { type: 'application/pdf' });
	const { page, ran } = await send(bucket, file);
	expect(ran.status).toBe('success');
	const { key } = ran.items('Upload')[0]?.json ?? {};
	expect(key).toMatch(/^inbox\/\d{4}\/\d\d\/\d\d\/[a-z0-9]+\/Angebot ä\.pdf$/);
	const head = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: String(key) }));
	expect(decodeURIComponent(head.Metadata?.sender ?? '')).toBe('Jörg');
	expect(head).toMatchObject({ ContentType: 'application/pdf', ContentLength: bytes.length });
	const url = /href="(http[^"]+X-Amz[^"]+)"/.exec(page.replaceAll('&amp;', '&'))?.[1] ?? '';
	expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
});

test.each([
	['too large', new File([randomBytes(10_000_001)], 'large.pdf')],
	['of another type', new File(['MZ'], 'report.pdf.exe')],
])('a file that is %s is not stored, and the page says what is', async (_, file) => {
	const bucket = await makeBucket();
	const { page } = await send(bucket, file);
	expect(page).toContain('Only files up to 10 MB are accepted, of these types: pdf, png');
	const { KeyCount } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	expect(KeyCount).toBe(0);
});

test('where S3 refuses, the page says that the file is not stored, and the run is an error', async () => {
	const { page, ran } = await send('no-such-bucket-here', new File(['text'], 'a.txt'));
	expect(page).toContain('Your file was not stored');
	expect(ran).toMatchObject({ status: 'error', error: { node: { name: 'Say Why' } } });
	expect(ran.error?.message).toContain('no-such-bucket-here');
});
