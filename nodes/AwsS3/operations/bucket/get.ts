import { bucket } from '../../core/fields/locators';
import { expectedBucketOwner, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { getBucketSetting } from '../../s3/settings/bucketSettings';
import { codeOf } from '../../s3/failure';
import type { S3 } from '../../s3/client/client';
import { locationOf } from '../../s3/settings/location';

/** The settings that matter most: public access, protection and retention. */
const settings = [
	'region',
	'versioning',
	'encryption',
	'objectLock',
	'publicAccessBlock',
	'ownershipControls',
	'policyStatus',
	'requestPayment',
	'accelerate',
	'tagging',
];

/** Why one setting cannot be read, if others still can. Throws all other errors. */
const unreadableReason = (error: unknown) => {
	const code = codeOf(error) ?? '';
	if (/^(AccessDenied|Forbidden|403)$/.test(code)) return 'not allowed';
	if (/^(NotImplemented|MethodNotAllowed|XNotImplemented|501|405|UnexpectedAnswer)$/.test(code))
		return 'not known to this server';
	throw error;
};

const readSetting = async (s3: S3, name: string, part: string) =>
	part === 'region' ? await locationOf(s3, name) : await getBucketSetting(s3, part, { Bucket: name });

const settingOrReason = async (s3: S3, name: string, part: string) =>
	await readSetting(s3, name, part).then(
		(value) => ({ part, value: value ?? null }),
		(error) => ({ part, why: unreadableReason(error) }),
	);

export default operation({
	resource: 'bucket',
	operation: 'get',
	name: 'Get',
	action: 'Get a bucket',
	description: "Get a bucket's region, versioning, encryption, Object Lock, public access and more in one item",
	fields: [bucket, options(expectedBucketOwner)],
	permissions: [
		{ action: 's3:GetBucketLocation', on: 'bucket' },
		{ action: 's3:GetBucketVersioning', on: 'bucket' },
		{ action: 's3:GetEncryptionConfiguration', on: 'bucket' },
		{ action: 's3:GetBucketObjectLockConfiguration', on: 'bucket' },
		{ action: 's3:GetBucketPublicAccessBlock', on: 'bucket' },
		{ action: 's3:GetBucketOwnershipControls', on: 'bucket' },
		{ action: 's3:GetBucketPolicyStatus', on: 'bucket' },
		{ action: 's3:GetBucketRequestPayment', on: 'bucket' },
		{ action: 's3:GetAccelerateConfiguration', on: 'bucket' },
		{ action: 's3:GetBucketTagging', on: 'bucket' },
	],
	effect: 'read',
	async execute({ s3, params }) {
		const name = params.bucket;
		const results = await Promise.all(settings.map(async (part) => await settingOrReason(s3, name, part)));
		const readable = results.flatMap((one) => ('why' in one ? [] : [[one.part, one.value]]));
		const hidden = results.flatMap((one) => ('why' in one ? [[one.part, one.why]] : []));
		return {
			bucket: name,
			...Object.fromEntries(readable),
			...(hidden.length > 0 && { unreadable: Object.fromEntries(hidden) }),
		};
	},
});
