import type { Defaults } from '../../s3/client/client';
import { badInput } from '../errors/badInput';

/**
 * Converts an SSE-C key in Base64 into request input; an empty key gives no input. Throws if it is not 256 bits long.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
export const customerKey = (
	base64 = '',
	label = 'SSE-C Key',
): Pick<Defaults, 'SSECustomerAlgorithm' | 'SSECustomerKey'> => {
	if (base64 === '') return {};
	const key = Buffer.from(base64, 'base64');
	if (key.length !== 32) {
		throw badInput(
			`'${label}' has ${key.length} bytes instead of 32`,
			'Enter a key of 256 bits in Base64, 44 characters long.',
		);
	}
	// The SDK adds `SSECustomerKeyMD5`, which S3 requires.
	return { SSECustomerAlgorithm: 'AES256', SSECustomerKey: base64 };
};
