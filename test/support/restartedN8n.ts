import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../sandbox/ports.mjs';
import rest from '../../sandbox/rest.cjs';
import { activeWorkflows } from './activeWorkflows';

/**
 * Milliseconds for a test that starts n8n more than once. On two processors with 15 programs at work, one start takes up to 143
 * seconds; one that fails ends with its log, and everything else that a test waits for has a shorter limit of its own.
 */
export const restartTimeout = 600_000;

/** An n8n for one test, which ends it and starts it again at the same address: gives a function that starts it. */
export const ownN8n = async () => {
	const folder = await mkdtemp(join(tmpdir(), 'own-n8n-'));
	const port = await freePort();
	return async () => {
		const child = spawn(process.execPath, ['test/support/ownN8n.mjs', folder, String(port)], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const failed = once(child, 'exit').then(([code]) => {
			throw new Error(`n8n ended with ${code} and did not start; its log is above`);
		});
		const [line] = await Promise.race([once(child.stdout, 'data'), failed]);
		const { pid, url }: { pid: number; url: string } = JSON.parse(String(line));
		const own = await rest.signIn(url);
		const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
			const ended = once(child, 'exit');
			process.kill(pid, signal);
			await ended;
		};
		const kill = async () => await end('SIGKILL');
		const stop = async () => await end('SIGTERM');
		return { own, url, kill, stop, workflows: activeWorkflows(own) };
	};
};
