// Programs in Go, built once from the module proxy.
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages } from './apt.mjs';
import { cache } from './cache.mjs';
import { run } from './program.mjs';

const arch = process.arch === 'x64' ? 'amd64' : process.arch;

/** Newer than Debian's. Each version is also a module, which an older Go downloads and checks. */
const toolchain = `golang.org/toolchain@v0.0.1-go1.26.8.linux-${arch}`;

/** The minor version of a `go`, or nothing where there is none. */
const minorVersion = async (go) =>
	await run(go, ['env', 'GOVERSION'], { env: { ...process.env, GOTOOLCHAIN: 'local' } }).then(
		({ stdout }) => Number(/^go1\.(\d+)/.exec(stdout)?.[1] ?? 0),
		() => undefined,
	);

/** A Go that is new enough, downloaded by Debian's if there is no other. */
const findGo = async () => {
	const own = await minorVersion('go');
	// From this version on, Go itself downloads the toolchain that a module asks for.
	if (own >= 21) return 'go';
	if (own === undefined && !(await installPackages(['golang-go']))) return undefined;
	const folder = await mkdtemp(join(tmpdir(), 'go-'));
	try {
		const { stdout } = await run('go', ['mod', 'download', '-json', toolchain], { cwd: folder });
		const { Dir } = JSON.parse(stdout);
		// Modules carry no permission to execute.
		const tools = join(Dir, 'pkg', 'tool', `linux_${arch}`);
		for (const one of [join(Dir, 'bin'), tools]) {
			await chmod(one, 0o755);
			for (const file of await readdir(one)) await chmod(join(one, file), 0o755);
		}
		return join(Dir, 'bin', 'go');
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};

/** As `go install` calls it: the last part of the path that is no version. */
const programName = (module) =>
	module
		.split('/')
		.filter((part) => !/^v\d+$/.test(part))
		.at(-1);

/** Where a program is, or will be: by name and version. */
const folderOf = ({ module, version }) => join(cache(), `${programName(module)}-${version.split('-').at(-1)}`);

export const programOf = (one) => join(folderOf(one), programName(one.module));

export const isBuilt = (one) => existsSync(programOf(one));

/** What `go install` does, where the proxy has the version but not the list of versions, which Go asks for besides. */
const buildAsDependency = async (go, { module, version }, out) => {
	const folder = await mkdtemp(join(tmpdir(), 'go-'));
	try {
		await writeFile(join(folder, 'go.mod'), `module program\ngo 1.22\nrequire ${module} ${version}\n`);
		const { GOBIN: _unused, ...env } = process.env;
		await run(go, ['build', '-mod=mod', '-o', out, module], { env, cwd: folder });
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};

/** Builds a program aside and moves it at the end, so that an interrupted build leaves nothing. Says why where it cannot. */
export const build = async ({ module, version }) => {
	const go = await findGo();
	if (!go) return 'Go, which cannot be installed here';
	await mkdir(cache(), { recursive: true });
	const aside = await mkdtemp(join(cache(), 'building-'));
	try {
		const env = { ...process.env, GOBIN: aside };
		await run(go, ['install', `${module}@${version}`], { env, cwd: tmpdir() }).catch(async (error) => {
			if (!/loading deprecation/.test(error.message)) throw error;
			await buildAsDependency(go, { module, version }, join(aside, programName(module)));
		});
		const folder = folderOf({ module, version });
		await rm(folder, { recursive: true, force: true });
		await rename(aside, folder);
		return undefined;
	} catch (error) {
		await rm(aside, { recursive: true, force: true });
		return `${module}@${version}, which cannot be built here: ${error.message}`;
	}
};
