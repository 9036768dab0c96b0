import { createHash } from 'node:crypto';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { noCounts } from '../../nodes/AwsS3/s3/sync/tally';
import { planLine } from '../../nodes/AwsS3/s3/plan/planLines';
import { sdk } from './s3';

/** Stores a plan that copies what a bucket has below one prefix to another one, and returns the parameters that apply it. */
export const storePlan = async (bucket: string, planKey: string, prefix: string, destinationPrefix: string) => {
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
	const header = {
		...{ plan: 1, made: new Date().toISOString(), jobName: 'job', mode: 'copy', rules: {} },
		...{ source: { bucket, prefix }, destination: { bucket, prefix: destinationPrefix } },
	};
	const actions = Contents.map(({ Key = '', Size: size = 0, ETag: etag, LastModified: lastModified }) => {
		const key = Key.slice(prefix.length);
		return planLine({ step: 'copy', key, source: { key, size, etag, lastModified } });
	});
	const lines = `${JSON.stringify(header)}\n${actions.join('')}`;
	const sha256 = createHash('sha256').update(lines).digest('hex');
	const last = { actions: actions.length, totals: noCounts(), sha256 };
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: planKey, Body: `${lines}${JSON.stringify(last)}\n` }));
	return { bucket, prefix, destinationBucket: bucket, destinationPrefix, planKey };
};

/** Stores the state of a job that has not run yet, in a bucket that is its destination. */
export const storeJob = async (Bucket: string, name: string): Promise<void> => {
	const Body = JSON.stringify({ version: 1, name, runs: { all: 0, successful: 0, failed: 0 } });
	await sdk.send(new PutObjectCommand({ Bucket, Key: `.n8n-jobs/${name}/state.json`, Body }));
};
