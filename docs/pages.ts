import type { INode, INodeProperties } from 'n8n-workflow';
import { byName } from '../nodes/AwsS3/core/fields/choices';
import { resources } from '../nodes/AwsS3/core/runner/describe';
import type { Operation, Permission } from '../nodes/AwsS3/core/operation';
import { permissionOptions } from '../nodes/AwsS3/core/permissionOptions';
import { triggers } from '../nodes/AwsS3/operations/access/triggers';
import { compatibilityPage } from './compatibility';
import { convertingPage } from './converting';
import { policiesPage } from './policies';
import { serversPage } from './servers';
import { permissionsOfNode } from './templatePermissions';
import { arns, effects, table } from './tables';

/** Generates the pages in docs/templates and docs/resources from the code. */

/** The parameters of an operation and the first item that it gave, with the names of its files by field. */
export interface Example {
	input: object;
	output: object;
	files?: Record<string, string>;
}

/** An example of each operation, recorded by `test/s3/examples.test.ts` against a real server. */
export type Examples = Record<string, Example | undefined>;

export interface Template {
	name: string;
	nodes: INode[];
}

const generatedNotice = '<!-- Made by `gulp build`; do not edit. -->';

const picture = (name: string, alt: string) =>
	`<picture><source media="(prefers-color-scheme: dark)" srcset="../images/${name}.dark.png"><img alt="${alt}" src="../images/${name}.png"></picture>`;

const idOf = ({ resource, operation }: { resource?: unknown; operation?: unknown }) =>
	`${String(resource)}.${String(operation)}`;

/** What needs permissions, by the name that users know it by. */
interface Needy {
	label: string;
	permissions: Permission[];
}

const permissionsTable = (needy: Needy[]) => {
	const rows = needy.flatMap(({ label, permissions }) =>
		permissions.map(({ action, on, when }) => ({
			what: `\`${action}\`${when ? `, ${when}` : ''}`,
			on: arns[on],
			for: label,
		})),
	);
	const actions = [...new Set(rows.map(({ what }) => what))].sort();
	return table(
		['Permission', 'On', 'For'],
		actions.map((what) => {
			const same = rows.filter((row) => row.what === what);
			return [what, same[0]?.on ?? '', [...new Set(same.map((row) => row.for))].join(', ')];
		}),
	);
};

/** How *Generate Policy* writes these permissions: it leaves out those of options, unless they are chosen. */
const howToAllow = (nodes: INode[], needy: Needy[]) => {
	const used = new Set(needy.flatMap(({ permissions }) => permissions.map(({ option }) => option)));
	const chosen = permissionOptions.filter(({ value }) => used.has(value)).map(({ name }) => `_${name}_`);
	const buckets = new Set(nodes.flatMap(({ parameters }) => JSON.stringify(parameters).match(/json\.\w*[bB]ucket\b/g)));
	return [
		"_Access: Generate Policy_ writes the policy: in 'Policy For' choose _Selected Operations_, in 'Operation Names or IDs' those of the table",
		...(chosen.length > 0 ? [`, and in 'Also Allow' ${chosen.join(', ')}`] : []),
		'.',
		...(buckets.size > 1 ? [' It writes the policy of one bucket: run it for each.'] : []),
	].join('');
};

/** Returns the page of a template: its notes, its picture, and the permissions that it needs. */
const templatePage = (file: string, { name, nodes }: Template, operations: Operation[]) => {
	const notes = nodes.filter(({ type }) => type.endsWith('.stickyNote')).map(({ parameters }) => parameters.content);
	const [first = '', ...others] = notes.map(String);
	const [about = '', ...setUp] = first.replace(/^## .*\n+/, '').split(/\n\n(?=\*\*Set up\*\*)/);
	const ourNodes = nodes.filter(({ type }) => /\.awsS3(Tool)?$/.test(type));
	const plan = ourNodes.find(({ parameters }) => parameters.operation === 'plan');
	const usedOperations = ourNodes.flatMap(({ parameters }) =>
		operations
			.filter((one) => idOf(parameters) === idOf(one))
			.map(({ resource, name: operation, permissions }) => ({
				label: `${resources[resource]}: ${operation}`,
				// What *Apply Plan* does, the plan says.
				permissions: permissionsOfNode(permissions, { mode: plan?.parameters.mode, ...parameters }),
			})),
	);
	const usedTriggers = nodes.flatMap(({ type, parameters }) =>
		triggers
			.filter(({ id }) => type.endsWith(`.${id}`))
			.map(({ name: label, permissions }) => ({ label, permissions: permissionsOfNode(permissions, parameters) })),
	);
	const needy = [...usedTriggers, ...usedOperations];
	return `${[
		generatedNotice,
		`# ${name}`,
		about,
		picture(`template-${file}`, `The workflow ${name}`),
		`Download [the workflow](../../templates/${file}.json). In n8n create a new workflow, and choose _Import_ → _From file_ in its menu (n8n 1: _Import from File_).`,
		...setUp,
		...others.map((note) => note.replace(/^### /, '## ')),
		'## Permissions',
		permissionsTable(needy),
		howToAllow(ourNodes, needy),
	].join('\n\n')}\n`;
};

const descriptionOf = (field: { description?: unknown; hint?: unknown }) =>
	String(field.description ?? field.hint ?? '')
		.replace(/<[^>]+>/g, '')
		.replaceAll('|', '\\|')
		.replaceAll('\n', ' ');

const isField = (option: object): option is INodeProperties => 'displayName' in option;

const parametersTable = (fields: INodeProperties[]) => {
	const rows = fields
		.filter(({ type }) => type !== 'notice' && type !== 'hidden')
		.flatMap((field) => [
			[`**${field.displayName}**`, descriptionOf(field)],
			...(field.type === 'collection'
				? (field.options ?? [])
						.filter(isField)
						.map((option) => [`&nbsp;&nbsp;${option.displayName}`, descriptionOf(option)])
				: []),
		]);
	return rows.length === 0 ? 'No parameters.' : table(['Parameter', 'Description'], rows);
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isNamed = (value: unknown): value is { name: unknown; value: unknown } =>
	isObject(value) && 'name' in value && 'value' in value;

/** The value of a parameter as the editor shows it. */
const valueText = (field: INodeProperties | undefined, value: unknown): string => {
	if (Array.isArray(value)) return value.map((one) => valueText(field, one)).join(' and ');
	if (isObject(value) && 'values' in value && Array.isArray(value.values))
		return value.values.map((one) => (isNamed(one) ? `\`${one.name}: ${one.value}\`` : '')).join(' and ');
	const choice = (field?.options ?? []).find((one) => 'value' in one && one.value === value);
	if (choice) return `_${choice.name}_`;
	return typeof value === 'boolean' ? (value ? 'on' : 'off') : `\`${String(value)}\``;
};

/** The parameters of an example by their labels. */
const parametersOf = (fields: INodeProperties[], input: object): string[] =>
	Object.entries(input).flatMap(([name, value]) => {
		const field = fields.find((one) => one.name === name);
		if (field?.type === 'collection' && isObject(value))
			return parametersOf((field.options ?? []).filter(isField), value);
		return [`'${field?.displayName ?? name}' ${valueText(field, value)}`];
	});

const jsonText = (value: object) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;

/** Returns an example of an operation: what was set, and the first item that it gave. */
const exampleText = (fields: INodeProperties[], { input, output, files = {} }: Example) => {
	const set = parametersOf(fields, input);
	const given = Object.entries(files).map(
		([field, file]) => `The item also has the file \`${file}\` in the field \`${field}\`.`,
	);
	return [
		`**Example**${set.length === 0 ? '' : ` with ${set.join(', ')}`}. The first item:`,
		jsonText(output),
		...given,
	];
};

/** What an operation does, and what it changes unless that stands there already. */
const aboutOf = ({ description, effect }: Operation) => {
	const about = description.replace(/\.?$/, '.');
	return /\b(writes only|sends nothing)\b/i.test(about) ? about : `${about} It ${effects[effect]}.`;
};

/** Returns the page of a resource: each operation with its parameters and an example. */
const resourcePage = (resource: string, operations: Operation[], examples: Examples) => {
	const parts = operations
		.filter((one) => one.resource === resource)
		.sort(byName)
		.map((one) => {
			const example = examples[idOf(one)];
			return [
				`## ${one.name}`,
				aboutOf(one),
				parametersTable(one.fields),
				...(example ? exampleText(one.fields, example) : []),
			].join('\n\n');
		});
	return `${[generatedNotice, `# ${resources[resource]}`, ...parts].join('\n\n')}\n`;
};

/** Returns all pages by path, relative to the root of the repository. */
export const pages = (operations: Operation[], templates: Record<string, Template>, examples: Examples) =>
	Object.fromEntries([
		['docs/compatibility.md', compatibilityPage()],
		['docs/converting.md', convertingPage()],
		['docs/policies.md', policiesPage(operations)],
		['docs/servers.md', serversPage()],
		...Object.entries(templates).map(([file, template]) => [
			`docs/templates/${file}.md`,
			templatePage(file, template, operations),
		]),
		...Object.keys(resources).map((resource) => [
			`docs/resources/${resource}.md`,
			resourcePage(resource, operations, examples),
		]),
	]);
