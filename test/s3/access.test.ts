import { ListObjectsV2Command, ListObjectVersionsCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { lacks } from '../support/lacks';
import { jsonOf } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { makeBucket, makeUser, one, principalOf, refusal, s3, sdk, server } from '../support/s3';
import { newBucket } from '../support/tries';

const put = async (bucket: string, key: string) =>
	await s3('object.upload', { bucket, key, source: 'text', text: 'x' });

/** A user with no permissions except those of the generated bucket policy. */
const guest = async (bucket: string, parameters: object) => {
	const { name, ...keys } = await makeUser();
	const { policy } = await one('access.generatePolicy', {
		bucket,
		attachTo: 'bucket',
		principals: principalOf(name),
		...parameters,
	});
	const known = (actions: string[]) => actions.filter((action) => !lacks.unknownActions.test(action));
	const { Statement, ...rest } = policy as unknown as { Statement: Array<{ Action: string[] }> };
	const understood = { ...rest, Statement: Statement.map((one) => ({ ...one, Action: known(one.Action) })) };
	await sdk.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(understood) }));
	return { connection: keys };
};

const outcome = async (attempt: Promise<unknown>) =>
	await attempt.then(
		() => 'works',
		(error: { message: string }) => (/denied/.test(error.message) ? 'refused' : error.message),
	);

describe('generated policies allow exactly what they are for', () => {
	const read = { bucket: '', key: 'in/a' };

	const tried = async (bucket: string, by: { connection: object }) => ({
		list: await outcome(s3('object.getAll', { bucket, prefix: 'in/' }, by)),
		listOutside: await outcome(s3('object.getAll', { bucket, prefix: 'out/' }, by)),
		read: await outcome(s3('object.download', { ...read, bucket }, by)),
		readOutside: await outcome(s3('object.download', { bucket, key: 'out/a' }, by)),
		write: await outcome(s3('object.upload', { bucket, key: 'in/b', source: 'text', text: 'x' }, by)),
		delete: await outcome(s3('object.delete', { bucket, key: 'in/b' }, by)),
	});

	test.each([
		[
			'read only',
			{ kind: 'readOnly', prefix: 'in/' },
			{
				list: 'works',
				listOutside: 'refused',
				read: 'works',
				readOutside: 'refused',
				write: 'refused',
				delete: 'refused',
			},
		],
		[
			'append only',
			// Of local servers, none knows the conditions that forbid overwriting: appendOnly.test.ts tries them.
			{ kind: 'appendOnly', prefix: 'in/', forbidOverwriting: false },
			{
				list: 'refused',
				listOutside: 'refused',
				read: 'refused',
				readOutside: 'refused',
				write: 'works',
				delete: 'refused',
			},
		],
		[
			'one operation',
			{ kind: 'operations', operations: ['object.download'], prefix: 'in/' },
			{
				list: 'refused',
				listOutside: 'refused',
				read: 'works',
				readOutside: 'refused',
				write: 'refused',
				delete: 'refused',
			},
		],
		[
			'upload and delete in the whole bucket',
			{ kind: 'operations', operations: ['object.upload', 'object.delete'] },
			{
				list: 'refused',
				listOutside: 'refused',
				read: 'refused',
				readOutside: 'refused',
				write: 'works',
				delete: 'works',
			},
		],
		[
			'everything',
			{ kind: 'everything' },
			{ list: 'works', listOutside: 'works', read: 'works', readOutside: 'works', write: 'works', delete: 'works' },
		],
	])('%s', async (_, parameters, expected) => {
		const bucket = await makeBucket();
		for (const key of ['in/a', 'out/a']) await put(bucket, key);
		expect(await tried(bucket, await guest(bucket, parameters))).toEqual(expected);
	});
});

test('a user policy also contains permissions on *, which a bucket policy cannot', async () => {
	const { policy } = await one(
		'access.generatePolicy',
		{
			...{ bucket: 'my-bucket', kind: 'operations', operations: ['bucket.getAll', 'object.getAll'], prefix: 'a/' },
			alsoAllow: ['join'],
		},
		{ connection: { region: 'cn-north-1' } },
	);
	expect(policy).toEqual({
		Version: '2012-10-17',
		Statement: [
			{
				Sid: 'Listing',
				Effect: 'Allow',
				Action: ['s3:ListBucket'],
				Resource: ['arn:aws-cn:s3:::my-bucket'],
				Condition: { StringLike: { 's3:prefix': ['a/*'] } },
			},
			{
				Sid: 'Objects',
				Effect: 'Allow',
				Action: ['s3:GetObject', 's3:GetObjectTagging'],
				Resource: ['arn:aws-cn:s3:::my-bucket/a/*'],
			},
			{ Sid: 'Everything', Effect: 'Allow', Action: ['s3:ListAllMyBuckets'], Resource: ['*'] },
		],
	});
});

test('the trust policy of a role requires the external ID', async () => {
	const { policy } = await one('access.generatePolicy', {
		kind: 'trust',
		principals: 'arn:aws:iam::1:user/a, arn:aws:iam::1:user/b',
		externalId: 'word',
	});
	expect(policy).toEqual({
		Version: '2012-10-17',
		Statement: [
			{
				Effect: 'Allow',
				Principal: { AWS: ['arn:aws:iam::1:user/a', 'arn:aws:iam::1:user/b'] },
				Action: ['sts:AssumeRole'],
				Condition: { StringEquals: { 'sts:ExternalId': 'word' } },
			},
		],
	});
	expect(await refusal(s3('access.generatePolicy', { kind: 'trust' }))).toMatchObject({
		message: "'Principals' is empty",
	});
	expect(
		await refusal(s3('access.generatePolicy', { bucket: 'bbb', kind: 'operations', operations: ['object.fly'] })),
	).toMatchObject({ message: expect.stringContaining("'object.fly'") });
});

describe('check', () => {
	const table = async (bucket: string, parameters: object, by: object = {}) =>
		Object.fromEntries(
			jsonOf(await s3('access.check', { bucket, ...parameters }, by)).map(({ permission, allowed }) => [
				permission,
				allowed,
			]),
		);

	const all = [
		's3:ListAllMyBuckets',
		's3:ListBucket',
		's3:ListBucketVersions',
		's3:ListBucketMultipartUploads',
		's3:GetBucketLocation',
		's3:PutObject',
		's3:GetObject',
		's3:PutObjectTagging',
		's3:GetObjectTagging',
		's3:DeleteObject',
	];

	test('the owner may do everything, and the check leaves no object behind', async () => {
		const bucket = await makeBucket();
		expect(await table(bucket, { prefix: 'a/', tryWriting: true })).toEqual(
			Object.fromEntries(all.map((permission) => [permission, true])),
		);
		expect((await sdk.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0);
	});

	test('in a bucket with versions it leaves neither a version nor a delete marker', async () => {
		const bucket = await newBucket([]);
		expect(await table(bucket, { tryWriting: true })).toMatchObject({ 's3:PutObject': true, 's3:DeleteObject': true });
		const { Versions = [], DeleteMarkers = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket }));
		expect([...Versions, ...DeleteMarkers]).toEqual([]);
	});

	test('a read-only user gets advice for the denied permissions', async () => {
		const bucket = await makeBucket();
		await put(bucket, 'a/1');
		const by = await guest(bucket, { kind: 'readOnly', prefix: 'a/' });
		expect(await table(bucket, { prefix: 'a/', tryWriting: true }, by)).toMatchObject({
			's3:ListBucket': true,
			's3:GetObject': true,
			's3:PutObject': false,
		});
		const items = jsonOf(await s3('access.check', { bucket, prefix: 'a/', tryWriting: true }, by));
		expect(items.find(({ permission }) => permission === 's3:PutObject')).toMatchObject({
			allowed: false,
			how: 'wrote a small object: AccessDenied',
			advice: expect.stringContaining(`arn:aws:s3:::${bucket}/a/*`),
		});
	});

	test('for a write-only user, a hint names the object that the check could not delete', async () => {
		const bucket = await makeBucket();
		const by = await guest(bucket, { kind: 'operations', operations: ['object.upload'] });
		const output = await s3('access.check', { bucket, tryWriting: true }, by);
		expect(jsonOf(output).find(({ permission }) => permission === 's3:DeleteObject')).toMatchObject({ allowed: false });
		expect(output.hints).toEqual([
			expect.stringMatching(/^Could not delete the test object '\.n8n-check-[0-9a-f]+'\.$/),
		]);
	});

	test.each<[string, object, boolean]>([
		['the default', {}, false],
		['Test Write Access', { tryWriting: true }, true],
		['the option of older workflows', { options: { tryWriting: true } }, true],
		['the option of older workflows, switched off', { options: { tryWriting: false } }, false],
		['Test Write Access, and the option switched off', { tryWriting: true, options: { tryWriting: false } }, true],
	])('%s: whether it writes', async (_, parameters, writes) => {
		const bucket = await makeBucket();
		const between = await startProxy(server.endpoint);
		const checked = await table(bucket, parameters, { connection: { endpoint: between.url } });
		expect('s3:PutObject' in checked).toBe(writes);
		const methods = new Set(between.requests.map(({ method }) => method));
		expect([methods.has('PUT'), methods.has('DELETE')]).toEqual([writes, writes]);
	});
});

test('getIdentity returns the owner of the connection', async () => {
	expect(await one('access.getIdentity')).toMatchObject({ userId: 'owner' });
});
