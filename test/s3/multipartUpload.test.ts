import { randomBytes } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { jsonOf, keepBinary } from '../support/n8n';
import { nextTime } from '../support/nextTime';
import { makeBucket, one, refusal, s3, sdk } from '../support/s3';

const MiB = 1024 ** 2;

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const begin = async (key: string, options: object = {}) => {
	const { uploadId } = await one('multipartUpload.create', { bucket, key, options });
	return { bucket, key, uploadId };
};
const file = async (bytes: Buffer): Promise<INodeExecutionData[]> => [
	{ json: {}, binary: { data: await keepBinary(bytes) } },
];
const stored = async (Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key }));
	return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

test('an object of buffered, streamed and copied parts', async () => {
	const at = await begin('ü/parts +.bin', {
		contentType: 'text/x-mine',
		metadata: { values: [{ name: 'a', value: 'b' }] },
	});
	// The second part exceeds the size that is sent from memory.
	const bytes = [randomBytes(5 * MiB), randomBytes(20 * MiB)];
	for (const [index, part] of bytes.entries()) {
		const items = await file(part);
		const item = await one('multipartUpload.uploadPart', { ...at, partNumber: index + 1 }, { items });
		expect(item).toMatchObject({ uploaded: true, partNumber: index + 1, size: part.length, etag: expect.any(String) });
	}
	await s3('object.upload', { bucket, key: 'source', source: 'text', text: '0123456789' });
	const copied = { ...at, partNumber: 3, sourceBucket: bucket, sourceKey: 'source', options: { range: '2-4' } };
	expect(await one('multipartUpload.copyPart', copied)).toMatchObject({ copied: true, partNumber: 3 });
	const parts = jsonOf(await s3('multipartUpload.getParts', { ...at, returnAll: true }));
	expect(parts.map(({ partNumber, size }) => [partNumber, size])).toEqual([
		[1, 5 * MiB],
		[2, 20 * MiB],
		[3, 3],
	]);
	expect(await s3('multipartUpload.getParts', { ...at, limit: 2 })).toHaveLength(2);
	expect(await one('multipartUpload.complete', at)).toMatchObject({ completed: true, key: 'ü/parts +.bin', parts: 3 });
	expect((await stored('ü/parts +.bin')).equals(Buffer.concat([...bytes, Buffer.from('234')]))).toBe(true);
	expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'ü/parts +.bin' }))).toMatchObject({
		ContentType: 'text/x-mine',
		Metadata: { a: 'b' },
	});
});

test('complete uses the listed parts', async () => {
	const at = await begin('named');
	const { etag } = await one('multipartUpload.uploadPart', { ...at, source: 'text', text: 'one' });
	for (const parts of [[{ partNumber: 2 }], 'x', [1]])
		expect((await refusal(s3('multipartUpload.complete', { ...at, parts }))).message).toContain("'Parts'");
	const other = [{ partNumber: 1, etag: '0'.repeat(32) }];
	expect((await refusal(s3('multipartUpload.complete', { ...at, parts: other }))).message).toContain('is missing');
	await s3('multipartUpload.complete', { ...at, parts: [{ partNumber: 1, etag }] });
	expect(String(await stored('named'))).toBe('one');
});

test('does not complete an upload without parts', async () => {
	expect((await refusal(s3('multipartUpload.complete', await begin('empty')))).message).toBe(
		'This upload has no parts',
	);
});

test('abort, after a dry run that counts parts and bytes', async () => {
	const at = await begin('gone');
	await s3('multipartUpload.uploadPart', { ...at, source: 'text', text: 'hello' });
	expect(await one('multipartUpload.abort', { ...at, options: { dryRun: true } })).toEqual({
		...{ aborted: false, dryRun: true, parts: 1, bytes: 5 },
		...at,
	});
	expect(await one('multipartUpload.abort', at)).toEqual({ aborted: true, ...at });
	expect(await s3('multipartUpload.getAll', { bucket })).toHaveLength(0);
	expect((await refusal(s3('multipartUpload.getParts', at))).message).toContain("'gone'");
});

test('abortStale aborts only old uploads below a prefix', async () => {
	for (const key of ['a/1', 'a/2', 'b/3']) await begin(key);
	await nextTime();
	const all = jsonOf(await s3('multipartUpload.getAll', { bucket, returnAll: true }));
	expect(all.map(({ key }) => key)).toEqual(['a/1', 'a/2', 'b/3']);
	expect(all[0]).toMatchObject({ uploadId: expect.any(String), initiated: expect.stringMatching(/Z$/) });
	const stale = { bucket, prefix: 'a/', olderThanHours: 0 };
	expect(await one('multipartUpload.abortStale', { ...stale, olderThanHours: 1 })).toMatchObject({ aborted: 0 });
	const dry = await s3('multipartUpload.abortStale', { ...stale, options: { dryRun: true } });
	expect(jsonOf(dry).map(({ key }) => key)).toEqual(['a/1', 'a/2']);
	expect(await one('multipartUpload.abortStale', stale)).toMatchObject({ complete: true, aborted: 2 });
	expect(jsonOf(await s3('multipartUpload.getAll', { bucket })).map(({ key }) => key)).toEqual(['b/3']);
});
