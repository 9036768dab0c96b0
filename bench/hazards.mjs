// Measures what looking for hazards costs: node --expose-gc bench/hazards.mjs [keys]
import { build } from 'esbuild';

const count = Number(process.argv[2] ?? 1_000_000);

const contents = "export { hazardFinder } from './nodes/AwsS3/s3/analysis/hazards';";
const { outputFiles } = await build({
	...{ bundle: true, write: false, format: 'esm', platform: 'node' },
	stdin: { contents, resolveDir: '.' },
});
const source = Buffer.from(outputFiles[0].contents).toString('base64');
const { hazardFinder } = await import(`data:text/javascript;base64,${source}`);

/** Keys in the order of their bytes, 100 in a folder, 1,000 a page; `pairs` of them twice, in upper case as well. */
const pages = (pairs) =>
	async function* () {
		const numbered = (index) => `departments/${Math.floor(index / 100)}`.padEnd(30, '0');
		let page = [];
		for (let index = 0; index < count; index++) {
			const folder = numbered(count + index);
			page.push(`${folder}/report of the quarter ${String(index).padStart(8, '0')}.pdf`);
			if (index % (count / pairs) === 0)
				page.push(`${folder}/report of the quarter ${String(index).padStart(8, '0')}.PDF`);
			if (page.length < 1000) continue;
			yield page.sort();
			page = [];
		}
		yield page.sort();
	};

const MiB = 1024 ** 2;
const used = () => {
	globalThis.gc?.();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return (heapUsed + arrayBuffers) / MiB;
};

for (const [target, pairs] of [
	['s3', 1],
	['windows', 1],
	['sharePoint', 10_000],
]) {
	const idle = used();
	let peak = 0;
	const finder = hazardFinder(target);
	const since = performance.now();
	let found = 0;
	let number = 0;
	for await (const page of pages(pairs)()) {
		for (const key of page) found += finder.see({ key, path: key }).length;
		if (number++ % 50 === 0) peak = Math.max(peak, used() - idle);
	}
	const seen = performance.now();
	for await (const _collision of finder.collisions(pages(pairs))) {
		found++;
		if (found % 1000 === 0) peak = Math.max(peak, used() - idle);
	}
	const seconds = (from, to) => ((to - from) / 1000).toFixed(1);
	process.stdout.write(
		`${target}: ${count} keys, ${found} hazards, first look ${seconds(since, seen)} s, second ${seconds(seen, performance.now())} s, ` +
			`paths ${(finder.memory() / MiB).toFixed(0)} MiB (${(finder.memory() / count).toFixed(1)} bytes a key), peak above idle ${peak.toFixed(0)} MiB\n`,
	);
}
