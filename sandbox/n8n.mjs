// The pinned versions of n8n: installed once for all clones, started with a folder of their own, used through the REST API.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache } from './cache.mjs';
import { freePort } from './ports.mjs';
import * as program from './program.mjs';
import { settings } from './rest.cjs';

const here = dirname(fileURLToPath(import.meta.url));
const project = dirname(here);

const npm = async (cwd, args, env = process.env) =>
	await program.run('npm', args, { cwd, env, shell: process.platform === 'win32' });

/** What is pinned, by the major version of n8n: where, the Node that it needs at least, and variables that it needs there. */
const pins = {
	2: { pin: here, node: 24, needs: { N8N_DISABLED_MODULES: 'mcp-registry' } },
	1: {
		pin: join(here, 'n8n1'),
		node: 20,
		needs: {
			// Its newer engine for expressions does not run on Node 20.
			N8N_EXPRESSION_ENGINE: 'legacy',
			// It keeps files in memory, and saves them in its database, where it is not told otherwise.
			N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
			// Two requests at a time get in each other's way in its one connection to SQLite; n8n 2 has a pool of so many.
			DB_SQLITE_POOL_SIZE: '3',
		},
	},
};

/** Where a pinned n8n is, or will be: by its lockfile, so that clones share it and a new pin gets a place of its own. */
const installation = (major) => {
	const lock = readFileSync(join(pins[major].pin, 'package-lock.json'));
	return join(cache(), `n8n-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`);
};

export const isInstalled = (major = 2) => existsSync(join(installation(major), 'node_modules'));

/**
 * Where Node's headers are, if they stand beside this Node: to build a native package, node-gyp would download them. Those of
 * any Node from 20 on do, because sqlite3 uses Node-API.
 */
const headers = () => {
	const folder = dirname(dirname(realpathSync(process.execPath)));
	return existsSync(join(folder, 'include', 'node', 'node_version.h')) ? { npm_config_nodedir: folder } : {};
};

/** Builds the one native package that n8n cannot start without, in the folder that n8n is installed in. */
const buildSqlite = async (folder) =>
	await npm(folder, ['rebuild', 'sqlite3', '--loglevel=error'], { ...headers(), ...process.env });

/**
 * Installs a pinned n8n if it is not there: about 5 minutes and 3 GB, once. It is built aside and moved at the end, so
 * that an interrupted installation is never taken for a whole one.
 */
export const install = async (progress = () => {}, major = 2) => {
	const folder = installation(major);
	if (isInstalled(major)) return;
	const aside = `${folder}.${process.pid}`;
	await mkdir(aside, { recursive: true });
	const forget = () => rmSync(aside, { recursive: true, force: true, maxRetries: 10 });
	process.once('exit', forget);
	for (const file of ['package.json', 'package-lock.json']) await cp(join(pins[major].pin, file), join(aside, file));
	await cp(join(project, '.npmrc'), join(aside, '.npmrc'));
	progress('downloading n8n');
	// Not `npm ci`: it insists on binaries for other platforms, which not every registry has.
	await npm(aside, ['install', '--no-save', '--ignore-scripts', '--loglevel=error']);
	progress('building sqlite3 for n8n');
	await buildSqlite(aside);
	await rename(aside, folder).catch((error) => {
		// Another clone was faster.
		if (!isInstalled(major)) throw error;
		forget();
	});
	process.off('exit', forget);
};

/** A Node that n8n runs on: this one if it is new enough, else the one that is installed with it. */
export const nodeFor = (major = 2) => {
	const { node } = pins[major];
	if (Number(process.versions.node.split('.')[0]) >= node) return process.execPath;
	const own = join(installation(major), 'node_modules', '.bin', 'node');
	if (existsSync(own)) return own;
	throw new Error(
		`n8n needs Node ${node} or newer, and there is none for ${process.platform}-${process.arch} to be installed beside it. Install Node ${node} and run this again.`,
	);
};

/** The path of a program or file of a package that is installed beside n8n. */
export const beside = (...path) => join(installation(2), 'node_modules', ...path);

/** What the build makes, or reads from a place of its own. */
const besideSource = ['.git', 'dist', 'node_modules'];

/**
 * Builds the package and packs it as npm would publish it; gives the path of the tarball. It happens in a copy of the
 * project: the build writes the registry and pages as well, and others may be reading them.
 */
export const pack = async (folder) => {
	const copy = join(folder, 'package');
	await rm(copy, { recursive: true, force: true });
	await cp(project, copy, { recursive: true, filter: (path) => !besideSource.includes(relative(project, path)) });
	await symlink(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction');
	await program.run(process.execPath, [join('node_modules', 'gulp', 'bin', 'gulp.js'), 'build'], { cwd: copy });
	const { stdout } = await npm(copy, ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`]);
	const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[')));
	await rm(copy, { recursive: true });
	return join(folder, packed.filename);
};

/** Installs the packed tarball into an n8n folder, as n8n's own user interface does it; gives where the package is. */
export const addNodes = async (userFolder, tarball) => {
	const nodes = join(userFolder, '.n8n', 'nodes');
	await mkdir(nodes, { recursive: true });
	const manifest = { name: 'installed-nodes', private: true, dependencies: {} };
	await writeFile(join(nodes, 'package.json'), JSON.stringify(manifest));
	const installed = join(nodes, 'node_modules', 'n8n-nodes-aws-s3');
	await rm(installed, { recursive: true, force: true });
	const flags = [
		'--ignore-scripts',
		'--legacy-peer-deps',
		'--no-audit',
		'--no-fund',
		'--no-package-lock',
		'--loglevel=error',
	];
	await npm(nodes, ['install', tarball, ...flags]);
	return installed;
};

/** Nothing of the host's AWS identity, and no calls home. */
const environment = ({ userFolder, port, brokerPort, more }) => ({
	PATH: process.env.PATH,
	HOME: process.env.HOME,
	...(process.env.LANG && { LANG: process.env.LANG }),
	// Dates in workflows are those of this machine, not of New York.
	GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
	N8N_USER_FOLDER: userFolder,
	N8N_HOST: '127.0.0.1',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_PORT: String(port),
	N8N_RUNNERS_BROKER_PORT: String(brokerPort),
	N8N_SECURE_COOKIE: 'false',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_ONBOARDING_FLOW_DISABLED: 'true',
	N8N_LOG_LEVEL: 'warn',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	EXECUTIONS_DATA_PRUNE: 'false',
	...more,
});

/** The file of a pinned n8n that all its commands begin with. */
const programOf = (major) => join(installation(major), 'node_modules', 'n8n', 'bin', 'n8n');

/** Runs a command of n8n, such as `export:workflow`, in the folder that the caller is in. Gives what it has written. */
export const command = async ({ userFolder, major = 2, args }) => {
	const [port, brokerPort] = [await freePort(), await freePort()];
	const env = environment({ userFolder, port, brokerPort, more: { ...pins[major].needs, N8N_LOG_LEVEL: 'info' } });
	return await program.run(nodeFor(major), [programOf(major), ...args], { env, cwd: process.cwd() });
};

/** Milliseconds for a start of n8n. On two processors with 15 programs at work, one has taken 143 seconds. */
const patience = 300_000;

/** Starts n8n on a port and waits until it answers. Gives its process, its address, and `stop`. */
export const start = async ({ userFolder, port, more = {}, major = 2, onExit = () => {} }) => {
	const chosen = port ?? (await freePort());
	const needed = { ...pins[major].needs, ...more };
	const env = environment({ userFolder, port: chosen, brokerPort: await freePort(), more: needed });
	const lines = [];
	const child = program.start(nodeFor(major), [programOf(major), 'start'], {
		env,
		cwd: userFolder,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	child.once('exit', () => onExit());
	const note = (chunk) => {
		lines.push(String(chunk));
		if (lines.length > 500) lines.shift();
	};
	child.stdout.on('data', note);
	child.stderr.on('data', note);
	const stop = async () => await program.stop(child, 'SIGTERM');
	const url = `http://127.0.0.1:${chosen}`;
	// While it starts, n8n answers everything with a text.
	const answers = async () =>
		await settings(url).then(
			() => true,
			() => false,
		);
	const end = Date.now() + patience;
	while (!(await answers())) {
		if (child.exitCode !== null || child.signalCode !== null || Date.now() > end) {
			await stop();
			throw new Error(`n8n did not start:\n${lines.join('').slice(-4000)}`);
		}
		await sleep(250);
	}
	return { url, pid: child.pid, log: () => lines.join(''), stop };
};

/** The names of the templates, which are the workflows that users import. */
export const templates = async () =>
	(await readdir(join(project, 'templates')))
		.filter((file) => file.endsWith('.json'))
		.map((file) => join(project, 'templates', file));
