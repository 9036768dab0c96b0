import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { NodeHelpers } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';
import { AwsS3 } from '../../nodes/AwsS3/AwsS3.node';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import { resources } from '../../nodes/AwsS3/core/runner/describe';
import * as registry from '../../nodes/AwsS3/operations';
import gulpfile from '../../gulpfile';
import { rules } from '../support/nodesBase';

const operations: Operation[] = Object.values(registry);
const { description } = new AwsS3();
const folder = join(__dirname, '..', '..', 'nodes', 'AwsS3', 'operations');

/** All fields of an operation, those inside of collections included. */
const all = (fields: INodeProperties[]): INodeProperties[] =>
	fields.flatMap((field) => [
		field,
		...(field.options ?? []).flatMap((option) =>
			'type' in option ? all([option]) : 'values' in option ? all(option.values) : [],
		),
	]);

const named = operations.map((operation): [string, Operation] => [
	`${operation.resource}.${operation.operation}`,
	operation,
]);

test('the registry is what the folder says', () => {
	const files = gulpfile.verbs();
	expect(operations).toHaveLength(files.length);
	const written = readFileSync(join(folder, 'index.ts'), 'utf8');
	expect(written).toBe(gulpfile.registryText());
	for (const [id] of named) expect(files).toContain(id.replace('.', '/'));
});

test.each(named.filter(([, { fields }]) => fields.some(({ name }) => name === 'destination')))(
	'%s gets the credential of another connection, and only then',
	(_, { resource, operation }) => {
		const second = description.credentials?.find(({ name }) => name === 'awsS3DestinationApi');
		const isShown = (destination: string) =>
			NodeHelpers.displayParameter({ resource, operation, destination }, second ?? { name: '' }, null, description);
		expect(isShown('destinationConnection')).toBe(true);
		expect(isShown('sameConnection')).toBe(false);
	},
);

test('saved ids are a promise: what was there stays', () => {
	const ids = Object.fromEntries(
		named.map(([id, { fields }]) => [
			id,
			fields.map(({ name, type, options = [] }) =>
				type === 'collection' ? `${name}: ${options.map((option) => option.name).join(' ')}` : name,
			),
		]),
	);
	expect(ids).toMatchSnapshot();
});

test('the subtitle names resource and operation by their labels', () => {
	const subtitle = description.subtitle?.replace(/^=\{\{(.*)\}\}$/s, '$1') ?? '';
	const shown = new Function('$parameter', `return ${subtitle}`);
	for (const { resource, operation, name } of operations)
		expect(shown({ resource, operation })).toBe(`${resources[resource]}: ${name}`);
});

test("Object's most used operations come first, the others by name", () => {
	const [dropdown] = description.properties.filter(
		({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.[0] === 'object',
	);
	const names = (dropdown?.options ?? []).map(({ name }) => name);
	expect(names.slice(0, 4)).toEqual(['Upload', 'Download', 'Read', 'Get Many']);
	const rare = names.slice(8);
	expect(rare).toEqual([...rare].sort((a, b) => a.localeCompare(b, 'en')));
});

const asText = named.flatMap(([id, { fields }]) =>
	fields
		.filter(({ name, type }) => type === 'resourceLocator' && /(prefix|folder)$/i.test(name))
		.map(({ name, displayOptions }): [string, string, object] => [
			...([id, name] as const),
			Object.fromEntries(Object.entries(displayOptions?.show ?? {}).map(([other, values]) => [other, values?.[0]])),
		]),
);

test.each(asText)('%s takes %s as the plain text that older workflows have', (id, name, conditions) => {
	const [resource, operation] = id.split('.');
	for (const value of ['a/b/', '={{ $json.folder }}']) {
		const saved = { resource, operation, destination: 'sameConnection', ...conditions, [name]: value };
		const node = { ...{ id: '1', name: 'S3', type: 'awsS3', typeVersion: 1 }, position: [0, 0] as [number, number] };
		const before = { ...node, parameters: saved };
		const parameters = NodeHelpers.getNodeParameters(
			description.properties,
			saved,
			...([true, false, before, description] as const),
		);
		expect(parameters?.[name]).toBe(value);
		const shown = { ...node, parameters: parameters ?? {} };
		const issues = NodeHelpers.getNodeParametersIssues(description.properties, shown, description);
		expect(issues?.parameters?.[name]).toBeUndefined();
	}
});

describe.each(named)(
	'%s',
	(_, { name, action, description: does, fields, permissions, resource, operation, effect }) => {
		const show = { resource: [resource], operation: [operation] };
		const shown = description.properties.filter(({ displayOptions }) =>
			JSON.stringify(displayOptions?.show)?.startsWith(JSON.stringify(show).slice(0, -1)),
		);

		test('has words for users', () => {
			expect(name).toMatch(/^[A-Z]/);
			expect(action).toMatch(/^[A-Z][a-z]+ /);
			expect(does).not.toMatch(/^$|^[a-z]/);
			// What these need depends on what they are asked to look at.
			if (resource !== 'access') expect(permissions.length).toBeGreaterThan(0);
			expect(resource).toMatch(/^[a-z][A-Za-z]+$/);
		});

		test('has unique names, and options in order', () => {
			const names = fields.map((field) => field.name);
			expect(names).toEqual([...new Set(names)]);
			expect(shown).toHaveLength(fields.length);
			const options = shown.find((field) => field.name === 'options')?.options ?? [];
			const labels = options.map((option) => ('displayName' in option ? option.displayName : ''));
			expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b, 'en')));
			expect(labels).toEqual([...new Set(labels)]);
		});

		test('has defaults that can be chosen', () => {
			for (const { type, options = [], default: value, name: field } of all(fields)) {
				const values = options.flatMap((option) => ('value' in option ? [option.value] : []));
				if (type === 'options') expect({ field, values }).toEqual({ field, values: expect.arrayContaining([value]) });
			}
		});

		test('has the options that apply to it', () => {
			const names = all(fields).map((field) => field.name);
			const onBucket = names.some((field) => /bucket$/i.test(field)) && !['access', 'transfer'].includes(resource);
			const isNew = resource === 'bucket' && operation === 'create';
			const isForm = resource === 'presignedUrl' && operation === 'post';
			if (onBucket && !isNew && !isForm) expect(names).toContain('expectedBucketOwner');
			if (onBucket && !resource.startsWith('bucket') && !isForm) expect(names).toContain('requesterPays');
			// Of one object: what it is, says, or is allowed can be that of a version.
			const isOne = [
				'download',
				'read',
				'get',
				'getAttributes',
				'getAcl',
				'setAcl',
				'getTags',
				'setTags',
				'deleteTags',
			];
			const isLock = ['getRetention', 'setRetention', 'getLegalHold', 'setLegalHold', 'restore', 'delete'];
			if (resource === 'object' && [...isOne, ...isLock].includes(operation)) expect(names).toContain('versionId');
			if (resource === 'object' && ['copy'].includes(operation)) expect(names).toContain('sourceVersionId');
			const reads = ['download', 'read', 'get', 'getAttributes', 'exists', 'getAll'];
			const writes = ['upload', 'copy', 'move', 'setMetadata', 'setStorageClass'];
			if (resource === 'object' && [...reads, ...writes].includes(operation)) expect(names).toContain('sseCustomerKey');
			if (resource === 'object' && ['download', 'read', 'get', 'copy', 'delete', 'upload'].includes(operation))
				expect(names).toContain(operation === 'copy' ? 'sourceIfMatch' : 'ifMatch');
		});

		test('can be tried without harm, if it is destructive', () => {
			const options = fields.find((field) => field.name === 'options')?.options ?? [];
			if (effect === 'destructive') expect(options.map((option) => option.name)).toContain('dryRun');
		});

		test.each(all(fields).map((field): [string, INodeProperties] => [field.displayName, field]))(
			'%s follows the UX guide',
			(label, field) => {
				const { type, placeholder, description: text = '' } = field;
				expect(label).toMatch(/^[A-Z0-9]/);
				if (type === 'boolean') expect(text).toMatch(/^Whether /);
				if (placeholder && type !== 'collection' && type !== 'fixedCollection') expect(placeholder).toMatch(/^e\.g\. /);
				// One sentence has no dot at its end, several have.
				expect(/[.!?] [A-Z]/.test(text) ? text.endsWith('.') : !text.endsWith('.')).toBe(true);
				expect(`${label} ${text}`).not.toMatch(/\b(error|failed|problem)\b/i);
			},
		);
	},
);

test('the built description passes the lint of n8n', async () => {
	const source = `import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

export class AwsS3 implements INodeType {
	description: INodeTypeDescription = ${JSON.stringify(description, null, '\t')};
}
`;
	const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: rules });
	const [result] = await eslint.lintText(source, { filePath: 'nodes/AwsS3/AwsS3.node.ts' });
	const lines = source.split('\n');
	// Lists whose first choice is the most used one are not in the order of their names.
	const byUse = /"value": "(upload|STANDARD)"/;
	const found = (result?.messages ?? []).filter(
		({ ruleId, line }) => !(ruleId?.endsWith('-unsorted-items') && byUse.test(lines.slice(line, line + 4).join('\n'))),
	);
	expect(
		found.map(
			({ ruleId, message, line }) => `${ruleId}: ${message} (${lines[line - 1]?.trim()} ${lines[line]?.trim()})`,
		),
	).toEqual([]);
});
