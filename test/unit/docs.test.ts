import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Examples } from '../../docs/pages';
import { pages } from '../../docs/pages';
import { withMessages, withOperations, withPermissions, withTests, withTriggerPermissions } from '../../docs/tables';
import { chart } from '../../bench/chart.mjs';
import gulpfile from '../../gulpfile';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import { schemas } from '../../scripts/schemas';
import * as registry from '../../nodes/AwsS3/operations';

const root = join(__dirname, '..', '..');

test('the README lists the operations, and stays short', () => {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	expect(readme).toMatch(/\| \[Object\]\(docs\/resources\/object\.md\) \| Copy, /);
	expect(readme).toBe(withOperations(readme, Object.values(registry)));
	expect(readme.split('\n').length).toBeLessThanOrEqual(150);
});

test('the page of permissions is that of the operations and triggers', () => {
	const page = readFileSync(join(root, 'docs', 'permissions.md'), 'utf8');
	expect(page).toContain('| Object: Upload | `s3:PutObject` |');
	expect(page).toContain('| Amazon S3 Event Trigger | `sqs:ReceiveMessage`, for a queue |');
	expect(page).toBe(withPermissions(page, Object.values(registry)));
	const ofTrigger = readFileSync(join(root, 'docs', 'triggers.md'), 'utf8');
	expect(ofTrigger).toContain('| `s3:ListBucket` |');
	expect(ofTrigger).toBe(withTriggerPermissions(ofTrigger, 'awsS3Trigger'));
});

test('every operation is tested against a server, but for those that no local one can answer', () => {
	const page = readFileSync(join(root, 'docs', 'operations.md'), 'utf8');
	expect(page).toContain('| `restoreFolder` |');
	expect(page).toBe(withTests(page, Object.values(registry), gulpfile.testedIn));
	const ids = Object.values(registry).map(({ resource, operation }: Operation) => `${resource}.${operation}`);
	const level = (id: string) => gulpfile.testedIn(id)[0]?.split('/')[0];
	expect(ids.filter((id) => level(id) !== 's3' && level(id) !== 'e2e')).toEqual([
		'object.getAttributes',
		'object.restore',
	]);
	expect(ids.filter((id) => level(id) === undefined)).toEqual([]);
});

test('the page on dry runs names what has one', () => {
	const hasDryRun = ({ fields }: Operation) =>
		fields.some(({ options = [] }) => options.some(({ name }) => name === 'dryRun'));
	const all: Operation[] = Object.values(registry);
	expect(all.filter((one) => one.effect === 'destructive' && !hasDryRun(one))).toEqual([]);
	const page = readFileSync(join(root, 'docs', 'protection.md'), 'utf8');
	const idOf = (label: string) => label.charAt(0).toLowerCase() + label.slice(1).replace(' ', '');
	const [, sentence = ''] = /## Dry run\s+([^.]+)\./.exec(page) ?? [];
	const named = [...sentence.matchAll(/_([^_]+)_|\*\*([^*]+)\*\*/g)].reduce<string[]>((found, [, name, resource]) => {
		const last = found.at(-1)?.split('.')[0] ?? '';
		return resource ? [...found, `${idOf(resource)}.`] : [...found, `${last}.${name}`];
	}, []);
	const others = all.filter((one) => one.effect !== 'destructive' && hasDryRun(one));
	expect(named.filter((one) => !one.endsWith('.')).sort()).toEqual(
		others.map(({ resource, name }) => `${resource}.${name}`).sort(),
	);
});

test('the table of messages is that of their tests', () => {
	const page = readFileSync(join(root, 'docs', 'troubleshooting.md'), 'utf8');
	const snapshot = readFileSync(join(root, 'test', 's3', '__snapshots__', 'refusals.test.ts.snap'), 'utf8');
	expect(page).toContain('| `AccessDenied` |');
	expect(page.match(/^\| `/gm)).toHaveLength(snapshot.match(/^exports/gm)?.length ?? 0);
	expect(page).toBe(withMessages(page, snapshot));
});

test('the pages of resources and templates are those that are made of them', () => {
	const examples: Examples = JSON.parse(readFileSync(join(root, 'docs', 'examples.json'), 'utf8'));
	const made = pages(Object.values(registry), gulpfile.templates(), examples);
	for (const [path, text] of Object.entries(made)) expect(readFileSync(join(root, path), 'utf8')).toBe(text);
	const there = ['templates', 'resources'].flatMap((folder) =>
		readdirSync(join(root, 'docs', folder)).map((file) => `docs/${folder}/${file}`),
	);
	const inFolders = Object.keys(made).filter((path) => /^docs\/(templates|resources)\//.test(path));
	expect(there.sort()).toEqual(inFolders.sort());
});

test('the chart shows what was measured, in light and dark', () => {
	const rows: unknown = JSON.parse(readFileSync(join(root, 'bench', 'results.json'), 'utf8'));
	const drawn = readFileSync(join(root, 'docs', 'bench.svg'), 'utf8');
	expect(drawn).toBe(chart(rows, readFileSync(join(root, 'bench', 'RESULTS.md'), 'utf8')));
	expect(drawn).toContain('prefers-color-scheme:dark');
	for (const words of ['rclone', 'curl', 'cores']) expect(drawn).toContain(words);
});

test('every operation has an example', () => {
	const examples: Examples = JSON.parse(readFileSync(join(root, 'docs', 'examples.json'), 'utf8'));
	const ids = Object.values(registry).map(({ resource, operation }: Operation) => `${resource}.${operation}`);
	expect(ids.filter((id) => !examples[id])).toEqual([]);
});

test('n8n finds the fields of each operation before its first run, but not those of users', () => {
	const examples: Examples = JSON.parse(readFileSync(join(root, 'docs', 'examples.json'), 'utf8'));
	const made = schemas();
	const ids = Object.keys(examples).filter((id) => id !== 'object.read');
	expect(Object.keys(made)).toEqual(ids.map((id) => `__schema__/v1.0.0/${id.replace('.', '/')}.json`));
	for (const schema of Object.values(made)) expect(Object.keys(schema.properties ?? {})).not.toEqual([]);
	expect(made['__schema__/v1.0.0/object/getAll.json']?.properties).toMatchObject({
		key: { type: 'string' },
		size: { type: 'number' },
		metadata: { type: 'object' },
	});
});

const allPages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/RESULTS.md'].concat(
	readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.md'))
		.map((file) => `docs/${file}`),
);

/** The commands in code of a page that run something of this repository. */
const commandsOf = (text: string) =>
	[...text.matchAll(/`((?:node (?:--[\w-]+ )*(?:bench|scripts)\/|npm (?:run |start|test))[^`]*)`/g)].map(
		([, command = '']) => command.replace(/\s+/g, ' '),
	);

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Whether a command runs a file or script that exists, and its tests exist. */
const isRunnable = (command: string) => {
	const [program = '', ...words] = command.split(' ').filter((word) => !word.startsWith('--'));
	const [first = '', level = '', ...names] = words;
	if (program === 'node') return existsSync(join(root, first));
	if (first !== 'test' && first !== 'start') return level.replace(/[.,]$/, '') in scripts;
	if (level === '' || first === 'start') return true;
	const folder = join(root, 'test', level === 'n8n1' ? 'e2e' : level);
	const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
	return names.every((name) => files.some((file) => file.toLowerCase().includes(name.toLowerCase())));
};

test('commands that pages name exist', () => {
	const commands = allPages.flatMap((page) => commandsOf(readFileSync(join(root, page), 'utf8')));
	expect(commands.length).toBeGreaterThan(30);
	expect(isRunnable('node bench/none.mjs') || isRunnable('npm run none') || isRunnable('npm test s3 none')).toBe(false);
	expect([...new Set(commands)].filter((command) => !isRunnable(command))).toEqual([]);
});

test('each claim of the README names the command that shows it', () => {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	const claims = readme.split('## What it does better')[1]?.split('\n!')[0]?.split('\n- ').slice(1) ?? [];
	expect(claims).toHaveLength(5);
	expect(claims.filter((claim) => commandsOf(claim).length === 0)).toEqual([]);
});

test('no page has a heading twice, which a merge of two branches can leave', () => {
	const repeated = allPages.flatMap((page) => {
		const headings: string[] = readFileSync(join(root, page), 'utf8').match(/^#+ .+$/gm) ?? [];
		return headings.filter((heading, index) => headings.indexOf(heading) < index).map((one) => `${page}: ${one}`);
	});
	expect(repeated).toEqual([]);
});

describe('links of the documentation lead somewhere', () => {
	test.each(allPages)('%s', (page) => {
		const text = readFileSync(join(root, page), 'utf8');
		const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
		for (const link of links.filter((one) => !/^https?:/.test(one))) {
			const [path = '', anchor] = link.split('#');
			const file = path === '' ? join(root, page) : join(root, dirname(page), path);
			expect([link, existsSync(file)]).toEqual([link, true]);
			if (anchor) expect(headings(readFileSync(file, 'utf8'))).toContain(anchor);
		}
	});
});

/** The anchors that a page has for its headings. */
const headings = (text: string) =>
	[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
