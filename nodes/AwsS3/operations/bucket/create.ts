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
			description: 'Everybody with an AWS account may list it',
		},
		{ name: 'Private', value: 'private', description: 'Only the owner has access' },
		{ name: 'Public Read', value: 'public-read', description: 'Everybody on the internet may list it' },
		{
			name: 'Public Read Write',
			value: 'public-read-write',
			description: 'Everybody on the internet may list it, and upload and delete objects',
		},
	],
	default: 'private',
	description: 'Who has access to the bucket. Needs Object Ownership other than Bucket Owner Enforced.',
});

const objectLock = field({
	displayName: 'Object Lock',
	name: 'objectLock',
	type: 'boolean',
	default: true,
	description: 'Whether objects can be protected against deletion. Switches versioning on.',
});

const otherRegion = field({
	displayName: 'Region',
	name: 'region',
	type: 'string',
	default: '',
	placeholder: 'e.g. eu-central-1',
	description: "The code of the region to make the bucket in. Leave out for the connection's region.",
});

const versioning = field({
	displayName: 'Versioning',
	name: 'versioning',
	type: 'boolean',
	default: true,
	description: 'Whether overwritten and deleted objects are kept as older versions',
});

const takenCodes = /^BucketAlready(Exists|OwnedByYou)$/;

/**
 * Whether there is a bucket although the server refused the request: some servers make it and then refuse its settings. A
 * name that is taken at the first attempt is somebody else's bucket or an older one.
 */
const isMade = async (s3: S3, Bucket: string, error: unknown) => {
	if (!isS3Failure(error) || error.status === undefined || error.status === 403) return false;
	if (takenCodes.test(error.code ?? '') && (error.attempts ?? 1) === 1) return false;
	return await s3.send(new HeadBucketCommand({ Bucket })).then(
		() => true,
		() => false,
	);
};

/** Whether a new bucket has the Object Lock that was asked for. AWS refuses what it cannot do, so it is not asked. */
const hasObjectLock = async (s3: S3, Bucket: string) => {
	if (isAws(s3.connection)) return true;
	return await s3.send(new GetObjectLockConfigurationCommand({ Bucket })).then(
		({ ObjectLockConfiguration: lock }) => lock?.ObjectLockEnabled === 'Enabled',
		// Who may make a bucket need not be allowed to read its settings.
		(error) => statusOf(error) === 403,
	);
};

const madeAlthough = (bucket: string) => `There is a bucket '${bucket}', but S3 refused what was asked for with it`;

export default operation({
	resource: 'bucket',
	operation: 'create',
	name: 'Create',
	action: 'Create a bucket',
	description: 'Make a new, empty bucket',
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
		// It becomes a part of host names.
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
		const { Location: location } = await s3InRegion.send(create).catch(async (error) => {
			throw (await isMade(s3InRegion, bucket, error)) ? withDetails(error, { done: madeAlthough(bucket) }) : error;
		});
		if (chosen.versioning) {
			const command = new PutBucketVersioningCommand({
				Bucket: bucket,
				VersioningConfiguration: { Status: 'Enabled' },
			});
			await s3InRegion.send(command).catch((error) => {
				throw withDetails(error, { done: `The bucket '${bucket}' is made, but 'Versioning' is not switched on` });
			});
		}
		if (chosen.objectLock && !(await hasObjectLock(s3InRegion, bucket))) {
			const message = 'The bucket has no Object Lock';
			throw s3Failure({ code: 'LockMissing', message, connection: s3.connection, bucket });
		}
		return { created: true, bucket, region, location };
	},
});
