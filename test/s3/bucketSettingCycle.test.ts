import { PutBucketPolicyCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { bucketSettings } from '../../nodes/AwsS3/s3/settings/bucketSettings';
import { lacks } from '../support/lacks';
import type { Parameters } from '../support/n8n';
import { makeBucket, one, sdk } from '../support/s3';

interface Names {
	bucket: string;
	/** The bucket that logs, reports or copies go to. */
	target: string;
}

/** What one setting is set to, and what is read then. */
interface Cycle {
	set: Parameters;
	reads: object;
	/** What S3 has no request to delete is set to this in the end. */
	setBack?: Parameters;
	/** What is read in the end, if it is not nothing. */
	after?: object;
	/** Whether the setting is in the end as it was in the beginning, because S3 always has one. */
	isNeverAbsent?: boolean;
	/** Makes a bucket that may have the setting. */
	make?: () => Promise<string>;
	/** Makes the other bucket. */
	makeTarget?: () => Promise<string>;
}

const versionedBucket = async () => {
	const bucket = await makeBucket();
	const VersioningConfiguration = { Status: 'Enabled' } as const;
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
	return bucket;
};

/** A bucket that S3 may write logs to: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
const logBucket = async () => {
	const bucket = await makeBucket();
	const statement = {
		...{ Effect: 'Allow', Principal: { Service: 'logging.s3.amazonaws.com' } },
		...{ Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` },
	};
	const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
	await sdk.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
	return bucket;
};

const json = (configuration: object) => ({ set: { configuration }, reads: configuration });

const many = (configuration: object) => ({
	set: { configurationId: 'one', configuration: { Id: 'one', ...configuration } },
	reads: { Id: 'one', ...configuration },
});

const cycles: Record<string, (names: Names) => Cycle> = {
	accelerate: () => ({
		...{ set: { status: 'Enabled' }, reads: { Status: 'Enabled' } },
		...{ setBack: { status: 'Suspended' }, after: { Status: 'Suspended' } },
	}),
	analytics: () => many({ Filter: { Prefix: 'x/' }, StorageClassAnalysis: {} }),
	cors: () =>
		json({ CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://example.org'], MaxAgeSeconds: 60 }] }),
	encryption: () => ({
		set: { sseAlgorithm: 'aws:kms', bucketKeyEnabled: true },
		reads: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }] },
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
		isNeverAbsent: true,
	}),
	intelligentTiering: () => many({ Status: 'Enabled', Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' }] }),
	inventory: ({ target }) =>
		many({
			...{ IsEnabled: true, IncludedObjectVersions: 'All', Schedule: { Frequency: 'Daily' } },
			Destination: { S3BucketDestination: { Bucket: `arn:aws:s3:::${target}`, Format: 'CSV' } },
		}),
	lifecycle: () =>
		json({ Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 7 } }] }),
	logging: ({ target }) => ({
		...json({ LoggingEnabled: { TargetBucket: target, TargetPrefix: 'logs/' } }),
		...{ makeTarget: logBucket, after: {} },
	}),
	metrics: () => many({ Filter: { Prefix: 'x/' } }),
	notification: () => ({
		...json({
			QueueConfigurations: [{ Id: 'q', QueueArn: 'arn:aws:sqs:us-east-1:1:q', Events: ['s3:ObjectCreated:*'] }],
		}),
		after: {},
	}),
	objectLock: () => ({
		...json({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } }),
		...{ make: async () => await makeBucket({ ObjectLockEnabledForBucket: true }) },
		after: { ObjectLockEnabled: 'Enabled' },
	}),
	ownershipControls: () => ({
		set: { objectOwnership: 'BucketOwnerPreferred' },
		reads: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
	}),
	policy: ({ bucket }) =>
		json({
			Version: '2012-10-17',
			Statement: [
				{
					...{ Effect: 'Allow', Principal: { AWS: ['*'] } },
					...{ Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${bucket}/*`] },
				},
			],
		}),
	publicAccessBlock: () => ({
		set: { blockPublicPolicy: false },
		reads: { BlockPublicPolicy: false, BlockPublicAcls: true },
	}),
	replication: ({ target }) => ({
		...json({
			Role: 'arn:aws:iam::111122223333:role/r',
			Rules: [
				{
					...{ ID: 'r', Priority: 1, Status: 'Enabled', Filter: { Prefix: 'x/' } },
					...{ DeleteMarkerReplication: { Status: 'Disabled' }, Destination: { Bucket: `arn:aws:s3:::${target}` } },
				},
			],
		}),
		...{ make: versionedBucket, makeTarget: versionedBucket },
	}),
	requestPayment: () => ({
		...{ set: { payer: 'Requester' }, reads: { Payer: 'Requester' } },
		...{ setBack: { payer: 'BucketOwner' }, after: { Payer: 'BucketOwner' } },
	}),
	tagging: () => ({
		set: { tags: { values: [{ name: 'team', value: 'a' }] } },
		reads: { TagSet: [{ Key: 'team', Value: 'a' }] },
	}),
	versioning: () => ({
		...{ set: { status: 'Enabled' }, reads: { Status: 'Enabled' } },
		...{ setBack: { status: 'Suspended' }, after: { Status: 'Suspended' } },
	}),
	website: () => json({ IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'e.html' } }),
};

test('every setting that can be set has its cycle here, but the ACL, which is never deleted', () => {
	const settable = bucketSettings.filter(({ set }) => set).map(({ id }) => id);
	expect([...Object.keys(cycles), 'acl'].sort()).toEqual(settable.sort());
	expect(bucketSettings).toHaveLength(21);
});

const configurationOf = async (bucket: string, setting: string, configurationId = '') =>
	(await one('bucketSetting.get', { bucket, setting, configurationId })).configuration;

/** Reads, sets, reads and deletes a setting, and throws where one of these is not as on Amazon S3. */
const goThrough = async (names: Names, setting: string, { set, reads, setBack, after, isNeverAbsent }: Cycle) => {
	const { bucket } = names;
	const { configurationId = '' } = set as { configurationId?: string };
	const at = { bucket, setting, configurationId };
	const before = await configurationOf(bucket, setting, configurationId);
	expect(before ?? {}).not.toMatchObject(reads);
	expect(await one('bucketSetting.set', { ...at, ...set })).toMatchObject({ updated: true });
	const configuration = await configurationOf(bucket, setting, configurationId);
	expect(configuration).toMatchObject(reads);
	if (configurationId) expect(await configurationOf(bucket, setting)).toMatchObject([reads]);
	// What is read can be set again.
	if ('configuration' in set) await one('bucketSetting.set', { ...at, configuration });
	if (setBack) await one('bucketSetting.set', { ...at, ...setBack });
	else expect(await one('bucketSetting.delete', at)).toMatchObject({ deleted: true });
	const last = await configurationOf(bucket, setting, configurationId);
	if (isNeverAbsent) expect(last).toEqual(before);
	else if (after) expect(last).toMatchObject(after);
	else expect(last).toBeUndefined();
};

test.each(Object.entries(cycles))('get, set, get, delete: %s', async (setting, cycleOf) => {
	const { make = makeBucket, makeTarget = makeBucket } = cycleOf({ bucket: '', target: '' });
	const bucket = await make();
	const attempt = async () => {
		const names = { bucket, target: await makeTarget() };
		await goThrough(names, setting, cycleOf(names));
	};
	const [, says] = lacks.cycles.find(([settings]) => settings.test(setting)) ?? [];
	if (says) await expect(attempt()).rejects.toThrow(says);
	else await attempt();
	expect(await one('bucket.exists', { bucket })).toMatchObject({ exists: true });
});
