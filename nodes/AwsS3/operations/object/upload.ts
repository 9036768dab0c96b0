import mime from 'mime-types';
import type { File } from '../../core/binary';
import { fileOf, openBinary } from '../../core/binary';
import { badInput } from '../../core/errors';
import { bucket, newKey, options, requestOptions } from '../../core/fields';
import { field, operation } from '../../core/operation';
import type { ItemContext } from '../../core/operation';
import { toJson } from '../../core/output';
import { ifMatch, quotedEtag } from '../../core/readOptions';
import { writeInput, writeOptions } from '../../core/writeOptions';
import { upload as uploadTo } from '../../s3/upload';

const source = field({
	displayName: 'Source',
	name: 'source',
	type: 'options',
	options: [
		{ name: 'File', value: 'binary', description: 'A binary field of the item' },
		{ name: 'JSON', value: 'json', description: 'The JSON of the item' },
		{ name: 'Text', value: 'text', description: 'Text that is entered here' },
	],
	default: 'binary',
	description: 'Where the content comes from',
});

const inputField = field({
	displayName: 'Input Data Field Name',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['binary'] } },
	default: 'data',
	hint: 'The name of the input binary field containing the file to be uploaded',
});

const content = field({
	displayName: 'Text',
	name: 'text',
	type: 'string',
	typeOptions: { rows: 4 },
	displayOptions: { show: { source: ['text'] } },
	default: '',
	description: 'The content of the object, stored in UTF-8',
});

const mimeType = field({
	displayName: 'MIME Type',
	name: 'mimeType',
	type: 'string',
	displayOptions: { show: { source: ['text'] } },
	default: 'text/plain; charset=utf-8',
	placeholder: 'e.g. text/csv',
	description: 'What kind of text it is',
});

const onConflict = field({
	displayName: 'If Exists',
	name: 'onConflict',
	type: 'options',
	options: [
		{ name: 'Fail', value: 'fail', description: 'Stop, and leave the object as it is' },
		{ name: 'Overwrite', value: 'overwrite', description: 'Replace the object' },
		{ name: 'Skip', value: 'skip', description: 'Go on, and leave the object as it is' },
	],
	default: 'overwrite',
	description:
		'What to do if there is an object with this key. S3 itself makes sure of it, so nothing can come between.',
});

interface Content {
	source: 'binary' | 'json' | 'text';
	binaryPropertyName?: string;
	text?: string;
	mimeType?: string;
}

const open = async ({ params, n8n, item }: Pick<ItemContext<Content>, 'params' | 'n8n' | 'item'>): Promise<File> => {
	if (params.source === 'json') return fileOf(Buffer.from(JSON.stringify(item.json)), 'application/json');
	if (params.source === 'text')
		return fileOf(Buffer.from(params.text ?? ''), params.mimeType || 'text/plain; charset=utf-8');
	return await openBinary(n8n, item, params.binaryPropertyName ?? '', 'Input Data Field Name');
};

const isThere = (error: unknown) =>
	error instanceof Error && (error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict');

export default operation({
	resource: 'object',
	operation: 'upload',
	name: 'Upload',
	action: 'Upload an object',
	description: 'Store a file, text or JSON as an object; one of the same key is replaced unless told otherwise',
	fields: [
		bucket,
		newKey,
		source,
		inputField,
		content,
		mimeType,
		onConflict,
		options(...writeOptions, ifMatch, ...requestOptions),
	],
	permissions: [
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:PutObjectAcl', on: 'object', when: 'with an ACL or grants' },
		{ action: 's3:PutObjectTagging', on: 'object', when: 'with tags' },
		{ action: 's3:PutObjectRetention', on: 'object', when: 'with a lock' },
		{ action: 's3:PutObjectLegalHold', on: 'object', when: 'with a legal hold' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: 'above 8 MiB' },
	],
	effect: 'write',
	async execute({ s3, params, n8n, item, budget }) {
		const { bucket: Bucket, key: Key, onConflict: conflict, options: chosen } = params;
		if (chosen.ifMatch && conflict !== 'overwrite') {
			throw badInput(
				"'If Match' goes only with 'If Exists' set to 'Overwrite'",
				"Leave out 'If Match', or set 'If Exists' to 'Overwrite'.",
			);
		}
		const headers = writeInput(chosen);
		const file = await open({ params, n8n, item });
		const ContentType = headers.ContentType ?? (file.mimeType || mime.lookup(Key) || 'application/octet-stream');
		const input = {
			...headers,
			...{ Bucket, Key, ContentType },
			IfMatch: quotedEtag(chosen.ifMatch),
			IfNoneMatch: conflict === 'overwrite' ? undefined : '*',
		};
		return await uploadTo(s3, { input, body: file.body, length: file.length, budget }).then(
			({ size, ...stored }) => ({
				uploaded: true,
				bucket: Bucket,
				key: Key,
				size,
				contentType: ContentType,
				...toJson(stored),
			}),
			(error) => {
				if (conflict !== 'skip' || !isThere(error)) throw error;
				return { uploaded: false, skipped: true, bucket: Bucket, key: Key };
			},
		);
	},
});
