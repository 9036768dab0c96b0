import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';

const root = join(__dirname, '..', '..');
const files = readdirSync(join(root, 'templates')).map((file) => file.replace(/\.json$/, ''));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const tests = readdirSync(join(root, 'test', 'e2e', 'templates'))
	.map((file) => readFileSync(join(root, 'test', 'e2e', 'templates', file), 'utf8'))
	.join('\n');

describe.each(files)('%s', (file) => {
	const text = readFileSync(join(root, 'templates', `${file}.json`), 'utf8');
	const { name, nodes }: { name: string; nodes: INode[] } = JSON.parse(text);
	const working = nodes.filter(({ type }) => !type.endsWith('.stickyNote'));

	test('runs in a test, and is in the README by its name', () => {
		expect(tests).toContain(`'${file}'`);
		expect(readme).toContain(`| [${name}](docs/templates/${file}.md) |`);
	});

	test('explains itself in notes, what has to be set included', () => {
		const notes = nodes.filter(({ type }) => type.endsWith('.stickyNote')).map(({ parameters }) => parameters.content);
		expect(notes.length).toBeGreaterThanOrEqual(2);
		expect(notes[0]).toContain(`## ${name.split(',')[0]}`.slice(0, 20));
		expect(notes.join('\n')).toMatch(/\*\*Set up\*\*/);
	});

	test('names its nodes, and has no code where a node serves', () => {
		for (const node of working) expect(node.name).not.toMatch(/^(HTTP Request|Amazon S3|Edit Fields|If|Merge)\d*$/);
		expect(working.map(({ type }) => type).filter((type) => /\.(code|function)/i.test(type))).toEqual([]);
	});

	test('holds nothing that belongs to somebody', () => {
		expect(nodes.filter(({ credentials }) => credentials)).toEqual([]);
		expect(text).not.toMatch(/127\.0\.0\.1|localhost|AKIA|"pinData"|"instanceId"/);
	});

	test('names only operations and nodes that there are', () => {
		for (const { type, parameters } of working.filter((node) => /awsS3/.test(node.type))) {
			const [, trigger] = /^n8n-nodes-aws-s3\.a(wsS3(?:Event)?Trigger)$/.exec(type) ?? [];
			if (trigger) {
				expect(existsSync(join(root, 'nodes', `A${trigger}`, `A${trigger}.node.ts`))).toBe(true);
				continue;
			}
			expect(type).toMatch(/^n8n-nodes-aws-s3\.awsS3(Tool)?$/);
			const { resource, operation } = parameters;
			expect(existsSync(join(root, 'nodes', 'AwsS3', 'operations', String(resource), `${String(operation)}.ts`))).toBe(
				true,
			);
		}
	});
});
