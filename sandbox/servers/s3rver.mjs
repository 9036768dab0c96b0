// https://github.com/jamhall/s3rver
import * as npm from '../npm.mjs';
import { freePort, untilAnswered } from '../ports.mjs';
import * as program from '../program.mjs';

const release = { name: 's3rver', version: '3.7.1' };

export const title = 's3rver';
export const { version } = release;
export const takes = 'a few seconds';

export const isInstalled = async () => npm.isInstalled(release);
export const install = async () => await npm.install(release);

export const start = async ({ folder }) => {
	const port = await freePort();
	// It uses a digest that newer Node has only on demand.
	const node = ['--openssl-legacy-provider', npm.pathOf(release, 'bin', 's3rver.js')];
	const options = ['--directory', folder, '--address', '127.0.0.1', '--port', String(port), '--silent'];
	const child = program.start(process.execPath, [...node, ...options], { stdio: 'ignore' });
	const endpoint = `http://127.0.0.1:${port}`;
	await untilAnswered(endpoint, 10_000);
	const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
	return { endpoint, region: 'us-east-1', ...keys, stop: async () => await program.stop(child) };
};
