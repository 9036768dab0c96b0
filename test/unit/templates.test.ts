import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';

const root = join(__dirname, '..', '..');
const files = readdirSync(join(root, 'templates')).map((file) => file.replace(/\.json$/, ''));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const tests = readdirSync(join(root, 'test', 'e2e', 'templates'))
	.map((file) => readFileSync(join(root, 'test', 'e2e', 'templates', file), 'utf8'))
	.join('\n');

const isNote = ({ type }: INode) => type.endsWith('.stickyNote');

interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** What a node covers of the canvas, with the name below it. */
const boxOf = ({ name, type, position: [left, top], parameters }: INode): Box => {
	const isWide = /langchain\.agent$/.test(type);
	const [width, height] = isNote({ type } as INode)
		? [Number(parameters.width), Number(parameters.height)]
		: [isWide ? 224 : 96, 140];
	return { name, left, top, right: left + width, bottom: top + height };
};

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** About how many pixels the text of a note is high: n8n shows about one letter on seven pixels. */
const textHeight = (content: string, width: number) => {
	const letters = (width - 32) / 6.7;
	const heightOf = (line: string) => {
		if (line.startsWith('## ')) return 32 * Math.ceil((line.length * 1.55) / letters);
		if (line.startsWith('### ')) return 26 * Math.ceil((line.length * 1.25) / letters);
		return 19 * Math.ceil(line.replace(/[*`]/g, '').length / letters);
	};
	return content
		.split('\n\n')
		.map((block) => block.split('\n').reduce((sum, line) => sum + heightOf(line), 12))
		.reduce((sum, height) => sum + height, 34);
};

const settingsOf = (nodes: INode[]): Array<{ name: string; value: unknown }> => {
	const { assignments }: { assignments?: { assignments?: Array<{ name: string; value: unknown }> } } =
		nodes.find(({ name }) => name === 'Settings')?.parameters ?? {};
	return assignments?.assignments ?? [];
};

const isRepeatable = ({ type }: INode) => type === 'n8n-nodes-aws-s3.awsS3' || type.endsWith('.httpRequest');

/** Nodes whose requests are not repeated, because a request that seems to have failed may have been carried out. */
const notRepeated = ['Send to Salesforce', 'Create Workflow'];

/** What all templates have in common, as what breaks it. */
const rules: Record<string, (nodes: INode[]) => unknown[]> = {
	'nodes that send requests repeat them': (nodes) =>
		nodes
			.filter((node) => isRepeatable(node) && !notRepeated.includes(node.name))
			.filter(({ retryOnFail, maxTries = 0 }) => !retryOnFail || maxTries < 2)
			.map(({ name }) => name),
	'one node has the settings, with the addresses for alerts': (nodes) => {
		const names = settingsOf(nodes).map(({ name }) => name);
		return ['alertFrom', 'alertTo'].filter((name) => !names.includes(name));
	},
	// n8n gives an error output and an empty item: both branches would run.
	'no node has an error output and always an item': (nodes) =>
		nodes
			.filter(({ onError, alwaysOutputData }) => onError === 'continueErrorOutput' && alwaysOutputData)
			.map(({ name }) => name),
	'notes cover nothing, and nothing covers them': (nodes) => {
		const notes = nodes.filter(isNote).map(boxOf);
		return notes.flatMap((note) =>
			nodes
				.map(boxOf)
				.filter((box) => box.name !== note.name && overlap(note, box))
				.map(({ name }) => `${note.name} and ${name}`),
		);
	},
	'nodes do not cover each other': (nodes) => {
		const boxes = nodes.filter((node) => !isNote(node)).map(boxOf);
		return boxes.flatMap((box, index) =>
			boxes.slice(index + 1).flatMap((other) => (overlap(box, other) ? [`${box.name} and ${other.name}`] : [])),
		);
	},
	'notes are neither too small for their text nor half empty': (nodes) =>
		nodes
			.filter(isNote)
			.filter(({ parameters: { content, width, height } }) => {
				const needed = textHeight(String(content), Number(width));
				return needed > Number(height) || needed < Number(height) / 2;
			})
			.map(({ name }) => name),
	'notes use the words of n8n': (nodes) =>
		nodes
			.filter(isNote)
			.flatMap(({ parameters }) => String(parameters.content).match(/\b(activate|connection)\b/gi) ?? []),
	'no row has more than 13 nodes': (nodes) => {
		const rows = new Map<number, number>();
		for (const { position } of nodes.filter((node) => !isNote(node)))
			rows.set(position[1], (rows.get(position[1]) ?? 0) + 1);
		return [...rows].filter(([, count]) => count > 13);
	},
	'links last as long as a role does': (nodes) =>
		nodes
			.filter(({ parameters }) => parameters.resource === 'presignedUrl')
			.filter(({ parameters: { expiresIn } }) => {
				const hours = settingsOf(nodes).find(({ name }) => name === 'linkHours')?.value;
				return !(String(expiresIn).includes('json.linkHours * 3600') ? hours === 1 : Number(expiresIn) <= 3600);
			})
			.map(({ name }) => name),
	'something other than a person starts it': (nodes) =>
		// n8n's trigger for mails is called differently.
		nodes.some(({ type }) => /(Trigger|\.emailReadImap)$/.test(type) && !/\.(manual|error)Trigger$/.test(type))
			? []
			: ['no trigger'],
};

interface Connections {
	[from: string]: { main?: Array<Array<{ node: string }> | null> } | undefined;
}

describe.each(files)('%s', (file) => {
	const text = readFileSync(join(root, 'templates', `${file}.json`), 'utf8');
	const { name, nodes, connections }: { name: string; nodes: INode[]; connections: Connections } = JSON.parse(text);
	const working = nodes.filter(({ type }) => !type.endsWith('.stickyNote'));

	test('runs in a test, and is in the README by its name', () => {
		expect(tests).toContain(`'${file}'`);
		expect(readme).toContain(`| [${name}](docs/templates/${file}.md) |`);
	});

	test.each(Object.keys(rules))('%s', (rule) => {
		expect(rules[rule]?.(nodes)).toEqual([]);
	});

	test('tells somebody by mail of a run that failed, with the reason and the link to it', () => {
		const trigger = nodes.find(({ type }) => type === 'n8n-nodes-base.errorTrigger');
		const [mailed] = connections[trigger?.name ?? '']?.main?.[0] ?? [];
		const mail = nodes.find((node) => node.name === mailed?.node);
		expect(mail?.type).toBe('n8n-nodes-base.emailSend');
		expect(mail?.parameters.toEmail).toContain("name === 'alertTo'");
		expect(mail?.parameters.text).toContain('error.message');
		expect(mail?.parameters.text).toContain('execution?.url');
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
