// `node bench/kills.mjs`: a job between two connections is killed at ten random moments, and then completes. Shows whether all
// arrived, and how many bytes were sent twice. KILLS, SMALL and LARGE are numbers: of kills, and of objects of 20 KiB and 12 MiB.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import * as ceph from '../sandbox/ceph.mjs';
import { sdkAt } from './floor.mjs';

const MiB = 1024 ** 2;
const number = (name, otherwise) => Number(process.env[name] ?? otherwise);
const [kills, small, large] = [number('KILLS', 10), number('SMALL', 400), number('LARGE', 12)];

const folder = mkdtempSync(join(tmpdir(), 'kills-bench-'));
const outfile = join(folder, 'kills.cjs');
const from = join(process.cwd(), 'test', 'support');
const stdin = { contents: `export * from './kills';`, resolveDir: from, loader: 'ts' };
await esbuild.build({
	stdin,
	outfile,
	bundle: true,
	platform: 'node',
	format: 'cjs',
	logLevel: 'error',
	packages: 'external',
});
process.env.NODE_PATH = join(process.cwd(), 'node_modules');
createRequire(import.meta.url)('node:module').Module._initPaths();
// Jest closes the servers of its tests; here the process ends.
Object.assign(globalThis, { afterAll: () => undefined });
const { killRuns } = createRequire(import.meta.url)(outfile);

const server = await ceph.start({ folder: join(folder, 'ceph') });
try {
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const connection = { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true };
	for (const compare of ['sizeAndTime', 'always']) {
		const name = randomBytes(4).toString('hex');
		const buckets = { source: `source-${name}`, destination: `destination-${name}` };
		const result = await killRuns({
			...{ sdk: sdkAt(server), connection, folder, buckets, kills, small, large, compare, random: Math.random },
		});
		const { source, destination, outputs, journals, size, sentTwice, unfinishedUploads, killed } = result;
		const keys = Object.keys(source);
		const wrong = keys.filter((key) => source[key] !== destination[key]).length;
		const others = Object.keys(destination).filter((key) => !(key in source)).length;
		const [{ done, copied, reasons, total }] = outputs;
		const mib = (bytes) => +(bytes / MiB).toFixed(1);
		console.log(
			JSON.stringify({
				...{ compare, killed, objects: keys.length, wrong, others, done, copiedByLast: copied, reasons, total },
				...{ journals, mib: mib(size), mibSentTwice: mib(sentTwice), unfinishedUploads },
			}),
		);
		if (wrong + others > 0 || !done) process.exitCode = 1;
	}
} finally {
	await server.stop();
	rmSync(folder, { recursive: true });
}
process.exit();
