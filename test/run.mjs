// Runs the levels of tests one after the other: `npm test`, or some of them: `npm test unit s3`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages } from '../sandbox/apt.mjs';
import { browser } from '../sandbox/browser.cjs';
import * as ceph from '../sandbox/ceph.mjs';
import * as n8n from '../sandbox/n8n.mjs';
import * as postgres from '../sandbox/postgres.mjs';
import * as rest from '../sandbox/rest.cjs';
import { fill } from '../sandbox/samples.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'n8n-nodes-aws-s3-'));
const words = process.argv.slice(2);
const every = ['lint', 'types', 'unit', 's3', 'e2e', 'n8n1'];
const levels = every.filter((level) => words.length === 0 || words.includes(level));
const more = words.filter((word) => !every.includes(word));
const total = { passed: 0, failed: 0 };
// What tests leave in the temporary folder goes with ours. The SDK tells each process of its plans for Node 20.
const env = { ...process.env, TMPDIR: scratch, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

const say = (text) => console.log(`\n— ${text}`);

/** In milliseconds, three times what the slowest level takes: one that hangs is a failure, and the others are still run. */
const limit = 15 * 60_000;

const node = async (...args) => {
	const child = spawn(process.execPath, args, { stdio: 'inherit', env, timeout: limit, killSignal: 'SIGKILL' });
	const [code, signal] = await once(child, 'exit');
	if (signal) say(`Ended by ${signal}: a level may take ${limit / 60_000} minutes`);
	return code ?? 1;
};

const bin = (name, path) => join('node_modules', name, path);

/** A check of the whole tree counts as one test. */
const check = async (...command) => {
	const code = await node(...command);
	total[code === 0 ? 'passed' : 'failed']++;
};

/** Where the tests of a level are: n8n 1.x runs those of n8n 2. */
const projectOf = (level) => (level === 'n8n1' ? 'e2e' : level);

const jest = async (level) => {
	const report = join(scratch, `${level}.json`);
	const code = await node(
		bin('jest', 'bin/jest.js'),
		'--selectProjects',
		projectOf(level),
		'--json',
		`--outputFile=${report}`,
		...more,
	);
	let result = { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 0, numPendingTests: 0 };
	try {
		result = JSON.parse(readFileSync(report, 'utf8'));
	} catch {
		say(`${level} ended without a report`);
	}
	// A suite that cannot even be loaded has no failed test of its own.
	const failed = Math.max(
		result.numFailedTests + result.numPendingTests,
		result.numFailedTestSuites,
		code === 0 ? 0 : 1,
	);
	total.passed += result.numPassedTests;
	total.failed += failed;
	if (result.numPassedTests + failed > 0) return;
	say(`${level}: no test was run, which is a failure`);
	total.failed++;
};

const files = (level) =>
	readdirSync(join('test', level), { recursive: true }).filter((file) => String(file).endsWith('.test.ts'));

/** A full S3 server, or undefined where there is none to be had. */
const startServer = async () => {
	if (!(await ceph.isInstalled())) {
		say('Installing Ceph (69 MB, once)');
		await ceph.install();
	}
	if (!(await ceph.isInstalled())) return undefined;
	say('Starting Ceph RGW');
	const started = await ceph.start({ folder: join(scratch, 'ceph') });
	running.push(started);
	return started;
};

/** A fresh n8n of a major version with the packed tarball in it. */
const startN8n = async (major) => {
	if (!n8n.isInstalled(major)) say(`Installing the pinned n8n ${major}.x (3 GB, about 5 minutes, once)`);
	await n8n.install(say, major);
	const userFolder = join(scratch, `n8n-${major}`);
	say(`Starting n8n ${major}.x with the packed package`);
	await n8n.addNodes(userFolder, await (tarball ??= n8n.pack(scratch)));
	const started = await n8n.start({ userFolder, major });
	running.push(started);
	env.TEST_N8N = started.url;
	env.TEST_N8N_MAJOR = String(major);
	await rest.signIn(started.url);
};

/** The sample data and the database that templates work on, and the browser for the editor. */
const prepare = async () => {
	await fill(server);
	if (!browser()) {
		say('Installing Chromium, for the tests of the editor');
		// They say so where there is none.
		await installPackages(['chromium']);
	}
	if (!(await postgres.isInstalled())) {
		say('Installing PostgreSQL, for the template that backs up a database');
		// Its test says so where there is none.
		if (!(await postgres.install())) return;
	}
	const database = await postgres.start();
	running.push(database);
	env.TEST_POSTGRES = JSON.stringify(database.connection);
};

const started = Date.now();
const running = [];
let server;
let prepared;
let tarball;
try {
	for (const level of levels) {
		say(level);
		if (level === 'lint') {
			await check(bin('eslint', 'bin/eslint.js'), '.');
			await check(bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '.');
		} else if (level === 'types') await check(bin('typescript', 'bin/tsc'));
		else if (level === 'unit') await jest(level);
		else {
			server ??= await startServer();
			if (!server) {
				say(
					`${level} was NOT run: it needs Ceph's packages (${ceph.packages.join(', ')}), which cannot be installed here:`,
				);
				for (const file of files(projectOf(level))) console.log(`  test/${projectOf(level)}/${file}`);
				// On a developer's machine that is how it is; for CI it is a failure.
				if (env.CI) total.failed++;
				continue;
			}
			const { stop: _stop, ...address } = server;
			env.TEST_S3 = JSON.stringify(address);
			if (level !== 's3') {
				await (prepared ??= prepare());
				await startN8n(level === 'n8n1' ? 1 : 2);
			}
			await jest(level);
		}
	}
} finally {
	for (const one of running.reverse()) await one.stop();
	rmSync(scratch, { recursive: true, force: true });
}
say(`${Math.round((Date.now() - started) / 1000)} seconds`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
