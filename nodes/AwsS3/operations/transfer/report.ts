import { badInput } from '../../core/errors/badInput';
import { field } from '../../core/field';
import { bucket, prefix } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { decryptPermission } from '../../core/objectFields/readOptions';
import { reportName, storeReport } from '../../core/io/reports';
import { binaryFields, operation } from '../../core/operation';
import { jobNameFault } from '../../s3/ownFiles';
import type { JobSide } from '../../s3/job/jobPlace';
import type { JobState } from '../../s3/job/state';
import { listJobs, readState } from '../../s3/job/state';
import { jobItem, jobReport, runItem } from './reports/jobReport';
import type { Runs } from './reports/runsOfJob';
import { readRuns, sumOfRuns } from './reports/runsOfJob';
import { runRecorder } from './reports/runRecorder';

const of = field({
	displayName: 'Report On',
	name: 'of',
	type: 'options',
	options: [
		{ name: 'Category', value: 'category', description: 'All jobs in a category' },
		{ name: 'Job', value: 'job', description: 'One job' },
	],
	default: 'job',
	description: 'What to report on',
});

const jobName = field({
	displayName: 'Job Name',
	name: 'jobName',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. nightly-backup',
	description: "The name of the job, as in 'Run'",
	displayOptions: { show: { of: ['job'] } },
});

const category = field({
	displayName: 'Category',
	name: 'category',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. backups',
	description: "The category of the jobs, as in 'Run'",
	displayOptions: { show: { of: ['category'] } },
});

const runs = field({
	displayName: 'Runs',
	name: 'runs',
	type: 'options',
	options: [
		{ name: 'All', value: 'all', description: 'All runs that still have a journal' },
		{ name: 'By ID', value: 'id', description: 'A single run, by the runId in the output of Run' },
		{ name: 'Last', value: 'last', description: 'The last run of each job' },
	],
	default: 'last',
	description: 'Which runs to report',
});

const runId = field({
	displayName: 'Run ID',
	name: 'runId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 20260131T120000000Z-1a2b3c4d',
	description: 'The ID of the run',
	displayOptions: { show: { runs: ['id'] } },
});

const format = field({
	displayName: 'Format',
	name: 'format',
	type: 'options',
	options: [
		{ name: 'CSV', value: 'csv', description: 'One row for each object' },
		{ name: 'HTML', value: 'html', description: 'A self-contained page to read, email or print' },
		{ name: 'JSON', value: 'json', description: 'All data, for programs' },
	],
	default: 'html',
	description: "The format of the file in the binary field 'report'",
});

/** What to report on. */
interface Chosen {
	of: 'job' | 'category';
	jobName: string;
	category: string;
	runs: Runs;
}

/** Throws for invalid names of jobs, categories or runs, before the first request. */
const checked = (params: {
	of: 'job' | 'category';
	jobName?: string;
	category?: string;
	runs: 'all' | 'id' | 'last';
	runId?: string;
}): Chosen => {
	const { jobName: name = '', category: group = '', runId: id = '' } = params;
	const fault = params.of === 'job' ? jobNameFault(name) : undefined;
	if (fault) throw badInput(`'Job Name' ${fault}`, "Enter the name of the job, as in 'Run'.");
	const isId = /^[\w-]+$/.test(id);
	if (params.runs === 'id' && !isId)
		throw badInput(`'Run ID' is not a valid run ID: '${id}'`, 'Enter the runId from the output of Run.');
	return { of: params.of, jobName: name, category: group, runs: params.runs === 'id' ? { id } : params.runs };
};

const placeOf = ({ bucket: name, prefix: start }: JobSide) => `'${start}' in the bucket '${name}'`;

/** The states of the jobs to report on, by name. Throws for an unknown job or category. */
const statesOf = async (side: JobSide, chosen: Chosen): Promise<Map<string, JobState>> => {
	const names = chosen.of === 'job' ? [chosen.jobName] : await listJobs(side);
	const states = new Map<string, JobState>();
	for (const name of names) {
		const state = await readState(side, name);
		if (state && (chosen.of === 'job' || state.category === chosen.category)) states.set(name, state);
	}
	if (states.size > 0) return states;
	const what = chosen.of === 'job' ? `job '${chosen.jobName}'` : `job of the category '${chosen.category}'`;
	throw badInput(
		`Found no ${what} under ${placeOf(side)}`,
		"Enter the job's destination in 'Bucket' and 'Prefix', and its name or category as in 'Run'. A job that only has a plan has no runs.",
	);
};

export default operation({
	resource: 'transfer',
	operation: 'report',
	name: 'Report',
	action: 'Report on a transfer',
	description:
		'Create a report on a job or category from the journals of its runs, as HTML, CSV or JSON. Writes nothing to S3.',
	fields: [
		field({ ...bucket, description: 'The destination of the job, which contains its journals' }),
		field({ ...prefix, description: "The 'Destination Prefix' of the job" }),
		of,
		jobName,
		category,
		runs,
		runId,
		format,
		options(...requestOptions),
	],
	permissions: [{ action: 's3:ListBucket', on: 'bucket' }, { action: 's3:GetObject', on: 'object' }, decryptPermission],
	effect: 'read',
	itemsAtOnce: 2,
	async execute({ s3, params, n8n, signal }) {
		const chosen = checked(params);
		const side: JobSide = { s3, bucket: params.bucket, prefix: params.prefix };
		const states = await statesOf(side, chosen);
		const now = new Date();
		const recorder = runRecorder({ prefix: '', destinationPrefix: '', includesSkipped: false }, now);
		const reported = async () => {
			const runsOfJobs = [];
			const reading = { recorder, isOfMany: states.size > 1, signal };
			for (const name of states.keys())
				runsOfJobs.push(...(await readRuns({ side, jobName: name }, chosen.runs, reading)));
			if (typeof chosen.runs === 'object' && runsOfJobs.length === 0)
				throw badInput(
					`Found no run '${chosen.runs.id}'`,
					"Enter the runId from the output of Run in 'Run ID', or choose 'Last' in 'Runs'.",
				);
			const what = chosen.of === 'job' ? { jobName: chosen.jobName } : { category: chosen.category };
			const recorded = recorder.report(jobReport(what, side, { runs: runsOfJobs, states }), now);
			const name = reportName('report', Object.values(what).join(''), now);
			const file = await storeReport({ n8n, signal }, params.format, { name, ...recorded });
			return {
				...what,
				...{ bucket: side.bucket, prefix: side.prefix, verdict: recorded.report.verdict.text },
				...sumOfRuns(runsOfJobs),
				jobs: [...states.values()].map(jobItem),
				runs: runsOfJobs.map((run) => runItem(run, states)),
				[binaryFields]: { report: file },
			};
		};
		return await reported().finally(recorder.close);
	},
});
