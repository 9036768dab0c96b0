import { partitionOf } from '../../s3/partition';

/** An IAM action and its resource: the bucket, its objects, or everything. */
export interface Granted {
	action: string;
	on: 'bucket' | 'object' | '*';
}

export interface Statement {
	Sid?: string;
	Effect: 'Allow';
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
}

/**
 * Builds the least-privilege policy for these permissions on a bucket, or on a prefix in it. Leaves permissions on `*`
 * out of a bucket policy, which may only name its own bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
 */
export const policyFor = (granted: Granted[], { bucket, prefix, region, principals }: Scope): Policy => {
	const arn = `arn:${partitionOf(region).id}:s3:::${bucket}`;
	const Principal = principals && { AWS: principals };
	const listing = ['s3:ListBucket', 's3:ListBucketVersions'];
	const onBucket = actionsOn(granted, 'bucket');
	const lists = prefix === '' ? [] : onBucket.filter((action) => listing.includes(action));
	const statements: Array<Statement | undefined> = [
		{
			Sid: 'Listing',
			Effect: 'Allow',
			Principal,
			Action: lists,
			Resource: [arn],
			Condition: { StringLike: { 's3:prefix': [`${prefix}*`] } },
		},
		{
			Sid: 'Bucket',
			Effect: 'Allow',
			Principal,
			Action: onBucket.filter((action) => !lists.includes(action)),
			Resource: [arn],
		},
		{
			Sid: 'Objects',
			Effect: 'Allow',
			Principal,
			Action: actionsOn(granted, 'object'),
			Resource: [`${arn}/${prefix}*`],
		},
		principals ? undefined : { Sid: 'Everything', Effect: 'Allow', Action: actionsOn(granted, '*'), Resource: ['*'] },
	];
	const Statement = statements.flatMap((statement) =>
		statement && statement.Action.length > 0 ? [withoutEmpty(statement)] : [],
	);
	return { Version: '2012-10-17', Statement };
};

const withoutEmpty = ({ Principal, ...statement }: Statement): Statement =>
	Principal ? { ...statement, Principal } : statement;

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
