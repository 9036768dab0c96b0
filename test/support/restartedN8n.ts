import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import rest from '../../sandbox/rest.cjs';
import { activeWorkflows } from './activeWorkflows';
import { listen } from './listen';

const freePort = async () => {
	const server = createServer();
	const address = await listen(server);
	server.close();
	return address.split(':').at(-1) ?? '';
};

/** An n8n for one test, which ends it and starts it again: gives a function that starts it. */
export const ownN8n = async () => {
	const folder = await mkdtemp(join(tmpdir(), 'own-n8n-'));
	const port = await freePort();
	return async () => {
		const child = spawn(process.execPath, ['test/support/ownN8n.mjs', folder, port], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const [line] = await once(child.stdout, 'data');
		const { pid, url }: { pid: number; url: string } = JSON.parse(String(line));
		const own = await rest.signIn(url);
		const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
			const ended = once(child, 'exit');
			process.kill(pid, signal);
			await ended;
		};
		const kill = async () => await end('SIGKILL');
		const stop = async () => await end('SIGTERM');
		return { own, kill, stop, workflows: activeWorkflows(own) };
	};
};
