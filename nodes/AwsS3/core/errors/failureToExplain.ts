import type { Connection } from '../../s3/connection';
import type { Lock } from '../../s3/failure';
import type { Permission } from '../operation';

/** The request that an error belongs to. */
export interface Attempt {
	connection?: Connection;
	permissions: Permission[];
	bucket?: string;
	key?: string;
	/** Whether the explanation covers all keys that match `key`, instead of the single key that failed. */
	isForAll?: boolean;
}

/** An error with the request that it belongs to, as the catalogue explains it. */
export interface Failure extends Attempt {
	code?: string;
	/** The message of S3. */
	words?: string;
	httpStatus?: number;
	/** The action of the S3 API that S3 refused. */
	operation?: string;
	versionId?: string;
	lock?: Lock;
	takenKey?: string;
	/** What the server does not support, such as `tags of objects`. */
	lacks?: string;
	/** What the server returned instead. */
	got?: string;
	/** The IAM action with which the node checked whether the server supports the change. */
	lookedWith?: string;
	/** The region of the bucket, if S3 names another one than the connection's. */
	otherRegion?: string;
}
