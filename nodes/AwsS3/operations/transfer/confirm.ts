import { badInput } from '../../core/errors/badInput';
import { field } from '../../core/field';
import type { Params } from '../../core/field';
import { bucket } from '../../core/fields/locators';
import { memory, options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { bareEtag } from '../../s3/list/contentIdentity';
import { confirmInRecord } from '../../s3/record/confirmInRecord';
import type { CarriedOut } from '../../s3/record/mergeRecord';
import { recordKey } from './fields/recordFields';

const action = field({
	displayName: 'Action',
	name: 'carriedOut',
	type: 'options',
	options: [
		{ name: 'Create', value: 'create' },
		{ name: 'Delete', value: 'delete' },
		{ name: 'Replace', value: 'replace' },
	],
	default: 'create',
	description: "What the other system has done: the action that 'Run' has given, as an expression",
});

const key = field({
	displayName: 'Key',
	name: 'confirmedKey',
	type: 'string',
	required: true,
	default: '',
	placeholder: "e.g. {{ $('Run').item.json.key }}",
	description: "The key that 'Run' has given",
});

const ofContent = { hide: { carriedOut: ['delete'] } };

const size = field({
	displayName: 'Size (Bytes)',
	name: 'confirmedSize',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	displayOptions: ofContent,
	default: 0,
	placeholder: "e.g. {{ $('Run').item.json.size }}",
	description: "The size that 'Run' has given",
});

const etag = field({
	displayName: 'ETag',
	name: 'confirmedEtag',
	type: 'string',
	required: true,
	displayOptions: ofContent,
	default: '',
	placeholder: "e.g. {{ $('Run').item.json.etag }}",
	description: "The ETag that 'Run' has given, by which changes are known",
});

const modified = field({
	displayName: 'Modified',
	name: 'confirmedModified',
	type: 'dateTime',
	displayOptions: ofContent,
	default: '',
	placeholder: "e.g. {{ $('Run').item.json.modified }}",
	description: "The time that 'Run' has given",
});

const id = field({
	displayName: 'ID',
	name: 'confirmedId',
	type: 'string',
	displayOptions: ofContent,
	default: '',
	placeholder: 'e.g. 1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs',
	description: 'What the other system calls it. It comes back when the object is to be replaced or deleted.',
});

const perItem = [action, key, size, etag, modified, id] as const;

type OneParams = Params<[...typeof perItem]>;

/** Throws for content without an ETag, by which a change of it would be known. */
const carriedOut = (params: OneParams, number: number): CarriedOut => {
	const { confirmedKey: key, confirmedSize: size = 0, confirmedModified: lastModified, confirmedId: id = '' } = params;
	if (params.carriedOut === 'delete') return { key };
	const etag = bareEtag(params.confirmedEtag).trim();
	if (etag === '')
		throw badInput(
			`Item ${number + 1} ('${key}') has no ETag`,
			"Enter the ETag that 'Run' has given in 'ETag': changes are known by it.",
		);
	return { key, entry: { key, size, etag, lastModified, ...(id !== '' && { id }) } };
};

/** What the items say was carried out. Throws for two with the same key. */
const allCarriedOut = (paramsOfItems: OneParams[]): CarriedOut[] => {
	const numbers = new Map<string, number>();
	return paramsOfItems.map((params, number) => {
		const { confirmedKey } = params;
		const other = numbers.get(confirmedKey);
		if (other !== undefined)
			throw badInput(
				`Item ${other + 1} ('${confirmedKey}') and item ${number + 1} have the same key`,
				'Confirm each key once, with what was done last.',
			);
		numbers.set(confirmedKey, number);
		return carriedOut(params, number);
	});
};

const namesOfItems = new Set<string>(perItem.map(({ name }) => name));

export default operation({
	resource: 'transfer',
	operation: 'confirm',
	name: 'Confirm',
	action: 'Confirm what another system has carried out',
	description:
		"Note in the record what other nodes have carried out of the items of Run with the destination 'Items'. What is not confirmed comes again.",
	fields: [
		field({ ...bucket, description: "The bucket of the record. Leave empty for the connection's own bucket." }),
		recordKey,
		...perItem,
		options(memory, ...requestOptions),
	],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:GetObject', on: 'object' },
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: 'to give up a large record', option: 'transfer' },
		{ action: 'kms:Decrypt', on: 'kmsKey', when: 'with KMS' },
		{ action: 'kms:GenerateDataKey', on: 'kmsKey', when: 'with KMS' },
	],
	effect: 'write',
	itemsAtOnce: 1,
	together: (params) => JSON.stringify(Object.entries(params).filter(([name]) => !namesOfItems.has(name))),
	async execute({ s3, params, paramsOfItems, budget }) {
		const changes = allCarriedOut(paramsOfItems);
		const at = { bucket: params.bucket, key: params.recordKey };
		const counts = await confirmInRecord({ s3, ...at }, changes, budget);
		return { bucket: at.bucket, recordKey: at.key, ...counts };
	},
});
