// `node bench/newcomer.mjs`: how long it takes from a clean clone to a template that has run in a browser, the first time, with
// nothing in the caches of npm and of this project, and the second time. One command is typed: `npm start`.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { execute, signInAt } from '../sandbox/browser.cjs';
import { freePort } from '../sandbox/ports.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'newcomer-'));
const clone = join(scratch, 'clone');
const env = { ...process.env, XDG_CACHE_HOME: join(scratch, 'cache'), npm_config_cache: join(scratch, 'npm') };
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
	await promisify(execFile)('git', ['clone', '--quiet', project, clone]);
	for (const time of ['first', 'second']) {
		const since = Date.now();
		const { address, stop } = await start();
		const ready = seconds(since);
		const { context, page } = await signInAt(address.origin, join(scratch, `chromium-${time}`));
		await page.goto(address.href);
		await execute(page);
		console.log(`${time} time: ready after ${ready} s, the template has run in the browser after ${seconds(since)} s`);
		await context.close();
		await stop();
	}
} finally {
	rmSync(scratch, { recursive: true, force: true });
}
