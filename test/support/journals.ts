import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { readJournalLines } from '../../nodes/AwsS3/s3/job/journal';
import { isOutcome } from '../../nodes/AwsS3/s3/job/journalLines';
import type { OutcomeLine } from '../../nodes/AwsS3/s3/sync/outcomeLine';

/** The outcomes of a run's journal, in the order in which they were written, without its totals. */
export async function* readJournal(...run: Parameters<typeof readJournalLines>): AsyncGenerator<OutcomeLine> {
	for await (const line of readJournalLines(...run)) if (isOutcome(line)) yield line;
}

/** Makes the state of a job, if it has one, look as if its last sign of life were long ago: nobody has to wait five minutes. */
export const ageState = async (sdk: S3Client, Bucket: string, folder: string) => {
	const at = { Bucket, Key: `${folder}state.json` };
	const stored = await sdk.send(new GetObjectCommand(at)).catch(() => undefined);
	if (!stored) return;
	const text = (await stored.Body?.transformToString()) ?? '';
	const past = text.replaceAll(/"heartbeat": "[^"]+"/g, '"heartbeat": "2026-01-01T00:00:00.000Z"');
	await sdk.send(new PutObjectCommand({ ...at, Body: past }));
};
