import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { readPermissions } from '../../core/objectFields/readOptions';
import { expiresIn, linkFor } from './presign';

const responseHeader = <const N extends string, const D extends string, const P extends string>(
	name: N,
	displayName: D,
	placeholder: P,
) =>
	field({
		displayName,
		name,
		type: 'string',
		default: '',
		placeholder,
		description: 'Replaces this header of the object in the response',
	});

const checkExists = field({
	displayName: 'Check That It Exists',
	name: 'checkExists',
	type: 'boolean',
	default: true,
	description: 'Whether to check with S3 that the object exists. Without it, a link needs no request.',
});

export default operation({
	resource: 'presignedUrl',
	operation: 'download',
	name: 'Download',
	action: 'Create a download link',
	description: 'Create a link that lets anyone download an object until the link expires',
	fields: [
		bucket,
		key,
		expiresIn,
		options(
			checkExists,
			...requestOptions,
			responseHeader('responseCacheControl', 'Response Cache Control', 'e.g. no-store'),
			responseHeader(
				'responseContentDisposition',
				'Response Content Disposition',
				'e.g. attachment; filename="report.pdf"',
			),
			responseHeader('responseContentEncoding', 'Response Content Encoding', 'e.g. gzip'),
			responseHeader('responseContentLanguage', 'Response Content Language', 'e.g. en-GB'),
			responseHeader('responseContentType', 'Response Content Type', 'e.g. application/pdf'),
			versionId,
		),
	],
	permissions: [...readPermissions],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		if (chosen.checkExists) {
			const VersionId = chosen.versionId || undefined;
			await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
		}
		const command = new GetObjectCommand({
			Bucket,
			Key,
			VersionId: chosen.versionId || undefined,
			ResponseCacheControl: chosen.responseCacheControl || undefined,
			ResponseContentDisposition: chosen.responseContentDisposition || undefined,
			ResponseContentEncoding: chosen.responseContentEncoding || undefined,
			ResponseContentLanguage: chosen.responseContentLanguage || undefined,
			ResponseContentType: chosen.responseContentType || undefined,
		});
		return { bucket: Bucket, key: Key, method: 'GET', ...(await linkFor(s3, command, params.expiresIn)) };
	},
});
