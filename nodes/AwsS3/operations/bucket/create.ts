import {
	CreateBucketCommand,
	GetObjectLockConfigurationCommand,
	HeadBucketCommand,
	PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { ownership } from '../../core/objectFields/accessFields';
import { badInput } from '../../core/errors/badInput';
import { options } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { bucketNameFault } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import { isAws } from '../../s3/capabilities';
import { isS3Failure, s3Failure, statusOf, withDetails } from '../../s3/failure';
import { evenAfterStop } from '../../s3/write/afterStop';

const bucketName = field({
	displayName: 'Bucket Name',
	name: 'bucket',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. my-company-backups',
	description: 'Must be unique across all AWS accounts: 3 to 63 lower-case letters, digits, dots and hyphens',
});

const acl = field({
	displayName: 'ACL',
	name: 'acl',
	type: 'options',
	options: [
		{
			name: 'Authenticated Read',
			value: 'authenticated-read',
			description: 'Anyone with an AWS account can list objects',
		},
		{ name: 'Private', value: 'private', description: 'Only the owner has access' },
		{ name: 'Public Read', value: 'public-read', description: 'Anyone on the internet can list objects' },
		{
			name: 'Public Read Write',
			value: 'public-read-write',
			description: 'Anyone on the internet can list, upload and delete objects',
		},
	],
	default: 'private',
	description: "Predefined (canned) ACL. Requires an 'Object Ownership' other than 'Bucket Owner Enforced'.",
});

const objectLock = field({
	displayName: 'Object Lock',
	name: 'objectLock',
	type: 'boolean',
	default: true,
	description: 'Whether to allow protecting objects against deletion. Turns on versioning.',
});

const otherRegion = field({
	displayName: 'Region',
	name: 'region',
	type: 'string',
	default: '',
	placeholder: 'e.g. eu-central-1',
	description: "Code of the region to create the bucket in. Leave out to use the credential's region.",
});

const versioning = field({
	displayName: 'Versioning',
	name: 'versioning',
	type: 'boolean',
	default: true,
	description: 'Whether to keep overwritten and deleted objects as older versions',
});

const takenCodes = /^BucketAlready(Exists|OwnedByYou)$/;

/**
 * Whether the bucket exists although the server rejected the request: some servers create it and then reject its
 * settings. A name taken at the first attempt is another owner's bucket or an older one.
 */
const isMade = async (s3: S3, Bucket: string, error: unknown) => {
	if (!isS3Failure(error) || error.status === undefined || error.status === 403) return false;
	if (takenCodes.test(error.code ?? '') && (error.attempts ?? 1) === 1) return false;
	return await s3.send(new HeadBucketCommand({ Bucket })).then(
		() => true,
		() => false,
	);
};

/** Whether a new bucket has the requested Object Lock. AWS rejects what it cannot do, so this check skips it. */
const hasObjectLock = async (s3: S3, Bucket: string) => {
	if (isAws(s3.connection)) return true;
	return await s3.send(new GetObjectLockConfigurationCommand({ Bucket })).then(
		({ ObjectLockConfiguration: lock }) => lock?.ObjectLockEnabled === 'Enabled',
		// A user who can create a bucket may not be allowed to read its settings.
		(error) => statusOf(error) === 403,
	);
};

const madeAlthough = (bucket: string) => `The bucket '${bucket}' was created, but S3 rejected its settings`;

export default operation({
	resource: 'bucket',
	operation: 'create',
	name: 'Create',
	action: 'Create a bucket',
	description: 'Create a new, empty bucket',
	fields: [bucketName, options(acl, objectLock, ownership, otherRegion, versioning)],
	permissions: [
		{ action: 's3:CreateBucket', on: 'bucket' },
		{ action: 's3:PutBucketVersioning', on: 'bucket', when: 'with versioning', option: 'versions' },
		{ action: 's3:PutBucketObjectLockConfiguration', on: 'bucket', when: 'with Object Lock', option: 'lock' },
		{ action: 's3:PutBucketVersioning', on: 'bucket', when: 'with Object Lock', option: 'lock' },
		{ action: 's3:PutBucketAcl', on: 'bucket', when: 'with an ACL', option: 'acl' },
		{ action: 's3:PutBucketOwnershipControls', on: 'bucket', when: 'with Object Ownership', option: 'acl' },
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket, options: chosen } = params;
		const fault = bucketNameFault(bucket, true);
		if (fault)
			throw badInput(
				`'Bucket Name' ${fault}: '${bucket}'`,
				'Use 3 to 63 lower-case letters, digits, dots and hyphens.',
			);
		const region = chosen.region || s3.connection.region;
		// It becomes part of host names.
		if (!/^[\w-]+$/.test(region))
			throw badInput(`'Region' is not the code of a region: '${region}'`, 'Enter a code such as eu-central-1.');
		// The SDK sends the region of its client as LocationConstraint.
		const s3InRegion = s3.inRegion(region);
		const create = new CreateBucketCommand({
			Bucket: bucket,
			ACL: chosen.acl,
			ObjectOwnership: chosen.objectOwnership,
			ObjectLockEnabledForBucket: chosen.objectLock,
		});
		const make = async (own: S3) => {
			const { Location } = await own.send(create).catch(async (error) => {
				throw (await isMade(own, bucket, error)) ? withDetails(error, { done: madeAlthough(bucket) }) : error;
			});
			if (!chosen.versioning) return Location;
			const command = new PutBucketVersioningCommand({
				Bucket: bucket,
				VersioningConfiguration: { Status: 'Enabled' },
			});
			await own.send(command).catch((error) => {
				throw withDetails(error, { done: `The bucket '${bucket}' was created, but 'Versioning' is still off` });
			});
			return Location;
		};
		// A bucket that a stop leaves without its versions does not protect what is written there.
		const location = chosen.versioning ? await evenAfterStop(s3InRegion, 'giveUp', make) : await make(s3InRegion);
		if (chosen.objectLock && !(await hasObjectLock(s3InRegion, bucket))) {
			const message = 'The bucket has no Object Lock';
			throw s3Failure({ code: 'LockMissing', message, connection: s3.connection, bucket });
		}
		return { created: true, bucket, region, location };
	},
});
