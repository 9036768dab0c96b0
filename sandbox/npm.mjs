// Programs from npm that are in nobody's package.json, each installed once into a folder of its own.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from './cache.mjs';
import { run } from './program.mjs';

const folderOf = ({ name, version }) => join(cache(), `${name}-${version}`);

export const isInstalled = (one) => existsSync(folderOf(one));

export const pathOf = (one, ...path) => join(folderOf(one), 'node_modules', one.name, ...path);

/** Installs a pinned package aside and moves it at the end. Says why where it cannot. */
export const install = async ({ name, version }) => {
	await mkdir(cache(), { recursive: true });
	const aside = await mkdtemp(join(cache(), 'installing-'));
	await writeFile(join(aside, 'package.json'), JSON.stringify({ private: true }));
	const options = ['install', '--ignore-scripts', '--loglevel=error', `${name}@${version}`];
	return await run('npm', options, { cwd: aside, shell: process.platform === 'win32' }).then(
		async () => await rename(aside, folderOf({ name, version })),
		async (error) => {
			await rm(aside, { recursive: true, force: true });
			return `${name}@${version}, which cannot be installed here: ${error.message}`;
		},
	);
};
