// `node bench/newcomer.mjs`: how long it takes from a clean clone to a template that has run in a browser, the first time, with
// nothing in the caches of npm and of this project, and the second time. One command is typed: `npm start`. Then what it takes
// in the editor from an empty canvas to a downloaded file. Options: a commit, for how it was; `--warm` uses this machine's
// caches, once; `--pictures FOLDER` keeps a picture of each step in the editor.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { execute, signInAt } from '../sandbox/browser.cjs';
import { freePort } from '../sandbox/ports.mjs';
import { firstDownload } from './firstDownload.mjs';

const {
	positionals: [commit = 'HEAD'],
	values: { warm, pictures },
} = parseArgs({ allowPositionals: true, options: { warm: { type: 'boolean' }, pictures: { type: 'string' } } });
if (pictures) mkdirSync(pictures, { recursive: true });

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'newcomer-'));
const clone = join(scratch, 'clone');
const emptyCaches = { XDG_CACHE_HOME: join(scratch, 'cache'), npm_config_cache: join(scratch, 'npm') };
const env = { ...process.env, ...(!warm && emptyCaches) };
const ports = ['--port', String(await freePort()), '--s3-port', String(await freePort())];

/** Starts the demo; gives the address of the template that it offers, and `stop`. */
const start = async () => {
	const stdio = ['ignore', 'pipe', 'inherit'];
	const child = spawn('npm', ['start', '--', ...ports], { cwd: clone, env, stdio, detached: true });
	for await (const line of createInterface({ input: child.stdout })) {
		const [, address] = /A table transformed: (\S+)/.exec(line) ?? [];
		if (!address) continue;
		const stop = async () => {
			// Ctrl-C reaches all that were started, and the terminal is free once the last of them has ended.
			process.kill(-child.pid, 'SIGINT');
			await once(child, 'close');
		};
		return { address: new URL(address), stop };
	}
	throw new Error('npm start ended before it was ready');
};

const seconds = (since) => Math.round((Date.now() - since) / 1000);

try {
	const run = promisify(execFile);
	await run('git', ['clone', '--quiet', project, clone]);
	await run('git', ['checkout', '--quiet', '--detach', commit], { cwd: clone });
	const times = warm ? ['first'] : ['first', 'second'];
	for (const time of times) {
		const since = Date.now();
		const { address, stop } = await start();
		const ready = seconds(since);
		const { context, page } = await signInAt(address.origin, join(scratch, `chromium-${time}`));
		await page.goto(address.href);
		await execute(page);
		console.log(`${time} time: ready after ${ready} s, the template has run in the browser after ${seconds(since)} s`);
		if (time === times.at(-1)) {
			const { clicks, keys, scrolled, bytes } = await firstDownload(page, address.origin, pictures);
			console.log(
				`from an empty canvas to a downloaded file (${bytes} bytes): ${clicks} clicks, ${keys} keys, ${scrolled} pixels to scroll`,
			);
		}
		await context.close();
		await stop();
	}
} finally {
	rmSync(scratch, { recursive: true, force: true });
}
