import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { AwsS3Api } from '../../credentials/AwsS3Api.credentials';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';

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
const all = [...fields, ...connection.map((field) => ({ ...field, where: 'connection' }))];

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

test('labels that messages name are labels that there are', () => {
	const names = operations.map(({ name }) => name);
	const labels = new Set([...all.map(({ displayName }) => displayName), ...choices, ...names, 'Resource', 'Operation']);
	const said = readFileSync(join(__dirname, '..', 's3', '__snapshots__', 'refusals.test.ts.snap'), 'utf8');
	const named = [...said.matchAll(/'([A-Z][A-Za-z]+(?: [A-Za-z()&-]+){0,4})'/g)].map(([, label = '']) => label);
	expect(named.length).toBeGreaterThan(30);
	expect([...new Set(named)].filter((label) => !labels.has(label))).toEqual([]);
});
