import type { Connection } from '../../s3/connection';
import type { Lock } from '../../s3/failure';
import type { Permission } from '../operation';

/** What was being done when an error came. */
export interface Attempt {
	connection?: Connection;
	permissions: Permission[];
	bucket?: string;
	key?: string;
	/** Whether it is about all keys of this form, whichever of them was refused. */
	isForAll?: boolean;
}

/** A failure as it came, with what was being done. */
export interface Failure extends Attempt {
	code?: string;
	/** S3's own words. */
	words?: string;
	httpStatus?: number;
	lock?: Lock;
	takenKey?: string;
	/** The region that S3 names instead of the connection's. */
	otherRegion?: string;
}
