// What a poll of the trigger costs that finds no change, and how large its state is: `node bench/changes.mjs`, or with numbers of keys.
// `node bench/changes.mjs simulate 1000` runs the simulations of the tests for so many rounds instead, and prints what they counted.
// The server is a process of its own that makes its pages up, so all of the node's own work is measured, XML included.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { peakFromNow, resident } from './memory.mjs';

const self = fileURLToPath(import.meta.url);
const root = join(self, '..', '..');
const pageSize = 1000;

const md5Of = (text) => createHash('md5').update(text).digest('hex');

/** Names as people have them: folders by customer and date, and files with numbers. */
const keyOf = (number) => {
	const folder = String(Math.floor(number / 1000)).padStart(6, '0');
	return `customers/${folder}/2026-${String((number % 12) + 1).padStart(2, '0')}/invoice-${String(number).padStart(9, '0')}.pdf`;
};

/** Sorted as S3 lists them: months come before numbers. */
const keysOf = (count) => Array.from({ length: count }, (_, number) => keyOf(number)).sort();

/** Serves a listing, and keeps the objects that are written. */
const serve = async (count) => {
	const keys = keysOf(count);
	const objects = new Map();
	const counted = { lists: 0, others: 0 };
	const contentsOf = (from) =>
		keys
			.slice(from, from + pageSize)
			.map((key, index) => {
				// Days apart, as objects come over years.
				const modified = new Date(1_600_000_000_000 + (((from + index) * 7919) % 200_000) * 1000_000).toISOString();
				return `<Contents><Key>${key}</Key><LastModified>${modified.slice(0, 19)}.000Z</LastModified><ETag>&quot;${md5Of(key)}&quot;</ETag><Size>${((from + index) * 104_729) % 5_000_000}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
			})
			.join('');
	const server = createServer(async (request, response) => {
		const url = new URL(request.url, 'http://server');
		const body = await buffer(request);
		if (url.pathname === '/counted') {
			response.end(JSON.stringify(counted));
			Object.assign(counted, { lists: 0, others: 0 });
			return;
		}
		counted[url.searchParams.has('list-type') ? 'lists' : 'others']++;
		if (url.searchParams.has('list-type')) {
			const from = Number(url.searchParams.get('continuation-token') ?? 0);
			const next = from + pageSize < keys.length ? from + pageSize : undefined;
			const token = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
			response.setHeader('content-type', 'application/xml');
			response.end(
				`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${next !== undefined}</IsTruncated>${token}${contentsOf(from)}</ListBucketResult>`,
			);
			return;
		}
		if (request.method === 'PUT') {
			objects.set(url.pathname, body);
			response.setHeader('etag', `"${createHash('md5').update(body).digest('hex')}"`).end();
			return;
		}
		const found = objects.get(url.pathname);
		if (request.method === 'DELETE') response.writeHead(204).end();
		else if (!found) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
		else
			response
				.setHeader('etag', `"${createHash('md5').update(found).digest('hex')}"`)
				.end(request.method === 'HEAD' ? undefined : found);
	});
	server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
};

const measure = async (bundle, port, count) => {
	const { connect, poll } = createRequire(import.meta.url)(bundle);
	const endpoint = `http://127.0.0.1:${port}`;
	const connection = { endpoint, region: 'us-east-1', accessKeyId: 'k', secretAccessKey: 's', forcePathStyle: true };
	const watch = {
		s3: connect(connection),
		place: { bucket: 'bucket', prefix: '', isRecursive: true, startAfter: '', hasVersions: false, hasRestores: false },
		rules: {
			...{ events: new Set(['created', 'modified', 'deleted']), modified: 'content', accepts: () => true },
			...{ isReady: () => true, doneSuffix: '', limit: 500 },
		},
		...{ start: 'none', startOver: 0, statePlace: { bucket: 'bucket', prefix: '', name: 'bench' }, maxInline: 20_000 },
	};
	const counted = async () => await (await fetch(`${endpoint}/counted`)).json();
	const since = performance.now();
	const { stored } = await poll(watch, undefined);
	const firstSeconds = (performance.now() - since) / 1000;
	const first = await counted();
	global.gc();
	const idle = resident('self');
	const peak = peakFromNow('self');
	const start = performance.now();
	const { cpu, found } = await (async () => {
		const before = process.cpuUsage();
		const found = await poll(watch, stored);
		const { user, system } = process.cpuUsage(before);
		return { found, cpu: (user + system) / 1e6 };
	})();
	const seconds = (performance.now() - start) / 1000;
	if (found.reported.length + found.unreported.length > 0) throw new Error('A difference was found');
	const mibAboveIdle = Math.round(peak() - idle);
	const requests = await counted();
	global.gc();
	const heapMib = Math.round(process.memoryUsage().heapUsed / 1024 ** 2);
	const inN8n = JSON.stringify(stored).length;
	const object = stored.base.key && (await fetch(`${endpoint}/bucket/${stored.base.key}`)).arrayBuffer();
	const inObject = object ? (await object).byteLength : 0;
	const stateBytes = inN8n + inObject;
	process.stdout.write(
		`${JSON.stringify({
			...{ keys: count, firstPollSeconds: +firstSeconds.toFixed(1), firstLists: first.lists },
			...{
				pollSeconds: +seconds.toFixed(1),
				cpuSeconds: +cpu.toFixed(1),
				lists: requests.lists,
				others: requests.others,
			},
			...{
				mibAboveIdle,
				heapMib,
				stateInN8n: inN8n,
				stateInObject: inObject,
				bytesPerKey: +(stateBytes / count).toFixed(1),
			},
		})}\n`,
	);
};

const simulate = (rounds) => {
	const folder = mkdtempSync(join(tmpdir(), 'changes-bench-'));
	const SIMULATION = join(folder, 'counted.jsonl');
	try {
		const env = { ...process.env, CASES: rounds, SIMULATION };
		execFileSync(process.execPath, [join(root, 'test', 'run.mjs'), 'unit', 's3', 'triggerSimulation'], {
			...{ cwd: root, env, stdio: 'inherit' },
		});
		process.stdout.write(readFileSync(SIMULATION, 'utf8'));
	} finally {
		rmSync(folder, { recursive: true });
	}
};

const measureAll = async (counts) => {
	const folder = mkdtempSync(join(tmpdir(), 'changes-bench-'));
	const out = join(folder, 'changes.cjs');
	const { buildSync } = await import('esbuild');
	buildSync({
		stdin: {
			contents: "export { poll } from './changes/poll'; export { connect } from './client/client';",
			resolveDir: join(root, 'nodes', 'AwsS3', 's3'),
			loader: 'ts',
		},
		...{ bundle: true, platform: 'node', format: 'cjs', outfile: out, logLevel: 'error' },
	});
	try {
		for (const count of counts) {
			const server = spawn(process.execPath, [self, 'serve', count], { stdio: ['ignore', 'pipe', 'inherit'] });
			try {
				const [port] = await once(server.stdout, 'data');
				execFileSync(process.execPath, ['--expose-gc', self, 'measure', out, String(port).trim(), count], {
					stdio: 'inherit',
				});
			} finally {
				server.kill();
			}
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
};

const [, , word, ...rest] = process.argv;
if (word === 'serve') await serve(Number(rest[0]));
else if (word === 'measure') await measure(rest[0], rest[1], Number(rest[2]));
else if (word === 'simulate') simulate(rest[0] ?? '1000');
else await measureAll(word ? [word, ...rest] : ['20000', '200000', '1000000']);
