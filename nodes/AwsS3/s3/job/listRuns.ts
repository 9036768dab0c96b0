import { listPages } from '../list/list';
import { runsPrefix } from './jobPlace';
import type { JobPlace } from './jobPlace';

/** Lists the ids of the runs of a job that have a journal, from the first to the last, page by page. */
export async function* listRuns({ side, jobName }: JobPlace): AsyncGenerator<string> {
	const { s3, bucket } = side;
	const start = runsPrefix({ side, jobName });
	for await (const { folders } of listPages(s3, { Bucket: bucket, Prefix: start, Delimiter: '/' }))
		for (const folder of folders) yield folder.slice(start.length, -1);
}
