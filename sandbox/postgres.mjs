// A PostgreSQL of Debian's in one folder, on loopback only, for the template that backs up a database.
import { chown, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installPackages } from './apt.mjs';
import { freePort } from './ports.mjs';
import * as program from './program.mjs';

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

/** PostgreSQL refuses to run as root; its package has made a user for it. */
const owner = async () => {
	if (process.getuid?.() !== 0) return {};
	const id = async (flag) => Number((await program.run('id', [flag, 'postgres'])).stdout);
	return { uid: await id('-u'), gid: await id('-g') };
};

/** Starts it empty in a folder, inside of one that its user can enter; gives a way to make a database in it, with how to connect to that, and `stop`. */
export const start = async ({ folder }) => {
	const bin = await binaries();
	const port = await freePort();
	await mkdir(folder, { recursive: true });
	const as = { cwd: folder, ...(await owner()) };
	if (as.uid !== undefined) await chown(folder, as.uid, as.gid);
	const data = join(folder, 'data');
	const made = ['--auth=trust', '--username=n8n', '--encoding=UTF8', '--no-sync'];
	await program.run(join(bin, 'initdb'), ['-D', data, ...made], as);
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'].flatMap((one) => [
		'-c',
		one,
	]);
	// What it shares with its parts outlives it where it is killed.
	const options = { ...as, stdio: 'ignore', lastSignal: 'SIGQUIT' };
	const server = program.start(join(bin, 'postgres'), ['-D', data, '-p', `${port}`, ...settings], options);
	const at = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'n8n'];
	const stop = async () => {
		await program.stop(server, 'SIGQUIT');
		await rm(folder, { recursive: true, force: true });
	};
	const isReady = async () => await program.run(join(bin, 'pg_isready'), at).then(Boolean, () => false);
	for (let tries = 0; !(await isReady()); tries++) {
		if (tries > 300 || server.exitCode !== null) {
			await stop();
			throw new Error('PostgreSQL did not start');
		}
		await sleep(100);
	}
	return {
		makeDatabase: async (database) => {
			await program.run(join(bin, 'createdb'), [...at, database]);
			return { host: '127.0.0.1', port, database, user: 'n8n', password: 'n8n' };
		},
		stop,
	};
};
