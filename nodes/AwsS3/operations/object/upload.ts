import mime from 'mime-types';
import { conflictPermissions, onConflict } from '../../core/conflicts';
import { badInput } from '../../core/errors';
import { bucket, newKey, options, requestOptions } from '../../core/fields';
import { operation } from '../../core/operation';
import { toJson } from '../../core/output';
import { ifMatch, quotedEtag } from '../../core/readOptions';
import { contentOf, sourceFields } from '../../core/sources';
import { writeInput, writeOptions, writePermissions } from '../../core/writeOptions';
import { uploadUnless } from '../../s3/uploadUnless';

export default operation({
	resource: 'object',
	operation: 'upload',
	name: 'Upload',
	action: 'Upload an object',
	description:
		'Store a file, text, JSON or the content of a URL as an object; one of the same key is replaced unless told otherwise',
	fields: [bucket, newKey, ...sourceFields, onConflict, options(...writeOptions, ifMatch, ...requestOptions)],
	permissions: [...writePermissions, ...conflictPermissions],
	effect: 'write',
	async execute({ s3, params, n8n, item, budget, signal }) {
		const { bucket: Bucket, key: Key, onConflict: conflict, options: chosen } = params;
		if (chosen.ifMatch && conflict !== 'overwrite') {
			throw badInput(
				"'If Match' goes only with 'If Exists' set to 'Overwrite'",
				"Leave out 'If Match', or set 'If Exists' to 'Overwrite'.",
			);
		}
		const headers = writeInput(chosen);
		const file = await contentOf(params, { n8n, item, signal });
		const ContentType = headers.ContentType ?? (file.mimeType || mime.lookup(Key) || 'application/octet-stream');
		const input = { ...headers, Bucket, Key, ContentType, IfMatch: quotedEtag(chosen.ifMatch) };
		const { key, size, skipped, ...stored } = await uploadUnless(s3, { ...file, input, budget }, conflict);
		if (skipped) return { uploaded: false, skipped: true, reason: skipped, bucket: Bucket, key };
		return {
			uploaded: true,
			bucket: Bucket,
			key,
			...(key !== Key && { renamedFrom: Key }),
			size,
			contentType: ContentType,
			...toJson(stored),
		};
	},
});
