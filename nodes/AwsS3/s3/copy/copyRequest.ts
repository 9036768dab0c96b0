import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import type { IsFree } from '../list/freshListing';

/** A copy to make. */
export interface Copy {
	source: ObjectAt;
	/** The input of CopyObject, without the source. */
	input: Omit<CopyObjectCommandInput, 'CopySource'>;
	/** Tells of free keys, where the server does not check that itself. */
	isFree?: IsFree;
}

/** S3's response for a copy. */
export interface Copied {
	ETag?: string;
	VersionId?: string;
	LastModified?: Date;
	size?: number;
	parts?: number;
}

/** S3 for requests that read the source of a copy, whose SSE-C key is not that of the copy. */
export const forSource = (
	s3: S3,
	{
		CopySourceSSECustomerAlgorithm,
		CopySourceSSECustomerKey,
	}: Pick<Copy['input'], 'CopySourceSSECustomerAlgorithm' | 'CopySourceSSECustomerKey'>,
): S3 =>
	s3.withDefaults({
		...s3.defaults,
		SSECustomerAlgorithm: CopySourceSSECustomerAlgorithm,
		SSECustomerKey: CopySourceSSECustomerKey,
	});
