import {
	DeleteObjectCommand,
	GetBucketLocationCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	ListBucketsCommand,
	ListMultipartUploadsCommand,
	ListObjectsV2Command,
	ListObjectVersionsCommand,
	PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { explain } from '../../core/errors/explain';
import { bucket, prefix } from '../../core/fields/locators';
import { options } from '../../core/fields/options';
import type { Permission } from '../../core/operation';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { cleanUp, sendTemporary } from '../../s3/write/afterStop';
import { putTestObject, testKey } from '../../s3/write/testObject';
import type { S3 } from '../../s3/client/client';
import { download } from '../../s3/read/download';
import { statusOf } from '../../s3/failure';
import { collect } from '../../s3/flow/collect';

const tryWriting = field({
	displayName: 'Test Write Access',
	name: 'tryWriting',
	type: 'boolean',
	default: false,
	description:
		'Whether to also write, read, tag and delete a small test object under a random key. If off, the check only reads.',
});

/** The first place of this switch. Saved workflows still use it. */
const tryWritingOption = field({
	...tryWriting,
	default: true,
	description: "Whether to test writing, like 'Test Write Access' above. Kept for workflows saved with this option.",
});

/** The part of a response that the checks use. */
interface Answer {
	VersionId?: string;
	$metadata?: object;
	/** Whether only new objects may be written. */
	isNewOnly?: boolean;
}

/** A permission and a request that needs it. */
interface Probe extends Permission {
	how: string;
	/** Returns the version that it created or found. */
	send(s3: S3, at: { Bucket: string; Key: string; Prefix: string }): Promise<Answer>;
}

const readProbes: Probe[] = [
	{
		action: 's3:ListAllMyBuckets',
		on: '*',
		how: 'listed the buckets',
		send: async (s3) => await s3.send(new ListBucketsCommand({})),
	},
	{
		action: 's3:ListBucket',
		on: 'bucket',
		how: 'listed one object',
		send: async (s3, { Bucket, Prefix }) => await s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 })),
	},
	{
		action: 's3:ListBucketVersions',
		on: 'bucket',
		how: 'listed one version',
		send: async (s3, { Bucket, Prefix }) =>
			await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, MaxKeys: 1 })),
	},
	{
		action: 's3:ListBucketMultipartUploads',
		on: 'bucket',
		how: 'listed one incomplete multipart upload',
		send: async (s3, { Bucket, Prefix }) =>
			await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix, MaxUploads: 1 })),
	},
	{
		action: 's3:GetBucketLocation',
		on: 'bucket',
		how: 'read the region',
		send: async (s3, { Bucket }) => await s3.send(new GetBucketLocationCommand({ Bucket })),
	},
];

/**
 * Needs an existing object: without s3:ListBucket, S3 answers 403 for a missing one even if s3:GetObject is allowed.
 */
const readObjectProbe = (Key: string): Probe => ({
	action: 's3:GetObject',
	on: 'object',
	how: 'read an object',
	send: async (s3, { Bucket }) => await s3.send(new HeadObjectCommand({ Bucket, Key })),
});

/** The first key below a prefix; undefined if there is none or listing is denied. */
const firstKey = async (s3: S3, { Bucket, Prefix }: { Bucket: string; Prefix: string }) =>
	await s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 })).then(
		({ Contents }) => Contents?.[0]?.Key,
		() => undefined,
	);

/** The order matters: the later probes use the object that the first one writes, and the last deletes it. */
const writeProbes: Probe[] = [
	{
		action: 's3:PutObject',
		on: 'object',
		how: 'wrote a small object',
		send: async (s3, { Bucket, Key }) =>
			await putTestObject(async (command) => await sendTemporary(s3, command), { Bucket, Key, text: 'x' }),
	},
	{
		action: 's3:GetObject',
		on: 'object',
		how: 'read it',
		// Read the body to the end, because an unread one keeps its socket busy.
		send: async (s3, { Bucket, Key }) => {
			const { body, ...head } = await download(s3, { Bucket, Key });
			await collect(body);
			return head;
		},
	},
	{
		action: 's3:PutObjectTagging',
		on: 'object',
		how: 'tagged it',
		send: async (s3, { Bucket, Key }) =>
			await s3.send(
				new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'n8n', Value: 'check' }] } }),
			),
	},
	{
		action: 's3:GetObjectTagging',
		on: 'object',
		how: 'read its tags',
		send: async (s3, { Bucket, Key }) => await s3.send(new GetObjectTaggingCommand({ Bucket, Key })),
	},
	{
		action: 's3:DeleteObject',
		on: 'object',
		how: 'deleted it',
		// Its delete marker is removed again.
		send: async (s3, { Bucket, Key }) => await sendTemporary(s3, new DeleteObjectCommand({ Bucket, Key })),
	},
];

const newOnlyAdvice = "You can only write new objects: set 'If Exists' to 'Fail' or 'Skip' in uploads.";

export default operation({
	resource: 'access',
	operation: 'check',
	name: 'Check',
	action: 'Check the permissions of a credential',
	description:
		"Test which permissions the credential has in a bucket or folder and return one item each. Writes only if 'Test Write Access' is on.",
	fields: [bucket, prefix, tryWriting, options(tryWritingOption)],
	permissions: [],
	effect: 'write',
	async *execute({ s3, params, hint, signal }) {
		const at = {
			Bucket: params.bucket,
			Prefix: params.prefix,
			Key: testKey(params.prefix, 'check'),
		};
		// Of the test object and, once it is deleted, of its delete marker.
		const versionIds = new Set<string>();
		const runProbe = async ({ action, on, how, send }: Probe) => {
			let advice = '';
			const failure: unknown = await send(s3, at).then(
				({ VersionId, isNewOnly }) => {
					if (VersionId) versionIds.add(VersionId);
					if (isNewOnly) advice = newOnlyAdvice;
				},
				(error: unknown) => error ?? new Error(how),
			);
			// A stopped request says nothing about the permission.
			signal.throwIfAborted();
			const attempt = {
				connection: s3.connection,
				permissions: [{ action, on }],
				bucket: at.Bucket,
				key: on === 'object' ? `${at.Prefix}*` : undefined,
				isForAll: true,
			};
			const { description, code } =
				failure === undefined ? { description: advice, code: undefined } : explain(failure, attempt);
			// Only a 403 means denied. Other errors, such as an unsupported API, do not.
			const denied = statusOf(failure) === 403;
			const allowed = failure === undefined ? true : denied ? false : null;
			return {
				permission: action,
				allowed,
				how: failure === undefined ? how : `${how}: ${code ?? 'refused'}`,
				advice: description,
			};
		};
		for (const probe of readProbes) yield await runProbe(probe);
		// Without a test object, try reading an existing one.
		const [put, ...rest] = params.tryWriting || params.options.tryWriting ? writeProbes : [];
		const testObject = { Bucket: at.Bucket, Key: at.Key };
		const removeRest = async () => {
			const commands = [...versionIds].map((VersionId) => new DeleteObjectCommand({ ...testObject, VersionId }));
			for (const one of commands.length > 0 ? commands : [new DeleteObjectCommand(testObject)]) await cleanUp(s3, one);
		};
		let isOver = put === undefined;
		try {
			const writeResult = put && (await runProbe(put));
			if (writeResult) yield writeResult;
			if (writeResult?.allowed !== true) {
				// A request that S3 has not answered may have written it.
				isOver = writeResult?.allowed !== null;
				const key = await firstKey(s3, at);
				const advice = 'Found no object to test with. Upload one, or use a credential that can list objects.';
				yield key === undefined
					? { permission: 's3:GetObject', allowed: null, how: 'found no object to read', advice }
					: await runProbe(readObjectProbe(key));
				return;
			}
			for (const probe of rest) {
				const result = await runProbe(probe);
				yield result;
				if (probe.action === 's3:DeleteObject' && !result.allowed)
					hint(`Could not delete the test object '${at.Key}'.`);
			}
			for (const VersionId of versionIds) {
				const isGone = await s3.send(new DeleteObjectCommand({ ...testObject, VersionId })).then(
					() => true,
					() => false,
				);
				signal.throwIfAborted();
				if (isGone) continue;
				hint(`Versions of the test object '${at.Key}' remain. Deleting them needs s3:DeleteObjectVersion.`);
				break;
			}
			isOver = true;
		} finally {
			if (!isOver) await removeRest();
		}
	},
});
