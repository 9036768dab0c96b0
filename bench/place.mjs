// Where the bench and the soak run: a Ceph RGW, and an n8n with the packed package in it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as ceph from '../sandbox/ceph.mjs';
import * as n8n from '../sandbox/n8n.mjs';
import * as rest from '../sandbox/rest.cjs';

const run = promisify(execFile);

/**
 * Starts both in a folder; `more` are variables of n8n's environment. A server that runs and a packed package may be given: two
 * n8n then share the server. Gives the server with its keys, n8n's address and process, a way to call it, a way to save a
 * credential there, one to free the memory of what was deleted, and `stop`.
 */
export const startPlace = async (scratch, more, given = {}) => {
	console.error(given.server ? 'Starting another n8n...' : 'Starting Ceph RGW and n8n...');
	const running = [];
	const stop = async () => {
		for (const one of running.reverse()) await one.stop();
	};
	try {
		const server = given.server ?? (await ceph.start({ folder: join(scratch, 'ceph') }));
		if (!given.server) running.push(server);
		await n8n.install((step) => console.error(step));
		const userFolder = join(scratch, 'n8n');
		await n8n.addNodes(userFolder, given.tarball ?? (await n8n.pack(scratch)));
		const instance = await n8n.start({ userFolder, more });
		running.push(instance);
		const call = await rest.signIn(instance.url);
		const save = async (type, data) => await rest.saveCredential(call, type, type, data);
		const collect = async () => await run('radosgw-admin', ['-c', server.configFile, 'gc', 'process', '--include-all']);
		return { server, url: instance.url, pid: instance.pid, call, save, collect, stop };
	} catch (error) {
		await stop();
		throw error;
	}
};
