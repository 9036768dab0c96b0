// https://github.com/versity/versitygw/wiki
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build, isBuilt, programOf } from '../go.mjs';
import { freePort, untilAnswered } from '../ports.mjs';
import * as program from '../program.mjs';

const release = { module: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0' };

export const title = 'Versity S3 Gateway';
export const version = '1.8.0';
export const takes = 'about 3 minutes';

export const isInstalled = async () => isBuilt(release);
export const install = async () => await build(release);

export const start = async ({ folder }) => {
	const port = await freePort();
	// Root may do everything in all buckets, so the owner is a user, as everybody else.
	const root = { accessKeyId: 'root', secretAccessKey: 'root-secret' };
	const keys = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' };
	const [data, versions, accounts] = ['data', 'versions', 'accounts'].map((name) => join(folder, name));
	for (const one of [data, versions, accounts]) await mkdir(one);
	const address = `127.0.0.1:${port}`;
	const asRoot = ['--access', root.accessKeyId, '--secret', root.secretAccessKey, '--region', 'us-east-1'];
	const more = ['--port', address, '--iam-dir', accounts, '--quiet', '--virtual-domain', 'localhost'];
	const child = program.start(programOf(release), [...asRoot, ...more, 'posix', '--versioning-dir', versions, data], {
		stdio: 'ignore',
		env: { PATH: process.env.PATH, HOME: folder },
	});
	const endpoint = `http://${address}`;
	await untilAnswered(endpoint, 30_000);
	const owner = ['--access', keys.accessKeyId, '--secret', keys.secretAccessKey, '--role', 'userplus'];
	const admin = ['admin', ...asRoot, '--endpoint-url', endpoint, 'create-user', ...owner];
	await program.run(programOf(release), admin, { env: { HOME: folder } });
	return { endpoint, region: 'us-east-1', ...keys, root, stop: async () => await program.stop(child) };
};
