import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import { requestOptions, sseCustomerKey } from '../fields/options';
import { versionId } from '../fields/locators';
import type { Params } from '../field';
import { narrowingField } from '../field';
import { range, rangeOf } from '../fields/range';

export const ifMatch = narrowingField({
	displayName: 'If Match',
	name: 'ifMatch',
	type: 'string',
	default: '',
	placeholder: 'e.g. 9b2cf535f27731c974343645a3985328',
	description: 'Continue only if the object still has this ETag, which identifies its content',
});

export const ifNoneMatch = narrowingField({
	displayName: 'If None Match',
	name: 'ifNoneMatch',
	type: 'string',
	default: '',
	placeholder: 'e.g. 9b2cf535f27731c974343645a3985328',
	description: 'Continue only if the object no longer has this ETag, which identifies its content',
});

export const ifModifiedSince = narrowingField({
	displayName: 'If Modified Since',
	name: 'ifModifiedSince',
	type: 'dateTime',
	default: '',
	description: 'Continue only if the object changed after this time',
});

const ifUnmodifiedSince = narrowingField({
	displayName: 'If Unmodified Since',
	name: 'ifUnmodifiedSince',
	type: 'dateTime',
	default: '',
	description: 'Continue only if the object did not change after this time',
});

/** The conditions that an object must meet for S3 to return it. */
export const readConditions = [ifMatch, ifModifiedSince, ifNoneMatch, ifUnmodifiedSince] as const;

type ReadConditions = Partial<Params<[...typeof readConditions]>>;

/** Adds the quotes that HTTP requires around an ETag in a condition. Keeps `*` and quoted ETags; undefined if empty. */
export const quotedEtag = (etag?: string) =>
	etag && etag !== '*' && !/^(W\/)?"/.test(etag) ? `"${etag}"` : etag || undefined;

/** Converts the conditions into the input of a read request. */
export const conditionsInput = (options: ReadConditions) => ({
	IfMatch: quotedEtag(options.ifMatch),
	IfModifiedSince: options.ifModifiedSince,
	IfNoneMatch: quotedEtag(options.ifNoneMatch),
	IfUnmodifiedSince: options.ifUnmodifiedSince,
});

/** The options of operations that read the content of an object. */
export const contentOptions = [range, ...readConditions, ...requestOptions, sseCustomerKey, versionId] as const;

/** The extra permission to read an object encrypted with a customer managed KMS key. */
export const decryptPermission = {
	action: 'kms:Decrypt',
	on: 'kmsKey',
	when: 'for objects encrypted with KMS',
} as const;

/** The permissions of operations that read the content of an object. */
export const readPermissions = [
	{ action: 's3:GetObject', on: 'object' },
	{ action: 's3:GetObjectVersion', on: 'object', when: 'with a version', option: 'versions' },
	decryptPermission,
] as const;

type ContentOptions = Partial<Params<[...typeof contentOptions]>>;

/**
 * Builds the input of `GetObject`. Throws for an invalid range.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const contentInput = (Bucket: string, Key: string, options: ContentOptions): GetObjectCommandInput => {
	const Range = rangeOf(options.range);
	return { Bucket, Key, VersionId: options.versionId || undefined, Range, ...conditionsInput(options) };
};
