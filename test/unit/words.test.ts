import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { AwsS3Api } from '../../credentials/AwsS3Api.credentials';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import { resources } from '../../nodes/AwsS3/core/runner/describe';
import * as registry from '../../nodes/AwsS3/operations';
import { AwsS3EventTrigger } from '../../nodes/AwsS3EventTrigger/AwsS3EventTrigger.node';
import { AwsS3Trigger } from '../../nodes/AwsS3Trigger/AwsS3Trigger.node';
import { commentsOf, countWords, sentencesOf, textsOf } from '../support/prose';

/** What n8n's UX guide asks of words, as far as a program can check it and its lint does not. https://docs.n8n.io/integrations/creating-nodes/plan/node-ui-design/ */

const operations: Operation[] = Object.values(registry);

const isField = (one: object): one is INodeProperties => 'displayName' in one && 'type' in one;

const withInner = (field: INodeProperties): INodeProperties[] => [
	field,
	...(field.options ?? []).flatMap((option) => {
		if (isField(option)) return withInner(option);
		return 'values' in option ? option.values.flatMap(withInner) : [];
	}),
];

const fields = operations.flatMap(({ resource, operation, fields: own }) =>
	own.flatMap(withInner).map((field) => ({ ...field, where: `${resource}.${operation}` })),
);
const connection = new AwsS3Api().properties.flatMap(withInner);
const ofTriggers = [new AwsS3Trigger(), new AwsS3EventTrigger()].flatMap(({ description: { name, properties } }) =>
	properties.flatMap(withInner).map((field) => ({ ...field, where: name })),
);
const all = [...fields, ...connection.map((field) => ({ ...field, where: 'connection' })), ...ofTriggers];

const choices = all.flatMap(({ options = [] }) =>
	options.flatMap((option) =>
		'value' in option ? [option.name] : 'displayName' in option ? [option.displayName] : [],
	),
);

test('the same parameter has the same label wherever it is', () => {
	const labels: Record<string, Set<string>> = {};
	// Among many options, a label has its family in front.
	const withoutFamily = (label: string) => label.replace(/^(Encryption|Lock): /, '');
	for (const { name, displayName } of fields) (labels[name] ??= new Set()).add(withoutFamily(displayName));
	const several = Object.entries(labels).filter(([, names]) => names.size > 1);
	expect(Object.fromEntries(several.map(([name, names]) => [name, [...names].sort()]))).toEqual({
		// A new bucket is named, others are chosen; n8n has two labels for a field with a file.
		bucket: ['Bucket', 'Bucket Name'],
		binaryPropertyName: ['Input Data Field Name', 'Put Output File in Field'],
		source: ['Delete By', 'Source'],
	});
});

test('placeholders are examples', () => {
	const others = all.filter(({ placeholder, type }) => placeholder && !/ollection$/.test(type));
	expect(others.filter(({ placeholder }) => !placeholder?.startsWith('e.g. ')).map(({ name }) => name)).toEqual([]);
});

test('descriptions and hints are short enough to be read', () => {
	const long = all.flatMap(({ where, displayName, description = '', hint = '' }) =>
		[description, hint]
			.filter((words) => words.length > 220)
			.map((words) => `${where} ${displayName}: ${words.length}`),
	);
	expect(long).toEqual([]);
});

test('no description repeats its label only', () => {
	const words = (text: string) =>
		text
			.toLowerCase()
			.replace(/[^a-z ]|\b(the|a|an|of)\b/g, '')
			.trim();
	expect(all.filter(({ displayName, description }) => words(displayName) === words(description ?? '-'))).toEqual([]);
});

test('operations say what they do in a sentence, and their action begins with a verb', () => {
	for (const { name, action, description } of operations) {
		expect(description.length).toBeLessThanOrEqual(180);
		expect(action.split(' ')[0]).toMatch(/^[A-Z][a-z]+$/);
		expect(name).toMatch(/^[A-Z]/);
	}
});

/** Turns of phrase that a reader stumbles over, each with a plainer one. */
const quaint: Array<[RegExp, string]> = [
	[/\bby (itself|themselves)\b/, 'automatically, or name who does it'],
	[/\bof (its|their|one's) own\b/, 'its own …, a separate …'],
	[/\bin vain\b/, 'without result'],
	[/\bwhoever\b/, 'a user who'],
	[/\bthere (is|are) (no|an?|nothing|many|others?)\b/, 'say what does not exist, or is empty'],
	[/\b(what|that) there (is|are)\b/, 'existing …'],
	[/\b(is|are) to be \w+ed\b/, 'the verb: to copy, to delete'],
	[/\b(was|were) (asked for|given)\b/, 'requested, entered'],
	[/\bfor good\b/, 'permanently'],
	[/\b(is|are) meant\b/, 'to allow this, …'],
	[/\bwhat (became|becomes) of\b/, 'the result of'],
	[/\bdo(es)? not go with\b/, 'does not work with'],
	[/\b(take|takes|taken|took) off\b/, 'remove'],
	[/\btake .{1,40} out of '/, 'remove … from'],
	[/\b(go|goes|going) on\b/, 'continue'],
	[/\bunfinished uploads?\b/, 'incomplete multipart uploads'],
	[/\bthe connection's (own )?(bucket|prefix|region|role|key|user)\b/, "the credential's …"],
	[/\b(of|in) the connection\b/, '… of the credential'],
	[/\b(everybody|anybody|somebody)\b/, 'anyone, a user, another program'],
	[/\bmeanwhile\b/, 'in the meantime'],
	[/\bso many\b/, 'this many, a number of'],
	[/\bin the place of\b/, 'in place of'],
	[/\bunder way\b/, 'running'],
	[/\b(say|tell)s? of\b/, 'the verb: returns, shows'],
	[/\bwhat is there\b/, 'the listing, the objects'],
	[/\bfor ever\b/, 'always'],
	[
		/\b(behaviour|cancell(ed|ing)|colour|licence|neighbour)|\b(recogni|organi|opti?mi|practi)s(e|es|ed|ing)\b/,
		'American spelling',
	],
];

/** What stands in the way of a reader, with the plainer word; empty for a plain text. */
const stumbles = (text: string) =>
	quaint.filter(([words]) => new RegExp(words, 'i').test(text)).map(([, plain]) => `${text} -> ${plain}`);

test('the list of words finds what it is for', () => {
	expect(stumbles("Parts are thrown away by themselves. Take 'Wait' out of 'Options'.")).toHaveLength(2);
	expect(stumbles('Objects that are to be copied')).toHaveLength(1);
	expect(stumbles("Leave empty to use the credential's bucket.")).toEqual([]);
});

test('fields, options and operations have plain words', () => {
	const described = all.flatMap(({ displayName, description = '', hint = '', options = [] }) => [
		displayName,
		description,
		hint,
		...options.flatMap((option) =>
			'value' in option ? [option.name, 'description' in option ? (option.description ?? '') : ''] : [],
		),
	]);
	const copy = operations.flatMap(({ name, action, description }) => [name, action, description]);
	expect(described.length).toBeGreaterThan(1000);
	expect([...new Set([...described, ...copy].flatMap(stumbles))]).toEqual([]);
});

const root = join(__dirname, '..', '..');

const filesIn = (folder: string, extension: string) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith(extension) && !/\bnode_modules\b|\.vitepress\b/.test(path))
		.map((path) => join(root, folder, path));

const sources = filesIn('nodes', '.ts');

test('messages, hints and log lines have plain words', () => {
	const texts = sources.flatMap(textsOf);
	expect(texts.length).toBeGreaterThan(1500);
	expect(texts.flatMap(stumbles)).toEqual([]);
});

test('messages are short enough to be read', () => {
	const isSentence = (text: string) => /^[A-Z'].* .*\.$/.test(text) && !text.includes('<');
	const long = sources.flatMap((path) => textsOf(path).filter((text) => isSentence(text) && text.length > 360));
	expect(long).toEqual([]);
});

test('comments have plain words', () => {
	// Code has connections; only users have credentials.
	const isOfUsers = (found: string) => / credential('s|$)/.test(found);
	const sentences = [...sources, ...filesIn('credentials', '.ts')].flatMap(commentsOf).flatMap(sentencesOf);
	expect(sentences.length).toBeGreaterThan(1500);
	expect(sentences.flatMap(stumbles).filter((found) => !isOfUsers(found))).toEqual([]);
	expect(sentences.filter((sentence) => countWords(sentence) > 40)).toEqual([]);
});

/** What people read of the repository, and the notes in the templates. */
const pages = [
	...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].map((file) => join(root, file)),
	...filesIn('docs', '.md'),
];

const notes = filesIn('templates', '.json').flatMap((path) => {
	const { nodes }: { nodes: Array<{ type: string; parameters: { content?: string } }> } = JSON.parse(
		readFileSync(path, 'utf8'),
	);
	return nodes.filter(({ type }) => type.endsWith('.stickyNote')).map(({ parameters }) => parameters.content ?? '');
});

/** The pages that show names of tests and words of servers. */
const isOfServers = (path: string) => /servers\.md$/.test(path);

test.each([
	...pages
		.filter((path) => !isOfServers(path))
		.map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]),
	['the notes in the templates', notes.join('\n\n')],
])('%s has plain words and sentences of at most 40 words', (_, page) => {
	// The table in CONTRIBUTING.md shows what not to write; italics in notes are names of nodes.
	const sentences = sentencesOf(page.replace(/^\| Not so [^]*?\n\n/m, '').replaceAll('*Tell Somebody*', ''));
	expect(sentences.length).toBeGreaterThan(0);
	expect(sentences.flatMap(stumbles)).toEqual([]);
	expect(sentences.filter((sentence) => countWords(sentence) > 40)).toEqual([]);
});

/** What texts quote besides labels of this package, by where it comes from. */
const otherLabels = {
	n8n: ['Resource', 'Operation', 'Credential', 'Retry On Fail', 'Loop Over Items'],
	"n8n's credentials": ['STS Access Key ID', 'STS Access Key Secret', 'STS Session Token (optional)'],
	'consoles of AWS': ['Account settings', 'Actions → Security → Modify IAM role'],
	'policies of AWS': ['Statement', 'NotPrincipal', 'NotAction', 'NotResource'],
	Ceph: ['OpaqueData'],
};

describe('quoted labels exist as labels of fields, options or operations', () => {
	const labels = new Set([
		...all.map(({ displayName }) => displayName),
		...all.flatMap(({ modes = [] }) => modes.map(({ displayName }) => displayName)),
		...choices,
		...Object.values(resources),
		...operations.flatMap(({ resource, name }) => [name, `${resources[resource]}: ${name}`]),
		...Object.values(otherLabels).flat(),
	]);
	const quotedIn = (text: string) =>
		[...text.matchAll(/(?<!\w)'([A-Z][^'\n=]*)'(?!\w)/g)].map(([, label = '']) => label);
	const unknown = (texts: string[]) => [...new Set(texts.flatMap(quotedIn))].filter((label) => !labels.has(label));

	test('in messages', () => {
		const texts = sources.flatMap(textsOf).filter((text) => !/<[a-z]|\['/.test(text));
		expect(texts.flatMap(quotedIn).length).toBeGreaterThan(500);
		expect(unknown(texts)).toEqual([]);
	});

	test('in messages of refusals, with the names that these insert', () => {
		const said = readFileSync(join(root, 'test', 's3', '__snapshots__', 'refusals.test.ts.snap'), 'utf8');
		expect(quotedIn(said).length).toBeGreaterThan(30);
		expect(unknown([said])).toEqual([]);
	});

	test('in the docs', () => {
		// Names of tests, and labels of n8n's own node.
		const others = /(servers|moving|converting)\.md$/;
		const texts = pages.filter((path) => !others.test(path)).map((path) => readFileSync(path, 'utf8'));
		expect(texts.flatMap(quotedIn).length).toBeGreaterThan(100);
		expect(unknown(texts)).toEqual([]);
	});
});
