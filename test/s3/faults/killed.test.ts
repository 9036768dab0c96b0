import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { GetObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { keepBinary } from '../../support/n8n';
import { startProxy } from '../../support/proxy';
import { credentials, makeBucket, s3, sdk, server } from '../../support/s3';
import { until } from '../../support/until';

const MiB = 1024 ** 2;

const folder = mkdtempSync(join(tmpdir(), 'killed-'));
const script = join(folder, 'upload.cjs');
const program = `
	import { createReadStream } from 'node:fs';
	import { connect } from './nodes/AwsS3/s3/client/client';
	import { memoryBudget } from './nodes/AwsS3/s3/flow/memoryBudget';
	import { upload } from './nodes/AwsS3/s3/write/upload';
	const { connection, bucket, file, length } = JSON.parse(process.argv[2]);
	void upload(connect(connection), { input: { Bucket: bucket, Key: 'big' }, body: createReadStream(file), length, budget: memoryBudget(64 * 1024 ** 2) });
`;

test('an upload that was killed goes on where it was', async () => {
	const stdin = { contents: program, resolveDir: process.cwd(), loader: 'ts' as const };
	buildSync({
		stdin,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		logLevel: 'error',
		outfile: script,
	});
	const bucket = await makeBucket();
	const bytes = randomBytes(100 * MiB);
	const file = join(folder, 'big.bin');
	writeFileSync(file, bytes);
	// Parts from the sixth on never reach S3.
	let isCut = true;
	const isLate = (url = '') => Number(/partNumber=(\d+)/.exec(url)?.[1]) > 5;
	const proxy = await startProxy(server.endpoint, ({ url }) => (isCut && isLate(url) ? 'silence' : 'pass'));
	const connection = { ...credentials, endpoint: proxy.url };
	const argument = JSON.stringify({ connection, bucket, file, length: bytes.length });
	const child = fork(script, [argument], { stdio: 'ignore' });
	const arrived = async () => {
		const { Uploads: [upload] = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
		if (!upload) return 0;
		return (await s3('multipartUpload.getParts', { bucket, key: 'big', uploadId: upload.UploadId, returnAll: true }))
			.length;
	};
	await until(async () => (await arrived()) >= 5, { delay: 60_000 }).finally(() => child.kill('SIGKILL'));
	await new Promise((resolve) => child.once('exit', resolve));
	isCut = false;
	expect(await arrived()).toBe(5);
	proxy.taken();

	const items = [{ json: {}, binary: { data: await keepBinary(bytes) } }];
	const upload = { bucket, key: 'big', options: { resume: true } };
	const [item] = await s3('object.upload', upload, { items, connection: { endpoint: proxy.url } });
	const sent = proxy.taken().filter((line) => /^PUT .*partNumber/.test(line)).length;
	expect(sent).toBe(8);
	expect(item?.json).toMatchObject({ uploaded: true, size: bytes.length, parts: 13, resumedBytes: expect.any(Number) });
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'big' }));
	expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
	expect(await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).not.toHaveProperty('Uploads');
});

test('what has arrived of another file is sent anew', async () => {
	const bucket = await makeBucket();
	const { uploadId } = await (async () => (await s3('multipartUpload.create', { bucket, key: 'a' }))[0]?.json ?? {})();
	const other = [{ json: {}, binary: { data: await keepBinary(randomBytes(8 * MiB)) } }];
	await s3('multipartUpload.uploadPart', { bucket, key: 'a', uploadId, partNumber: 1 }, { items: other });
	const bytes = randomBytes(9 * MiB);
	const items = [{ json: {}, binary: { data: await keepBinary(bytes) } }];
	const [item] = await s3('object.upload', { bucket, key: 'a', options: { resume: true } }, { items });
	expect(item?.json).not.toHaveProperty('resumedBytes');
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }));
	expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
});
