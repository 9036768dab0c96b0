import { UploadPartCommand } from '@aws-sdk/client-s3';
import { badInput } from '../../core/errors/badInput';
import { bucket } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { expiresIn, linkFor } from './presign';
import { partNumber, uploadFields } from '../../core/fields/uploadFields';
import { field } from '../../core/field';
import { checksumAlgorithm, generateKeyPermission } from '../../core/objectFields/writeOptions';
import { operation } from '../../core/operation';
import { decryptPermission } from '../../core/objectFields/readOptions';

const algorithm = field({
	...checksumAlgorithm,
	description: 'The algorithm of the upload, if any: S3 then rejects parts without a checksum',
});

const checksum = field({
	displayName: 'Checksum',
	name: 'checksum',
	type: 'string',
	default: '',
	placeholder: 'e.g. n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
	description: "The part's checksum in Base64, computed with 'Checksum Algorithm'. The link accepts no other content.",
});

/** How long checksums are, in bytes. */
const lengths = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

/**
 * The checksum as a header that the client must send: S3 ignores it in the URL. Throws if it does not fit its
 * algorithm.
 */
const checksumHeader = (name: keyof typeof lengths | undefined, value = ''): Record<string, string> => {
	if (name === undefined && value === '') return {};
	if (name === undefined || value === '')
		throw badInput(
			"'Checksum' and 'Checksum Algorithm' require each other",
			"Set both or neither. S3 requires a checksum for each part if the upload has a 'Checksum Algorithm'.",
		);
	const bytes = Buffer.from(value, 'base64');
	if (bytes.length !== lengths[name] || bytes.toString('base64') !== value)
		throw badInput(
			`'Checksum' is not a ${name} checksum in Base64`,
			`Enter the ${lengths[name]} bytes of the checksum in Base64, not in hexadecimal digits.`,
		);
	return { [`x-amz-checksum-${name.toLowerCase()}`]: value };
};

export default operation({
	resource: 'presignedUrl',
	operation: 'uploadPart',
	name: 'Upload Part',
	action: 'Create a presigned URL for a part of an upload',
	description:
		'Create a link that lets anyone upload one part of a multipart upload with a PUT request, until the link expires',
	fields: [bucket, ...uploadFields, partNumber, expiresIn, options(checksum, algorithm, ...requestOptions)],
	permissions: [{ action: 's3:PutObject', on: 'object' }, generateKeyPermission, decryptPermission],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, uploadId: UploadId, partNumber: PartNumber, options: chosen } = params;
		const { checksumAlgorithm: name, checksum: value } = chosen;
		const headers = checksumHeader(name, value);
		const command = new UploadPartCommand({
			Bucket,
			Key,
			UploadId,
			PartNumber,
			...(name && { [`Checksum${name}`]: value }),
		});
		const at = { bucket: Bucket, key: Key, uploadId: UploadId, partNumber: PartNumber };
		return { ...at, method: 'PUT', ...(await linkFor(s3, command, params.expiresIn, headers)) };
	},
});
