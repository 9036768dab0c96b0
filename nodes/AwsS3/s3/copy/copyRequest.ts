import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';

/** A copy to make. */
export interface Copy {
	source: ObjectAt;
	/** What CopyObject takes, without its source. */
	input: Omit<CopyObjectCommandInput, 'CopySource'>;
}

/** What S3 says of a copy. */
export interface Copied {
	ETag?: string;
	VersionId?: string;
	LastModified?: Date;
	size?: number;
	parts?: number;
}
