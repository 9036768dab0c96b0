import {
	DeleteBucketPolicyCommand,
	GetBucketPolicyCommand,
	GetObjectCommand,
	ListObjectsV2Command,
	PutBucketPolicyCommand,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { makeBucket, makeUser, principalOf, refusal, s3, sdk, server } from '../support/s3';
import type { User } from '../support/accounts';

const setUp = async () => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const [one, other] = [await makeUser(), await makeUser()];
	for (const key of ['from/x/a', 'from/y/b'])
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
	const accounts = [{ sourceAccount: principalOf(one.name), destinationAccount: principalOf(other.name) }];
	const arn = `arn:aws:s3:::${bucket}`;
	const grant = (more: object = {}) => ({
		...{ Effect: 'Allow', Principal: { AWS: [principalOf(one.name)] } },
		...{ Action: ['s3:GetObject'], Resource: [`${arn}/from/x/*`], ...more },
	});
	const list = { Action: ['s3:ListBucket'], Resource: [arn], Condition: { StringLike: { 's3:prefix': 'from/x/*' } } };
	const given = {
		...{ bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' },
		options: { keepFolderGrants: true, accountMap: { values: accounts } },
	};
	return {
		...{ bucket, destinationBucket, one, other, grant, list, given, arn },
		run: async (more: object = {}, operation: 'run' | 'plan' | 'applyPlan' = 'run') => {
			const output = await s3(`transfer.${operation}`, { ...given, ...more });
			return { items: jsonOf(output), hints: output.hints };
		},
	};
};

const setPolicy = async (Bucket: string, Statement: object[]) =>
	await sdk.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));

const statementsOf = async (Bucket: string): Promise<object[]> =>
	await sdk.send(new GetBucketPolicyCommand({ Bucket })).then(
		({ Policy = '{}' }) => JSON.parse(Policy).Statement,
		(error) => {
			if (error.name === 'NoSuchBucketPolicy') return [];
			throw error;
		},
	);

/** What a user gets of a key; the code of the refusal if nothing. */
const readAs = async (credentials: User, Bucket: string, Key: string) => {
	const client = new S3Client({ ...server, forcePathStyle: true, credentials });
	return await client.send(new GetObjectCommand({ Bucket, Key })).then(
		async ({ Body }) => await Body?.transformToString(),
		(error) => error.name,
	);
};

test('users of the map get the same access to the same folders, and nobody else', async () => {
	const { bucket, destinationBucket, one, other, grant, list, run } = await setUp();
	const mine = { ...grant(), Sid: 'Mine', Resource: [`arn:aws:s3:::${destinationBucket}/web/*`] };
	await setPolicy(bucket, [grant(), grant(list), grant({ Principal: { AWS: ['*'] } })]);
	await setPolicy(destinationBucket, [mine]);

	const statements = [
		{ Principal: { AWS: [principalOf(other.name)] }, Resource: [`arn:aws:s3:::${destinationBucket}/to/x/*`] },
		{ Action: ['s3:ListBucket'], Condition: { StringLike: { 's3:prefix': ['to/x/*'] } } },
	];
	const grants = { changed: true, statements, notKept: [{ of: '*', reason: 'everyone' }] };
	const planned = await run({}, 'plan');
	expect(planned.items[0]).toMatchObject({ planned: true, folderGrants: grants });
	const tried = await run({ options: { keepFolderGrants: true, dryRun: true } });
	const reasons = ['notMapped', 'notMapped', 'everyone'].map((reason) => ({ reason }));
	expect(tried.items[0]).toMatchObject({ dryRun: true, folderGrants: { statements: [], notKept: reasons } });
	expect(await statementsOf(destinationBucket)).toEqual([mine]);

	const { items, hints } = await run();
	expect(items[0]).toMatchObject({ done: true, copied: 2, folderGrants: grants });
	expect(hints).toEqual(["Some folder grants were not kept: '*' is everyone, and public access is never kept."]);
	expect(await statementsOf(destinationBucket)).toMatchObject([mine, ...statements]);
	expect(await readAs(other, destinationBucket, 'to/x/a')).toBe('from/x/a');
	expect(await readAs(other, destinationBucket, 'to/y/b')).toBe('AccessDenied');
	expect(await readAs(one, destinationBucket, 'to/x/a')).toBe('AccessDenied');
	const client = new S3Client({ ...server, forcePathStyle: true, credentials: other });
	const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: destinationBucket, Prefix: 'to/x/' }));
	expect(KeyCount).toBe(1);

	expect((await run()).items[0]).toMatchObject({ done: true, folderGrants: { changed: false } });
	await sdk.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
	expect((await run()).items[0]).toMatchObject({ folderGrants: { changed: true, statements: [], notKept: [] } });
	expect(await statementsOf(destinationBucket)).toEqual([mine]);
});

test('with the last grant the policy goes as well', async () => {
	const { bucket, destinationBucket, grant, run } = await setUp();
	await setPolicy(bucket, [grant()]);
	await run();
	expect(await statementsOf(destinationBucket)).toHaveLength(1);
	await setPolicy(bucket, [grant({ Resource: [`arn:aws:s3:::${bucket}/elsewhere/*`] })]);
	await run();
	expect(await statementsOf(destinationBucket)).toEqual([]);
});

test('a policy that would be too large is refused before anything is copied', async () => {
	const { bucket, destinationBucket, grant, run } = await setUp();
	const sizeOf = (statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements }).length;
	const folders = [`arn:aws:s3:::${destinationBucket}/folder/*`];
	const large = () => [{ ...grant(), Resource: folders }];
	while (sizeOf(large()) < 20 * 1024 - 150)
		folders.push(`arn:aws:s3:::${destinationBucket}/folder-${folders.length}/*`);
	await setPolicy(bucket, [grant()]);
	await setPolicy(destinationBucket, large());
	const before = await statementsOf(destinationBucket);
	const { message } = await refusal(run());
	expect(message).toMatch(
		/^The bucket policy of '.*' would have \d+ bytes with the folder grants, more than the 20480/,
	);
	expect(await statementsOf(destinationBucket)).toEqual(before);
	expect((await sdk.send(new ListObjectsV2Command({ Bucket: destinationBucket }))).KeyCount).toBe(0);
});

test('a plan is applied only with the grants that were approved', async () => {
	const { bucket, destinationBucket, grant, run, given } = await setUp();
	await setPolicy(bucket, [grant()]);
	const plan = async () => {
		const [summary = {}] = (await run({ jobName: 'job' }, 'plan')).items;
		return { planKey: String(summary.planKey) };
	};
	const approved = await plan();
	await setPolicy(bucket, [grant({ Action: ['s3:GetObject', 's3:PutObject'] })]);
	const { message } = await refusal(run(approved, 'applyPlan'));
	expect(message).toMatch(/^The folder grants in the source's bucket policy have changed since the plan/);
	expect(await statementsOf(destinationBucket)).toEqual([]);
	const { items } = await run({ ...given, ...(await plan()) }, 'applyPlan');
	expect(items[0]).toMatchObject({ done: true, copied: 2, folderGrants: { changed: true } });
	expect(await statementsOf(destinationBucket)).toMatchObject([{ Action: ['s3:GetObject', 's3:PutObject'] }]);
});
