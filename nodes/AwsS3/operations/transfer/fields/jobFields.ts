import { badInput } from '../../../core/errors/badInput';
import type { Params } from '../../../core/field';
import { field, narrowingField } from '../../../core/field';
import { jobNameFault } from '../../../s3/ownFiles';
import type { JobPlace } from '../../../s3/job/jobPlace';
import type { EndPolicy } from '../../../s3/job/endPolicy';
import type { Side } from '../../../s3/pairs/sides';

/** The job that a run belongs to. */
export const jobFields = [
	field({
		displayName: 'Job Name',
		name: 'jobName',
		type: 'string',
		default: '',
		placeholder: 'e.g. nightly-backup',
		description:
			"Stores the state, journals and plans of runs in '.n8n-jobs/' at the destination. Prevents parallel runs and resumes an interrupted one. Leave empty for no job.",
	}),
	field({
		displayName: 'Category',
		name: 'category',
		type: 'string',
		default: '',
		placeholder: 'e.g. backups',
		description: "Groups jobs in a shared report. Has no effect without 'Job Name'.",
	}),
] as const;

/** When a job ends. */
export const jobOptions = [
	narrowingField({
		displayName: 'Job End Date',
		name: 'jobEndDate',
		type: 'dateTime',
		default: '',
		description: 'When the job ends. Later runs do nothing.',
	}),
	field({
		displayName: 'Job Max Unsuccessful Runs',
		name: 'jobMaxFailedRuns',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 3,
		description: 'End the job after this many runs with failures or interruptions',
	}),
	field({
		displayName: 'Job Max Runs',
		name: 'jobMaxRuns',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 10,
		description: 'End the job after this many runs',
	}),
	field({
		displayName: 'Job Max Successful Runs',
		name: 'jobMaxSuccessfulRuns',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 1,
		description: 'End the job after this many runs that completed everything',
	}),
] as const;

/** The limits of a job from the options. Throws before the first request without a job name. */
export const endPolicyOf = (options: Partial<Params<[...typeof jobOptions]>>, jobName: string): EndPolicy => {
	const unused = jobOptions.find(({ name }) => options[name] !== undefined);
	if (jobName === '' && unused)
		throw badInput(
			`'${unused.displayName}' has no effect without 'Job Name'`,
			`Enter a 'Job Name', or remove '${unused.displayName}' in 'Options'.`,
		);
	return {
		runs: options.jobMaxRuns,
		successfulRuns: options.jobMaxSuccessfulRuns,
		failedRuns: options.jobMaxFailedRuns,
		endDate: options.jobEndDate,
	};
};

/**
 * Where a job keeps its files; undefined without a job. They do not use the storage class of the copies, which may be
 * an archive class. Throws for an invalid name, before the first request.
 */
export const jobPlaceOf = ({ s3, bucket, prefix }: Side, jobName: string): JobPlace | undefined => {
	if (jobName === '') return undefined;
	const fault = jobNameFault(jobName);
	if (fault)
		throw badInput(
			`'Job Name' ${fault}`,
			'Enter at most 64 letters, digits, spaces, -, _ and ., such as nightly-backup.',
		);
	const { StorageClass: _ofCopies, ...defaults } = s3.defaults;
	// Signs of life must not wait for the limits of the run.
	return { jobName, side: { s3: s3.withDefaults(defaults).paced({}), bucket, prefix } };
};
