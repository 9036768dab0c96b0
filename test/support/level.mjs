// Runs one level of tests, which are checks of the whole tree, or a project of Jest.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { start } from '../../sandbox/program.mjs';
import { failuresOf } from './results.mjs';

const minute = 60_000;

/**
 * One that hangs is a failure, and the others are still run. On a busy machine the slowest level took more than half an hour. A
 * new machine also installs two versions of n8n beside it.
 */
const limit = 45 * minute;

const bin = (name, path) => join('node_modules', name, path);

/**
 * From the second run on in a clone, these two look only at what has changed. ESLint could then miss a fault, because some of its
 * rules depend on the types of other files.
 */
const kept = {
	layout: ['--cache', '--cache-strategy=content'],
	types: ['--incremental', '--tsBuildInfoFile', join('node_modules', '.cache', 'types.json')],
};

const checks = {
	lint: [
		[bin('eslint', 'bin/eslint.js'), '.'],
		[bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', ...kept.layout, '.'],
	],
	types: [[bin('typescript', 'bin/tsc'), ...kept.types]],
};

/** Tests of a server or of n8n wait for it more than they work. */
const two = ['--maxWorkers=2'];
const workers = { s3: two, e2e: two, n8n1: two };

/** Where the tests of a level are: n8n 1.x runs those of n8n 2. */
export const projectOf = (name) => (name === 'n8n1' ? 'e2e' : name);

/** The docs site does not depend on n8n, so one run is enough. */
const leftOut = { n8n1: ['--testPathIgnorePatterns=/docsSite\\.test'] };

const readReport = (path) => {
	try {
		return JSON.parse(readFileSync(path, 'utf8'));
	} catch {
		return undefined;
	}
};

/**
 * Gives how many tests passed and failed. `files` are words that choose files, `stdio` is where the output goes, and `note`
 * gets what went wrong.
 */
export const runLevel = async (name, { env, files, folder, stdio, note }) => {
	const end = Date.now() + limit;
	const node = async (args) => {
		const child = start(process.execPath, args, { stdio, env });
		const late = setTimeout(() => child.kill('SIGKILL'), end - Date.now());
		const [code, signal] = await once(child, 'exit');
		clearTimeout(late);
		if (signal) note(`was ended by ${signal}: a level may take ${limit / minute} minutes`);
		return code === 0;
	};

	if (checks[name]) {
		const results = [];
		for (const command of checks[name]) {
			const isGood = await node(command);
			results.push(isGood);
			if (!isGood) note(`failed: node ${command.join(' ')}`);
		}
		return { passed: results.filter(Boolean).length, failed: results.filter((isGood) => !isGood).length };
	}

	const path = join(folder, `${name}.json`);
	// Jest takes words directly after these for more projects, and for more patterns to leave out.
	const options = [
		'--selectProjects',
		projectOf(name),
		...(leftOut[name] ?? []),
		...(workers[name] ?? []),
		'--json',
		`--outputFile=${path}`,
	];
	const isGood = await node([bin('jest', 'bin/jest.js'), ...options, ...files]);
	const report = readReport(path);
	if (!report) {
		note('ended without a report');
		return { passed: 0, failed: 1 };
	}
	if (env.REPORTS) {
		mkdirSync(env.REPORTS, { recursive: true });
		copyFileSync(path, join(env.REPORTS, `${name}.json`));
	}
	const { numPassedTests: passed, numFailedTests, numFailedTestSuites, numPendingTests } = report;
	// A suite that cannot even be loaded has no failed test of its own.
	const failed = Math.max(numFailedTests + numPendingTests, numFailedTestSuites, isGood ? 0 : 1);
	for (const failure of failuresOf(report)) note(failure);
	if (passed + failed > 0) return { passed, failed };
	note('no test was run, which is a failure');
	return { passed, failed: 1 };
};
