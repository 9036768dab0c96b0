// https://docs.min.io/community/minio-object-store/reference/minio-server/settings.html
import { build, isBuilt, programOf } from '../go.mjs';
import { freePort, untilAnswered } from '../ports.mjs';
import * as program from '../program.mjs';

const release = { module: 'github.com/minio/minio', version: 'v0.0.0-20260212201848-7aac2a2c5b7c' };

export const title = 'MinIO';
export const version = '2026-02-12';
export const takes = 'about 4 minutes';

export const isInstalled = async () => isBuilt(release);
export const install = async () => await build(release);

/** `more` are variables, such as those of a webhook that gets its events. */
export const start = async ({ folder, more = {} }) => {
	const port = await freePort();
	const keys = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' };
	const env = {
		PATH: process.env.PATH,
		HOME: folder,
		MINIO_ROOT_USER: keys.accessKeyId,
		MINIO_ROOT_PASSWORD: keys.secretAccessKey,
		MINIO_REGION: 'us-east-1',
		MINIO_BROWSER: 'off',
		MINIO_UPDATE: 'off',
		// Buckets also as hosts: bucket.localhost
		MINIO_DOMAIN: 'localhost',
		MINIO_KMS_SECRET_KEY: 'testkey-1:YmluCmJvb3N0CmJvb3N0LWJ1aWxkCmNlcGguY29uZgo=',
		// A target for notifications, where nobody listens.
		MINIO_NOTIFY_WEBHOOK_ENABLE_N8N: 'on',
		MINIO_NOTIFY_WEBHOOK_ENDPOINT_N8N: 'http://127.0.0.1:9/',
		...more,
	};
	const address = `127.0.0.1:${port}`;
	const child = program.start(programOf(release), ['server', '--quiet', '--address', address, `${folder}/data`], {
		stdio: 'ignore',
		env,
	});
	const endpoint = `http://${address}`;
	await untilAnswered(`${endpoint}/minio/health/ready`, 30_000);
	return { endpoint, region: 'us-east-1', ...keys, stop: async () => await program.stop(child) };
};
