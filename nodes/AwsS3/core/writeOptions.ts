import type { ObjectCannedACL, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { taggingHeader } from '../s3/tagging';
import { checksumAlgorithms, encryptions, objectAcls, storageClasses } from './choices';
import { checkCompliance, complianceConfirmation } from './compliance';
import { badInput } from './errors';
import { sseCustomerKey } from './fields';
import { lockModes } from './locks';
import type { Params } from './operation';
import { field } from './operation';
import { entries, pairs } from './pairs';
import { tagSet, tags } from './tags';

export const checksumAlgorithm = field({
	displayName: 'Checksum Algorithm',
	name: 'checksumAlgorithm',
	type: 'options',
	options: [...checksumAlgorithms],
	default: 'CRC32',
	description: 'How S3 makes sure that the data arrived unchanged. The checksum is kept with the object.',
});

export const storageClass = field({
	displayName: 'Storage Class',
	name: 'storageClass',
	type: 'options',
	options: [...storageClasses],
	default: 'STANDARD',
	description: 'How S3 keeps the object, which decides its price and how fast it can be read',
});

export const acl = field({
	displayName: 'ACL',
	name: 'acl',
	type: 'options',
	options: [...objectAcls],
	default: 'private',
	description: 'Who has access, as one of the sets that S3 knows',
});

const grantee = 'e.g. id=canonical-user-ID or uri=http://acs.amazonaws.com/groups/global/AllUsers';

/** Access for single accounts, in the form of S3's headers. */
export const grants = [
	field({
		displayName: 'Grant Full Control',
		name: 'grantFullControl',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Who may read and write the object and its ACL, several separated by commas',
	}),
	field({
		displayName: 'Grant Read',
		name: 'grantRead',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Who may read the object, several separated by commas',
	}),
	field({
		displayName: 'Grant Read ACP',
		name: 'grantReadACP',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Who may read the ACL, several separated by commas',
	}),
	field({
		displayName: 'Grant Write ACP',
		name: 'grantWriteACP',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Who may change the ACL, several separated by commas',
	}),
] as const;

export const metadata = pairs('metadata', 'Metadata', 'Metadata', 'Names and values that are kept with the object');

export const contentType = field({
	displayName: 'Content Type',
	name: 'contentType',
	type: 'string',
	default: '',
	placeholder: 'e.g. application/pdf',
	description: 'The kind of the content. Leave empty to take it from the file or the key.',
});

/** The headers that a browser gets with the object. */
export const contentHeaders = [
	field({
		displayName: 'Cache Control',
		name: 'cacheControl',
		type: 'string',
		default: '',
		placeholder: 'e.g. max-age=86400',
		description: 'How long browsers may keep a copy',
	}),
	field({
		displayName: 'Content Disposition',
		name: 'contentDisposition',
		type: 'string',
		default: '',
		placeholder: 'e.g. attachment; filename="report.pdf"',
		description: 'Whether browsers show or save the object, and under which name',
	}),
	field({
		displayName: 'Content Encoding',
		name: 'contentEncoding',
		type: 'string',
		default: '',
		placeholder: 'e.g. gzip',
		description: 'How the content was compressed before the upload',
	}),
	field({
		displayName: 'Content Language',
		name: 'contentLanguage',
		type: 'string',
		default: '',
		placeholder: 'e.g. en-GB',
		description: 'The language of the content',
	}),
	contentType,
	field({
		displayName: 'Expires',
		name: 'expires',
		type: 'dateTime',
		default: '',
		description: 'When browsers should ask again. S3 does not delete the object then.',
	}),
] as const;

/** Protection against deletion, for buckets with Object Lock. */
const lockOptions = [
	complianceConfirmation,
	field({
		displayName: 'Legal Hold',
		name: 'legalHold',
		type: 'boolean',
		default: true,
		description: 'Whether nobody may delete the object until the hold is taken off',
	}),
	field({
		displayName: 'Lock Mode',
		name: 'lockMode',
		type: 'options',
		options: [...lockModes],
		default: 'GOVERNANCE',
		description: "Who is kept from deleting the object until 'Lock Until'",
	}),
	field({
		displayName: 'Lock Until',
		name: 'lockUntil',
		type: 'dateTime',
		default: '',
		description: 'Until when the object is protected',
	}),
] as const;

const encryption = [
	field({
		displayName: 'Bucket Key Enabled',
		name: 'bucketKeyEnabled',
		type: 'boolean',
		default: true,
		description: 'Whether S3 asks KMS less often by using a key of the bucket, which is cheaper',
	}),
	field({
		displayName: 'KMS Encryption Context',
		name: 'kmsContext',
		type: 'json',
		default: '',
		placeholder: 'e.g. { "project": "invoices" }',
		description: 'Names and values that KMS keeps in its log and checks when the object is read',
	}),
	field({
		displayName: 'KMS Key ID',
		name: 'kmsKeyId',
		type: 'string',
		default: '',
		placeholder: 'e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
		description: "The key for SSE-KMS. Leave empty for AWS's own key.",
	}),
	field({
		displayName: 'Server-Side Encryption',
		name: 'serverSideEncryption',
		type: 'options',
		options: [...encryptions],
		default: 'AES256',
		description: 'How S3 encrypts the object where it is stored',
	}),
] as const;

/** The options of everything that writes an object. */
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

/** What writing needs. */
export const writePermissions = [
	{ action: 's3:PutObject', on: 'object' },
	{ action: 's3:PutObjectAcl', on: 'object', when: 'with an ACL or grants' },
	{ action: 's3:PutObjectTagging', on: 'object', when: 'with tags' },
	{ action: 's3:PutObjectRetention', on: 'object', when: 'with a lock' },
	{ action: 's3:PutObjectLegalHold', on: 'object', when: 'with a legal hold' },
	{ action: 's3:AbortMultipartUpload', on: 'object', when: 'above 8 MiB' },
] as const;

type WriteOptions = Partial<Params<[...typeof writeOptions]>>;

const contextOf = (context: unknown) => {
	if (context === undefined) return undefined;
	if (typeof context === 'object' && context !== null && !Array.isArray(context))
		return Buffer.from(JSON.stringify(context)).toString('base64');
	throw badInput(
		"'KMS Encryption Context' is not a JSON object",
		'Enter names and values such as { "project": "invoices" }.',
	);
};

const aclOf = (options: WriteOptions): { ACL?: ObjectCannedACL } => (options.acl ? { ACL: options.acl } : {});

/** Access as the requests of S3 take it, for an object or its ACL. */
export const accessInput = (
	options: Pick<WriteOptions, 'acl' | 'grantFullControl' | 'grantRead' | 'grantReadACP' | 'grantWriteACP'>,
) => ({
	...aclOf(options),
	GrantFullControl: options.grantFullControl || undefined,
	GrantRead: options.grantRead || undefined,
	GrantReadACP: options.grantReadACP || undefined,
	GrantWriteACP: options.grantWriteACP || undefined,
});

/** The headers and user metadata of an object, as the requests of S3 take them. */
export const headersInput = (options: WriteOptions) => ({
	CacheControl: options.cacheControl || undefined,
	ContentDisposition: options.contentDisposition || undefined,
	ContentEncoding: options.contentEncoding || undefined,
	ContentLanguage: options.contentLanguage || undefined,
	ContentType: options.contentType || undefined,
	Expires: options.expires,
	Metadata: options.metadata && Object.fromEntries(entries(options.metadata)),
});

/** What the options mean in the requests of S3 that write an object. */
export const writeInput = (options: WriteOptions): Partial<Omit<PutObjectCommandInput, 'Body' | 'Bucket' | 'Key'>> => {
	const { serverSideEncryption: encrypt, lockMode, lockUntil } = options;
	if ((lockMode === undefined) !== (lockUntil === undefined)) {
		throw badInput("'Lock Mode' and 'Lock Until' belong together", 'Set both of them, or neither.');
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
