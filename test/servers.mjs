// Runs the tests of level `s3` against other S3 servers: `npm run servers`, or some of them: `npm run servers minio moto`.
// More words choose files.
import {
	chmodSync,
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, start as startProgram } from '../sandbox/program.mjs';
import { compare } from './support/compare.mjs';

const minute = 60_000;

/** Several times what the slowest server takes: one that hangs is a failure, and the others are still tried. */
const limit = 20 * minute;

const every = ['minio', 'versitygw', 'moto', 'swift', 'fauxqs'];

/** By name only: Ceph, which `npm test s3` runs. */
const known = [...every, 'ceph'];

/** They need no S3 server, and `npm test` runs them. */
const withoutServer = ['zip64'];

const words = process.argv.slice(2);
const named = known.filter((name) => words.includes(name));
const chosen = named.length > 0 ? named : every;
const files = words.filter((word) => !known.includes(word));

const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-aws-s3-'));
// Some servers run as another user, and their folders are in this one.
chmodSync(folder, 0o711);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

const say = (text) => console.log(`\n— ${text}`);
const seconds = (start) => Math.round((Date.now() - start) / 1000);

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);

const lacksOf = (name) => readJson(join('test', 'support', 'servers', `${name}.json`)) ?? [];

/** What went wrong on the way to the results of a server. */
class NoResults extends Error {}

/** Runs the tests against a server that is running; gives the report of Jest. */
const runTests = async (name, address) => {
	const report = join(folder, `${name}.json`);
	const path = join(folder, `${name}.log`);
	const log = openSync(path, 'w');
	const env = {
		...process.env,
		AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
		TMPDIR: folder,
		TEST_S3: JSON.stringify({ kind: name, ...address }),
	};
	const options = [
		...['--selectProjects', 's3', '--ci', '--json', `--outputFile=${report}`, '--maxWorkers=2'],
		`--testPathIgnorePatterns=${withoutServer.map((file) => `/${file}\\.test`).join('|')}`,
	];
	const child = startProgram(process.execPath, ['node_modules/jest/bin/jest.js', ...options, '--', ...files], {
		stdio: ['ignore', log, log],
		env,
	});
	const late = setTimeout(() => child.kill('SIGKILL'), limit);
	const [, signal] = await once(child, 'exit');
	clearTimeout(late);
	closeSync(log);
	const results = readJson(report);
	if (process.env.REPORTS) {
		mkdirSync(process.env.REPORTS, { recursive: true });
		writeFileSync(join(process.env.REPORTS, `${name}.log`), readFileSync(path));
		if (results) writeFileSync(join(process.env.REPORTS, `${name}.json`), JSON.stringify(results));
	}
	if (results) return results;
	const why = signal ? `was ended by ${signal}: a server may take ${limit / minute} minutes` : 'gave no report';
	throw new NoResults(`the run ${why}\n${readFileSync(path, 'utf8').slice(-4000)}`);
};

const lines = (title, tests, more = () => '') =>
	tests.length === 0 ? [] : [title, ...tests.map((one) => `  ${one.file}: ${one.name}${more(one)}`)];

/** Keeps a result for docs/servers.md, unless it says no more than the last one. */
const keepResult = (name, result) => {
	if (process.env.CI || files.length > 0) return;
	const path = join('docs', 'servers.json');
	const results = readJson(path);
	const isSame = ['version', 'passed', 'lacking'].every((key) => results[name]?.[key] === result[key]);
	if (!isSame) writeFileSync(path, `${JSON.stringify({ ...results, [name]: result }, undefined, 2)}\n`);
};

/** Gives how many tests passed, failed, and are lacking by name. */
const trial = async (name) => {
	const server = await import(`../sandbox/servers/${name}.mjs`);
	const title = `${server.title} ${server.version}`;
	if (!(await server.isInstalled())) {
		say(`Installing ${title} (${server.takes}, once)`);
		const missing = await server.install();
		if (missing) {
			say(`${title} was NOT run: it needs ${missing}`);
			return { passed: 0, failed: process.env.CI ? 1 : 0 };
		}
	}
	say(`Starting ${title}`);
	const start = Date.now();
	const own = join(folder, name);
	mkdirSync(own);
	const { stop, ...address } = await server.start({ folder: own });
	try {
		const { passed, lacking, unlisted, better, unknown } = compare(await runTests(name, address), lacksOf(name));
		const failed = unlisted.length + better.length + unknown.length;
		say(
			[
				`${title}: ${passed.length} passed, ${lacking.length} lacking as listed, ${failed} failed in ${seconds(start)} s`,
				...lines('Failed, and not listed with these words:', unlisted, ({ message }) => `\n${message}`),
				...lines(`Passed, though listed in test/support/servers/${name}.json:`, better),
				...lines(`Listed in test/support/servers/${name}.json, but not there:`, unknown),
			].join('\n'),
		);
		const result = { title: server.title, version: server.version, passed: passed.length, lacking: lacking.length };
		if (failed === 0) keepResult(name, { ...result, seconds: seconds(start) });
		return { passed: passed.length + lacking.length, failed };
	} finally {
		await stop();
		rmSync(own, { recursive: true, force: true });
	}
};

const total = { passed: 0, failed: 0 };
const start = Date.now();
for (const name of chosen) {
	const { passed, failed } = await trial(name).catch((error) => {
		say(`${name}: ${error instanceof NoResults ? error.message : error.stack}`);
		return { passed: 0, failed: 1 };
	});
	total.passed += passed;
	total.failed += failed;
}
if (!process.env.CI) await run(process.execPath, [join('node_modules', 'gulp', 'bin', 'gulp.js'), 'docs']);
say(`${seconds(start)} s`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
