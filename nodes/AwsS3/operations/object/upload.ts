import mime from 'mime-types';
import { allowSameKey, conflictPermissions, onConflict } from '../../core/objectFields/ifExists';
import { badInput } from '../../core/errors/badInput';
import { bucket, newKey } from '../../core/fields/locators';
import { dryRun, memory, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { ifMatch, quotedEtag } from '../../core/objectFields/readOptions';
import { contentOf, itemsOrSourceFields } from '../../core/io/sources';
import {
	checkWritten,
	propertyPermissions,
	tagsPermission,
	writeInput,
	writeOptions,
	writePermissions,
} from '../../core/objectFields/writeOptions';
import { throwIfNoBucket } from '../../s3/list/headObject';
import { finishResumed } from '../../s3/write/finishResumedUpload';
import { conditionalUpload } from '../../s3/write/conditionalUpload';

const resume = field({
	displayName: 'Resume',
	name: 'resume',
	type: 'boolean',
	default: true,
	description:
		'Whether to continue an interrupted upload of the same key. Verifies each uploaded part, keeps headers, metadata and ACL of the first attempt, sets lock and tags again, and fails for other encryption.',
});

export default operation({
	resource: 'object',
	operation: 'upload',
	name: 'Upload',
	action: 'Upload a file',
	description:
		"Upload a file, text, JSON or the content of a URL. Overwrites an existing object unless 'If Exists' says otherwise.",
	fields: [
		bucket,
		newKey,
		...itemsOrSourceFields,
		onConflict,
		options(allowSameKey, dryRun, ...writeOptions, ifMatch, memory, ...requestOptions, resume),
	],
	permissions: [
		...writePermissions,
		...propertyPermissions,
		tagsPermission,
		...conflictPermissions,
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket', when: 'to resume', option: 'resume' },
		{ action: 's3:ListMultipartUploadParts', on: 'object', when: 'to resume', option: 'resume' },
	],
	effect: 'write',
	writesTo: { bucket: 'bucket', key: 'key' },
	together: (params) => (params.source === 'items' ? JSON.stringify(params) : undefined),
	async execute({ s3, params, n8n, items, budget, signal, hint }) {
		const { bucket: Bucket, key: Key, onConflict: conflict, options: chosen } = params;
		if (chosen.ifMatch && conflict !== 'overwrite') {
			throw badInput(
				"'If Match' works only with 'If Exists' set to 'Overwrite'",
				"Remove 'If Match', or set 'If Exists' to 'Overwrite'.",
			);
		}
		if (s3.isDryRun) await throwIfNoBucket(s3, Bucket);
		const headers = writeInput(chosen);
		const file = await contentOf(params, { n8n, items, signal });
		if (params.source === 'items' && items.some(({ binary }) => binary))
			hint(`'${Key}' contains the JSON of the items, but not their files.`);
		const ContentType = headers.ContentType ?? (file.mimeType || mime.lookup(Key) || 'application/octet-stream');
		const input = { ...headers, Bucket, Key, ContentType, IfMatch: quotedEtag(chosen.ifMatch) };
		const { key, size, skipped, isResumed, ...stored } = await conditionalUpload(
			s3,
			{ ...file, input, budget, resume: chosen.resume },
			conflict,
		);
		const dry = s3.isDryRun && { dryRun: true };
		if (skipped) return { uploaded: false, ...dry, skipped: true, reason: skipped, bucket: Bucket, key };
		const named = { bucket: Bucket, key, ...(key !== Key && { renamedFrom: Key }) };
		if (dry) return { uploaded: false, ...dry, ...named, size: file.length, contentType: ContentType };
		const at = { bucket: Bucket, key };
		const kept = isResumed ? await finishResumed(s3, at, input, stored) : [];
		if (kept.length > 0)
			hint(
				`'${key}' keeps the ${new Intl.ListFormat('en').format(kept)} of the interrupted upload that it continued. To change them, upload it again, or use 'Object: Set Metadata' or 'Object: Set Storage Class'.`,
			);
		await checkWritten({ s3, hint }, at, isResumed ? { ...headers, StorageClass: undefined } : headers);
		return {
			uploaded: true,
			...named,
			size,
			contentType: ContentType,
			...toJson(stored),
		};
	},
});
