import { destinationBucket } from './destination';
import { bucket, key } from '../fields/locators';
import type { Params } from '../field';
import { field, narrowingField } from '../field';
import { quotedEtag } from './readOptions';
import { customerKey } from './customerKey';

/** Source and destination of a copy. */
export const fromTo = [
	field({
		...bucket,
		displayName: 'Source Bucket',
		name: 'sourceBucket',
		description: "The bucket of the original. Leave empty to use the credential's bucket.",
	}),
	field({
		...key,
		displayName: 'Source Key',
		name: 'sourceKey',
		description: 'The full key of the original, including folders',
	}),
	destinationBucket,
	field({
		displayName: 'Destination Key',
		name: 'destinationKey',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. archive/2026/0001.pdf',
		description: 'The full key of the copy, including folders',
	}),
] as const;

export const sourceVersionId = field({
	displayName: 'Source Version ID',
	name: 'sourceVersionId',
	type: 'string',
	default: '',
	description: 'Leave empty for the latest version',
});

export const sourceSseCustomerKey = field({
	displayName: 'Source SSE-C Key',
	name: 'sourceSseCustomerKey',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description: "The original's encryption key, in Base64",
});

export const sourceIfMatch = narrowingField({
	displayName: 'Source If Match',
	name: 'sourceIfMatch',
	type: 'string',
	default: '',
	description: 'Copy only if the original still has this ETag, which identifies its content',
});

/** The conditions that the source must meet for S3 to copy it. */
export const sourceConditions = [
	sourceIfMatch,
	narrowingField({
		displayName: 'Source If None Match',
		name: 'sourceIfNoneMatch',
		type: 'string',
		default: '',
		description: 'Copy only if the original no longer has this ETag, which identifies its content',
	}),
	narrowingField({
		displayName: 'Source If Modified Since',
		name: 'sourceIfModifiedSince',
		type: 'dateTime',
		default: '',
		description: 'Copy only if the original changed after this time',
	}),
	narrowingField({
		displayName: 'Source If Unmodified Since',
		name: 'sourceIfUnmodifiedSince',
		type: 'dateTime',
		default: '',
		description: 'Copy only if the original did not change after this time',
	}),
] as const;

type SourceConditions = Partial<Params<[...typeof sourceConditions, typeof sourceSseCustomerKey]>>;

/**
 * Converts the conditions and the SSE-C key of the source into the input of a copy request. Throws for an invalid key.
 */
export const sourceConditionsInput = (options: SourceConditions) => {
	const { SSECustomerAlgorithm, SSECustomerKey } = customerKey(options.sourceSseCustomerKey, 'Source SSE-C Key');
	return {
		CopySourceIfMatch: quotedEtag(options.sourceIfMatch),
		CopySourceIfNoneMatch: quotedEtag(options.sourceIfNoneMatch),
		CopySourceIfModifiedSince: options.sourceIfModifiedSince,
		CopySourceIfUnmodifiedSince: options.sourceIfUnmodifiedSince,
		CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
		CopySourceSSECustomerKey: SSECustomerKey,
	};
};
