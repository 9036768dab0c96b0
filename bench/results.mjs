// Makes a page and a picture of what was measured.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { chart } from './chart.mjs';
import { median } from './median.mjs';

const file = 'bench/results.json';

/** The path of a file of the project. */
export const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const named = (work, at) => (at ? `${work}, ${at} ms away` : work);

/** The rows of each work by who did it. */
const grouped = (rows) => {
	const works = new Map();
	for (const { work, at, who, ...figures } of rows) {
		const name = named(work, at);
		if (!works.has(name)) works.set(name, new Map());
		const byWho = works.get(name);
		byWho.set(who, [...(byWho.get(who) ?? []), figures]);
	}
	return works;
};

const figures = (all, name) => all.map((one) => one[name]).filter((value) => typeof value === 'number');

/** Seconds of each contender, its other figures, and how many times as long as this node it takes. */
const table = (byWho) => {
	const own = median(figures(byWho.get('this node') ?? [], 'ms'));
	const lines = [...byWho].map(([who, all]) => {
		const times = figures(all, 'ms');
		const failed = all.find((one) => one.failed)?.failed;
		if (failed) return `| ${who} | fails: ${failed} | | | | |`;
		const ms = median(times);
		const peak = figures(all, 'peak');
		const p99 = figures(all, 'p99');
		return [
			`| ${who}`,
			`${(ms / 1000).toFixed(2)} s`,
			`${times.length}`,
			`${(ms / own).toFixed(2)}`,
			peak.length > 0 ? `${Math.round(Math.max(...peak))} MiB` : '',
			p99.length > 0 ? `${Math.round(median(p99))} ms |` : '|',
		].join(' | ');
	});
	return [
		'| who | median | runs | times this node | peak above idle | event-loop delay, p99 |',
		'|---|--:|--:|--:|--:|--:|',
		...lines,
	].join('\n');
};

const checks = (name, byWho) => {
	const all = [...byWho.values()].flat();
	return `${all.every(({ isSame }) => isSame) ? 'Yes' : '**No**'}: ${name} (${all.length} times).`;
};

const page = (works, about) => {
	const sections = [...works].map(([name, byWho]) =>
		[...byWho.values()].flat().some(({ isSame }) => isSame !== undefined)
			? checks(name, byWho)
			: `## ${name[0].toUpperCase()}${name.slice(1)}\n\n${table(byWho)}`,
	);
	return `# Results of \`npm run bench\`\n\n${about}\n\n${sections.join('\n\n')}\n`;
};

/** A chart of Vega-Lite as SVG. */
export const picture = async (spec) =>
	await new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' }).toSVG();

/** What was measured before, but for the works that were measured again. */
const kept = (rows) => {
	const again = new Set(rows.map(({ work, at }) => named(work, at)));
	const before = existsSync(inProject(file)) ? JSON.parse(readFileSync(inProject(file), 'utf8')) : [];
	return before.filter(({ work, at }) => !again.has(named(work, at)));
};

/** Writes bench/results.json, and of it bench/RESULTS.md and docs/bench.svg; gives the text of the page. */
export const write = (rows) => {
	const all = [...kept(rows), ...rows];
	writeFileSync(inProject(file), `${JSON.stringify(all, undefined, '\t')}\n`);
	const works = grouped(all);
	const { n8n } = JSON.parse(readFileSync(inProject('sandbox/package.json'), 'utf8')).dependencies;
	const about = `Written ${new Date().toISOString().slice(0, 10)} on ${cpus().length} cores (${cpus()[0].model}), n8n ${n8n} and Ceph RGW on the same machine. Everything takes turns in one run; "ms away" is added round trip. The nodes run in the same n8n process and are timed by n8n, expressions included; the others are timed as whole programs. Machines differ, ratios less so.`;
	const text = page(works, about);
	writeFileSync(inProject('bench/RESULTS.md'), text);
	writeFileSync(inProject('docs/bench.svg'), chart(all, about));
	return text;
};
