/** The folder of jobs below the prefix of a destination: their states, journals and plans. */
export const jobsFolder = '.n8n-jobs/';

/** The folder of the states of triggers, below the prefix of a connection. */
export const triggersFolder = '.n8n-triggers/';

/** What the names of objects begin with that tests write and delete again. Policies can allow deleting only these. */
export const testObjectNames = { connectionTest: '.n8n-connection-test-', check: '.n8n-check-' };

/** An id of `newId`. */
const id = String.raw`\d{8}T\d{9}Z-[0-9a-f]{8}`;

const ofJob = String.raw`\.n8n-jobs/[^/]+/(state\.json|runs/${id}/journal-\d{6,}\.jsonl|plans/${id}\.jsonl)`;

/** A key of `testKey`. */
const ofTest = String.raw`\.n8n-(connection-test|check)-[0-9a-f]{16}`;

const ownFile = new RegExp(String.raw`(${ofJob}|\.n8n-triggers/[^/]+/${id}|${ofTest})$`);

/**
 * Whether a key is that of a job's file, a trigger's state or an object of a test, which no run transfers, deletes or compares,
 * and no trigger reports. It stands behind any prefix: a run over a larger prefix meets the jobs of smaller ones. All other keys are the user's,
 * also in a folder of that name.
 */
export const isOwnFile = (key: string) => key.includes('.n8n-') && ownFile.test(key);

const maxNameLength = 64;

/** What is wrong with the name of a job, to follow the label of its field; undefined if nothing is. */
export const jobNameFault = (name: string): string | undefined => {
	if (name.length > maxNameLength) return `has ${name.length} characters, more than the ${maxNameLength} allowed`;
	if (!/^[A-Za-z0-9 ._-]+$/.test(name)) return 'has characters other than letters, digits, space, -, _ and .';
	if (/^ | $/.test(name)) return 'begins or ends with a space';
	return /^\.+$/.test(name) ? 'has only dots' : undefined;
};
