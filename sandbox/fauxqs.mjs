// The stand-in where Ceph cannot be had: imitates S3 well enough for a first look. It proves nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beside, nodeFor } from './n8n.mjs';
import { freePort, untilAnswered } from './ports.mjs';

export const start = async ({ port }) => {
	const chosen = port ?? (await freePort());
	const env = { PATH: process.env.PATH, FAUXQS_PORT: String(chosen), FAUXQS_LOGGER: 'false' };
	const child = spawn(nodeFor(), [beside('fauxqs', 'dist', 'server.js')], { stdio: 'ignore', detached: true, env });
	const kill = () => child.kill('SIGKILL');
	process.once('exit', kill);
	const ended = once(child, 'exit');
	const endpoint = `http://127.0.0.1:${chosen}`;
	await untilAnswered(endpoint, 10_000);
	const stop = async () => {
		process.off('exit', kill);
		kill();
		await ended;
	};
	return { endpoint, region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test', stop };
};
