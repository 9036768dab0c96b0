import type { Target } from '../../core/operation';
import { testObjectNames, triggersFolder } from '../../s3/ownFiles';
import { arnOfBucket, literalInPolicy as literal, partitionOf } from '../../s3/partition';

/** An IAM action and its resource: a permission target, or the objects that tests write. */
export interface Granted {
	action: string;
	on: Target | 'testObject';
}

export interface Statement {
	Sid?: string;
	Effect: 'Allow' | 'Deny';
	Principal?: { AWS: string[] };
	Action: string[];
	Resource?: string[];
	Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Policy {
	Version: '2012-10-17';
	Statement: Statement[];
}

const actionsOn = (granted: Granted[], target: Granted['on']) =>
	[...new Set(granted.filter(({ on }) => on === target).map(({ action }) => action))].sort();

export interface Scope {
	bucket: string;
	/** Key prefix; empty for the whole bucket. */
	prefix: string;
	region: string;
	/** ARNs of the principals of a bucket policy. Undefined for an IAM policy, which has none. */
	principals?: string[];
	/** ARNs of the KMS keys that encrypt the objects. */
	kmsKeys?: string[];
	/** Whether writing is for new objects only. */
	isAppendOnly?: boolean;
	/** The prefix before the folder with the states of triggers. */
	statePrefix?: string;
	/** The ARN of the queue of a trigger. */
	queue?: string;
}

const write = 's3:PutObject';

/**
 * Statements that allow writing new objects but not overwriting: with `If-None-Match: *`, S3 stores an object only if
 * the key is free. Parts of an upload carry no condition, its completion does. The second statement overrides other
 * policies of the same user.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
const appendOnly = (Resource: string[]): Statement[] => [
	{
		Sid: 'NewObjects',
		Effect: 'Allow',
		Action: [write],
		Resource,
		// A service that ignores the condition allows nothing here.
		Condition: { StringEquals: { 's3:if-none-match': '*' } },
	},
	{
		Sid: 'Parts',
		Effect: 'Allow',
		Action: [write],
		Resource,
		Condition: { Bool: { 's3:ObjectCreationOperation': 'false' } },
	},
	{
		Sid: 'NoOverwriting',
		Effect: 'Deny',
		Action: [write],
		Resource,
		Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
	},
];

const regionOfArn = (arn: string) => arn.split(':')[3] ?? '';

/** S3 in the regions of the keys, as KMS knows it. */
const viaS3 = (keys: string[]) => [
	...new Set(keys.map(regionOfArn).map((region) => `s3.${region}.${partitionOf(region).suffix}`)),
];

/** Actions that a bucket policy cannot grant, because the bucket must exist first. */
const notInBucketPolicy = ['s3:CreateBucket'];

/**
 * Builds the least-privilege policy for these permissions on a bucket, or on a prefix in it. Leaves permissions on KMS keys, on a
 * queue and on `*` out of a bucket policy, which may only name its own bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
 */
export const policyFor = (
	granted: Granted[],
	{ bucket, prefix, region, principals, kmsKeys = [], isAppendOnly = false, statePrefix = '', queue = '' }: Scope,
): Policy => {
	const { arn, objects: start } = arnOfBucket(bucket, region);
	const below = `${start}${literal(prefix)}`;
	const objects = [`${below}*`];
	const listing = ['s3:ListBucket', 's3:ListBucketVersions'];
	const onBucket = actionsOn(granted, 'bucket').filter((action) => !principals || !notInBucketPolicy.includes(action));
	const lists = prefix === '' ? [] : onBucket.filter((action) => listing.includes(action));
	const onObjects = actionsOn(granted, 'object');
	const ofBucket: Statement[] = [
		{
			Sid: 'Listing',
			Effect: 'Allow',
			Action: lists,
			Resource: [arn],
			Condition: { StringLike: { 's3:prefix': [`${literal(prefix)}*`] } },
		},
		{ Sid: 'Bucket', Effect: 'Allow', Action: onBucket.filter((action) => !lists.includes(action)), Resource: [arn] },
		{
			Sid: 'Objects',
			Effect: 'Allow',
			Action: onObjects.filter((action) => !isAppendOnly || action !== write),
			Resource: objects,
		},
		...(isAppendOnly && onObjects.includes(write) ? appendOnly(objects) : []),
		{
			Sid: 'TriggerStates',
			Effect: 'Allow',
			Action: actionsOn(granted, 'triggerState'),
			Resource: [`${start}${literal(statePrefix)}${triggersFolder}*`],
		},
		{
			Sid: 'TestObjects',
			Effect: 'Allow',
			Action: actionsOn(granted, 'testObject'),
			Resource: Object.values(testObjectNames).map((name) => `${below}${name}*`),
		},
	];
	const ofUser: Statement[] = [
		{
			Sid: 'EncryptionKey',
			Effect: 'Allow',
			Action: kmsKeys.length > 0 ? actionsOn(granted, 'kmsKey') : [],
			Resource: kmsKeys,
			// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
			Condition: { StringEquals: { 'kms:ViaService': viaS3(kmsKeys) } },
		},
		{ Sid: 'Queue', Effect: 'Allow', Action: queue === '' ? [] : actionsOn(granted, 'queue'), Resource: [queue] },
		{ Sid: 'Everything', Effect: 'Allow', Action: actionsOn(granted, '*'), Resource: ['*'] },
	];
	const statements = principals
		? ofBucket.map((statement) => ({ ...statement, Principal: { AWS: principals } }))
		: [...ofBucket, ...ofUser];
	return { Version: '2012-10-17', Statement: statements.filter(({ Action }) => Action.length > 0) };
};

/**
 * Builds a trust policy that lets the principals assume a role; a non-empty external ID becomes a condition.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
 */
export const trustPolicyFor = (principals: string[], externalId: string): Policy => ({
	Version: '2012-10-17',
	Statement: [
		{
			Effect: 'Allow',
			Principal: { AWS: principals },
			Action: ['sts:AssumeRole'],
			...(externalId !== '' && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
		},
	],
});

/**
 * Builds the policy of the user that assumes a role. A user of another account needs it besides the trust policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html
 */
export const assumePolicyFor = (roleArn: string): Policy => ({
	Version: '2012-10-17',
	Statement: [{ Sid: 'Role', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [roleArn] }],
});
