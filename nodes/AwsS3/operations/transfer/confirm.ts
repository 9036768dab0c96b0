import { badInput } from '../../core/errors/badInput';
import { field } from '../../core/field';
import type { Params } from '../../core/field';
import { bucket } from '../../core/fields/locators';
import { memory, options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { bareEtag } from '../../s3/contentIdentity';
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
	description: "What the other system did: the action from the output of 'Run', as an expression",
});

const key = field({
	displayName: 'Key',
	name: 'confirmedKey',
	type: 'string',
	required: true,
	default: '',
	placeholder: "e.g. {{ $('Run').item.json.key }}",
	description: "The key from the output of 'Run'",
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
	description: "The size from the output of 'Run'",
});

const etag = field({
	displayName: 'ETag',
	name: 'confirmedEtag',
	type: 'string',
	required: true,
	displayOptions: ofContent,
	default: '',
	placeholder: "e.g. {{ $('Run').item.json.etag }}",
	description: "The ETag from the output of 'Run', used to detect changes",
});

const modified = field({
	displayName: 'Modified',
	name: 'confirmedModified',
	type: 'dateTime',
	displayOptions: ofContent,
	default: '',
	placeholder: "e.g. {{ $('Run').item.json.modified }}",
	description: "The time from the output of 'Run'",
});

const id = field({
	displayName: 'ID',
	name: 'confirmedId',
	type: 'string',
	displayOptions: ofContent,
	default: '',
	placeholder: 'e.g. 1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs',
	description: "The ID of the file in the other system. Later items of 'Run' include it.",
});

const perItem = [action, key, size, etag, modified, id] as const;

type OneParams = Params<[...typeof perItem]>;

/** Throws for content without an ETag, which is needed to detect changes. */
const carriedOut = (params: OneParams, number: number): CarriedOut => {
	const { confirmedKey: key, confirmedSize: size = 0, confirmedModified: lastModified, confirmedId: id = '' } = params;
	if (params.carriedOut === 'delete') return { key };
	const etag = bareEtag(params.confirmedEtag).trim();
	if (etag === '')
		throw badInput(
			`Item ${number + 1} ('${key}') has no ETag`,
			"Enter the ETag from the output of 'Run' in 'ETag'. It is needed to detect changes.",
		);
	return { key, entry: { key, size, etag, lastModified, ...(id !== '' && { id }) } };
};

/** The confirmed actions of the items. Throws for two items with the same key. */
const allCarriedOut = (paramsOfItems: OneParams[]): CarriedOut[] => {
	const numbers = new Map<string, number>();
	return paramsOfItems.map((params, number) => {
		const { confirmedKey } = params;
		const other = numbers.get(confirmedKey);
		if (other !== undefined)
			throw badInput(
				`Item ${other + 1} ('${confirmedKey}') and item ${number + 1} have the same key`,
				'Confirm each key once, with its last action.',
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
	action: 'Confirm changes made in another system',
	description:
		"Record which items of a Run to 'Items' other nodes have handled. The next Run returns unconfirmed items again.",
	fields: [
		field({ ...bucket, description: "The bucket of the record. Leave empty to use the credential's bucket." }),
		recordKey,
		...perItem,
		options(memory, ...requestOptions),
	],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:GetObject', on: 'object' },
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: 'to cancel writing a large record', option: 'transfer' },
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
