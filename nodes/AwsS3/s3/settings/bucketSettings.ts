import * as sdk from '@aws-sdk/client-s3';
import type { StaticStructureSchema } from '@smithy/types';
import type { S3 } from '../client/client';
import { codeOf, statusOf } from '../failure';
import { getNotification, putNotification } from '../notification/notificationRequests';
import { ShapeError, validateShape } from './validateShape';

/** The bucket, and the ID of one configuration for settings that a bucket may have many of. */
interface At {
	Bucket: string;
	Id?: string;
	/** Serial number and code of the MFA device, for a bucket with MFA delete. */
	MFA?: string;
}

/** One setting of a bucket: how to read, write and remove it. */
export interface BucketSetting {
	name: string;
	description: string;
	/** The part of its permissions after `s3:Get` and `s3:Put`. */
	permission: string;
	/** The permission to remove it, if not the one to write it. */
	deletePermission?: string;
	/** Whether a bucket may have many of them, each with an ID. */
	hasMany?: boolean;
	/** Returns the setting in the shape that `set` accepts. */
	get(s3: S3, at: At): Promise<unknown>;
	/** Writes the setting. Throws a `ShapeError` without sending a request if the value does not match the AWS reference. */
	set?(s3: S3, at: At, value: unknown): Promise<unknown>;
	remove?(s3: S3, at: At): Promise<unknown>;
}

const setWith =
	<V>(schema: StaticStructureSchema, send: (s3: S3, at: At, value: V) => Promise<unknown>) =>
	async (s3: S3, at: At, value: unknown) =>
		await send(s3, at, validateShape<V>(schema, value));

const withoutMetadata = ({ $metadata: _unused, ...rest }: sdk.ServiceOutputTypes) => rest;

interface Page<V> {
	entries?: V[];
	IsTruncated?: boolean;
	NextContinuationToken?: string;
}

interface Many<V> {
	get(s3: S3, at: Named): Promise<V | undefined>;
	page(s3: S3, at: { Bucket: string; ContinuationToken?: string }): Promise<Page<V>>;
	put(s3: S3, at: Named, value: V): Promise<unknown>;
	remove(s3: S3, at: Named): Promise<unknown>;
}

interface Named {
	Bucket: string;
	Id: string | undefined;
}

/** The functions of a setting that a bucket may have many of. Without an ID, `get` returns all of them. */
const many = <V extends { Id: string | undefined }>(
	schema: StaticStructureSchema,
	{ get, page, put, remove }: Many<V>,
): Pick<BucketSetting, 'hasMany' | 'get' | 'set' | 'remove'> => ({
	hasMany: true,
	get: async (s3, { Bucket, Id }) => {
		if (Id) return await get(s3, { Bucket, Id });
		const all: V[] = [];
		let ContinuationToken: string | undefined;
		do {
			const { entries = [], IsTruncated, NextContinuationToken } = await page(s3, { Bucket, ContinuationToken });
			for (const entry of entries) all.push(entry);
			ContinuationToken = IsTruncated ? NextContinuationToken : undefined;
		} while (ContinuationToken);
		return all;
	},
	set: setWith<V>(schema, async (s3, { Bucket, Id }, value) => {
		const ownId = Id || value.Id;
		return await put(s3, { Bucket, Id: ownId }, { ...value, Id: ownId });
	}),
	remove: async (s3, { Bucket, Id }) => await remove(s3, { Bucket, Id }),
});

const withoutMinimumSize = (value: unknown): { rules: unknown; size?: unknown } => {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return { rules: value };
	const { TransitionDefaultMinimumObjectSize: size, ...rules }: { TransitionDefaultMinimumObjectSize?: unknown } =
		value;
	return { rules, size };
};

const policyText = (value: unknown) => {
	const isPolicy = typeof value === 'object' && value !== null && 'Statement' in value;
	if (!isPolicy) throw new ShapeError("The value has no 'Statement'");
	return JSON.stringify(value);
};

/** All settings, by saved id. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
const settings: Record<string, BucketSetting> = {
	accelerate: {
		name: 'Transfer Acceleration',
		description: 'Faster transfers over long distances, through AWS edge locations',
		permission: 'AccelerateConfiguration',
		get: async (s3, { Bucket }) =>
			withoutMetadata(await s3.send(new sdk.GetBucketAccelerateConfigurationCommand({ Bucket }))),
		set: setWith<sdk.AccelerateConfiguration>(
			sdk.AccelerateConfiguration$,
			async (s3, { Bucket }, AccelerateConfiguration) =>
				await s3.send(new sdk.PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration })),
		),
	},
	acl: {
		name: 'ACL',
		description: 'Access for other AWS accounts. AWS recommends policies instead.',
		permission: 'BucketAcl',
		get: async (s3, { Bucket }) => withoutMetadata(await s3.send(new sdk.GetBucketAclCommand({ Bucket }))),
		set: setWith<sdk.AccessControlPolicy>(
			sdk.AccessControlPolicy$,
			async (s3, { Bucket }, AccessControlPolicy) =>
				await s3.send(new sdk.PutBucketAclCommand({ Bucket, AccessControlPolicy })),
		),
	},
	analytics: {
		name: 'Analytics',
		description: 'Reports on object usage, to help choose storage classes',
		permission: 'AnalyticsConfiguration',
		...many<sdk.AnalyticsConfiguration>(sdk.AnalyticsConfiguration$, {
			get: async (s3, at) => (await s3.send(new sdk.GetBucketAnalyticsConfigurationCommand(at))).AnalyticsConfiguration,
			page: async (s3, at) => {
				const page = await s3.send(new sdk.ListBucketAnalyticsConfigurationsCommand(at));
				return { ...page, entries: page.AnalyticsConfigurationList };
			},
			put: async (s3, at, AnalyticsConfiguration) =>
				await s3.send(new sdk.PutBucketAnalyticsConfigurationCommand({ ...at, AnalyticsConfiguration })),
			remove: async (s3, at) => await s3.send(new sdk.DeleteBucketAnalyticsConfigurationCommand(at)),
		}),
	},
	cors: {
		name: 'CORS',
		description: 'Which websites can access the bucket from a browser',
		permission: 'BucketCORS',
		get: async (s3, { Bucket }) => withoutMetadata(await s3.send(new sdk.GetBucketCorsCommand({ Bucket }))),
		set: setWith<sdk.CORSConfiguration>(
			sdk.CORSConfiguration$,
			async (s3, { Bucket }, CORSConfiguration) =>
				await s3.send(new sdk.PutBucketCorsCommand({ Bucket, CORSConfiguration })),
		),
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeleteBucketCorsCommand({ Bucket })),
	},
	encryption: {
		name: 'Default Encryption',
		description: 'How S3 encrypts new objects that request no encryption',
		permission: 'EncryptionConfiguration',
		get: async (s3, { Bucket }) =>
			(await s3.send(new sdk.GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration,
		set: setWith<sdk.ServerSideEncryptionConfiguration>(
			sdk.ServerSideEncryptionConfiguration$,
			async (s3, { Bucket }, ServerSideEncryptionConfiguration) =>
				await s3.send(new sdk.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration })),
		),
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeleteBucketEncryptionCommand({ Bucket })),
	},
	intelligentTiering: {
		name: 'Intelligent Tiering',
		description: 'When unused objects move to archive tiers',
		permission: 'IntelligentTieringConfiguration',
		...many<sdk.IntelligentTieringConfiguration>(sdk.IntelligentTieringConfiguration$, {
			get: async (s3, at) =>
				(await s3.send(new sdk.GetBucketIntelligentTieringConfigurationCommand(at))).IntelligentTieringConfiguration,
			page: async (s3, at) => {
				const page = await s3.send(new sdk.ListBucketIntelligentTieringConfigurationsCommand(at));
				return { ...page, entries: page.IntelligentTieringConfigurationList };
			},
			put: async (s3, at, IntelligentTieringConfiguration) =>
				await s3.send(
					new sdk.PutBucketIntelligentTieringConfigurationCommand({ ...at, IntelligentTieringConfiguration }),
				),
			remove: async (s3, at) => await s3.send(new sdk.DeleteBucketIntelligentTieringConfigurationCommand(at)),
		}),
	},
	inventory: {
		name: 'Inventory',
		description: 'Daily or weekly lists of all objects',
		permission: 'InventoryConfiguration',
		...many<sdk.InventoryConfiguration>(sdk.InventoryConfiguration$, {
			get: async (s3, at) => (await s3.send(new sdk.GetBucketInventoryConfigurationCommand(at))).InventoryConfiguration,
			page: async (s3, at) => {
				const page = await s3.send(new sdk.ListBucketInventoryConfigurationsCommand(at));
				return { ...page, entries: page.InventoryConfigurationList };
			},
			put: async (s3, at, InventoryConfiguration) =>
				await s3.send(new sdk.PutBucketInventoryConfigurationCommand({ ...at, InventoryConfiguration })),
			remove: async (s3, at) => await s3.send(new sdk.DeleteBucketInventoryConfigurationCommand(at)),
		}),
	},
	lifecycle: {
		name: 'Lifecycle',
		description: 'Rules that delete objects or move them to cheaper storage after some time',
		permission: 'LifecycleConfiguration',
		get: async (s3, { Bucket }) =>
			withoutMetadata(await s3.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket }))),
		// The size comes with the rules, but is no part of them: it is a header.
		set: async (s3, { Bucket }, value) => {
			const { rules, size } = withoutMinimumSize(value);
			const LifecycleConfiguration = validateShape<sdk.BucketLifecycleConfiguration>(
				sdk.BucketLifecycleConfiguration$,
				rules,
			);
			const { TransitionDefaultMinimumObjectSize } = validateShape<sdk.GetBucketLifecycleConfigurationOutput>(
				sdk.GetBucketLifecycleConfigurationOutput$,
				{ TransitionDefaultMinimumObjectSize: size },
			);
			const input = { Bucket, LifecycleConfiguration, TransitionDefaultMinimumObjectSize };
			return await s3.send(new sdk.PutBucketLifecycleConfigurationCommand(input));
		},
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeleteBucketLifecycleCommand({ Bucket })),
	},
	logging: {
		name: 'Logging',
		description: 'Logs of all requests, written to a bucket',
		permission: 'BucketLogging',
		get: async (s3, { Bucket }) => withoutMetadata(await s3.send(new sdk.GetBucketLoggingCommand({ Bucket }))),
		set: setWith<sdk.BucketLoggingStatus>(
			sdk.BucketLoggingStatus$,
			async (s3, { Bucket }, BucketLoggingStatus) =>
				await s3.send(new sdk.PutBucketLoggingCommand({ Bucket, BucketLoggingStatus })),
		),
		// S3 has no delete request for it; an empty configuration disables it.
		remove: async (s3, { Bucket }) =>
			await s3.send(new sdk.PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} })),
	},
	metrics: {
		name: 'Metrics',
		description: 'Request metrics in CloudWatch',
		permission: 'MetricsConfiguration',
		...many<sdk.MetricsConfiguration>(sdk.MetricsConfiguration$, {
			get: async (s3, at) => (await s3.send(new sdk.GetBucketMetricsConfigurationCommand(at))).MetricsConfiguration,
			page: async (s3, at) => {
				const page = await s3.send(new sdk.ListBucketMetricsConfigurationsCommand(at));
				return { ...page, entries: page.MetricsConfigurationList };
			},
			put: async (s3, at, MetricsConfiguration) =>
				await s3.send(new sdk.PutBucketMetricsConfigurationCommand({ ...at, MetricsConfiguration })),
			remove: async (s3, at) => await s3.send(new sdk.DeleteBucketMetricsConfigurationCommand(at)),
		}),
	},
	notification: {
		name: 'Notification',
		description: 'Where S3 sends events about created or deleted objects',
		permission: 'BucketNotification',
		get: async (s3, { Bucket }) => await getNotification(s3, Bucket),
		set: setWith<sdk.NotificationConfiguration>(
			sdk.NotificationConfiguration$,
			async (s3, { Bucket }, configuration) => await putNotification(s3, Bucket, configuration),
		),
		remove: async (s3, { Bucket }) => await putNotification(s3, Bucket, {}),
	},
	objectLock: {
		name: 'Object Lock',
		description: 'How long S3 protects new objects against deletion',
		permission: 'BucketObjectLockConfiguration',
		get: async (s3, { Bucket }) =>
			(await s3.send(new sdk.GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration,
		set: setWith<sdk.ObjectLockConfiguration>(
			sdk.ObjectLockConfiguration$,
			async (s3, { Bucket }, ObjectLockConfiguration) =>
				await s3.send(new sdk.PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration })),
		),
		// S3 cannot disable Object Lock, only remove the default retention of new objects.
		remove: async (s3, { Bucket }) =>
			await s3.send(
				new sdk.PutObjectLockConfigurationCommand({
					Bucket,
					ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
				}),
			),
	},
	ownershipControls: {
		name: 'Object Ownership',
		description: 'Who owns objects uploaded by other accounts',
		permission: 'BucketOwnershipControls',
		get: async (s3, { Bucket }) =>
			(await s3.send(new sdk.GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls,
		set: setWith<sdk.OwnershipControls>(
			sdk.OwnershipControls$,
			async (s3, { Bucket }, OwnershipControls) =>
				await s3.send(new sdk.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls })),
		),
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeleteBucketOwnershipControlsCommand({ Bucket })),
	},
	policy: {
		name: 'Policy',
		description: 'Who can do what in the bucket',
		permission: 'BucketPolicy',
		deletePermission: 's3:DeleteBucketPolicy',
		get: async (s3, { Bucket }) => {
			const { Policy = '{}' } = await s3.send(new sdk.GetBucketPolicyCommand({ Bucket }));
			const policy: unknown = JSON.parse(Policy);
			return policy;
		},
		set: async (s3, { Bucket }, value) =>
			await s3.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy: policyText(value) })),
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeleteBucketPolicyCommand({ Bucket })),
	},
	policyStatus: {
		name: 'Policy Status',
		description: 'Whether the bucket policy makes the bucket public',
		permission: 'BucketPolicyStatus',
		get: async (s3, { Bucket }) => (await s3.send(new sdk.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus,
	},
	publicAccessBlock: {
		name: 'Public Access Block',
		description: 'Blocks public access, overriding policies and ACLs',
		permission: 'BucketPublicAccessBlock',
		get: async (s3, { Bucket }) =>
			(await s3.send(new sdk.GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration,
		set: setWith<sdk.PublicAccessBlockConfiguration>(
			sdk.PublicAccessBlockConfiguration$,
			async (s3, { Bucket }, PublicAccessBlockConfiguration) =>
				await s3.send(new sdk.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration })),
		),
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeletePublicAccessBlockCommand({ Bucket })),
	},
	replication: {
		name: 'Replication',
		description: 'Rules that copy new objects to other buckets automatically',
		permission: 'ReplicationConfiguration',
		get: async (s3, { Bucket }) =>
			(await s3.send(new sdk.GetBucketReplicationCommand({ Bucket }))).ReplicationConfiguration,
		set: setWith<sdk.ReplicationConfiguration>(
			sdk.ReplicationConfiguration$,
			async (s3, { Bucket }, ReplicationConfiguration) =>
				await s3.send(new sdk.PutBucketReplicationCommand({ Bucket, ReplicationConfiguration })),
		),
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeleteBucketReplicationCommand({ Bucket })),
	},
	requestPayment: {
		name: 'Request Payment',
		description: 'Who pays for requests and downloads',
		permission: 'BucketRequestPayment',
		get: async (s3, { Bucket }) => withoutMetadata(await s3.send(new sdk.GetBucketRequestPaymentCommand({ Bucket }))),
		set: setWith<sdk.RequestPaymentConfiguration>(
			sdk.RequestPaymentConfiguration$,
			async (s3, { Bucket }, RequestPaymentConfiguration) =>
				await s3.send(new sdk.PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration })),
		),
	},
	tagging: {
		name: 'Tags',
		description: 'Names and values, for cost allocation and access control',
		permission: 'BucketTagging',
		get: async (s3, { Bucket }) => withoutMetadata(await s3.send(new sdk.GetBucketTaggingCommand({ Bucket }))),
		set: setWith<sdk.Tagging>(
			sdk.Tagging$,
			async (s3, { Bucket }, Tagging) => await s3.send(new sdk.PutBucketTaggingCommand({ Bucket, Tagging })),
		),
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeleteBucketTaggingCommand({ Bucket })),
	},
	versioning: {
		name: 'Versioning',
		description: 'Whether overwritten and deleted objects are kept as older versions',
		permission: 'BucketVersioning',
		get: async (s3, { Bucket }) => withoutMetadata(await s3.send(new sdk.GetBucketVersioningCommand({ Bucket }))),
		set: setWith<sdk.VersioningConfiguration>(
			sdk.VersioningConfiguration$,
			async (s3, { Bucket, MFA }, VersioningConfiguration) =>
				await s3.send(new sdk.PutBucketVersioningCommand({ Bucket, MFA, VersioningConfiguration })),
		),
	},
	website: {
		name: 'Website',
		description: 'Static website hosting: index and error pages',
		permission: 'BucketWebsite',
		deletePermission: 's3:DeleteBucketWebsite',
		get: async (s3, { Bucket }) => withoutMetadata(await s3.send(new sdk.GetBucketWebsiteCommand({ Bucket }))),
		set: setWith<sdk.WebsiteConfiguration>(
			sdk.WebsiteConfiguration$,
			async (s3, { Bucket }, WebsiteConfiguration) =>
				await s3.send(new sdk.PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration })),
		),
		remove: async (s3, { Bucket }) => await s3.send(new sdk.DeleteBucketWebsiteCommand({ Bucket })),
	},
};

/** All settings, with their saved ids. */
export const bucketSettings = Object.entries(settings).map(([id, setting]) => ({ id, ...setting }));

/** The setting with a saved id. Throws if the id is unknown. */
export const bucketSettingOf = (id: string): BucketSetting => {
	const found = Object.hasOwn(settings, id) ? settings[id] : undefined;
	if (!found) throw new Error(`The bucket setting '${id}' does not exist`);
	return found;
};

/** Codes of S3 for a setting that the bucket does not have. */
const notConfigured = /^NoSuch(?!Bucket$)|NotFoundError$/;

/** Reads a setting of a bucket; undefined if the bucket does not have it. Throws all other failures. */
export const getBucketSetting = async (s3: S3, id: string, at: At): Promise<unknown> =>
	await bucketSettingOf(id)
		.get(s3, at)
		.catch((error) => {
			if (statusOf(error) === 404 && notConfigured.test(codeOf(error) ?? '')) return undefined;
			throw error;
		});
