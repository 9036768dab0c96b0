import type { INodeProperties } from 'n8n-workflow';
import { ESLint } from 'eslint';
import { AwsS3 } from '../../nodes/AwsS3/AwsS3.node';
import { AwsS3Trigger } from '../../nodes/AwsS3Trigger/AwsS3Trigger.node';
import { rules } from '../support/nodesBase';

const { description } = new AwsS3Trigger();
const { properties } = description;

const isField = (option: object): option is INodeProperties => 'type' in option;

const options = properties.find(({ name }) => name === 'options')?.options?.filter(isField) ?? [];
const all = [...properties, ...options];

test('saved ids are a promise: what was there stays', () => {
	const ids = all.map(({ name, type, options: choices = [] }) => {
		const values = choices.flatMap((choice) => ('value' in choice ? [String(choice.value)] : []));
		return `${name}: ${type}${values.length > 0 ? ` ${values.join(' ')}` : ''}`;
	});
	expect({ node: description.name, ids }).toMatchSnapshot();
});

test('options are in order, and no name is there twice', () => {
	const labels = options.map(({ displayName }) => displayName);
	expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b, 'en')));
	expect(all.map(({ name }) => name)).toEqual([...new Set(all.map(({ name }) => name))]);
});

test('choices can be their defaults', () => {
	for (const { type, options: choices = [], default: value, name } of all) {
		const values = choices.flatMap((choice) => ('value' in choice ? [choice.value] : []));
		if (type === 'options') expect({ name, values }).toEqual({ name, values: expect.arrayContaining([value]) });
	}
});

test.each(all.map((field): [string, INodeProperties] => [field.name, field]))('%s follows the UX guide', (_, field) => {
	const { displayName: label, type, placeholder, description: text = '' } = field;
	expect(label).toMatch(/^[A-Z0-9]/);
	if (type === 'boolean') expect(text).toMatch(/^Whether /);
	if (placeholder && type !== 'collection') expect(placeholder).toMatch(/^e\.g\. /);
	if (type !== 'notice') expect(/[.!?] [A-Z]/.test(text) ? text.endsWith('.') : !text.endsWith('.')).toBe(true);
	expect(`${label} ${text}`).not.toMatch(/\b(error|failed|problem)\b/i);
});

test('it takes the same credentials as the action node, but for a destination', () => {
	const ofActions = new AwsS3().description.credentials?.filter(({ name }) => name !== 'awsS3DestinationApi');
	expect(description.credentials).toEqual(ofActions);
	expect(properties.find(({ name }) => name === 'credentialType')).toEqual(
		new AwsS3().description.properties.find(({ name }) => name === 'credentialType'),
	);
});

test('the built description passes the lint of n8n', async () => {
	const source = `import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

export class AwsS3Trigger implements INodeType {
	description: INodeTypeDescription = ${JSON.stringify(description, null, '\t')};
}
`;
	const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: rules });
	const [result] = await eslint.lintText(source, { filePath: 'nodes/AwsS3Trigger/AwsS3Trigger.node.ts' });
	const lines = source.split('\n');
	expect(
		result?.messages.map(
			({ ruleId, message, line }) => `${ruleId}: ${message} (${lines[line - 1]?.trim()} ${lines[line]?.trim()})`,
		),
	).toEqual([]);
});
