import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { credentialType } from '../connection/credentialTypes';
import { byName } from '../fields/choices';
import type { Operation } from '../operation';

/** Labels of the resources, in dropdown order. */
export const resources: Record<string, string> = {
	access: 'Access',
	bucket: 'Bucket',
	bucketSetting: 'Bucket Setting',
	folder: 'Folder',
	multipartUpload: 'Multipart Upload',
	object: 'Object',
	presignedUrl: 'Presigned URL',
	transfer: 'Sync & Migrate',
	version: 'Version',
};

const operationDropdown = (operations: Operation[], resource: string): INodeProperties => {
	const options: INodePropertyOptions[] = operations
		.filter((candidate) => candidate.resource === resource)
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

/** The options of a collection, sorted by label, so that users find them. */
const sortedOptions = ({ type, options }: INodeProperties) =>
	type === 'collection' && options
		? { options: [...options].sort((a, b) => label(a).localeCompare(label(b), 'en')) }
		: {};

/** A field whose options are sorted by label. */
export const withSortedOptions = (field: INodeProperties): INodeProperties => ({ ...field, ...sortedOptions(field) });

const propertiesOf = ({ resource, operation, fields }: Operation): INodeProperties[] =>
	fields.map((field) => ({
		...withSortedOptions(field),
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

/** Returns the properties of the node: credential, resource and operation, then the fields of each operation. */
export const describe = (operations: Operation[]): INodeProperties[] => [
	credentialType,
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
