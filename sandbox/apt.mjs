// Debian's packages, for what the tests need beside Node.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Installs packages; false where that cannot be done here (no apt-get, no root, no archive). */
export const installPackages = async (packages) => {
	const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
	// An outdated list of packages may do.
	await run('apt-get', ['update', '-q'], options).catch(() => undefined);
	return await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], options).then(
		() => true,
		() => false,
	);
};
