// Programs that copy from bucket to bucket, to stand beside a transfer of this node.
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, isBuilt, programOf } from '../sandbox/go.mjs';
import { timed } from './floor.mjs';

const run = promisify(execFile);

const s5cmd = { module: 'github.com/peak/s5cmd/v2', version: 'v2.3.0' };
const rclone = { module: 'github.com/rclone/rclone', version: 'v1.75.0' };

/** Changes at the same time, as many as this node has at most. */
const atOnce = 64;

const quietly = async (program, args, env) =>
	await new Promise((resolve, reject) => {
		const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
		let said = '';
		child.stderr.on('data', (chunk) => (said += chunk));
		child.once('error', reject);
		child.once('exit', (code) =>
			code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${said.slice(0, 500)}`)),
		);
	});

const rcloneWith = (program, scratch, provider) => {
	const config = join(scratch, 'transfer-rclone.conf');
	writeFileSync(config, '');
	const remote = (name, { endpoint, region, accessKeyId, secretAccessKey }) =>
		Object.fromEntries(
			Object.entries({
				...{ TYPE: 's3', PROVIDER: provider, ENDPOINT: endpoint, REGION: region },
				...{ ACCESS_KEY_ID: accessKeyId, SECRET_ACCESS_KEY: secretAccessKey },
			}).map(([key, value]) => [`RCLONE_CONFIG_${name}_${key}`, value]),
		);
	// By ETag from the listings: otherwise it asks for the time of each object.
	const asks = ['--checksum', '--fast-list', '--s3-no-check-bucket', '--s3-no-head'];
	const flags = [...asks, `--transfers=${atOnce}`, `--checkers=${atOnce}`, '-q'];
	const { AWS_CA_BUNDLE: _unused, ...rest } = process.env;
	return async ({ from, to, isOneServer }) => {
		const env = { ...rest, RCLONE_CONFIG: config, ...remote('A', from.server), ...remote('B', to.server) };
		const target = `${isOneServer ? 'a' : 'b'}:${to.bucket}/${to.prefix}`;
		return await timed(
			async () => await quietly(program, ['copy', `a:${from.bucket}/${from.prefix}`, target, ...flags], env),
		);
	};
};

const s5cmdWith =
	(program) =>
	async ({ from, to, isOneServer }) => {
		// It knows one address only.
		if (!isOneServer) return undefined;
		const { endpoint, region, accessKeyId, secretAccessKey } = from.server;
		const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region };
		const flags = ['--log', 'error', '--endpoint-url', endpoint, `--numworkers=${atOnce}`];
		const paths = [`s3://${from.bucket}/${from.prefix}*`, `s3://${to.bucket}/${to.prefix}`];
		return await timed(async () => await quietly(program, [...flags, 'sync', ...paths], env));
	};

/**
 * Gives the programs by name, for a server as rclone calls its provider: each takes both sides and gives milliseconds, or nothing
 * where it cannot do it. Builds those that are not there yet.
 */
export const anchors = async (scratch, provider) => {
	const found = [];
	const debian = await run('rclone', ['version']).catch(() => undefined);
	if (debian) found.push([`rclone ${/v([\d.]+)/.exec(debian.stdout)?.[1]}`, rcloneWith('rclone', scratch, provider)]);
	else console.error("Left out: Debian's rclone, which is not installed");
	for (const [one, make] of [
		[rclone, (program) => rcloneWith(program, scratch, provider)],
		[s5cmd, s5cmdWith],
	]) {
		const fault = isBuilt(one) ? undefined : await build(one);
		if (fault) console.error(`Left out: ${fault}`);
		else found.push([`${programOf(one).split('/').at(-1)} ${one.version.slice(1)}`, make(programOf(one))]);
	}
	return Object.fromEntries(found);
};
