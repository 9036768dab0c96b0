import { ownership } from '../../core/objectFields/accessFields';
import { realEncryptions } from '../../core/fields/choices';
import type { Params } from '../../core/field';
import { field } from '../../core/field';
import { tagSet, tags } from '../../core/objectFields/tags';

const status = field({
	displayName: 'Status',
	name: 'status',
	type: 'options',
	options: [
		{ name: 'Enabled', value: 'Enabled' },
		{ name: 'Suspended', value: 'Suspended', description: 'Existing versions remain' },
	],
	displayOptions: { show: { setting: ['accelerate', 'versioning'] } },
	default: 'Enabled',
});

const payer = field({
	displayName: 'Payer',
	name: 'payer',
	type: 'options',
	options: [
		{ name: 'Bucket Owner', value: 'BucketOwner' },
		{ name: 'Requester', value: 'Requester', description: 'The requester pays, and must accept this in each request' },
	],
	displayOptions: { show: { setting: ['requestPayment'] } },
	default: 'BucketOwner',
	description: 'Who pays for requests and downloads',
});

const ownershipSetting = field({ ...ownership, displayOptions: { show: { setting: ['ownershipControls'] } } });

const blockPublicAcls = field({
	displayName: 'Block Public ACLs',
	name: 'blockPublicAcls',
	type: 'boolean',
	displayOptions: { show: { setting: ['publicAccessBlock'] } },
	default: true,
	description: 'Whether to reject new public ACLs',
});

const ignorePublicAcls = field({
	displayName: 'Ignore Public ACLs',
	name: 'ignorePublicAcls',
	type: 'boolean',
	displayOptions: { show: { setting: ['publicAccessBlock'] } },
	default: true,
	description: 'Whether to ignore existing public ACLs',
});

const blockPublicPolicy = field({
	displayName: 'Block Public Policies',
	name: 'blockPublicPolicy',
	type: 'boolean',
	displayOptions: { show: { setting: ['publicAccessBlock'] } },
	default: true,
	description: 'Whether to reject new public bucket policies',
});

const restrictPublicBuckets = field({
	displayName: 'Restrict Public Buckets',
	name: 'restrictPublicBuckets',
	type: 'boolean',
	displayOptions: { show: { setting: ['publicAccessBlock'] } },
	default: true,
	description: "Whether to limit access through public policies to the bucket owner's account and AWS services",
});

const algorithm = field({
	displayName: 'Encryption',
	name: 'sseAlgorithm',
	type: 'options',
	options: [...realEncryptions],
	displayOptions: { show: { setting: ['encryption'] } },
	default: 'AES256',
	description: 'How S3 encrypts new objects that request no encryption',
});

const kmsKeyId = field({
	displayName: 'KMS Key ID',
	name: 'kmsKeyId',
	type: 'string',
	displayOptions: { show: { setting: ['encryption'], sseAlgorithm: ['aws:kms', 'aws:kms:dsse'] } },
	default: '',
	placeholder: 'e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
	description: 'Leave empty to use the AWS managed key',
});

const bucketKey = field({
	displayName: 'Bucket Key Enabled',
	name: 'bucketKeyEnabled',
	type: 'boolean',
	displayOptions: { show: { setting: ['encryption'], sseAlgorithm: ['aws:kms'] } },
	default: true,
	description: 'Whether to use an S3 Bucket Key, which reduces KMS requests and cost',
});

const bucketTags = field({
	...tags,
	description: 'Up to 50 tags, for cost allocation and access control',
	displayOptions: { show: { setting: ['tagging'] } },
});

/** Settings that have fields instead of JSON. */
export const simpleSettings = [
	'accelerate',
	'encryption',
	'ownershipControls',
	'publicAccessBlock',
	'requestPayment',
	'tagging',
	'versioning',
];

/** The fields for these settings. */
export const simpleFields = [
	status,
	payer,
	ownershipSetting,
	blockPublicAcls,
	ignorePublicAcls,
	blockPublicPolicy,
	restrictPublicBuckets,
	algorithm,
	kmsKeyId,
	bucketKey,
	bucketTags,
] as const;

type SimpleParams = Params<[...typeof simpleFields]>;

/** Converts the fields of a simple setting into the shape of the AWS reference; undefined for other settings. */
export const simpleValue = (setting: string, params: SimpleParams, mfaDelete?: boolean): unknown => {
	switch (setting) {
		case 'accelerate':
			return { Status: params.status };
		case 'versioning':
			return {
				Status: params.status,
				...(mfaDelete !== undefined && { MFADelete: mfaDelete ? 'Enabled' : 'Disabled' }),
			};
		case 'requestPayment':
			return { Payer: params.payer };
		case 'ownershipControls':
			return { Rules: [{ ObjectOwnership: params.objectOwnership }] };
		case 'publicAccessBlock':
			return {
				BlockPublicAcls: params.blockPublicAcls,
				IgnorePublicAcls: params.ignorePublicAcls,
				BlockPublicPolicy: params.blockPublicPolicy,
				RestrictPublicBuckets: params.restrictPublicBuckets,
			};
		case 'encryption': {
			const byDefault = { SSEAlgorithm: params.sseAlgorithm, KMSMasterKeyID: params.kmsKeyId || undefined };
			return { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: params.bucketKeyEnabled }] };
		}
		case 'tagging':
			return { TagSet: tagSet(params.tags ?? [], 50) };
		default:
			return undefined;
	}
};
