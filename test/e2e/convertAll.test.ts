import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The commands of docs/converting.md for all workflows of an n8n, with n8n's own commands. */

interface Exported {
	id: string;
	name: string;
	active: boolean;
	nodes: Array<{ name: string; type: string; parameters: object }>;
}

const convertCommand = join(process.env.TEST_PACKAGE ?? '', 'dist', 'convert', 'command.js');

/** A shell in a folder, with the commands `n8n` and `npx n8n-nodes-aws-s3` as a server has them. */
const serverIn = async () => {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-server-'));
	const [bin, home] = [join(folder, 'bin'), join(folder, 'home')];
	for (const one of [bin, home]) await mkdir(one);
	const node = process.execPath;
	const n8n = join(__dirname, '..', 'support', 'n8nCommand.mjs');
	await writeFile(join(bin, 'n8n'), `#!/bin/sh\nexec "${node}" "${n8n}" "${home}" "$@"\n`, { mode: 0o755 });
	const npx = `#!/bin/sh\n[ "$1" = n8n-nodes-aws-s3 ] && shift && exec "${node}" "${convertCommand}" "$@"\n`;
	await writeFile(join(bin, 'npx'), npx, { mode: 0o755 });
	const shell = (script: string) =>
		spawnSync('bash', ['-uc', script], {
			cwd: folder,
			encoding: 'utf8',
			env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
		});
	return { folder, shell };
};

const workflow = (id: string, name: string, node: object) => ({
	...{ id, name, settings: {}, active: false },
	nodes: [
		{ id: 'n0', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
		{ id: 'n1', name: 'Work', typeVersion: 1, position: [200, 0], ...node },
	],
	connections: { Start: { main: [[{ node: 'Work', type: 'main', index: 0 }]] } },
});

const old = (parameters: object) => ({ type: 'n8n-nodes-base.awsS3', parameters });

const workflows = [
	workflow('listsfiles000001', 'Lists files', old({ resource: 'file', operation: 'getAll', bucketName: 'b' })),
	workflow('haslimits0000002', 'Is incomplete', old({ resource: 'file', operation: 'getAll', bucketName: '' })),
	workflow('doesnothing00003', 'Does nothing', { type: 'n8n-nodes-base.noOp', parameters: {} }),
];

/** The fenced commands of the page that have a text in them. */
const commandsWith = async (text: string) => {
	const page = await readFile(join(__dirname, '..', '..', 'docs', 'converting.md'), 'utf8');
	const found = [...page.matchAll(/```\n([\s\S]*?)```/g)].map(([, commands = '']) => commands);
	const chosen = found.find((commands) => commands.includes(text));
	if (!chosen) throw new Error(`docs/converting.md has no commands with '${text}'`);
	return chosen;
};

const exported = async (folder: string): Promise<Exported[]> => {
	const names = (await readdir(folder)).sort();
	return await Promise.all(
		names.map(async (name): Promise<Exported> => JSON.parse(await readFile(join(folder, name), 'utf8'))),
	);
};

const typesOf = (all: Exported[]) =>
	Object.fromEntries(all.map(({ name, nodes }) => [name, nodes.map(({ type }) => type.replace(/^n8n-nodes-/, ''))]));

const before = {
	'Does nothing': ['base.manualTrigger', 'base.noOp'],
	'Is incomplete': ['base.manualTrigger', 'base.awsS3'],
	'Lists files': ['base.manualTrigger', 'base.awsS3'],
};

const setUp = async () => {
	const { folder, shell } = await serverIn();
	await mkdir(join(folder, 'given'));
	for (const one of workflows) await writeFile(join(folder, 'given', `${one.id}.json`), JSON.stringify(one));
	const given = shell('n8n import:workflow --separate --input=given/');
	expect({ status: given.status, said: given.stderr }).toMatchObject({ status: 0 });
	return {
		shell,
		run: async (text: string) => shell(await commandsWith(text)),
		converted: join(folder, 'workflows-converted'),
		/** All workflows of this n8n now. */
		now: async () => {
			execFileSync('rm', ['-rf', join(folder, 'after')]);
			expect(shell('n8n export:workflow --all --separate --output=after/').status).toBe(0);
			return await exported(join(folder, 'after'));
		},
	};
};

test('the commands of the page replace all workflows, and say what stays as it was', async () => {
	const { run, now, converted } = await setUp();
	// The second command ends with 2, because a node stays as it was.
	const ran = await run('n8n import:workflow --separate --input=workflows-converted/');
	expect({ status: ran.status, said: ran.stderr }).toMatchObject({ status: 0 });
	expect(ran.stderr).toContain('Is incomplete');
	expect((await exported(converted)).map(({ name }) => name)).toEqual(['Lists files']);
	const all = await now();
	expect(typesOf(all)).toEqual({ ...before, 'Lists files': ['base.manualTrigger', 'aws-s3.awsS3'] });
	expect(all.map(({ active }) => active)).toEqual([false, false, false]);
}, 300_000);

test('the commands for copies leave all workflows as they are, and import the converted ones beside them', async () => {
	const { run, now } = await setUp();
	const ran = await run('(converted)');
	expect({ status: ran.status, said: ran.stderr }).toMatchObject({ status: 0 });
	const all = await now();
	expect(typesOf(all)).toEqual({ ...before, 'Lists files (converted)': ['base.manualTrigger', 'aws-s3.awsS3'] });
	expect(new Set(all.map(({ id }) => id)).size).toBe(4);
	expect(all.filter(({ active }) => active)).toEqual([]);
	expect(existsSync('workflows')).toBe(false);
}, 300_000);
