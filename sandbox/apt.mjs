// Debian's packages, for what the tests need beside Node.
import { run } from './program.mjs';

let last = Promise.resolve();

/** Installs packages; false where that cannot be done here (no apt-get, no root, no archive). */
export const installPackages = async (packages) => {
	const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
	const install = async () => {
		// An outdated list of packages may do.
		await run('apt-get', ['update', '-q'], options).catch(() => undefined);
		return await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], options).then(
			() => true,
			() => false,
		);
	};
	// apt-get refuses to run twice at a time.
	last = last.then(install);
	return await last;
};
