import { badInput } from '../../core/errors/badInput';
import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { wholeBucket } from '../../core/fields/emptyPrefix';
import { keepAcl, restorePermissions } from '../../core/objectFields/replaceOptions';
import { reported } from '../../core/runner/summary';
import type { S3 } from '../../s3/client/client';
import type { Step } from './restoreStep';
import { restoreStep } from './restoreStep';
import { doubtHint, isInDoubt, lostStateAt } from '../../s3/list/stateAtTime';
import { withTimes } from '../../s3/list/versionTimes';
import { deleteObject } from '../../s3/delete/deleteObjects';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import { runActions } from '../../s3/flow/engine';
import { replaceObject } from '../../s3/copy/replaceObject';
import { isSameVersion, rememberSource } from '../../s3/copy/sameVersion';
import { checkVersioning, versioningPermission } from './checkVersioning';
import { listHistories, refusalOf } from '../../s3/list/versions';

const time = field({
	displayName: 'Time',
	name: 'time',
	type: 'dateTime',
	required: true,
	default: '',
	description: 'The point in time to restore the folder to',
});

/** Keys restored at the same time. */
const keysInParallel = 16;

type PlannedStep = (Step | { step: 'refuse'; refusal: Error }) & { key: string };

async function* planSteps(
	s3: S3,
	{ bucket: Bucket, prefix, time: restoreTime }: { bucket: string; prefix: string; time: Date },
	hint: (message: string) => void,
): AsyncGenerator<PlannedStep> {
	for await (const listed of listHistories(s3, { Bucket, Prefix: prefix || undefined })) {
		const history = withTimes(listed);
		const { key } = history;
		if (isInDoubt(restoreTime, history)) hint(doubtHint('Time'));
		const refusal = refusalOf(s3, Bucket, history) ?? lostStateAt(s3, Bucket, restoreTime, history);
		const step = refusal ? undefined : restoreStep(restoreTime, history);
		if (refusal) yield { key, step: 'refuse', refusal };
		else if (step) yield { key, ...step };
	}
}

export default operation({
	resource: 'version',
	operation: 'restoreFolder',
	name: 'Restore Folder',
	action: 'Restore a folder to a point in time',
	description:
		'Restore all objects under a prefix to a point in time. Keeps all versions, so you can undo it. Refuses objects that were later written without versioning.',
	fields: [bucket, prefix, time, options(dryRun, keepAcl, ...requestOptions, sseCustomerKey, wholeBucket)],
	permissions: [
		{ action: 's3:ListBucketVersions', on: 'bucket' },
		versioningPermission,
		{ action: 's3:DeleteObject', on: 'object' },
		...restorePermissions,
	],
	effect: 'destructive',
	async *execute({ s3, params, hint }) {
		const { bucket: name, prefix: keyPrefix, time: restoreTime, options: chosen } = params;
		if (!restoreTime) throw badInput("'Time' is empty", 'Enter the date and time to restore the folder to.');
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
		const steps = (signal: AbortSignal) =>
			planSteps(s3.endedBy(signal), { bucket: name, prefix: keyPrefix, time: restoreTime }, hint);
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
