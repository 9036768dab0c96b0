import { withSlash } from '../../core/fields/folders';
import { badInput } from '../../core/errors/badInput';
import { bucket, newKey } from '../../core/fields/locators';
import { options } from '../../core/fields/options';
import { curlOf, htmlOf } from './postForm';
import { endOfLink, expiresIn, lasting } from './presign';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import type { FormConditions } from '../../s3/client/links';
import { acl } from '../../core/objectFields/accessFields';
import { contentType, headersInput, metadata } from '../../core/objectFields/headerFields';
import { generateKeyPermission, storageClass } from '../../core/objectFields/writeOptions';
import { metadataHeaders } from '../../s3/sdk/metadataEncoding';

const keyIsFolder = field({
	displayName: 'Allow Any File Name in Folder',
	name: 'keyIsFolder',
	type: 'boolean',
	default: true,
	description: "Whether to use 'Key' as a folder and name the object after the uploaded file",
});

const contentTypeBeginning = field({
	displayName: 'Content Type Begins With',
	name: 'contentTypeBeginning',
	type: 'string',
	default: '',
	placeholder: 'e.g. image/',
	description: 'Accept only files of this type. The form must send the type.',
});

const minSize = field({
	displayName: 'Min Size (Bytes)',
	name: 'minSize',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	default: 1,
	description: 'S3 rejects smaller files',
});

const maxSize = field({
	displayName: 'Max Size (Bytes)',
	name: 'maxSize',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	default: 10485760,
	description: 'S3 rejects larger files',
});

const redirect = field({
	displayName: 'Success Redirect',
	name: 'successRedirect',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://example.com/thanks',
	description: 'The page to open after the upload',
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const maxPostSize = 5 * 1024 ** 3;

const withoutEmpty = (fields: Record<string, string | undefined>) =>
	Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])));

export default operation({
	resource: 'presignedUrl',
	operation: 'post',
	name: 'Post Form',
	action: 'Create a presigned form for an upload',
	description: 'Create a form that lets anyone upload from a browser, within limits of size, type and name',
	fields: [
		bucket,
		newKey,
		expiresIn,
		options(acl, contentType, contentTypeBeginning, keyIsFolder, maxSize, metadata, minSize, redirect, storageClass),
	],
	permissions: [
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:PutObjectAcl', on: 'object', when: 'with an ACL', option: 'acl' },
		generateKeyPermission,
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, expiresIn: Expires, options: chosen } = params;
		const { minSize: min = 0, maxSize: max = maxPostSize, contentTypeBeginning: typePrefix } = chosen;
		if (min > max)
			throw badInput(
				"'Min Size (Bytes)' is larger than 'Max Size (Bytes)'",
				'Enter a smaller minimum or a larger maximum.',
			);
		if (chosen.contentType && typePrefix)
			throw badInput("'Content Type' and 'Content Type Begins With' cannot be combined", 'Remove one of them.');
		const end = await endOfLink(s3, { Bucket }, Expires);
		const { Metadata = {} } = headersInput(chosen);
		const Fields = withoutEmpty({
			acl: chosen.acl,
			'Content-Type': chosen.contentType,
			success_action_redirect: chosen.successRedirect,
			'x-amz-storage-class': chosen.storageClass ?? s3.defaults.StorageClass,
			'x-amz-server-side-encryption': s3.defaults.ServerSideEncryption,
			'x-amz-server-side-encryption-aws-kms-key-id': s3.defaults.SSEKMSKeyId,
			...metadataHeaders(Metadata),
		});
		// S3 replaces ${filename} by the name of the uploaded file.
		const Key = chosen.keyIsFolder ? `${withSlash(params.key)}\${filename}` : params.key;
		const conditions: FormConditions = [['content-length-range', min, max]];
		if (typePrefix) conditions.push(['starts-with', '$Content-Type', typePrefix]);
		const form = await s3.signForm({
			...{ Bucket, Key, Expires, Fields },
			Conditions: conditions,
		});
		return {
			bucket: Bucket,
			key: Key,
			method: 'POST',
			...form,
			...lasting(end),
			curl: curlOf(form),
			html: htmlOf(form, Boolean(typePrefix)),
		};
	},
});
