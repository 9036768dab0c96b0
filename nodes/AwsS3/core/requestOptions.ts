import type { Defaults } from '../s3/client';
import { badInput } from './errors';
import type { AnyParams } from './operation';

/**
 * A key of the customer's as the requests of S3 take it; nothing for an empty one. Throws where it is not 256 bits long.
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
	// The SDK computes the MD5 that S3 wants beside it.
	return { SSECustomerAlgorithm: 'AES256', SSECustomerKey: base64 };
};

/**
 * What every request of an item carries where S3's model has it: the defaults of the connection, as far as the item's
 * options do not say otherwise.
 */
export const defaultsOf = (options: AnyParams, ofConnection: Defaults = {}): Defaults => {
	const { requesterPays, expectedBucketOwner, sseCustomerKey, serverSideEncryption } = options;
	const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, RequestPayer, ...rest } = ofConnection;
	return {
		...rest,
		...(serverSideEncryption === undefined && { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }),
		...(requesterPays === undefined && { RequestPayer }),
		...(requesterPays === true && { RequestPayer: 'requester' }),
		...(typeof expectedBucketOwner === 'string' &&
			expectedBucketOwner !== '' && { ExpectedBucketOwner: expectedBucketOwner }),
		...(typeof sseCustomerKey === 'string' && customerKey(sseCustomerKey)),
	};
};
