// Runs the tests of level `s3` against other S3 servers: `npm run servers`, or some of them: `npm run servers minio moto`.
// More words choose files.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../sandbox/program.mjs';
import { compare } from './support/compare.mjs';
import { NoResults, faultLines, keepResult, lacksOf, ofCeph, runSuite } from './support/suite.mjs';

const minute = 60_000;

/** Several times what the slowest server takes: one that hangs is a failure, and the others are still tried. */
const limit = 20 * minute;

const every = ['minio', 'versitygw', 'moto', 'swift', 'fauxqs'];

/** By name only: Ceph, which `npm test s3` runs. */
const known = [...every, 'ceph'];

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
		const report = await runSuite(name, { server: { kind: name, ...address }, folder, files, limit });
		const { passed, lacking, unlisted, better, unknown } = compare(report, lacksOf(name));
		const failed = unlisted.length + better.length + unknown.length;
		say(
			[
				`${title}: ${passed.length} passed, ${lacking.length} lacking as listed, ${failed} failed in ${seconds(start)} s`,
				...faultLines(name, { unlisted, better, unknown }),
			].join('\n'),
		);
		const result = { title: server.title, version: server.version, passed: passed.length, lacking: lacking.length };
		if (failed === 0 && files.length === 0) keepResult(name, { ...result, seconds: seconds(start) });
		return { passed: passed.length + lacking.length, failed };
	} finally {
		await stop();
		rmSync(own, { recursive: true, force: true });
	}
};

const total = { passed: 0, failed: 0 };
const start = Date.now();
say(`Only 'npm test s3' runs ${ofCeph.join(', ')}: these need identities and policies like those of AWS`);
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
