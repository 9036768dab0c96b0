import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { withDetails } from '../failure';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { Download } from '../read/download';
import { download } from '../read/download';

/** Opens a file that says what to copy. Failures name it, because other objects are meant elsewhere. */
export const openFile = async (s3: S3, { bucket, key }: ObjectAt, budget: MemoryBudget): Promise<Download> =>
	await download(s3, { Bucket: bucket, Key: key }, { budget }).catch((error) => {
		throw withDetails(error, { bucket, key });
	});
