import type { CompletedPart } from '@aws-sdk/client-s3';
import { CompleteMultipartUploadCommand } from '@aws-sdk/client-s3';
import { badInput } from '../../core/errors/badInput';
import { bucket } from '../../core/fields/locators';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { uploadFields } from '../../core/fields/uploadFields';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { decryptPermission, ifMatch, ifNoneMatch, quotedEtag } from '../../core/objectFields/readOptions';
import type { S3 } from '../../s3/client/client';
import type { UploadAt } from '../../s3/list/uploads';
import { listParts } from '../../s3/list/uploads';
import type { PartChecksums } from '../../s3/parts/partChecksums';
import { checksumNames } from '../../s3/parts/partChecksums';
import { ifFree, ifMatches } from '../../s3/write/conditionalWrite';

const parts = field({
	displayName: 'Parts',
	name: 'parts',
	type: 'json',
	default: '',
	placeholder: 'e.g. [{ "partNumber": 1, "etag": "9b2cf535f27731c974343645a3985328" }]',
	description:
		"The parts of the object, in order. With a checksum algorithm, include each part's checksum as returned by Upload Part. Leave empty to use all uploaded parts.",
});

/** The checksums of an entry, with the names of *Upload Part*'s output or of AWS. */
const checksumsIn = (part: Map<string, unknown>): PartChecksums =>
	Object.fromEntries(
		checksumNames.map((name) => [name, part.get(name.toLowerCase())]).filter(([, value]) => typeof value === 'string'),
	);

const parseParts = (value: unknown): CompletedPart[] => {
	const example = 'Enter an array such as [{ "partNumber": 1, "etag": "9b2cf5…" }], or leave it empty.';
	if (!Array.isArray(value)) throw badInput("'Parts' is not a JSON array", example);
	return value.map((entry: unknown, index) => {
		const part = new Map(Object.entries(entry ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
		const [partNumber, etag] = [part.get('partnumber'), part.get('etag')];
		if (typeof partNumber === 'number' && typeof etag === 'string')
			return { PartNumber: partNumber, ETag: quotedEtag(etag), ...checksumsIn(part) };
		throw badInput(`Entry ${index + 1} of 'Parts' has no partNumber or etag`, example);
	});
};

const uploadedParts = async (s3: S3, upload: UploadAt): Promise<CompletedPart[]> => {
	const all: CompletedPart[] = [];
	for await (const { Size: _size, LastModified: _time, ...part } of listParts(s3, upload)) all.push(part);
	if (all.length === 0) throw badInput('This upload has no parts', "Upload parts first, or use 'Abort'.");
	return all;
};

export default operation({
	resource: 'multipartUpload',
	operation: 'complete',
	name: 'Complete',
	action: 'Complete a multipart upload',
	description: 'Assemble the uploaded parts into one object',
	fields: [bucket, ...uploadFields, parts, options(ifMatch, ifNoneMatch, ...requestOptions, sseCustomerKey)],
	permissions: [
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:ListMultipartUploadParts', on: 'object', when: 'for all uploaded parts' },
		decryptPermission,
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, uploadId: UploadId, options: chosen } = params;
		const upload = { Bucket, Key, UploadId };
		const Parts = params.parts === undefined ? await uploadedParts(s3, upload) : parseParts(params.parts);
		const complete = async (condition: { IfMatch?: string; IfNoneMatch?: string }) =>
			await s3.send(
				new CompleteMultipartUploadCommand({
					...upload,
					MultipartUpload: { Parts },
					...condition,
				}),
			);
		const at = { bucket: Bucket, key: Key };
		const etag = quotedEtag(chosen.ifMatch);
		const IfNoneMatch = quotedEtag(chosen.ifNoneMatch);
		const completed = await (etag === undefined
			? IfNoneMatch === '*'
				? ifFree(s3, at, 'conditionalComplete', complete)
				: complete({ IfNoneMatch })
			: ifMatches(s3, { ...at, etag }, 'conditionalComplete', complete));
		const { Bucket: _bucket, Key: _key, ...object } = completed;
		return { completed: true, bucket: Bucket, key: Key, parts: Parts.length, ...toJson(object) };
	},
});
