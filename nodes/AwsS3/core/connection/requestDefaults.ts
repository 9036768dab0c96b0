import type { Defaults } from '../../s3/client/client';
import type { AnyParams } from '../field';
import { customerKey } from '../objectFields/customerKey';

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
