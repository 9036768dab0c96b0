// The floor: what the SDK does in a bare loop, and what curl and rclone do with the same server.
import { execFile, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import {
	DeleteObjectCommand,
	DeleteObjectsCommand,
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

const run = promisify(execFile);

export const sdkAt = ({ endpoint, region, accessKeyId, secretAccessKey }) =>
	new S3Client({
		endpoint,
		region,
		credentials: { accessKeyId, secretAccessKey },
		forcePathStyle: true,
		requestChecksumCalculation: 'WHEN_REQUIRED',
		responseChecksumValidation: 'WHEN_REQUIRED',
		requestHandler: { httpAgent: { maxSockets: 256, keepAlive: true } },
	});

/** Milliseconds that something takes. */
export const timed = async (work) => {
	const started = performance.now();
	await work();
	return performance.now() - started;
};

/** Calls a function for each number below `count`, several at a time. */
export const inParallel = async (count, atOnce, work) => {
	const next = Array.from({ length: count }, (_, index) => index).values();
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			for (const index of next) await work(index);
		}),
	);
};

/** The SDK in a bare loop over small objects: milliseconds of each verb. */
export const bareLoop = (server, { bucket, text, count }, atOnce) => {
	const s3 = sdkAt(server);
	const at = (index) => ({ Bucket: bucket, Key: `floor/${index}` });
	const each = (work) => async () => await timed(() => inParallel(count, atOnce, work));
	return {
		upload: each(async (index) => await s3.send(new PutObjectCommand({ ...at(index), Body: text }))),
		head: each(async (index) => await s3.send(new HeadObjectCommand(at(index)))),
		download: each(async (index) => {
			const { Body } = await s3.send(new GetObjectCommand(at(index)));
			await Body.transformToByteArray();
		}),
		delete: each(async (index) => await s3.send(new DeleteObjectCommand(at(index)))),
	};
};

/** The SDK alone, with a big object into a file; nothing compares what comes. */
export const bareBig = (server, { bucket }) => {
	const s3 = sdkAt(server);
	return {
		downBig: async (key, file) =>
			await timed(async () => {
				const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
				await pipeline(Body, createWriteStream(file));
			}),
	};
};

/** Lists all keys under a prefix, page by page; gives how many there are. */
export const listAll = async (s3, Bucket, Prefix) => {
	let count = 0;
	let ContinuationToken;
	do {
		const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
		count += page.Contents?.length ?? 0;
		ContinuationToken = page.NextContinuationToken;
	} while (ContinuationToken);
	return count;
};

/** Deletes all keys under a prefix, a page after the other. */
export const deleteAll = async (s3, Bucket, Prefix) => {
	for (;;) {
		const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
		if (Contents.length === 0) return;
		const Objects = Contents.map(({ Key }) => ({ Key }));
		await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
	}
};

/** Where a program is not installed it takes no part. */
const isThere = async (program) =>
	await run(program, ['--version']).then(
		() => true,
		() => false,
	);

/** curl: small objects through a list of signed addresses, 64 at a time; one big one into a file. */
export const curlFor = async (server, { bucket, text, count, scratch }) => {
	if (!(await isThere('curl'))) return undefined;
	const s3 = sdkAt(server);
	const folder = join(scratch, 'curl');
	mkdirSync(folder, { recursive: true });
	const body = join(folder, 'body');
	writeFileSync(body, text);
	const signed = async (command) => await getSignedUrl(s3, command, { expiresIn: 86_400 });
	const each = (Command, lines) => async () => {
		const config = [];
		for (let index = 0; index < count; index++) {
			const url = await signed(new Command({ Bucket: bucket, Key: `curl/${index}` }));
			config.push([`url="${url}"`, ...lines(index)].join('\n'));
		}
		const file = join(folder, 'config');
		writeFileSync(file, config.join('\nnext\nsilent\n'));
		const flags = ['--parallel', '--parallel-max', '64', '--parallel-immediate', '-s', '-K', file];
		return await timed(async () => await run('curl', flags, { maxBuffer: 1 << 28 }));
	};
	return {
		upload: each(PutObjectCommand, () => [`upload-file="${body}"`]),
		head: each(HeadObjectCommand, () => ['head', 'output="/dev/null"']),
		download: each(GetObjectCommand, (index) => [`output="${join(folder, `${index}`)}"`]),
		delete: each(DeleteObjectCommand, () => ['request="DELETE"']),
		downBig: async (key, file) => {
			const url = await signed(new GetObjectCommand({ Bucket: bucket, Key: key }));
			return await timed(async () => await run('curl', ['-sf', '-o', file, url]));
		},
		upBig: async (file, key) => {
			const url = await signed(new PutObjectCommand({ Bucket: bucket, Key: key }));
			return await timed(async () => await run('curl', ['-sf', '-T', file, url]));
		},
	};
};

/** rclone, told to ask as little as it can. */
export const rcloneFor = async (server, { bucket, text, count, scratch }) => {
	if (!(await isThere('rclone'))) return undefined;
	const { AWS_CA_BUNDLE: _unused, ...rest } = process.env;
	const env = {
		...rest,
		RCLONE_CONFIG: join(scratch, 'rclone.conf'),
		RCLONE_CONFIG_S3_TYPE: 's3',
		RCLONE_CONFIG_S3_PROVIDER: 'Ceph',
		RCLONE_CONFIG_S3_ENDPOINT: server.endpoint,
		RCLONE_CONFIG_S3_REGION: server.region,
		RCLONE_CONFIG_S3_ACCESS_KEY_ID: server.accessKeyId,
		RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: server.secretAccessKey,
	};
	writeFileSync(env.RCLONE_CONFIG, '');
	const flags = ['--s3-no-check-bucket', '--s3-no-head', '--transfers=128', '--checkers=128', '-q'];
	const rclone = async (...args) =>
		await new Promise((resolve, reject) => {
			const child = spawn('rclone', [...args, ...flags], { env, stdio: ['ignore', 'ignore', 'pipe'] });
			let said = '';
			child.stderr.on('data', (chunk) => (said += chunk));
			child.once('error', reject);
			child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`rclone: ${said.slice(0, 500)}`))));
		});
	const folder = join(scratch, 'rclone');
	mkdirSync(join(folder, 'up'), { recursive: true });
	for (let index = 0; index < count; index++) writeFileSync(join(folder, 'up', `${index}`), text);
	let downloads = 0;
	const remote = (path) => `s3:${bucket}/${path}`;
	const each =
		(...args) =>
		async () =>
			await timed(async () => await rclone(...args));
	return {
		upload: each('copy', '--ignore-times', '--no-traverse', join(folder, 'up'), remote('rclone')),
		// Into another folder each time: what is there already would be left out.
		download: async () => await each('copy', remote('rclone'), join(folder, `down-${++downloads}`))(),
		delete: each('delete', remote('rclone')),
		list: async (prefix) => await each('lsf', '-R', '--files-only', remote(prefix))(),
		deleteMany: async (prefix) => await each('delete', remote(prefix))(),
		downBig: async (key, file) => await each('copyto', remote(key), file)(),
		upBig: async (file, key) => await each('copyto', file, remote(key))(),
	};
};
