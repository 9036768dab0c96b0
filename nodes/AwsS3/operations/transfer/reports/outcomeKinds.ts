import type { Tone } from '../../../content/report/report';
import { isOriginalKept } from '../../../s3/sync/outcomeLine';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';

/** The result of an object, in plain words: a category of a report. */
interface OutcomeKind {
	id: string;
	label: string;
	/** The text for a plan. */
	planned?: string;
	tone: Tone;
	/** What to do about it. Failures say more for each object. */
	advice?: string;
}

/** The kinds, most urgent first. The ids never change. */
export const outcomeKinds = [
	{
		id: 'originalKept',
		label: 'At the destination, but not deleted at the source',
		tone: 'bad',
		advice:
			'Each row below shows why. Correct that, then run again: a copy with the same content is kept, and its original deleted.',
	},
	{
		id: 'denied',
		label: 'Access denied',
		tone: 'bad',
		advice: 'Each row below names the missing permission. Allow it, then run again.',
	},
	{
		id: 'keyRefused',
		label: 'No access to the encryption key',
		tone: 'bad',
		advice:
			'Allow the use of the KMS key (kms:Decrypt at the source, kms:GenerateDataKey at the destination), and check that it is enabled.',
	},
	{
		id: 'nameRefused',
		label: 'Name not allowed at the destination',
		tone: 'bad',
		advice: "Rename the objects at the source, or shorten 'Destination Prefix'.",
	},
	{
		id: 'locked',
		label: 'Protected by Object Lock',
		tone: 'bad',
		advice: 'Wait until the protection ends, or remove it if you have the permission.',
	},
	{
		id: 'full',
		label: 'Destination is full',
		tone: 'bad',
		advice: 'Free up space or request a larger quota, then run again.',
	},
	{
		id: 'busy',
		label: 'Service too busy',
		tone: 'bad',
		advice: 'Run again later. Completed work is not repeated.',
	},
	{
		id: 'unreachable',
		label: 'Service unreachable',
		tone: 'bad',
		advice: "Check the network and 'Service URL', then run again. Completed work is not repeated.",
	},
	{
		id: 'refused',
		label: 'Rejected for another reason',
		tone: 'bad',
		advice: "Each row below shows the service's response and what to do.",
	},
	{
		id: 'tooLarge',
		label: 'Too large for the destination',
		tone: 'bad',
		advice: 'Split them into smaller files, or exclude them with a size filter.',
	},
	{
		id: 'keyTooLong',
		label: 'Key too long for the destination',
		tone: 'bad',
		advice: "Shorten 'Destination Prefix', or rename the objects at the source.",
	},
	{
		id: 'emptyKey',
		label: 'Nothing is left of the key',
		tone: 'bad',
		advice: "Enter a 'Destination Prefix', or change the options that change keys, so that a part of each key is left.",
	},
	{
		id: 'archived',
		label: 'Archived and not restored',
		tone: 'warning',
		advice: "Add 'Restore Archived Objects' in 'Options' and run again, or exclude them with a storage class filter.",
	},
	{
		id: 'restoring',
		label: 'Being restored from the archive',
		planned: 'To restore from the archive; a later run copies them',
		tone: 'warning',
		advice: 'Run again when the restore has completed, after minutes to two days.',
	},
	{
		id: 'notProven',
		label: 'Kept at the source, because S3 cannot confirm identical content',
		tone: 'warning',
		advice: "Compare them with 'Verify' by 'Content', or set 'If Exists' to 'Overwrite' to copy them again.",
	},
	{
		id: 'changedMeanwhile',
		label: 'Changed during the run',
		tone: 'warning',
		advice: 'These were not overwritten or deleted. The next run compares them again.',
	},
	{
		id: 'nameNotAllowed',
		label: 'Skipped: name not allowed by the target',
		tone: 'warning',
		advice: "Rename the objects at the source, or choose another target in 'Check Names For'.",
	},
	{
		id: 'missing',
		label: 'In the list, but not at the source',
		tone: 'warning',
		advice:
			'Check the list or inventory: the objects may have been deleted since, or the keys are spelled differently.',
	},
	{
		id: 'sameKey',
		label: 'Skipped: another object gets the same key',
		tone: 'warning',
		advice: 'Change the key mapping so that each object gets a unique key, or rename one at the source.',
	},
	{
		id: 'otherHistory',
		label: 'Skipped: the destination has other versions',
		tone: 'warning',
		advice: "Choose another 'Destination Prefix', or delete the versions at the destination that the source lacks.",
	},
	{ id: 'copied', label: 'Copied', planned: 'To copy', tone: 'good' },
	{ id: 'overwritten', label: 'Replaced an existing object', planned: 'To replace an existing object', tone: 'good' },
	{
		id: 'renamed',
		label: 'Copied under a new name',
		planned: 'To copy under a new name',
		tone: 'good',
	},
	{ id: 'deleted', label: 'Deleted at the destination', planned: 'To delete at the destination', tone: 'good' },
	{
		id: 'sourceDeleted',
		label: 'Deleted at the source after verifying the copy',
		planned: 'To delete at the source, because the destination has it',
		tone: 'good',
	},
	{ id: 'doneBefore', label: 'Done by the resumed run', tone: 'good' },
	{ id: 'same', label: 'Identical at both sides', tone: 'good' },
	{ id: 'onlyAtDestination', label: 'Only at the destination, kept', tone: 'plain' },
	{ id: 'exists', label: 'Different at the destination, kept', tone: 'plain' },
	{ id: 'newerAtDestination', label: 'Not older at the destination, kept', tone: 'plain' },
	{
		id: 'appendOnly',
		label: 'Different, but overwriting is not allowed',
		tone: 'plain',
		advice: "'Append Only' is on.",
	},
	{ id: 'folderMarker', label: 'Marker of the folder of the prefix, not needed', tone: 'plain' },
	{ id: 'jobFile', label: 'Job file, never transferred', tone: 'plain' },
	{ id: 'filtered', label: 'Excluded by a filter', tone: 'plain' },
] as const satisfies readonly OutcomeKind[];

const steps: Record<OutcomeLine['step'], string> = {
	copy: 'copied',
	overwrite: 'overwritten',
	rename: 'renamed',
	delete: 'deleted',
	deleteSource: 'sourceDeleted',
	skip: 'same',
};

/** The kinds of failures by code. The first match applies. */
const failures: Array<[code: RegExp, id: string]> = [
	[/KMS|^EncryptionMissing$|^ServerSideEncryption/i, 'keyRefused'],
	[/^LockMissing$|ObjectLock|^InvalidBucketState$/, 'locked'],
	[/AccessDenied|^Forbidden$|^403$|AllAccessDisabled|AccountProblem|^InvalidAccessKeyId$|ExpiredToken/, 'denied'],
	[/^KeyTooLongError$|^InvalidObjectName$|^XMinioInvalid(Object|Resource)Name$|^InvalidURI$/, 'nameRefused'],
	[/^XMinioParentIsObject$|^ObjectParentIsFile$|^DirectoryObjectContainsData$/, 'nameRefused'],
	[/^EntityTooLarge$|^413$/, 'tooLarge'],
	[/^QuotaExceeded$|StorageFull|^507$/, 'full'],
	[/^SlowDown|^ServiceUnavailable$|^TooManyRequests|^InternalError$|^50[0-4]$|^OperationAborted$/, 'busy'],
	[/^E[A-Z]+$|^TimeoutError$|^IdleTimeout$|^RequestTimeout$|^NoAnswer$|^LostAnswer$|^AbortError$/, 'unreachable'],
];

/** The id of a line's kind: the action, or why it was skipped or failed. */
export const kindOf = (line: OutcomeLine): string => {
	const { step, result, reason, code = '' } = line;
	if (isOriginalKept(line)) return 'originalKept';
	if (result === 'failed') return failures.find(([pattern]) => pattern.test(code))?.[1] ?? 'refused';
	return reason ?? steps[step];
};

/** The kind of an id. An unknown id, such as that of a later release, is its own label. */
export const outcomeKind = (id: string): OutcomeKind => {
	const kinds: OutcomeKind[] = [...outcomeKinds];
	return kinds.find((kind) => kind.id === id) ?? { id, label: inWords(id), tone: 'plain' };
};

const inWords = (id: string) => {
	const words = id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
	return words.charAt(0).toUpperCase() + words.slice(1);
};
