// How much memory a transfer of items takes whose files are on disk, as in n8n's binary mode "filesystem": `node bench/items.mjs`, or
// with the number of items and the KiB of each. S3 is a process of its own that counts what it gets.
import { execFileSync, fork } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peakFromNow, resident } from './memory.mjs';

const here = fileURLToPath(import.meta.url);
const [, , role, ...rest] = process.argv;

/** Lists an empty bucket, and takes all objects. */
const serve = () => {
	const etag = `"${'0'.repeat(32)}"`;
	const listing = `<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>`;
	const server = createServer((request, response) => {
		let bytes = 0;
		request.on('data', (chunk) => (bytes += chunk.length));
		request.on('end', () => {
			if (request.method === 'GET') return response.setHeader('content-type', 'application/xml').end(listing);
			if (request.method === 'HEAD') return response.writeHead(404).end();
			process.send({ bytes });
			return response.setHeader('etag', etag).end();
		});
	});
	// Also if the one that measures has failed.
	process.once('disconnect', () => process.exit());
	server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
};

const measure = async (folder, count, kib) => {
	const { run, operations } = createRequire(import.meta.url)(join(folder, 'node.cjs'));
	const child = fork(here, ['serve']);
	let [bytes, objects] = [0, 0];
	const port = await new Promise((resolve) =>
		child.on('message', (message) => {
			if (message.port) return resolve(message.port);
			bytes += message.bytes;
			return objects++;
		}),
	);
	const nodeParameters = {
		...{ resource: 'transfer', operation: 'run', source: 'items', mode: 'mirror', keyOfItem: '={{ $json.key }}' },
		...{ destinationBucket: 'bucket', destinationPrefix: 'to/' },
	};
	const go = async (items) => {
		const n8n = {
			getInputData: () => items,
			getNode: () => ({ name: 'S3', type: 's3', typeVersion: 1, position: [0, 0], parameters: nodeParameters }),
			getParentNodes: () => [],
			getTimezone: () => 'UTC',
			getWorkflowDataProxy: () => ({}),
			continueOnFail: () => false,
			logger: { info: () => undefined },
			getCredentials: async () => ({
				...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', forcePathStyle: true },
				...{ accessKeyId: 'key', secretAccessKey: 'secret' },
			}),
			getExecutionCancelSignal: () => undefined,
			addExecutionHints: () => undefined,
			getNodeParameter: (name, index, fallback) =>
				name === 'keyOfItem' ? items[index].json.key : (nodeParameters[name] ?? fallback),
			helpers: {
				getBinaryMetadata: async () => ({ fileSize: kib * 1024 }),
				getBinaryStream: async (_, highWaterMark) => createReadStream(join(folder, 'file'), { highWaterMark }),
			},
		};
		const [[summary]] = await run(n8n, Object.values(operations));
		return summary.json;
	};
	const itemsOf = (length) =>
		Array.from({ length }, (_, at) => ({
			json: { key: `file ${at}` },
			binary: { data: { id: String(at), data: 'filesystem-v2', mimeType: 'text/plain', bytes: kib * 1024 } },
		}));
	await go(itemsOf(200));
	global.gc();
	const idle = resident('self');
	const peak = peakFromNow('self');
	const start = performance.now();
	const { copied } = await go(itemsOf(count));
	const seconds = +((performance.now() - start) / 1000).toFixed(1);
	const mibAboveIdle = Math.round(peak() - idle);
	child.kill();
	if (copied !== count || objects !== count + 200) throw new Error(`${copied} items were copied instead of ${count}`);
	const mibOfFiles = Math.round((count * kib) / 1024);
	console.log(
		JSON.stringify({ items: count, mibOfFiles, mibSent: Math.round(bytes / 1024 ** 2), seconds, mibAboveIdle }),
	);
};

if (role === 'serve') serve();
else if (role === 'measure') await measure(rest[0], Number(rest[1]), Number(rest[2]));
else {
	const folder = mkdtempSync(join(tmpdir(), 'items-bench-'));
	const [count = '5000', kib = '200'] = [role, ...rest].filter(Boolean);
	const { buildSync } = await import('esbuild');
	buildSync({
		stdin: {
			contents: `export { run } from './core/runner/run'; export * as operations from './operations';`,
			resolveDir: join(here, '..', '..', 'nodes', 'AwsS3'),
			loader: 'ts',
		},
		...{ bundle: true, platform: 'node', format: 'cjs', outfile: join(folder, 'node.cjs'), logLevel: 'error' },
	});
	try {
		writeFileSync(join(folder, 'file'), Buffer.alloc(Number(kib) * 1024, 'x'));
		const args = ['--expose-gc', here, 'measure', folder, count, kib];
		execFileSync(process.execPath, args, { stdio: 'inherit' });
	} finally {
		rmSync(folder, { recursive: true });
	}
}
