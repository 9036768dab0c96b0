import { checkId, configurationId, settingField, settingPermissions } from '../../core/bucketSettingFields';
import { checkCompliance, complianceConfirmation } from '../../core/compliance';
import { mfa } from '../../core/deleteOptions';
import { badInput } from '../../core/errors';
import { bucket, expectedBucketOwner, options } from '../../core/fields';
import type { Params } from '../../core/operation';
import { field, operation } from '../../core/operation';
import { tagSet, tags } from '../../core/tags';
import { bucketSettingOf } from '../../s3/bucketSettings';
import { ShapeFault } from '../../s3/shape';

const status = field({
	displayName: 'Status',
	name: 'status',
	type: 'options',
	options: [
		{ name: 'Enabled', value: 'Enabled' },
		{ name: 'Suspended', value: 'Suspended', description: 'What there is stays as it is' },
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
		{ name: 'Requester', value: 'Requester', description: 'Whoever reads pays, and has to say so in the request' },
	],
	displayOptions: { show: { setting: ['requestPayment'] } },
	default: 'BucketOwner',
	description: 'Who pays for requests and downloads',
});

const ownership = field({
	displayName: 'Object Ownership',
	name: 'objectOwnership',
	type: 'options',
	options: [
		{ name: 'Bucket Owner Enforced', value: 'BucketOwnerEnforced', description: 'ACLs are off, as AWS advises' },
		{ name: 'Bucket Owner Preferred', value: 'BucketOwnerPreferred' },
		{ name: 'Object Writer', value: 'ObjectWriter' },
	],
	displayOptions: { show: { setting: ['ownershipControls'] } },
	default: 'BucketOwnerEnforced',
	description: 'Whom objects belong to that other accounts upload',
});

const blockPublicAcls = field({
	displayName: 'Block Public ACLs',
	name: 'blockPublicAcls',
	type: 'boolean',
	displayOptions: { show: { setting: ['publicAccessBlock'] } },
	default: true,
	description: 'Whether new public ACLs are refused',
});

const ignorePublicAcls = field({
	displayName: 'Ignore Public ACLs',
	name: 'ignorePublicAcls',
	type: 'boolean',
	displayOptions: { show: { setting: ['publicAccessBlock'] } },
	default: true,
	description: 'Whether public ACLs that there are have no effect',
});

const blockPublicPolicy = field({
	displayName: 'Block Public Policies',
	name: 'blockPublicPolicy',
	type: 'boolean',
	displayOptions: { show: { setting: ['publicAccessBlock'] } },
	default: true,
	description: 'Whether new public bucket policies are refused',
});

const restrictPublicBuckets = field({
	displayName: 'Restrict Public Buckets',
	name: 'restrictPublicBuckets',
	type: 'boolean',
	displayOptions: { show: { setting: ['publicAccessBlock'] } },
	default: true,
	description: "Whether a public policy gives access to the bucket owner's account and AWS services only",
});

const algorithm = field({
	displayName: 'Encryption',
	name: 'sseAlgorithm',
	type: 'options',
	options: [
		{ name: 'SSE-KMS', value: 'aws:kms', description: 'With a key in AWS KMS' },
		{ name: 'SSE-KMS, Dual Layer', value: 'aws:kms:dsse', description: 'With a key in AWS KMS, two layers' },
		{ name: 'SSE-S3', value: 'AES256', description: 'With keys that S3 manages' },
	],
	displayOptions: { show: { setting: ['encryption'] } },
	default: 'AES256',
	description: 'How S3 encrypts new objects that do not say it themselves',
});

const kmsKeyId = field({
	displayName: 'KMS Key ID',
	name: 'kmsKeyId',
	type: 'string',
	displayOptions: { show: { setting: ['encryption'], sseAlgorithm: ['aws:kms', 'aws:kms:dsse'] } },
	default: '',
	placeholder: 'e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
	description: "Leave empty for AWS's own key",
});

const bucketKey = field({
	displayName: 'Bucket Key',
	name: 'bucketKeyEnabled',
	type: 'boolean',
	displayOptions: { show: { setting: ['encryption'], sseAlgorithm: ['aws:kms'] } },
	default: true,
	description: 'Whether S3 asks KMS less often by using a key of the bucket, which is cheaper',
});

const bucketTags = field({
	...tags,
	description: 'Up to 50 tags, for cost reports and permissions',
	displayOptions: { show: { setting: ['tagging'] } },
});

/** Settings that have fields of their own above, so that nobody has to write JSON for them. */
const simple = [
	'accelerate',
	'encryption',
	'ownershipControls',
	'publicAccessBlock',
	'requestPayment',
	'tagging',
	'versioning',
];

const configuration = field({
	displayName: 'Configuration',
	name: 'configuration',
	type: 'json',
	displayOptions: { hide: { setting: simple } },
	default: '{}',
	placeholder: 'e.g. { "Rules": [ … ] }',
	description:
		'JSON in the form of the <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html">AWS reference</a>, as the operation Get gives it. It replaces what there is.',
});

const confirmation = field({ ...complianceConfirmation, displayOptions: { show: { setting: ['objectLock'] } } });

const mfaDelete = field({
	displayName: 'MFA Delete',
	name: 'mfaDelete',
	type: 'boolean',
	default: true,
	description: "Whether deleting versions needs the code of a device. Only the account's root user can set it.",
});

const fields = [
	bucket,
	settingField(({ set }) => set),
	configurationId,
	status,
	payer,
	ownership,
	blockPublicAcls,
	ignorePublicAcls,
	blockPublicPolicy,
	restrictPublicBuckets,
	algorithm,
	kmsKeyId,
	bucketKey,
	bucketTags,
	configuration,
	confirmation,
	options(expectedBucketOwner, mfa, mfaDelete),
] as const;

type Given = Params<[...typeof fields]>;

const valueOf = (params: Given): unknown => {
	const { mfaDelete: guarded } = params.options;
	switch (params.setting) {
		case 'accelerate':
			return { Status: params.status };
		case 'versioning':
			return {
				Status: params.status,
				...(guarded !== undefined && { MFADelete: guarded ? 'Enabled' : 'Disabled' }),
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
			return params.configuration;
	}
};

/** The mode in which new objects will be locked, if they will. */
const lockMode = (value: unknown): unknown => /"Mode":"(\w+)"/.exec(JSON.stringify(value) ?? '')?.[1];

export default operation({
	resource: 'bucketSetting',
	operation: 'set',
	name: 'Set',
	action: 'Set a setting of a bucket',
	description: 'Replace one setting of a bucket',
	fields: [...fields],
	permissions: settingPermissions(({ set, permission }) => set && `s3:Put${permission}`),
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, setting, configurationId: Id } = params;
		checkId(setting, Id);
		const value = valueOf(params);
		if (setting === 'objectLock') checkCompliance(lockMode(value), params.confirmCompliance);
		const at = { Bucket, Id, MFA: params.options.mfa || undefined };
		await bucketSettingOf(setting)
			.set?.(s3, at, value)
			.catch((error) => {
				if (!(error instanceof ShapeFault)) throw error;
				throw badInput(
					`'Configuration' does not fit: ${error.message}`,
					"Names are those of the AWS reference, in upper and lower case. The operation 'Get' shows the form.",
				);
			});
		return { updated: true, bucket: Bucket, setting, ...(Id && { configurationId: Id }) };
	},
});
