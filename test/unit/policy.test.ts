import type { Granted, Scope } from '../../nodes/AwsS3/operations/access/policy';
import { policyFor, trustPolicyFor } from '../../nodes/AwsS3/operations/access/policy';

const scope: Scope = { bucket: 'b', prefix: '', region: 'eu-west-1' };
const granted: Granted[] = [
	{ action: 's3:PutObject', on: 'object' },
	{ action: 's3:GetObject', on: 'object' },
	{ action: 's3:GetObject', on: 'object' },
	{ action: 's3:ListBucket', on: 'bucket' },
	{ action: 's3:GetBucketLocation', on: 'bucket' },
	{ action: 's3:ListAllMyBuckets', on: '*' },
];
const objects = { Sid: 'Objects', Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'] };

test('a whole bucket', () => {
	expect(policyFor(granted, scope)).toStrictEqual({
		Version: '2012-10-17',
		Statement: [
			{
				Sid: 'Bucket',
				Effect: 'Allow',
				Action: ['s3:GetBucketLocation', 's3:ListBucket'],
				Resource: ['arn:aws:s3:::b'],
			},
			{ ...objects, Resource: ['arn:aws:s3:::b/*'] },
			{ Sid: 'Everything', Effect: 'Allow', Action: ['s3:ListAllMyBuckets'], Resource: ['*'] },
		],
	});
});

test('a prefix: listings are bound to it, what is the same for the bucket is not', () => {
	const more: Granted[] = [...granted, { action: 's3:ListBucketVersions', on: 'bucket' }];
	expect(policyFor(more, { ...scope, prefix: 'in/' }).Statement.slice(0, 3)).toStrictEqual([
		{
			Sid: 'Listing',
			Effect: 'Allow',
			Action: ['s3:ListBucket', 's3:ListBucketVersions'],
			Resource: ['arn:aws:s3:::b'],
			Condition: { StringLike: { 's3:prefix': ['in/*'] } },
		},
		{ Sid: 'Bucket', Effect: 'Allow', Action: ['s3:GetBucketLocation'], Resource: ['arn:aws:s3:::b'] },
		{ ...objects, Resource: ['arn:aws:s3:::b/in/*'] },
	]);
});

test('characters of a prefix that policies have a meaning for stand for themselves', () => {
	const [listing, , ofObjects] = policyFor(granted, { ...scope, prefix: 'team?/a*/$x/' }).Statement;
	const escaped = 'team${?}/a${*}/${$}x/*';
	expect(listing?.Condition).toEqual({ StringLike: { 's3:prefix': [escaped] } });
	expect(ofObjects?.Resource).toEqual([`arn:aws:s3:::b/${escaped}`]);
});

test('an access point is named by its ARN', () => {
	const arn = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/point';
	const [listing, bucket, ofObjects] = policyFor(granted, { ...scope, bucket: arn, prefix: 'in/' }).Statement;
	expect([listing?.Resource, bucket?.Resource]).toEqual([[arn], [arn]]);
	expect(ofObjects?.Resource).toEqual([`${arn}/object/in/*`]);
});

test('the policy of a bucket names whom it is for, and speaks of nothing else than the bucket', () => {
	const principals = ['arn:aws:iam::1:user/a'];
	const { Statement } = policyFor(granted, { ...scope, principals });
	expect(Statement.map(({ Sid }) => Sid)).toEqual(['Bucket', 'Objects']);
	for (const { Principal } of Statement) expect(Principal).toEqual({ AWS: principals });
});

test('what nothing is granted on is left out', () => {
	expect(policyFor([], scope).Statement).toEqual([]);
	expect(policyFor(granted.slice(0, 3), { ...scope, prefix: 'x' }).Statement.map(({ Sid }) => Sid)).toEqual([
		'Objects',
	]);
});

test('other clouds have other ARNs', () => {
	const [statement] = policyFor(granted.slice(0, 1), { ...scope, region: 'cn-north-1' }).Statement;
	expect(statement?.Resource).toEqual(['arn:aws-cn:s3:::b/*']);
});

test('who may take on a role, with a word and without', () => {
	const statement = { Effect: 'Allow', Principal: { AWS: ['arn:1', 'arn:2'] }, Action: ['sts:AssumeRole'] };
	expect(trustPolicyFor(['arn:1', 'arn:2'], '')).toStrictEqual({ Version: '2012-10-17', Statement: [statement] });
	expect(trustPolicyFor(['arn:1', 'arn:2'], 'word')).toStrictEqual({
		Version: '2012-10-17',
		Statement: [{ ...statement, Condition: { StringEquals: { 'sts:ExternalId': 'word' } } }],
	});
});
