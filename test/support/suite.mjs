// Runs the tests of level `s3` against a server that is running, for test/servers.mjs and test/aws.mjs.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { start, stop } from '../../sandbox/program.mjs';

const minute = 60_000;

/** They need no S3 server, and `npm test` runs them. */
const withoutServer = ['zip64'];

/**
 * They test identities and generated policies, for which Ceph with its accounts and roles stands in for AWS, and the examples
 * of the docs, which show the answers of Ceph.
 */
export const ofCeph = [
	'accessPolicies',
	'appendOnly',
	'appendOnlyTransfer',
	'examples',
	'machineRole',
	'n8nCredentials',
];

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);

/** The tests that a server is known to fail, with their causes. */
export const lacksOf = (name) => readJson(join('test', 'support', 'servers', `${name}.json`)) ?? [];

/** What went wrong on the way to the results of a server. */
export class NoResults extends Error {}

/**
 * Runs the tests; gives the report of Jest. `server` is what the tests learn of the server, `folder` is for temporary files,
 * `files` are words that choose files, `limit` is in milliseconds, and `signal` ends the run.
 */
export const runSuite = async (name, { server, folder, files, limit, base = process.env, options = [], signal }) => {
	const report = join(folder, `${name}.json`);
	const path = join(folder, `${name}.log`);
	const log = openSync(path, 'w');
	const env = {
		...base,
		AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
		TMPDIR: folder,
		TEST_S3: JSON.stringify(server),
	};
	const args = [
		...['--selectProjects', 's3', '--ci', '--json', `--outputFile=${report}`, '--maxWorkers=2'],
		`--testPathIgnorePatterns=${[...withoutServer, ...ofCeph].map((file) => `/${file}\\.test`).join('|')}`,
		...options,
	];
	const child = start(process.execPath, ['node_modules/jest/bin/jest.js', ...args, '--', ...files], {
		stdio: ['ignore', log, log],
		env,
	});
	const ended = once(child, 'exit');
	const late = setTimeout(() => child.kill('SIGKILL'), limit);
	const end = () => void stop(child);
	signal?.addEventListener('abort', end);
	if (signal?.aborted) end();
	const [, how] = await ended;
	clearTimeout(late);
	signal?.removeEventListener('abort', end);
	closeSync(log);
	const results = readJson(report);
	if (process.env.REPORTS) {
		mkdirSync(process.env.REPORTS, { recursive: true });
		writeFileSync(join(process.env.REPORTS, `${name}.log`), readFileSync(path));
		if (results) writeFileSync(join(process.env.REPORTS, `${name}.json`), JSON.stringify(results));
	}
	if (results) return results;
	if (signal?.aborted) throw new NoResults('the run was ended before its results');
	const why = how ? `was ended by ${how}: a server may take ${limit / minute} minutes` : 'gave no report';
	throw new NoResults(`the run ${why}\n${readFileSync(path, 'utf8').slice(-4000)}`);
};

/** Tests by file and name, below a title; nothing where there are none. */
export const testLines = (title, tests, more = () => '') =>
	tests.length === 0 ? [] : [title, ...tests.map((one) => `  ${one.file}: ${one.name}${more(one)}`)];

/** What `compare` has found wrong with the results or with the table of a server. */
export const faultLines = (name, { unlisted, better, unknown }) => [
	...testLines('Failed, and not listed with these words:', unlisted, ({ message }) => `\n${message}`),
	...testLines(`Passed, though listed in test/support/servers/${name}.json:`, better),
	...testLines(`Listed in test/support/servers/${name}.json, but not there:`, unknown),
];

/** Keeps a result for docs/servers.md, unless it says no more than the last one. */
export const keepResult = (name, result) => {
	if (process.env.CI) return;
	const path = join('docs', 'servers.json');
	const results = readJson(path);
	const isSame = ['version', 'passed', 'lacking'].every((key) => results[name]?.[key] === result[key]);
	if (!isSame) writeFileSync(path, `${JSON.stringify({ ...results, [name]: result }, undefined, 2)}\n`);
};
