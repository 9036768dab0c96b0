// The stand-in where Ceph cannot be had: imitates S3 well enough for a first look. It proves nothing.
import { beside, nodeFor } from './n8n.mjs';
import { freePort, untilAnswered } from './ports.mjs';
import * as program from './program.mjs';

export const start = async ({ port }) => {
	const chosen = port ?? (await freePort());
	const env = { PATH: process.env.PATH, FAUXQS_PORT: String(chosen), FAUXQS_LOGGER: 'false' };
	const child = program.start(nodeFor(), [beside('fauxqs', 'dist', 'server.js')], { stdio: 'ignore', env });
	const endpoint = `http://127.0.0.1:${chosen}`;
	await untilAnswered(endpoint, 120_000);
	const stop = async () => await program.stop(child);
	return { endpoint, region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test', stop };
};
