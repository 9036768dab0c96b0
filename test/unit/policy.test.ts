import type { Granted, Scope } from '../../nodes/AwsS3/operations/access/policy';
import { assumePolicyFor, policyFor, trustPolicyFor } from '../../nodes/AwsS3/operations/access/policy';

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

test('append only: S3 stores an object only if its key is free, and whatever else is granted stays', () => {
	const more: Granted[] = [...granted.slice(0, 2), { action: 's3:PutObjectTagging', on: 'object' }];
	const Resource = ['arn:aws:s3:::b/in/*'];
	const { Statement } = policyFor(more, { ...scope, prefix: 'in/', isAppendOnly: true });
	expect(Statement).toStrictEqual([
		{ ...objects, Action: ['s3:GetObject', 's3:PutObjectTagging'], Resource },
		{
			Sid: 'NewObjects',
			Effect: 'Allow',
			Action: ['s3:PutObject'],
			Resource,
			Condition: { StringEquals: { 's3:if-none-match': '*' } },
		},
		{
			Sid: 'Parts',
			Effect: 'Allow',
			Action: ['s3:PutObject'],
			Resource,
			Condition: { Bool: { 's3:ObjectCreationOperation': 'false' } },
		},
		{
			Sid: 'NoOverwriting',
			Effect: 'Deny',
			Action: ['s3:PutObject'],
			Resource,
			Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
		},
	]);
});

test('append only has nothing to deny where writing is not granted', () => {
	expect(policyFor(granted.slice(1, 2), { ...scope, isAppendOnly: true }).Statement).toStrictEqual([
		{ ...objects, Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/*'] },
	]);
});

test.each<[string, string | undefined, string]>([
	['of the bucket', undefined, 'arn:aws:s3:::b/.n8n-triggers/*'],
	['of the connection', 'team*/', 'arn:aws:s3:::b/team${*}/.n8n-triggers/*'],
])('the states of triggers are in a folder at the prefix %s, wherever the objects are', (_, statePrefix, resource) => {
	const states: Granted[] = [{ action: 's3:DeleteObject', on: 'triggerState' }];
	expect(policyFor(states, { ...scope, prefix: 'in/', statePrefix }).Statement).toStrictEqual([
		{ Sid: 'TriggerStates', Effect: 'Allow', Action: ['s3:DeleteObject'], Resource: [resource] },
	]);
});

test('a test may delete the objects that it writes below the prefix, and no others', () => {
	const tests: Granted[] = [{ action: 's3:DeleteObject', on: 'testObject' }];
	expect(policyFor(tests, { ...scope, prefix: 'in/' }).Statement).toStrictEqual([
		{
			Sid: 'TestObjects',
			Effect: 'Allow',
			Action: ['s3:DeleteObject'],
			Resource: ['arn:aws:s3:::b/in/.n8n-connection-test-*', 'arn:aws:s3:::b/in/.n8n-check-*'],
		},
	]);
});

const kmsKey = (region: string, id: string) =>
	`arn:${region.startsWith('cn-') ? 'aws-cn' : 'aws'}:kms:${region}:111122223333:key/${id}`;

test.each<[string, string[], string[]]>([
	['one key', [kmsKey('eu-west-1', '1')], ['s3.eu-west-1.amazonaws.com']],
	['two keys of a region', [kmsKey('eu-west-1', '1'), kmsKey('eu-west-1', '2')], ['s3.eu-west-1.amazonaws.com']],
	[
		'keys of two regions',
		[kmsKey('eu-west-1', '1'), kmsKey('us-east-1', '2')],
		['s3.eu-west-1.amazonaws.com', 's3.us-east-1.amazonaws.com'],
	],
	['a key in China', [kmsKey('cn-north-1', '1')], ['s3.cn-north-1.amazonaws.com.cn']],
])('KMS keys may be used only by way of S3 in their regions: %s', (_, kmsKeys, services) => {
	const decrypt: Granted[] = [{ action: 'kms:Decrypt', on: 'kmsKey' }];
	expect(policyFor(decrypt, { ...scope, kmsKeys }).Statement).toStrictEqual([
		{
			Sid: 'EncryptionKey',
			Effect: 'Allow',
			Action: ['kms:Decrypt'],
			Resource: kmsKeys,
			Condition: { StringEquals: { 'kms:ViaService': services } },
		},
	]);
});

const queue = 'arn:aws:sqs:eu-west-1:111122223333:events';
const besides: Granted[] = [
	{ action: 'kms:Decrypt', on: 'kmsKey' },
	{ action: 'sqs:ReceiveMessage', on: 'queue' },
];

test('the queue of a trigger is named by its ARN', () => {
	expect(policyFor(besides, { ...scope, queue }).Statement).toStrictEqual([
		{ Sid: 'Queue', Effect: 'Allow', Action: ['sqs:ReceiveMessage'], Resource: [queue] },
	]);
});

test('without a key and a queue, no statement names them', () => {
	expect(policyFor(besides, scope).Statement).toEqual([]);
	expect(policyFor(besides, { ...scope, kmsKeys: [], queue: '' }).Statement).toEqual([]);
});

test('only the policy of a user allows creating the bucket, using a key and reading a queue', () => {
	const creating: Granted[] = [{ action: 's3:CreateBucket', on: 'bucket' }, ...granted.slice(3, 4), ...besides];
	const places = { ...scope, kmsKeys: [kmsKey('eu-west-1', '1')], queue };
	const actionsOf = (principals?: string[]) =>
		policyFor(creating, { ...places, principals }).Statement.flatMap(({ Action }) => Action);
	expect(actionsOf()).toEqual(['s3:CreateBucket', 's3:ListBucket', 'kms:Decrypt', 'sqs:ReceiveMessage']);
	expect(actionsOf(['arn:aws:iam::1:user/a'])).toEqual(['s3:ListBucket']);
});

test('the user who takes on a role may do so with this role only', () => {
	const role = 'arn:aws:iam::111122223333:role/n8n';
	expect(assumePolicyFor(role)).toStrictEqual({
		Version: '2012-10-17',
		Statement: [{ Sid: 'Role', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [role] }],
	});
});
