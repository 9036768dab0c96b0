import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = dirname(dirname(fileURLToPath(import.meta.url)));

/** Packs another commit in a clone, with the packages that its lockfile names. Returns the path of the tarball. */
export const packCommit = async (commit, scratch) => {
	const clone = join(scratch, 'clone');
	await run('git', ['clone', '--quiet', project, clone]);
	await run('git', ['checkout', '--quiet', '--detach', commit], { cwd: clone });
	await run('node', ['scripts/install.mjs'], { cwd: clone });
	const packed = join(scratch, 'packed');
	mkdirSync(packed);
	const code = `import('./sandbox/n8n.mjs').then(async ({ pack }) => console.log(await pack(process.argv[1])))`;
	const { stdout } = await run('node', ['--eval', code, packed], { cwd: clone });
	return stdout.trim().split('\n').at(-1);
};
