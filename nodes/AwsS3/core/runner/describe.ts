import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { credentialPicker, credentialType } from '../connection/credentialTypes';
import { byName } from '../fields/choices';
import { concurrency } from '../fields/options';
import type { Operation } from '../operation';

/** Labels of the resources, in dropdown order: what most workflows use comes first, here and in the list of actions. */
export const resources: Record<string, string> = {
	object: 'Object',
	folder: 'Folder',
	transfer: 'Sync & Migrate',
	presignedUrl: 'Presigned URL',
	bucket: 'Bucket',
	bucketSetting: 'Bucket Setting',
	version: 'Version',
	multipartUpload: 'Multipart Upload',
	access: 'Access',
};

/** What most workflows use comes first; the others follow by name. */
const mostUsed: Record<string, string[]> = {
	object: ['upload', 'download', 'read', 'getAll', 'delete', 'copy', 'move', 'exists'],
};

const byUse = (resource: string) => {
	const first = mostUsed[resource] ?? [];
	const rank = (operation: string) => (first.includes(operation) ? first.indexOf(operation) : first.length);
	return (a: Operation, b: Operation) => rank(a.operation) - rank(b.operation) || byName(a, b);
};

const operationDropdown = (operations: Operation[], resource: string): INodeProperties => {
	const options: INodePropertyOptions[] = operations
		.filter((candidate) => candidate.resource === resource)
		.sort(byUse(resource))
		.map(({ name, operation: value, action, description }) => ({ name, value, action, description }));
	const preferred = options.find(({ value }) => value === 'getAll') ?? options[0];
	const dropdown: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options,
		default: '',
	};
	return { ...dropdown, default: preferred?.value ?? '' };
};

const label = (option: object) => ('displayName' in option ? String(option.displayName) : '');

/** The options of a collection, sorted by label, so that users find them. */
const sortedOptions = ({ type, options }: INodeProperties) =>
	type === 'collection' && options
		? { options: [...options].sort((a, b) => label(a).localeCompare(label(b), 'en')) }
		: {};

/** A field whose options are sorted by label. */
export const withSortedOptions = (field: INodeProperties): INodeProperties => ({ ...field, ...sortedOptions(field) });

/** The option *Concurrency* begins with what the operation does without it. */
const withOwnConcurrency = (field: INodeProperties, itemsAtOnce?: number): INodeProperties => {
	if (field.name !== 'options' || itemsAtOnce === undefined) return field;
	const options = (field.options ?? []).map((option) =>
		option.name === concurrency.name ? { ...option, default: itemsAtOnce } : option,
	);
	return { ...field, options };
};

const propertiesOf = ({ resource, operation, fields, itemsAtOnce }: Operation): INodeProperties[] =>
	fields.map((field) => ({
		...withSortedOptions(withOwnConcurrency(field, itemsAtOnce)),
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [operation], ...field.displayOptions?.show },
		},
	}));

/** Returns all operations as dropdown options, for fields that select operations. */
export const operationChoices = (operations: Operation[]): INodePropertyOptions[] =>
	operations
		.map(({ resource, operation, name }) => ({
			name: `${resources[resource] ?? resource}: ${name}`,
			value: `${resource}.${operation}`,
		}))
		.sort(byName);

/** Returns the expression of the text below the node: resource and operation as the dropdowns name them. */
export const subtitleOf = (operations: Operation[]): string => {
	const labels = Object.fromEntries(operationChoices(operations).map(({ name, value }) => [value, name]));
	return `={{ (${JSON.stringify(labels)})[$parameter["resource"] + "." + $parameter["operation"]] }}`;
};

/** Returns the properties of the node: credential, resource and operation, then the fields of each operation. */
export const describe = (operations: Operation[]): INodeProperties[] => [
	credentialType,
	credentialPicker,
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: Object.entries(resources).map(([value, name]) => ({ name, value })),
		default: 'object',
	},
	...Object.keys(resources).map((resource) => operationDropdown(operations, resource)),
	...operations.flatMap(propertiesOf),
];
