import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { badInput } from '../../core/errors/badInput';
import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { wholeBucket } from '../../core/fields/emptyPrefix';
import { keepAcl } from '../../core/objectFields/replaceOptions';
import { reported } from '../../core/runner/summary';
import type { S3 } from '../../s3/client/client';
import type { Step } from '../../s3/list/versionPlan';
import { restoreStep } from '../../s3/list/versionPlan';
import { deleteObject } from '../../s3/delete/deleteObjects';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import { runActions } from '../../s3/flow/engine';
import { replaceObject } from '../../s3/copy/replaceObject';
import { isSameVersion, rememberSource } from '../../s3/copy/sameVersion';
import { listHistories, refusalOf } from '../../s3/list/versions';

const time = field({
	displayName: 'Time',
	name: 'time',
	type: 'dateTime',
	required: true,
	default: '',
	description: 'The folder gets back the content that it had then',
});

/** Keys restored at the same time. */
const keysInParallel = 16;

type PlannedStep = (Step | { step: 'refuse'; refusal: Error }) & { key: string };

async function* planSteps(s3: S3, Bucket: string, Prefix: string, restoreTime: Date): AsyncGenerator<PlannedStep> {
	for await (const history of listHistories(s3, { Bucket, Prefix: Prefix || undefined })) {
		const { key } = history;
		const refusal = refusalOf(s3, Bucket, history);
		const step = refusal ? undefined : restoreStep(restoreTime, history);
		if (refusal) yield { key, step: 'refuse', refusal };
		else if (step) yield { key, ...step };
	}
}

/** Throws unless versioning is enabled: without it, a restored copy would replace the current object for good. */
const checkVersioning = async (s3: S3, Bucket: string) => {
	const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
	if (Status === 'Enabled') return;
	throw badInput(
		`Versioning of the bucket '${Bucket}' is ${Status === 'Suspended' ? 'suspended' : 'off'}`,
		"Restoring would then replace objects for good, so nothing was done. Switch versioning on first: 'Bucket Setting', 'Set'.",
	);
};

export default operation({
	resource: 'version',
	operation: 'restoreFolder',
	name: 'Restore Folder',
	action: 'Restore a folder to a point in time',
	description: 'Bring everything below a prefix back to how it was at a time; all versions stay, so it can be undone',
	fields: [bucket, prefix, time, options(dryRun, keepAcl, ...requestOptions, sseCustomerKey, wholeBucket)],
	permissions: [
		{ action: 's3:ListBucketVersions', on: 'bucket' },
		{ action: 's3:GetBucketVersioning', on: 'bucket' },
		{ action: 's3:GetObjectVersion', on: 'object' },
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:DeleteObject', on: 'object' },
		{ action: 's3:GetObjectVersionTagging', on: 'object', when: 'for objects with tags' },
		{ action: 's3:PutObjectTagging', on: 'object', when: 'for objects with tags' },
		{ action: 's3:GetObjectVersionAcl', on: 'object', when: 'to keep ACLs' },
		{ action: 's3:PutObjectAcl', on: 'object', when: 'to keep ACLs' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: name, prefix: keyPrefix, time: restoreTime, options: chosen } = params;
		if (!restoreTime) throw badInput("'Time' is empty", 'Enter the date and time that the folder is to go back to.');
		if (restoreTime > new Date()) throw badInput("'Time' is in the future", 'Enter a time that has passed.');
		await checkVersioning(s3, name);
		let restored = 0;
		const applyStep = async (step: PlannedStep, signal: AbortSignal) => {
			if (step.step === 'refuse') throw step.refusal;
			const stepS3 = s3.endedBy(signal);
			const source = { bucket: name, key: step.key };
			if (step.step === 'delete') {
				if (!s3.isDryRun) await deleteObject(stepS3, source);
				return undefined;
			}
			const version = { ...source, versionId: step.versionId };
			const current = { ...source, versionId: step.mayBeCopy };
			// A second run has nothing left to restore.
			if (step.mayBeCopy && (await isSameVersion(stepS3, version, current, chosen))) return { skipped: 'same' };
			if (s3.isDryRun) return undefined;
			await replaceObject(stepS3, { source: version, target: source, change: rememberSource, keepAcl: chosen.keepAcl });
			restored++;
			return undefined;
		};
		const steps = (signal: AbortSignal) => planSteps(s3.endedBy(signal), name, keyPrefix, restoreTime);
		const outcomes = runActions(steps, applyStep, { limit: fixedLimit(keysInParallel), signal: s3.signal });
		yield* reported(outcomes, s3.isDryRun, {
			planned: ({ step, key, ...rest }) => ({
				...{ restored: false, bucket: name, key, step },
				...('versionId' in rest && { versionId: rest.versionId }),
			}),
			summary: ({ complete, done, skipped, failures }) => ({
				...{ complete, bucket: name, prefix: keyPrefix, time: restoreTime.toISOString() },
				...{ restored, deleted: done - restored, ...(skipped > 0 && { unchanged: skipped }), ...failures },
			}),
		});
	},
});
