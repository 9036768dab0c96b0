import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { credential } from '../../support/e2e';
import { fillForms } from '../../support/forms';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import rest from '../../../sandbox/rest.cjs';

test('what is sent through the page is in S3, and the answer has a link to it', async () => {
	const bucket = await makeBucket();
	const bytes = randomBytes(100_000);
	const file = new File([bytes], 'Angebot ä.pdf', { type: 'application/pdf' });
	const workflow = rest.withCredential(template('upload-through-form', { bucket }), await credential());
	const { page, ran } = await fillForms(workflow, 'send-file', [['Jörg', file]]);
	expect(ran.status).toBe('success');
	const { key } = ran.items('Upload')[0]?.json ?? {};
	expect(key).toMatch(/^inbox\/\d{4}\/\d\d\/\d\d\/[a-z0-9]+\/Angebot ä\.pdf$/);
	const head = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: String(key) }));
	expect(decodeURIComponent(head.Metadata?.sender ?? '')).toBe('Jörg');
	expect(head).toMatchObject({ ContentType: 'application/pdf', ContentLength: bytes.length });
	const url = /href="(http[^"]+X-Amz[^"]+)"/.exec(page.replaceAll('&amp;', '&'))?.[1] ?? '';
	expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
});
