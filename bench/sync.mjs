// How long a transfer takes that has nothing to do, and how much memory: `node bench/sync.mjs`, or with numbers of keys, and with the
// word `mapped` for keys that are mapped, and so sorted again. Both
// listings are made up, so that nothing but the node's own work is measured.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { peakFromNow, resident } from './memory.mjs';

const root = join(fileURLToPath(import.meta.url), '..', '..');
const pageSize = 1000;
const modified = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];

/** A simulated S3 whose listings have `count` keys. */
const listingOf = (count, lastModified) => {
	const s3 = {
		connection: { region: 'us-east-1', endpoint: 'http://made.up' },
		capabilities: {},
		defaults: {},
		isDryRun: false,
		endedBy: () => s3,
		send: async ({ input: { ContinuationToken: from = '0', Prefix: prefix = '' } }) => {
			// As from a server: not before the next turn of the event loop.
			await new Promise((resolve) => setImmediate(resolve));
			const first = Number(from);
			const length = Math.min(pageSize, count - first);
			const Contents = Array.from({ length }, (_, index) => ({
				Key: `${prefix}folder/of/some/depth/${String(first + index).padStart(9, '0')}.json`,
				Size: 1024,
				ETag: `"${String(first + index).padStart(32, '0')}"`,
				LastModified: lastModified,
				StorageClass: 'STANDARD',
			}));
			const next = first + length;
			return { Contents, IsTruncated: next < count, NextContinuationToken: next < count ? String(next) : undefined };
		},
	};
	return s3;
};

const measure = async (bundle, count, isMapped) => {
	const { runTransfer, newTally, addTo, bucketSource, mappedSource, keyMapOf } = createRequire(import.meta.url)(bundle);
	const run = async (keys) => {
		const tally = newTally();
		const source = bucketSource({ s3: listingOf(keys, modified[0]), bucket: 'from', prefix: 'a/' });
		const transfer = {
			from: isMapped ? mappedSource(source, keyMapOf({ isLowerCase: true }), () => true) : source,
			to: { s3: listingOf(keys, modified[1]), bucket: 'to', prefix: 'b/' },
			rules: {
				...{ mode: 'copy', compare: 'sizeAndTime', onConflict: 'overwrite', isAppendOnly: false },
				...{ destinationPrefix: 'b/', passes: () => true },
			},
			isPlan: true,
			stopAfter: {},
			deletions: { most: 1000, share: 50, allowsEmptySource: false },
		};
		await runTransfer(transfer, (event) => addTo(tally, event, false));
		return tally;
	};
	// What the first run compiles and loads is not what a run takes.
	await run(2000);
	global.gc();
	const idle = resident('self');
	const peak = peakFromNow('self');
	const delay = monitorEventLoopDelay({ resolution: 1 });
	delay.enable();
	const start = performance.now();
	const { skipped } = await run(count);
	const seconds = (performance.now() - start) / 1000;
	delay.disable();
	if (skipped !== count) throw new Error(`${skipped} keys were the same instead of ${count}`);
	const p99 = delay.percentile(99) / 1e6;
	const mibAboveIdle = Math.round(peak() - idle);
	// The peak is mostly what V8 has not collected yet; this is what is in use.
	global.gc();
	const heapMib = Math.round(process.memoryUsage().heapUsed / 1024 ** 2);
	const figures = { keys: count, seconds: +seconds.toFixed(2), mibAboveIdle, heapMib, p99LoopMs: +p99.toFixed(1) };
	console.log(JSON.stringify(figures));
};

const isMapped = process.argv.includes('mapped');
const [, , bundle, ...rest] = process.argv.filter((word) => word !== 'mapped');
if (bundle?.endsWith('.cjs')) await measure(bundle, Number(rest[0]), isMapped);
else {
	const folder = mkdtempSync(join(tmpdir(), 'sync-bench-'));
	const out = join(folder, 'sync.cjs');
	const { buildSync } = await import('esbuild');
	const from = join(root, 'nodes', 'AwsS3', 's3', 'sync');
	buildSync({
		stdin: {
			contents: `export * from './transfer'; export * from './tally'; export * from '../sources/bucketSource';
			export * from '../sources/mappedSource'; export * from '../sources/keyMap';`,
			resolveDir: from,
			loader: 'ts',
		},
		...{ bundle: true, platform: 'node', format: 'cjs', outfile: out, logLevel: 'error' },
	});
	try {
		for (const count of [bundle, ...rest].filter(Boolean).concat(bundle ? [] : ['10000', '100000', '1000000']))
			execFileSync(
				process.execPath,
				['--expose-gc', fileURLToPath(import.meta.url), out, count, ...(isMapped ? ['mapped'] : [])],
				{ stdio: 'inherit' },
			);
	} finally {
		rmSync(folder, { recursive: true });
	}
}
