import { badInput } from '../../core/errors/badInput';
import type { Operation } from '../../core/operation';
import type { Connection } from '../../s3/connection';
import type { Granted } from './policy';
import { triggers } from './triggers';

/** The operations behind a kind of policy. */
const operationsOfKind = {
	appendOnly: ['folder.create', 'object.upload'],
	readOnly: ['folder.getAll', 'object.download', 'object.get', 'object.getAll', 'object.read'],
};

/** The connection test and *Check* delete what they write, which in a bucket with versions is a version. */
const ofTests: Granted[] = [
	{ action: 's3:DeleteObject', on: 'testObject' },
	{ action: 's3:DeleteObjectVersion', on: 'testObject' },
];

/** Splits a text at commas. */
export const listOf = (text = '') =>
	text
		.split(',')
		.map((one) => one.trim())
		.filter((one) => one !== '');

const isKeyArn = (text: string) => /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(text);

/**
 * The KMS keys to allow. The AWS managed key needs no permission. Throws if the credential names a key by alias or
 * ID: policies need its ARN.
 */
export const kmsKeysOf = (text: string | undefined, { defaults = {} }: Connection) => {
	const given = listOf(text);
	const wrong = given.find((one) => !isKeyArn(one));
	if (wrong !== undefined)
		throw badInput(
			`'KMS Key ARN' is not the ARN of a key: '${wrong}'`,
			"Copy it from the key's page in the KMS console, such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…. Policies do not accept an alias.",
		);
	const { SSEKMSKeyId: own } = defaults;
	if (given.length > 0 || own === undefined) return given;
	if (isKeyArn(own)) return [own];
	throw badInput(
		`The credential encrypts with the KMS key '${own}', but its ARN is unknown`,
		"Policies need the ARN. Copy it from the key's page in the KMS console into 'KMS Key ARN'.",
	);
};

/** What a policy is for. */
export interface Chosen {
	kind: 'appendOnly' | 'everything' | 'operations' | 'readOnly';
	/** Ids of operations and triggers, for the kind `operations`. */
	operations?: string[];
	/** Ids of the settings that operations of *Bucket Setting* work on. */
	settings?: string[];
	/** Options that the operations are used with. */
	alsoAllow?: string[];
}

const idsOf = ({ kind, operations = [] }: Chosen) => {
	if (kind === 'appendOnly' || kind === 'readOnly') return operationsOfKind[kind];
	if (operations.length > 0) return operations;
	throw badInput("'Operation Names or IDs' is empty", 'Choose the operations to allow.');
};

/** Whether an action affects a whole bucket. A user who can set its policy can do anything, whatever the prefix. */
const changesBucket = ({ action, on }: Granted) => on === 'bucket' && !/^s3:(List|Get)/.test(action);

/** The permissions that a policy must grant. Throws for an unknown operation. */
export const grantedFor = (all: Operation[], chosen: Chosen, prefix = ''): Granted[] => {
	if (chosen.kind === 'everything')
		return all.flatMap(({ permissions }) => permissions).filter((one) => prefix === '' || !changesBucket(one));
	const granted = idsOf(chosen).flatMap((id) => {
		const found =
			all.find(({ resource, operation }) => `${resource}.${operation}` === id) ?? triggers.find((one) => one.id === id);
		if (found) return found.permissions;
		throw badInput(
			`'Operation Names or IDs' has an operation that does not exist: '${id}'`,
			'Choose operations from the list.',
		);
	});
	const needed = granted
		.filter(({ option }) => !option || chosen.alsoAllow?.includes(option))
		.filter(({ only }) => !only || chosen.settings?.includes(only.value));
	return chosen.kind === 'appendOnly' ? [...needed, ...ofTests] : needed;
};
