import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { byName } from '../fields/choices';
import type { Operation } from '../operation';

/** Labels of the resources, in the order of the dropdown. */
export const resources: Record<string, string> = {
	access: 'Access',
	bucket: 'Bucket',
	bucketSetting: 'Bucket Setting',
	folder: 'Folder',
	multipartUpload: 'Multipart Upload',
	object: 'Object',
	presignedUrl: 'Presigned URL',
	version: 'Version',
};

const operationsOf = (operations: Operation[], resource: string): INodeProperties => {
	const options: INodePropertyOptions[] = operations
		.filter((one) => one.resource === resource)
		.map(({ name, operation: value, action, description }) => ({ name, value, action, description }))
		.sort(byName);
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

/** The entries of a collection, in the order in which people look for them. */
const inOrder = ({ type, options }: INodeProperties) =>
	type === 'collection' && options
		? { options: [...options].sort((a, b) => label(a).localeCompare(label(b), 'en')) }
		: {};

const fieldsOf = ({ resource, operation, fields }: Operation): INodeProperties[] =>
	fields.map((field) => ({
		...field,
		...inOrder(field),
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [operation], ...field.displayOptions?.show },
		},
	}));

/** The operations as entries of a list, for fields that let users choose among them. */
export const operationChoices = (operations: Operation[]): INodePropertyOptions[] =>
	operations
		.map(({ resource, operation, name }) => ({
			name: `${resources[resource] ?? resource}: ${name}`,
			value: `${resource}.${operation}`,
		}))
		.sort(byName);

/** Everything that users see of the operations: the two dropdowns, and each operation's fields under them. */
export const describe = (operations: Operation[]): INodeProperties[] => [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: Object.entries(resources).map(([value, name]) => ({ name, value })),
		default: 'object',
	},
	...Object.keys(resources).map((resource) => operationsOf(operations, resource)),
	...operations.flatMap(fieldsOf),
];
