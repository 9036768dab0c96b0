// Runs the tests of level `s3` against Amazon S3: `npm run test:aws`. CONTRIBUTING.md says how, and what it costs.
import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { makersOf, noAccounts } from './support/aws/accounts.mjs';
import { countOf, inventory, madeBy, remove } from './support/aws/cleanUp.mjs';
import { addressesOf, clientsOf, region } from './support/aws/clients.mjs';
import { assumptions, costLines, costOf, roundedUp, tallyOf } from './support/aws/cost.mjs';
import { startGateway } from './support/aws/gateway.mjs';
import { newRun, runOf } from './support/aws/names.mjs';
import { Refusal, settingsFrom, withoutAws } from './support/aws/settings.mjs';
import { compare } from './support/compare.mjs';
import { NoResults, faultLines, keepResult, lacksOf, runSuite, testLines } from './support/suite.mjs';

const minute = 60_000;

/** AWS is further away than the servers of `npm run servers`. */
const limit = 120 * minute;

/** A run that costs more, in US dollars, is ended. */
const maxCost = 2;

const here = join('test', 'support', 'aws');
const countedPath = join(here, 'counted.json');

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const say = (...lines) => console.log(`\n— ${lines.flat().join('\n')}`);
const secondsSince = (start) => Math.round((Date.now() - start) / 1000);

const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-aws-s3-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The first Ctrl-C ends the tests and removes what they have made, the second one ends this program. */
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => {
		if (stopped.signal.aborted) {
			say('Ended. What is left can be removed with: npm run test:aws -- --clean');
			process.exit(130);
		}
		say('Stopping, and removing what the run has made. Once more ends at once.');
		stopped.abort();
	});

/** Starts moto where that was chosen; gives the address and keys of what to test. */
const openServer = async ({ isMoto, endpoint, keys }) => {
	if (!isMoto) return { endpoint, keys, stop: async () => undefined };
	const moto = await import('../sandbox/servers/moto.mjs');
	if (!(await moto.isInstalled())) {
		say(`Installing moto ${moto.version} (${moto.takes}, once)`);
		const missing = await moto.install();
		if (missing) throw new Refusal(`moto needs ${missing}.`);
	}
	const own = join(folder, 'moto');
	mkdirSync(own);
	const { stop, endpoint: address, accessKeyId, secretAccessKey } = await moto.start({ folder: own });
	return { endpoint: address, keys: { accessKeyId, secretAccessKey }, stop };
};

const confirmed = async (question, { isConfirmed }) => {
	if (isConfirmed) return;
	if (!process.stdin.isTTY)
		throw new Refusal(`${question}\nNot confirmed, so nothing was done. Confirm with --yes or TEST_AWS_CONFIRM=yes.`);
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	terminal.once('SIGINT', () => terminal.close());
	const answer = await Promise.race([
		terminal.question(`\n${question} Type 'yes' to go on: `),
		once(terminal, 'close').then(() => ''),
	]);
	terminal.close();
	if (answer.trim() !== 'yes') throw new Refusal('Not confirmed, so nothing was done.');
};

const inWords = ({ buckets, users = [], roles = [] }) =>
	`${buckets.length} buckets, ${users.length} users, ${roles.length} roles`;

/** Begins to record the requests of this process and of those that it starts. Gives their environment, and the tally. */
const startCounting = async (addresses) => {
	const file = join(folder, 'requests');
	writeFileSync(file, '');
	const hosts = addresses.s3.includes('amazonaws.com')
		? 'amazonaws\\.com(:\\d+)?$'
		: `^${new URL(addresses.s3).host.replaceAll('.', '\\.')}$`;
	process.env.TEST_AWS_COUNT = JSON.stringify({ file, hosts });
	await import('./support/aws/count.mjs');
	const { NODE_OPTIONS = '', TEST_AWS_COUNT } = process.env;
	const hook = `--import=${pathToFileURL(join(here, 'count.mjs'))}`;
	return {
		base: { ...withoutAws(process.env), TEST_AWS_COUNT, NODE_OPTIONS: `${NODE_OPTIONS} ${hook}`.trim() },
		tally: () => tallyOf(readFileSync(file, 'utf8')),
	};
};

/** Removes what a run, or any run, has made, and lists again, until nothing is left. Gives what is left and why. */
const cleanUp = async (clients, run, more = { users: [], roles: [] }) => {
	const removed = { buckets: new Set(), users: new Set(), roles: new Set() };
	let faults = [];
	for (let tries = 0; ; tries++) {
		const all = await inventory(clients);
		const found = madeBy(all, run);
		// Lists of IAM may lack what was made a moment ago.
		if (tries === 0) for (const kind of ['users', 'roles']) found[kind] = [...new Set([...found[kind], ...more[kind]])];
		if (countOf(found) === 0 || tries === 3) {
			for (const [kind, names] of Object.entries(found)) for (const name of names) removed[kind].delete(name);
			return { removed, left: found, faults, all };
		}
		faults = await remove(clients, found, run);
		for (const [kind, names] of Object.entries(found)) for (const name of names) removed[kind].add(name);
	}
};

const sizes = (sets) => Object.fromEntries(Object.entries(sets).map(([kind, { size }]) => [kind, { length: size }]));

/** Says what was removed and what is left; gives how many things are left. */
const sayRemoved = ({ removed, left, faults, all }, before) => {
	say(
		`Removed: ${inWords(sizes(removed))}.`,
		`Left behind: ${inWords(left)}.`,
		...Object.values(left).flatMap((names) => names.map((name) => `  ${name}`)),
		...(countOf(left) > 0 ? ['Why:', ...faults.map((fault) => `  ${fault}`)] : []),
		...(before ? [`In the account before: ${inWords(before)}; now: ${inWords(all)}.`] : []),
		...(all.users ? [] : ['The keys may not list users and roles, so only buckets were looked for.']),
	);
	return countOf(left);
};

const clean = async (settings) => {
	const clients = clientsOf(addressesOf(settings.endpoint), settings.keys);
	const found = madeBy(await inventory(clients), settings.run);
	if (countOf(found) === 0) {
		say('There is nothing to remove.');
		return 0;
	}
	const runs = [...new Set(Object.values(found).flat().map(runOf))];
	say(`Left of ${runs.join(', ')}:`, ...Object.values(found).flatMap((names) => names.map((name) => `  ${name}`)));
	await confirmed(`Remove ${inWords(found)} with all that is in them? A run that is not over yet breaks.`, settings);
	return sayRemoved(await cleanUp(clients, settings.run)) === 0 ? 0 : 1;
};

/** Runs the tests and says how they went; gives how many did not go as the table says. */
const test = async ({ table, files, isMoto }, server, base) => {
	const start = Date.now();
	const options = isMoto ? [] : ['--testTimeout=600000'];
	const report = await runSuite(table, { server, folder, files, limit, base, options, signal: stopped.signal });
	const { passed, lacking, unlisted, better, unknown } = compare(report, lacksOf(table));
	const isNotRun = ({ message }) => message.includes(noAccounts);
	const notRun = unlisted.filter(isNotRun);
	const faults = { unlisted: unlisted.filter((one) => !isNotRun(one)), better, unknown };
	const failed = Object.values(faults).flat().length;
	const counts = [`${passed.length} passed`, `${lacking.length} lacking as listed`, `${failed} failed`];
	say(
		`${[...counts, `${notRun.length} not run`].join(', ')} in ${secondsSince(start)} s`,
		...faultLines(table, faults),
		...testLines('Not run, because the keys may not make users and roles with IAM:', notRun),
	);
	if (table === 'aws' && failed + notRun.length === 0 && files.length === 0) {
		const result = { title: 'Amazon S3', version: new Date().toISOString().slice(0, 10) };
		const seconds = secondsSince(start);
		keepResult('aws', { ...result, passed: passed.length, lacking: lacking.length, seconds });
	}
	return { failed, isWhole: failed === 0 && files.length === 0 };
};

const runTests = async (settings) => {
	const server = await openServer(settings);
	const addresses = addressesOf(server.endpoint);
	const { base, tally } = await startCounting(addresses);
	const clients = clientsOf(addresses, server.keys);
	const { Account: account, Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
	const before = await inventory(clients);
	const run = newRun();
	const counted = existsSync(countedPath) ? JSON.parse(readFileSync(countedPath, 'utf8')) : undefined;
	say(
		`${server.endpoint ?? 'Amazon S3'}, region ${region}, account ${account}, as ${Arn}`,
		`All buckets, users and roles that the tests make begin with ${run}, and are removed at the end.`,
		...(before.users ? [] : ['The keys may not list users and roles, so tests that need others are not run.']),
		...(counted ? [`A run of all tests costs at most about ${roundedUp(costOf(counted).total)}:`] : []),
		...(counted ? costLines(counted) : []),
		'Assumed:',
		...assumptions.map((line) => `  ${line}`),
		`A run that costs more than ${maxCost} USD is ended.`,
	);
	await confirmed(`Run the tests in account ${account}?`, settings);

	const made = { users: [], roles: [] };
	const makers = makersOf(clients, { addresses, account, settle: server.endpoint ? 0 : 10_000 });
	const refuse = async () => {
		throw new Error(noAccounts);
	};
	const noting = (names, make) => async (name) => {
		if (!before.users) return await refuse();
		names.push(name);
		return await make(name);
	};
	const make = { user: noting(made.users, makers.user), role: noting(made.roles, makers.role) };
	const gateway = await startGateway({ ...addresses, region }, server.keys, make);
	const watch = setInterval(() => {
		if (costOf(tally()).total < maxCost || stopped.signal.aborted) return;
		say(`The run has cost ${maxCost} USD and is ended.`);
		stopped.abort();
	}, 10_000);
	const aws = { gateway: gateway.url, makers: gateway.makers, names: run, account, settle: server.endpoint ? 0 : 5000 };
	const own = { kind: settings.table, endpoint: addresses.s3, region, ...server.keys, aws };
	const outcome = await test(settings, own, base).catch((error) => {
		say(error instanceof NoResults ? error.message : error.stack);
		return { failed: 1, isWhole: false };
	});
	clearInterval(watch);
	gateway.stop();
	const left = await cleanUp(clients, run, made).then(
		(result) => sayRemoved(result, before),
		(error) => {
			say(`The clean-up ended early: ${error.message}`, `Remove what is left: npm run test:aws -- --clean ${run}`);
			return 1;
		},
	);
	const used = tally();
	say(`This run has cost at most ${roundedUp(costOf(used).total)}:`, costLines(used));
	if (outcome.isWhole && process.env.RECORD) writeFileSync(countedPath, `${JSON.stringify(used, undefined, '\t')}\n`);
	await server.stop();
	if (stopped.signal.aborted) return 130;
	return outcome.failed + left === 0 ? 0 : 1;
};

const modes = {
	policy: async () => {
		console.log(readFileSync(join(here, 'policy.json'), 'utf8').trimEnd());
		return 0;
	},
	clean,
	tests: runTests,
};

const main = async () => {
	const settings = settingsFrom(process.argv.slice(2), process.env);
	return await modes[settings.mode](settings);
};

const code = await main().catch((error) => {
	console.error(error instanceof Refusal ? `\n${error.message}` : error);
	return 2;
});
process.exit(code);
