import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';

/** A copy to make. */
export interface Copy {
	source: ObjectAt;
	/** The input of CopyObject, without the source. */
	input: Omit<CopyObjectCommandInput, 'CopySource'>;
}

/** S3's response for a copy. */
export interface Copied {
	ETag?: string;
	VersionId?: string;
	LastModified?: Date;
	size?: number;
	parts?: number;
}
