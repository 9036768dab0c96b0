import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { IDataObject } from 'n8n-workflow';
import { tagAsScanned } from './malwareScan';
import { activeTrigger } from './poll';
import { sdk } from './s3';

/**
 * Lets a trigger report new objects, scanned ones if it waits for that, in several polls: so many that a state which does not fit into
 * n8n is written, read and removed again.
 */
export const pollInRounds = async (bucket: string, credentials: IDataObject, options: IDataObject) => {
	const trigger = activeTrigger(credentials, { bucket, events: ['created'], options: { maxInline: 0, ...options } });
	await trigger.activate();
	for (const round of ['1', '2', '3', '4']) {
		// More changes than are kept beside a state.
		const keys = Array.from({ length: 25 }, (_, index) => `${round}-${index}`).sort();
		for (const Key of keys) {
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
			if (options.onlyClean) await tagAsScanned(bucket, Key, 'NO_THREATS_FOUND');
		}
		const reported = (await trigger.poll()).flat();
		expect(reported.map(({ json }) => json.key)).toEqual(keys);
		trigger.restart();
	}
};
