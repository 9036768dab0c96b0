// Runs levels of tests side by side: `npm test`, or some of them: `npm test unit n8n1`. More words choose files.
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectOf, runLevel } from './support/level.mjs';
import { Missing, openPlaces } from './support/places.mjs';

/**
 * Levels of one lane take turns, and the lanes run side by side. First come those that need nothing but processors. One n8n with
 * its browser is enough beside them: with two, pages of the editor have taken more than half a minute.
 */
const lanes = [['lint', 'types', 'unit', 'n8n1'], ['s3'], ['e2e']];
const every = lanes.flat();
/** It runs the tests of `e2e` again, so it runs only where it is asked for, as CI does. */
const again = 'n8n1';
const words = process.argv.slice(2);
const chosen = every.filter((name) => (words.length === 0 ? name !== again : words.includes(name)));
const files = words.filter((word) => !every.includes(word));

const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-aws-s3-'));
// PostgreSQL runs as another user, and its folder is in this one.
chmodSync(folder, 0o711);
/** A browser ends by itself soon after the level that it belongs to, and writes there until then. */
const removeFolder = (tries = 100) => {
	try {
		rmSync(folder, { recursive: true, force: true });
	} catch (error) {
		if (tries === 0) throw error;
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
		removeFolder(tries - 1);
	}
};
// This comes after the programs that we have started were ended.
process.once('exit', () => removeFolder());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

// The SDK tells each process of its plans for Node 20, this one as well.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const say = (text) => console.log(`\n— ${text}`);
const since = (start) => `${Math.round((Date.now() - start) / 1000)} s`;
const tests = ({ passed, failed }) => `${passed} passed, ${failed} failed`;

const base = {
	...process.env,
	...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
	// What tests leave in the temporary folder goes with ours.
	TMPDIR: folder,
};

/** What was not run is named. On a developer's machine that is how it is; for CI it is a failure. */
const notRun = (name, reason) => {
	const tested = join('test', projectOf(name));
	const names = readdirSync(tested, { recursive: true }).filter((file) => String(file).endsWith('.test.ts'));
	const note = [`was NOT run: ${reason}:`, ...names.map((file) => `  ${join(tested, file)}`)].join('\n');
	return { passed: 0, failed: base.CI ? 1 : 0, notes: [note] };
};

/** The output of one level alone comes at once, of several each in one piece. */
const run = async (name, environment) => {
	const isAlone = chosen.length === 1;
	const path = join(folder, `${name}.log`);
	const log = isAlone ? undefined : openSync(path, 'w');
	const notes = [];
	const note = (text) => notes.push(text);
	try {
		const env = { ...base, ...(await environment()) };
		const start = Date.now();
		const stdio = isAlone ? 'inherit' : ['ignore', log, log];
		const result = await runLevel(name, { env, files, folder, stdio, note });
		const outcome = `${tests(result)} in ${since(start)}`;
		if (!isAlone) {
			say(`${name}: ${outcome}`);
			process.stdout.write(readFileSync(path));
		}
		return { ...result, notes: [outcome, ...notes] };
	} catch (error) {
		if (error instanceof Missing) return notRun(name, error.message);
		return { passed: 0, failed: 1, notes: [`could not begin: ${error.stack}`] };
	} finally {
		if (log !== undefined) closeSync(log);
	}
};

const start = Date.now();
const { environments, prepare, stop } = openPlaces({ folder, say });
const total = { passed: 0, failed: 0, notes: [] };
say(chosen.join(', '));
for (const name of chosen) prepare(name);
await Promise.all(
	lanes.map(async (lane) => {
		for (const name of lane.filter((one) => chosen.includes(one))) {
			const { passed, failed, notes } = await run(name, environments[name]);
			total.passed += passed;
			total.failed += failed;
			total.notes.push(...notes.map((text) => `${name}: ${text}`));
		}
	}),
);
await stop();
if (words.length === 0) say(`${again} (level e2e in n8n 1) was left out: \`npm test ${again}\` runs it`);
// Once more at the end, where one looks first.
for (const text of total.notes) say(text);
say(since(start));
console.log(`\n${tests(total)}`);
// Not `exitCode`: a program that is still starting for a level that could not begin would keep us.
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
