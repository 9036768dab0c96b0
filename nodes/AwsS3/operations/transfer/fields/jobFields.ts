import { badInput } from '../../../core/errors/badInput';
import type { Params } from '../../../core/field';
import { field, narrowingField } from '../../../core/field';
import { jobNameFault } from '../../../s3/jobFolder';
import type { JobPlace } from '../../../s3/job/jobPlace';
import type { EndPolicy } from '../../../s3/job/endPolicy';
import type { Side } from '../../../s3/sync/sides';

/** The job that a run belongs to. */
export const jobFields = [
	field({
		displayName: 'Job Name',
		name: 'jobName',
		type: 'string',
		default: '',
		placeholder: 'e.g. nightly-backup',
		description:
			"Keeps the state, journals and plans of the runs below '.n8n-jobs/' at the destination. Two runs of a job never mix, and one that was killed is continued. Leave empty for none.",
	}),
	field({
		displayName: 'Category',
		name: 'category',
		type: 'string',
		default: '',
		placeholder: 'e.g. backups',
		description: "Jobs of one category share a report. Has no effect without 'Job Name'.",
	}),
] as const;

/** When a job ends. */
export const jobOptions = [
	narrowingField({
		displayName: 'Job End Date',
		name: 'jobEndDate',
		type: 'dateTime',
		default: '',
		description: "When the job of 'Job Name' ends. From then on its runs do nothing.",
	}),
	field({
		displayName: 'Job Max Unsuccessful Runs',
		name: 'jobMaxFailedRuns',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 3,
		description: "After how many runs with refused changes, or that were killed, the job of 'Job Name' ends",
	}),
	field({
		displayName: 'Job Max Runs',
		name: 'jobMaxRuns',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 10,
		description: "After how many runs the job of 'Job Name' ends",
	}),
	field({
		displayName: 'Job Max Successful Runs',
		name: 'jobMaxSuccessfulRuns',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 1,
		description: "After how many runs that left nothing to do the job of 'Job Name' ends",
	}),
] as const;

/** What the options say of the end of a job. Throws if there is no job that could end, before the first request. */
export const endPolicyOf = (options: Partial<Params<[...typeof jobOptions]>>, jobName: string): EndPolicy => {
	const unused = jobOptions.find(({ name }) => options[name] !== undefined);
	if (jobName === '' && unused)
		throw badInput(
			`'${unused.displayName}' is there without 'Job Name', so nothing would end`,
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
 * Where a job keeps its files; undefined without a job. They are not stored in the class of the copies, which may be an archive.
 * Throws for a name that is none, before the first request.
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
	return { jobName, side: { s3: s3.withDefaults(defaults), bucket, prefix } };
};
