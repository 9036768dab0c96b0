// `node bench/kept.mjs`: transfers of all versions, killed and run again, and how close runs come to their limits a second, on a
// Ceph RGW. Each run is a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as esbuild from 'esbuild';
import * as ceph from '../sandbox/ceph.mjs';
import { peakFromNow, resident } from './memory.mjs';

const MiB = 1024 ** 2;
const keys = Number(process.env.KEYS ?? 500);

/** What each key has, one after the other: contents, and `d` for a delete marker. */
const kinds = '12d34';

const entry = `
	export * as registry from './nodes/AwsS3/operations';
	export { connect } from './nodes/AwsS3/s3/client/client';
	export { listHistories } from './nodes/AwsS3/s3/list/versions';
	export { memoryBudget } from './nodes/AwsS3/s3/flow/memoryBudget';
	export { poolAll } from './nodes/AwsS3/s3/flow/pool';
	export { fixedLimit } from './nodes/AwsS3/s3/flow/concurrencyLimit';
	export { startProxy } from './test/support/proxy';
	export * as sdk from '@aws-sdk/client-s3';
`;

// The proxy of the tests closes itself after them.
globalThis.afterAll ??= () => undefined;

const build = async (folder) => {
	const outfile = join(folder, 'bundle.cjs');
	const options = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'error' };
	await esbuild.build({ ...options, stdin: { contents: entry, resolveDir: process.cwd(), loader: 'ts' }, outfile });
	return outfile;
};

/** In the child: runs one transfer to its end. */
const child = async ({ bundle, connection, other, params }) => {
	const { registry, connect, memoryBudget } = await import(bundle);
	const signal = new AbortController().signal;
	const context = {
		...{ s3: connect(connection, { signal }), destination: other && connect(other, { signal }), signal },
		...{ budget: memoryBudget(64 * MiB), n8n: { logger: { info: () => undefined } }, hint: () => undefined },
	};
	globalThis.gc?.();
	const idle = resident(process.pid);
	const peak = peakFromNow(process.pid);
	const started = performance.now();
	let summary;
	const chosen = { mode: 'copy', compare: 'sizeAndTime', onConflict: 'overwrite', ...params };
	const given = { ...context, params: chosen, paramsOfItems: [chosen] };
	for await (const item of registry.transferRun.execute(given)) summary ??= item;
	const seconds = (performance.now() - started) / 1000;
	process.send({ seconds: +seconds.toFixed(2), aboveMib: Math.round(peak() - idle), summary });
};

/** Runs a transfer, and kills it after a number of milliseconds; returns nothing then. */
const runs = async (task, killAfter) => {
	const run = fork(new URL(import.meta.url).pathname, ['child'], {
		execArgv: ['--expose-gc'],
		env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
	});
	const done = new Promise((resolve) => run.once('message', resolve));
	const ended = once(run, 'exit');
	run.send(task);
	if (killAfter !== undefined) await Promise.race([sleep(killAfter), ended]);
	if (killAfter !== undefined) run.kill('SIGKILL');
	const [code] = await ended;
	if (killAfter !== undefined) return undefined;
	if (code) throw new Error(`The child ended with ${code}`);
	return await done;
};

const main = async () => {
	const folder = mkdtempSync(join(tmpdir(), 'bench-'));
	const bundle = await build(folder);
	const { connect, listHistories, poolAll, fixedLimit, startProxy, sdk } = await import(bundle);
	console.error('Starting Ceph RGW...');
	const server = await ceph.start({ folder: join(folder, 'ceph') });
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const connection = { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true };
	const s3 = connect(connection);
	const say = (what, values) => console.log(`${what}: ${JSON.stringify(values)}`);
	const put = async (Bucket, Key, Body) => await s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body }));
	const makeBucket = async (Bucket, isVersioned) => {
		await s3.send(new sdk.CreateBucketCommand({ Bucket }));
		const VersioningConfiguration = { Status: 'Enabled' };
		if (isVersioned) await s3.send(new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
	};
	const historiesIn = async (Bucket) => {
		const found = {};
		for await (const { key, versions } of listHistories(s3, { Bucket }))
			found[key] = versions.map(({ isDeleteMarker, ETag }) => (isDeleteMarker ? 'd' : ETag)).join(' ');
		return JSON.stringify(found);
	};

	try {
		await makeBucket('versions', true);
		const names = Array.from({ length: keys }, (_, index) => `k${String(index).padStart(6, '0')}`);
		await poolAll(names, { limit: fixedLimit(16) }, async (Key) => {
			for (const kind of kinds)
				await (kind === 'd'
					? s3.send(new sdk.DeleteObjectCommand({ Bucket: 'versions', Key }))
					: put('versions', Key, `${kind} of ${Key}`));
		});
		const before = await historiesIn('versions');
		const places = { bucket: 'versions', prefix: '', destinationPrefix: '' };
		const options = { allVersions: true, items: false };
		const into = (destinationBucket) => ({ bundle, connection, params: { ...places, destinationBucket, options } });
		const isWhole = async (bucket) => (await historiesIn(bucket)) === before;
		const report = async (what, bucket, { seconds, aboveMib, summary }) => {
			const { copied, versions, deleteMarkers, failed, changed } = summary;
			const counts = { copied, versions, deleteMarkers, failed, changed };
			say(what, { seconds, aboveMib, ...counts, isWhole: await isWhole(bucket) });
		};
		await makeBucket('whole', true);
		await report(`${keys} keys with ${kinds.length} versions and markers`, 'whole', await runs(into('whole')));
		await report('again', 'whole', await runs(into('whole')));
		await makeBucket('killed', true);
		for (const after of [900, 1500, 2200, 1100, 2800]) await runs(into('killed'), after);
		await report('after five kills', 'killed', await runs(into('killed')));

		await makeBucket('contents', false);
		await makeBucket('streamed', false);
		const objects = Array.from({ length: 20 }, (_, index) => `${index}`);
		await poolAll(
			objects,
			{ limit: fixedLimit(8) },
			async (key) => await put('contents', key, Buffer.alloc(2 * MiB, key)),
		);
		const proxy = await startProxy(endpoint);
		const other = { ...connection, endpoint: proxy.url };
		const stream = async (limits) =>
			await runs({
				...{ bundle, connection: other, other: connection },
				params: {
					...{
						bucket: 'contents',
						prefix: '',
						destinationBucket: 'streamed',
						destinationPrefix: '',
						compare: 'always',
					},
					options: { items: false, ...limits },
				},
			});
		await stream({});
		for (const maxMibPerSecond of [4, 10, 40]) {
			const passed = proxy.bytesPassed();
			const { seconds } = await stream({ maxMibPerSecond });
			const mib = (proxy.bytesPassed() - passed) / MiB;
			say('MiB a second', { limit: maxMibPerSecond, measured: +(mib / seconds).toFixed(2), seconds });
		}
		const both = await startProxy(endpoint);
		const through = { ...connection, endpoint: both.url };
		const params = {
			bucket: 'contents',
			prefix: '',
			destinationBucket: 'streamed',
			destinationPrefix: '',
			compare: 'always',
		};
		for (const maxRequestsPerSecond of [10, 40, 100]) {
			const asked = both.requests.length;
			const limits = { items: false, maxRequestsPerSecond };
			const { seconds } = await runs({ bundle, connection: through, params: { ...params, options: limits } });
			const requests = both.requests.length - asked;
			say('requests a second', { limit: maxRequestsPerSecond, measured: +(requests / seconds).toFixed(1), requests });
		}
	} finally {
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	}
	process.exit(0);
};

if (process.argv[2] === 'child') process.once('message', (task) => void child(task).then(() => process.disconnect()));
else await main();
