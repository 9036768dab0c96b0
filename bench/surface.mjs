// `node bench/surface.mjs`: what reading, deleting and packing cost in requests, bytes, time and memory, on a Ceph RGW. The
// operations run by themselves, each in a process of its own, so that what n8n holds of the items is not counted.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import * as ceph from '../sandbox/ceph.mjs';
import { peakFromNow, resident } from './memory.mjs';

const MiB = 1024 ** 2;
const rounds = Number(process.env.ROUNDS ?? 3);
const csvMib = Number(process.env.CSV_MIB ?? 1024);
const keys = Number(process.env.KEYS ?? 25_000);

const entry = `
	export * as registry from './nodes/AwsS3/operations';
	export { connect } from './nodes/AwsS3/s3/client/client';
	export { memoryBudget } from './nodes/AwsS3/s3/flow/memoryBudget';
	export { inParallel } from './nodes/AwsS3/s3/flow/pool';
	export { fixedLimit } from './nodes/AwsS3/s3/flow/concurrencyLimit';
	export { upload } from './nodes/AwsS3/s3/write/upload';
	export { listObjects } from './nodes/AwsS3/s3/list/list';
	export { download } from './nodes/AwsS3/s3/read/download';
	export { startProxy } from './test/support/proxy';
	export * as sdk from '@aws-sdk/client-s3';
`;

const build = async (folder) => {
	const outfile = join(folder, 'bundle.cjs');
	const options = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' };
	await esbuild.build({ ...options, stdin: { contents: entry, resolveDir: process.cwd(), loader: 'ts' }, outfile });
	return outfile;
};

/** In the child: runs one operation to its end, counting its outputs, and tells what it took. */
const child = async ({ bundle, connection, operation, params }) => {
	const { registry, connect, memoryBudget } = await import(bundle);
	const signal = new AbortController().signal;
	const s3 = connect(connection, { signal });
	// Loads what is loaded lazily, and opens a first socket.
	await registry.bucketExists.execute({ s3, params: { bucket: params.bucket, options: {} } });
	globalThis.gc?.();
	const idle = resident(process.pid);
	const peak = peakFromNow(process.pid);
	const started = performance.now();
	const context = {
		s3,
		signal,
		budget: memoryBudget(64 * MiB),
		operations: [],
		hint: () => undefined,
		item: { json: {} },
	};
	const given = registry[operation].execute({ ...context, params, itemIndex: 0 });
	let outputs = 0;
	let last;
	if (Symbol.asyncIterator in given)
		for await (const output of given) {
			outputs++;
			last = output;
		}
	else {
		last = await given;
		outputs++;
	}
	const ms = Math.round(performance.now() - started);
	process.send({ ms, outputs, last, aboveMib: Math.round(peak() - idle) });
};

const measured = async (task) =>
	await new Promise((resolve, reject) => {
		const process = fork(new URL(import.meta.url).pathname, ['child'], { execArgv: ['--expose-gc'] });
		process.once('message', resolve);
		process.once('exit', (code) => code && reject(new Error(`The child ended with ${code}`)));
		process.send(task);
	});

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const row = (index) =>
	`${index},"Customer ${index}, Inc.",customer${index}@example.com,${(index * 7919) % 100000},2026-11-22T10:00:00Z,some text that is a bit longer,DE\n`;

async function* table(bytes) {
	let text = 'id,name,email,amount,date,text,country\n';
	for (let index = 0, sent = 0; sent < bytes; index++) {
		text += row(index);
		if (text.length < MiB) continue;
		const chunk = Buffer.from(text);
		sent += chunk.length;
		text = '';
		yield chunk;
	}
}

/** Real files of the project's own packages, as many as are wanted. */
const realFiles = (count) => {
	const files = readdirSync('node_modules', { recursive: true, withFileTypes: true })
		.filter((one) => one.isFile())
		.map((one) => join(one.parentPath ?? one.path, one.name))
		.filter((path) => statSync(path).size < 2 * MiB);
	return Array.from({ length: count }, (_, index) => files[Math.floor((index * files.length) / count)]);
};

const main = async () => {
	const folder = mkdtempSync(join(tmpdir(), 'bench-'));
	const bundle = await build(folder);
	const { connect, memoryBudget, inParallel, fixedLimit, upload, listObjects, download, startProxy, sdk } =
		await import(bundle);
	console.error('Starting Ceph RGW...');
	const server = await ceph.start({ folder: join(folder, 'ceph') });
	const proxy = await startProxy(server.endpoint);
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const connection = { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true };
	const s3 = connect(connection);
	const bucket = 'bench-data';
	const through = { ...connection, endpoint: proxy.url };
	const run = async (operation, params, to = connection) =>
		await measured({ bundle, connection: to, operation, params: { bucket, options: {}, ...params } });
	const say = (what, values) => console.log(`${what}: ${JSON.stringify(values)}`);
	const put = async (Key, Body) =>
		await s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Body.length }));

	try {
		await s3.send(new sdk.CreateBucketCommand({ Bucket: bucket }));
		const budget = memoryBudget(64 * MiB);

		const { size } = await upload(s3, {
			input: { Bucket: bucket, Key: 'table.csv' },
			body: table(csvMib * MiB),
			budget,
		});
		const csv = { key: 'table.csv', format: 'csv' };
		for (let round = 0; round < rounds; round++) {
			const before = proxy.bytesPassed();
			const first = await run('objectRead', { ...csv, returnAll: false, limit: 100 }, through);
			const { ms, outputs, aboveMib } = first;
			say('read 100 rows of 1 GiB', {
				ms,
				rows: outputs,
				aboveMib,
				kib: Math.round((proxy.bytesPassed() - before) / 1024),
			});
		}
		for (let round = 0; round < rounds; round++) {
			const { ms, outputs, aboveMib } = await run('objectRead', { ...csv, returnAll: true });
			say('read all of it', {
				ms,
				rows: outputs,
				rowsPerSecond: Math.round(outputs / (ms / 1000)),
				mibPerSecond: Math.round(size / MiB / (ms / 1000)),
				aboveMib,
			});
		}
		await s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: 'table.csv' }));

		const names = Array.from({ length: keys }, (_, index) => `many/${String(index).padStart(6, '0')}`);
		const fill = async () =>
			await inParallel(names, { pace: fixedLimit(32) }, async (name) => await put(name, Buffer.from('x')));
		const requests = () => {
			const methods = proxy.taken().map((line) => line.split(' ')[0]);
			return {
				lists: methods.filter((one) => one === 'GET').length,
				deletes: methods.filter((one) => one === 'POST').length,
			};
		};
		const deleting = async (what, operation, params) => {
			proxy.taken();
			const { ms, last, aboveMib } = await run(operation, params, through);
			const { errors: _errors, ...told } = last;
			say(`${what} of ${keys} keys`, { ms, ...requests(), aboveMib, ...told });
		};
		await fill();
		await deleting('folder.delete', 'folderDelete', { folder: 'many/' });
		await fill();
		await deleting('object.deleteMany', 'objectDeleteMany', { source: 'prefix', prefix: 'many/' });
		await s3.send(
			new sdk.PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
		);
		await fill();
		await fill();
		await deleting('version.purge', 'versionPurge', { prefix: 'many/', keepVersions: 0, olderThanDays: 0 });

		const files = realFiles(2000);
		const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
		const wanted = new Map(files.map((path, index) => [`${index}/${path}`, digest(readFileSync(path))]));
		const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
		await inParallel(
			files.entries(),
			{ pace: fixedLimit(16) },
			async ([index, path]) => await put(`in/${index}/${path}`, readFileSync(path)),
		);
		say('2,000 real files', { mib: Math.round(bytes / MiB) });
		const zipAt = { zipBucket: bucket, zipKey: 'all.zip', onConflict: 'overwrite' };
		const times = { zip: [], unzip: [] };
		for (let round = 0; round < rounds; round++) {
			const zip = await run('folderZip', { folder: 'in', ...zipAt });
			times.zip.push(zip.ms);
			say('zip', {
				ms: zip.ms,
				aboveMib: zip.aboveMib,
				files: zip.last.files,
				archiveMib: Math.round(zip.last.size / MiB),
			});
			const unzip = await run('folderUnzip', { folder: 'out', ...zipAt });
			times.unzip.push(unzip.ms);
			say('unzip', { ms: unzip.ms, aboveMib: unzip.aboveMib, files: unzip.last.files, failed: unzip.last.failed ?? 0 });
		}
		say('median ms', { zip: median(times.zip), unzip: median(times.unzip) });
		let same = 0;
		for await (const { Key } of listObjects(s3, { Bucket: bucket, Prefix: 'out/' })) {
			const chunks = [];
			for await (const chunk of (await download(s3, { Bucket: bucket, Key })).body) chunks.push(chunk);
			if (wanted.get(Key.slice('out/'.length)) === digest(Buffer.concat(chunks))) same++;
		}
		say('unpacked files that are identical', { same, of: wanted.size });
	} finally {
		await proxy.close();
		await server.stop();
	}
};

if (process.argv[2] === 'child') process.once('message', (task) => void child(task).then(() => process.disconnect()));
else await main();
