import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import gulpfile from '../../gulpfile';
import { rooms } from '../../scripts/rooms.mjs';

const root = join(__dirname, '..', '..');
const nodes = join(root, 'nodes', 'AwsS3');
const files = readdirSync(nodes, { recursive: true })
	.map((file) => String(file).replaceAll('\\', '/'))
	.filter((file) => file.endsWith('.ts'));
const folderOf = (file: string) => file.split('/').slice(0, -1).join('/');
const folders = [...new Set(files.map(folderOf))];

const importsOf = (file: string) =>
	[...readFileSync(join(nodes, file), 'utf8').matchAll(/ from '(\.[^']+)'/g)]
		.map(([, path = '']) => relative(nodes, join(nodes, dirname(file), path)))
		.map((path) => (files.includes(`${path}.ts`) ? `${path}.ts` : `${path}/index.ts`))
		.filter((path) => files.includes(path));

test('every folder is a room of the map, and every room is a folder', () => {
	const known = folders.map((folder) => folder.replace(/^operations\/\w+$/, 'operations'));
	expect([...new Set(known)].filter(Boolean).sort()).toEqual(rooms.map(([room]) => room).sort());
});

test('a room has a dozen files at most', () => {
	const full = folders.filter((folder) => files.filter((file) => folderOf(file) === folder).length > 12);
	expect(full.filter((folder) => !/^operations\/\w+$/.test(folder))).toEqual([]);
});

test('CONTRIBUTING shows the map', () => {
	const [, page = ''] = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').split(/^\| Room .*$/m);
	const rows = [...page.matchAll(/^\| `([\w/]+)` +\| (.+?) +\|$/gm)].map(([, room, holds]) => [room, holds]);
	expect(rows.filter(([room]) => rooms.some(([own]) => own === room))).toEqual(rooms);
});

test('no file imports itself through others', () => {
	const done = new Set<string>();
	const visit = (file: string, path: string[]): string[][] => {
		if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file]];
		if (done.has(file)) return [];
		const circles = importsOf(file).flatMap((imported) => visit(imported, [...path, file]));
		done.add(file);
		return circles;
	};
	expect(files.flatMap((file) => visit(file, []))).toEqual([]);
});

test('no verb imports a verb', () => {
	const verbs = new Set(gulpfile.verbs().map((verb) => `operations/${verb}.ts`));
	const others = [...verbs].flatMap((verb) => importsOf(verb).filter((file) => verbs.has(file)));
	expect(others).toEqual([]);
});
