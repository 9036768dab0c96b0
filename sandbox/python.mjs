// Programs in Python, each installed once into a virtual environment of its own.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from './apt.mjs';
import { cache } from './cache.mjs';
import { run } from './program.mjs';

const folderOf = ({ name, version }) => join(cache(), `${name}-${version}`);

/** Written last: a virtual environment cannot be moved once it is made. */
const stamp = (one) => join(folderOf(one), '.installed');

export const isInstalled = (one) => existsSync(stamp(one));

export const programOf = (one, program) => join(folderOf(one), 'bin', program);

/** Installs a pinned package with some of its extras. Says why where it cannot. */
export const install = async ({ name, version, extras }) => {
	const folder = folderOf({ name, version });
	await rm(folder, { recursive: true, force: true });
	await mkdir(cache(), { recursive: true });
	const makeEnvironment = async () =>
		await run('python3', ['-m', 'venv', folder]).then(
			() => true,
			() => false,
		);
	// Debian has the module for virtual environments in a package of its own.
	if (
		!(await makeEnvironment()) &&
		!((await installPackages(['python3', 'python3-venv'])) && (await makeEnvironment()))
	)
		return 'Python 3 with venv, which cannot be installed here';
	const options = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}[${extras}]==${version}`];
	return await run(programOf({ name, version }, 'python'), options).then(
		async () => await writeFile(stamp({ name, version }), ''),
		(error) => `${name} ${version}, which cannot be installed here: ${error.message}`,
	);
};
