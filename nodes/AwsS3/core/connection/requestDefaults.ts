import type { Defaults } from '../../s3/client/client';
import { badInput } from '../errors/badInput';
import type { AnyParams } from '../field';
import { customerKey } from '../objectFields/customerKey';

/** Returns the ID of an AWS account. Throws for other text; `where` names its field. */
export const accountId = (text: string, where: string): string => {
	if (/^\d{12}$/.test(text)) return text;
	throw badInput(`${where} is not an AWS account: '${text}'`, 'Enter the 12 digits of the account, or leave it empty.');
};

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
			expectedBucketOwner !== '' && {
				ExpectedBucketOwner: accountId(expectedBucketOwner, "'Expected Bucket Owner'"),
			}),
		...(typeof sseCustomerKey === 'string' && customerKey(sseCustomerKey)),
	};
};
