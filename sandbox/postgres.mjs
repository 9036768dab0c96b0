// A PostgreSQL of Debian's in one folder, on loopback only, for the template that backs up a database.
import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackages } from './apt.mjs';
import { freePort } from './ports.mjs';

const run = promisify(execFile);
const versions = '/usr/lib/postgresql';

const binaries = async () => {
	const [version] = await readdir(versions).catch(() => []);
	return version && join(versions, version, 'bin');
};

export const isInstalled = async () => {
	const folder = await binaries();
	return folder !== undefined && (await readdir(folder)).includes('initdb');
};

/** Installs Debian's package; false where that cannot be done here. */
export const install = async () => await installPackages(['postgresql']);

/** Starts it empty; gives how to connect, and `stop`. */
export const start = async () => {
	const bin = await binaries();
	const port = await freePort();
	// Not inside of a folder of ours, which its user could not enter.
	const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
	const data = join(folder, 'data');
	// PostgreSQL refuses to run as root; its package has made a user for it.
	const isRoot = process.getuid?.() === 0;
	const as = async (program, ...args) =>
		isRoot
			? await run('runuser', ['-u', 'postgres', '--', join(bin, program), ...args], { cwd: folder })
			: await run(join(bin, program), args, { cwd: folder });
	if (isRoot) {
		const { stdout } = await run('id', ['-u', 'postgres']);
		await chown(folder, Number(stdout), -1);
	}
	await as('initdb', '-D', data, '--auth=trust', '--username=n8n', '--encoding=UTF8', '--no-sync');
	const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
	await as('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start');
	return {
		connection: { host: '127.0.0.1', port, database: 'postgres', user: 'n8n', password: 'n8n' },
		stop: async () => {
			await as('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
			await rm(folder, { recursive: true, force: true });
		},
	};
};
