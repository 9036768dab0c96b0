import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { taggingHeader } from '../../s3/settings/tagging';
import type { ObjectAt } from '../../s3/address';
import { s3Failure } from '../../s3/failure';
import { missingAfterWrite } from '../../s3/write/confirmWritten';
import { badInput } from '../errors/badInput';
import type { Context } from '../operation';
import type { Params } from '../field';
import { field } from '../field';
import { checksumAlgorithms, encryptions, storageClasses } from '../fields/choices';
import { sseCustomerKey } from '../fields/options';
import { accessInput, acl, grants } from './accessFields';
import { contentHeaders, headersInput, metadata } from './headerFields';
import { checkCompliance, lockOptions } from './lockFields';
import { tagSet, tags } from './tags';

export const checksumAlgorithm = field({
	displayName: 'Checksum Algorithm',
	name: 'checksumAlgorithm',
	type: 'options',
	options: [...checksumAlgorithms],
	default: 'CRC32',
	description: 'How S3 verifies the data. Stores the checksum with the object.',
});

export const storageClass = field({
	displayName: 'Storage Class',
	name: 'storageClass',
	type: 'options',
	options: [...storageClasses],
	default: 'STANDARD',
	description: 'How S3 stores the object, which decides cost and access time',
});

const encryption = [
	field({
		displayName: 'Encryption: Bucket Key Enabled',
		name: 'bucketKeyEnabled',
		type: 'boolean',
		default: true,
		description: 'Whether to use an S3 Bucket Key, which reduces KMS requests and cost',
	}),
	field({
		displayName: 'Encryption: KMS Context',
		name: 'kmsContext',
		type: 'json',
		default: '',
		placeholder: 'e.g. { "project": "invoices" }',
		description: 'Names and values that KMS logs, and requires again to read the object',
	}),
	field({
		displayName: 'Encryption: KMS Key ID',
		name: 'kmsKeyId',
		type: 'string',
		default: '',
		placeholder: 'e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
		description: 'The key for SSE-KMS. Leave empty to use the AWS managed key.',
	}),
	field({
		displayName: 'Encryption: Type',
		name: 'serverSideEncryption',
		type: 'options',
		options: [...encryptions],
		default: 'AES256',
		description: 'How S3 encrypts the stored object',
	}),
] as const;

/** The options of operations that write an object. */
export const writeOptions = [
	acl,
	...grants,
	checksumAlgorithm,
	...contentHeaders,
	...encryption,
	...lockOptions,
	metadata,
	sseCustomerKey,
	storageClass,
	tags,
] as const;

/** The extra permission to write an object encrypted with a customer managed KMS key. */
export const generateKeyPermission = {
	action: 'kms:GenerateDataKey',
	on: 'kmsKey',
	when: 'for encryption with KMS',
} as const;

/** The permissions of operations that write an object, however large it is. */
export const writePermissions = [
	{ action: 's3:PutObject', on: 'object' },
	{ action: 's3:AbortMultipartUpload', on: 'object', when: '8 MiB or more' },
	generateKeyPermission,
	{ action: 'kms:Decrypt', on: 'kmsKey', when: 'for encryption with KMS, 8 MiB or more' },
] as const;

/** The permissions that `writeOptions` need, besides those for the object and its tags. */
export const propertyPermissions = [
	{ action: 's3:PutObjectAcl', on: 'object', when: 'with an ACL or grants', option: 'acl' },
	{ action: 's3:PutObjectRetention', on: 'object', when: 'with a lock', option: 'lock' },
	{ action: 's3:PutObjectLegalHold', on: 'object', when: 'with a legal hold', option: 'lock' },
] as const;

/** The permission for tags that an object is written with. */
export const tagsPermission = {
	action: 's3:PutObjectTagging',
	on: 'object',
	when: 'with tags',
	option: 'tags',
} as const;

type WriteOptions = Partial<Params<[...typeof writeOptions]>>;

const contextOf = (context: unknown) => {
	if (context === undefined) return undefined;
	if (typeof context === 'object' && context !== null && !Array.isArray(context))
		return Buffer.from(JSON.stringify(context)).toString('base64');
	throw badInput(
		"'Encryption: KMS Context' is not a JSON object",
		'Enter names and values such as { "project": "invoices" }.',
	);
};

/** Converts the options into the input of a request that writes an object. Throws for combinations that S3 rejects. */
export const writeInput = (options: WriteOptions): Partial<Omit<PutObjectCommandInput, 'Body' | 'Bucket' | 'Key'>> => {
	const { serverSideEncryption: encrypt, lockMode, lockUntil } = options;
	if ((lockMode === undefined) !== (lockUntil === undefined)) {
		throw badInput("'Lock: Mode' and 'Lock: Until' require each other", 'Set both or neither.');
	}
	checkCompliance(lockMode, options.confirmCompliance);
	return {
		...accessInput(options),
		...headersInput(options),
		ChecksumAlgorithm: options.checksumAlgorithm,
		ServerSideEncryption: encrypt === 'none' ? undefined : encrypt,
		SSEKMSKeyId: options.kmsKeyId || undefined,
		SSEKMSEncryptionContext: contextOf(options.kmsContext),
		BucketKeyEnabled: options.bucketKeyEnabled,
		StorageClass: options.storageClass,
		Tagging: options.tags && taggingHeader(tagSet(options.tags)),
		ObjectLockLegalHoldStatus: options.legalHold === undefined ? undefined : options.legalHold ? 'ON' : 'OFF',
		ObjectLockMode: lockMode,
		ObjectLockRetainUntilDate: lockUntil,
	};
};

/**
 * Compares a written object with what `writeInput` requested. Throws for a missing lock, and shows a hint for an
 * ignored storage class or tags.
 */
export const checkWritten = async (
	{ s3, hint }: Pick<Context, 's3' | 'hint'>,
	at: ObjectAt,
	asked: ReturnType<typeof writeInput>,
) => {
	const missing = await missingAfterWrite(s3, at, asked);
	const lock = missing.find((what) => what === 'lock' || what === 'legal hold');
	if (lock) {
		const { connection } = s3;
		throw s3Failure({ code: 'LockMissing', message: `The object has no ${lock}`, connection, ...at });
	}
	for (const what of missing)
		hint(`'${at.key}' was stored without the requested ${what}, because this service ignores it.`);
};
