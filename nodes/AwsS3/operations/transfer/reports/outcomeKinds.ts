import type { Tone } from '../../../content/report/report';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';

/** What became of an object, in plain words: a category of a report. */
export interface OutcomeKind {
	id: string;
	label: string;
	/** What a plan says instead. */
	planned?: string;
	tone: Tone;
	/** What to do about it. What was refused says more for each object. */
	advice?: string;
}

/** The kinds, in the order of what has to be looked at first. The ids are a promise. */
export const outcomeKinds = [
	{
		id: 'denied',
		label: 'Not allowed',
		tone: 'bad',
		advice: 'Each row below names what is missing. Allow it, and run it again.',
	},
	{
		id: 'keyRefused',
		label: 'The encryption key may not be used',
		tone: 'bad',
		advice:
			'Allow the use of the KMS key (kms:Decrypt at the source, kms:GenerateDataKey at the destination), or have it enabled.',
	},
	{
		id: 'nameRefused',
		label: 'The destination does not take the name',
		tone: 'bad',
		advice: "Rename them at the source, or shorten 'Destination Prefix'.",
	},
	{
		id: 'locked',
		label: 'Protected by a lock',
		tone: 'bad',
		advice: 'Wait until the lock ends, or take it off if you may.',
	},
	{
		id: 'full',
		label: 'No room at the destination',
		tone: 'bad',
		advice: 'Make room, or ask for a larger quota, and run it again.',
	},
	{
		id: 'busy',
		label: 'The service was too busy',
		tone: 'bad',
		advice: 'Run it again later. What is done stays done.',
	},
	{
		id: 'unreachable',
		label: 'The service could not be reached',
		tone: 'bad',
		advice: "Check the network and 'Service URL', and run it again. What is done stays done.",
	},
	{
		id: 'refused',
		label: 'Refused for another reason',
		tone: 'bad',
		advice: 'Each row below says what the service answered, and what to do.',
	},
	{
		id: 'tooLarge',
		label: 'Too large for the destination',
		tone: 'bad',
		advice: 'Cut them into smaller files, or leave them out with a filter by size.',
	},
	{
		id: 'keyTooLong',
		label: 'The key is too long for the destination',
		tone: 'bad',
		advice: "Shorten 'Destination Prefix', or rename them at the source.",
	},
	{
		id: 'archived',
		label: 'Archived, and not restored',
		tone: 'warning',
		advice:
			"Add 'Restore Archived Objects' in 'Options' and run it again, or leave them out with a filter by storage class.",
	},
	{
		id: 'restoring',
		label: 'Being restored from the archive',
		planned: 'To be restored from the archive, and copied by a later run',
		tone: 'warning',
		advice: 'Run it again when they are restored, which takes minutes to two days.',
	},
	{
		id: 'notProven',
		label: 'Kept at the source, because S3 does not prove the same content',
		tone: 'warning',
		advice: "Compare them with 'Verify' by 'Content', or choose 'Overwrite' in 'If Exists' to copy them again.",
	},
	{
		id: 'changedMeanwhile',
		label: 'Changed meanwhile by somebody else',
		tone: 'warning',
		advice: 'Nothing was overwritten or deleted. The next run compares them again.',
	},
	{
		id: 'nameNotAllowed',
		label: 'Left out, because the target does not take the name',
		tone: 'warning',
		advice: "Rename them at the source, or choose another target in 'Check Names For'.",
	},
	{
		id: 'missing',
		label: 'Listed, and not at the source',
		tone: 'warning',
		advice: 'Check the list or the inventory: they may be deleted since, or their keys are written another way.',
	},
	{
		id: 'sameKey',
		label: 'Left out, because another one gets the same key',
		tone: 'warning',
		advice: 'Change the mapping of keys so that each gets a key of its own, or rename one at the source.',
	},
	{
		id: 'otherHistory',
		label: 'Left alone, because the destination has other versions',
		tone: 'warning',
		advice:
			"Choose another 'Destination Prefix', or delete the versions at the destination that the source does not have.",
	},
	{ id: 'copied', label: 'Copied', planned: 'To be copied', tone: 'good' },
	{ id: 'overwritten', label: 'Replaced another object', planned: 'To replace another object', tone: 'good' },
	{
		id: 'renamed',
		label: 'Copied under a free name',
		planned: 'To be copied under a free name',
		tone: 'good',
	},
	{ id: 'deleted', label: 'Deleted at the destination', planned: 'To be deleted at the destination', tone: 'good' },
	{
		id: 'sourceDeleted',
		label: 'Deleted at the source, because the destination has it',
		planned: 'To be deleted at the source, because the destination has it',
		tone: 'good',
	},
	{ id: 'doneBefore', label: 'Done by the run that this one went on with', tone: 'good' },
	{ id: 'same', label: 'The same at both sides', tone: 'good' },
	{ id: 'onlyAtDestination', label: 'Only at the destination, and left there', tone: 'plain' },
	{ id: 'exists', label: 'The destination has another one, which stays', tone: 'plain' },
	{ id: 'newerAtDestination', label: 'The one at the destination is not older, and stays', tone: 'plain' },
	{
		id: 'appendOnly',
		label: 'Different, and nothing may be overwritten',
		tone: 'plain',
		advice: "'Append Only' is on.",
	},
	{ id: 'jobFile', label: 'A file of a job, which no run transfers', tone: 'plain' },
	{ id: 'filtered', label: 'Left out by a filter', tone: 'plain' },
] as const satisfies readonly OutcomeKind[];

const steps: Record<OutcomeLine['step'], string> = {
	copy: 'copied',
	overwrite: 'overwritten',
	rename: 'renamed',
	delete: 'deleted',
	deleteSource: 'sourceDeleted',
	skip: 'same',
};

/** The kinds of failures, by their codes. The first that fits counts. */
const failures: Array<[code: RegExp, id: string]> = [
	[/KMS|^EncryptionMissing$|^ServerSideEncryption/i, 'keyRefused'],
	[/^LockMissing$|ObjectLock|^InvalidBucketState$/, 'locked'],
	[/AccessDenied|^Forbidden$|^403$|AllAccessDisabled|AccountProblem|^InvalidAccessKeyId$|ExpiredToken/, 'denied'],
	[/^KeyTooLongError$|^InvalidObjectName$|^XMinioInvalidObjectName$|^InvalidURI$/, 'nameRefused'],
	[/^EntityTooLarge$|^413$/, 'tooLarge'],
	[/^QuotaExceeded$|StorageFull|^507$/, 'full'],
	[/^SlowDown|^ServiceUnavailable$|^TooManyRequests|^InternalError$|^50[0-4]$|^OperationAborted$/, 'busy'],
	[/^E[A-Z]+$|^TimeoutError$|^IdleTimeout$|^RequestTimeout$|^NoAnswer$|^LostAnswer$|^AbortError$/, 'unreachable'],
];

/** The id of the kind of a line: what was done, why it was skipped, or why it failed. */
export const kindOf = ({ step, result, reason, code = '' }: OutcomeLine): string => {
	if (result === 'failed') return failures.find(([pattern]) => pattern.test(code))?.[1] ?? 'refused';
	return reason ?? steps[step];
};

/** The kind of an id. One that is not in the table, such as that of a later release, is said in its own words. */
export const outcomeKind = (id: string): OutcomeKind => {
	const kinds: OutcomeKind[] = [...outcomeKinds];
	return kinds.find((kind) => kind.id === id) ?? { id, label: inWords(id), tone: 'plain' };
};

const inWords = (id: string) => {
	const words = id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
	return words.charAt(0).toUpperCase() + words.slice(1);
};
