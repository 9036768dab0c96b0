// https://docs.getmoto.org/en/latest/docs/server_mode.html
import { freePort, untilAnswered } from '../ports.mjs';
import * as program from '../program.mjs';
import * as python from '../python.mjs';

const release = { name: 'moto', version: '5.2.5', extras: 'server' };

export const title = 'moto';
export const { version } = release;
export const takes = 'about 1 minute';

export const isInstalled = async () => python.isInstalled(release);
export const install = async () => await python.install(release);

export const start = async ({ folder }) => {
	const port = await freePort();
	const child = program.start(python.programOf(release, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
		stdio: 'ignore',
		cwd: folder,
		env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
	});
	const endpoint = `http://127.0.0.1:${port}`;
	await untilAnswered(`${endpoint}/moto-api/`, 60_000);
	const keys = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' };
	return { endpoint, region: 'us-east-1', ...keys, stop: async () => await program.stop(child) };
};
