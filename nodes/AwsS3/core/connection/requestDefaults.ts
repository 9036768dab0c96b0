import type { Defaults } from '../../s3/client/client';
import type { AnyParams } from '../field';
import { customerKey } from '../objectFields/customerKey';

/**
 * Returns the input that every request of an item gets, if its command accepts it: the defaults of the connection,
 * overridden by the options of the item.
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
