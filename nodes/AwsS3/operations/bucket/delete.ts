import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { bucket, dryRun, expectedBucketOwner, options } from '../../core/fields';
import { field, operation } from '../../core/operation';
import type { S3 } from '../../s3/client';
import { deleteAll } from '../../s3/deleteMany';
import { abortUploads, listVersions } from '../../s3/versions';

const emptyFirst = field({
	displayName: 'Empty First',
	name: 'emptyFirst',
	type: 'boolean',
	default: true,
	description:
		'Whether to delete everything in the bucket before, all versions and unfinished uploads included. This cannot be undone.',
});

async function* everything(s3: S3, name: string) {
	for await (const { Key, VersionId } of listVersions(s3, { Bucket: name })) yield { key: Key, versionId: VersionId };
}

const count = async (s3: S3, name: string) => {
	let versions = 0;
	for await (const _version of listVersions(s3, { Bucket: name })) versions++;
	return versions;
};

const empty = async (s3: S3, name: string) => {
	let versions = 0;
	for await (const { refusal } of deleteAll(s3, name, everything(s3, name))) {
		if (refusal) throw refusal;
		versions++;
	}
	return { versions, uploads: await abortUploads(s3, name) };
};

export default operation({
	resource: 'bucket',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete a bucket',
	description: 'Delete a bucket, which has to be empty unless it is emptied first',
	fields: [bucket, options(dryRun, emptyFirst, expectedBucketOwner)],
	permissions: [
		{ action: 's3:DeleteBucket', on: 'bucket' },
		{ action: 's3:ListBucketVersions', on: 'bucket', when: 'to empty it first' },
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket', when: 'to empty it first' },
		{ action: 's3:DeleteObject', on: 'object', when: 'to empty it first' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'to empty it first' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: 'to empty it first' },
	],
	effect: 'destructive',
	async execute({ s3, params }) {
		const { bucket: name, options: chosen } = params;
		if (chosen.dryRun) {
			return { deleted: false, dryRun: true, bucket: name, versions: await count(s3, name) };
		}
		const emptied = chosen.emptyFirst ? await empty(s3, name) : {};
		await s3.send(new DeleteBucketCommand({ Bucket: name }));
		return { deleted: true, bucket: name, ...emptied };
	},
});
