import { codeOf } from '../../s3/failure';
import { badInput } from '../errors/badInput';
import { field } from '../field';

/** The modes of Object Lock. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes */
export const lockModes = [
	{
		name: 'Compliance',
		value: 'COMPLIANCE',
		description: 'Nobody can delete it before the date, not even the root user',
	},
	{ name: 'Governance', value: 'GOVERNANCE', description: 'Only users with a special permission can' },
] as const;

/** S3, and Ceph in other words, refuse to tell the lock of an object that never had one; that is an answer, too. */
export const unlessUnlocked = (error: unknown): undefined => {
	const never = /^(NoSuchObjectLockConfiguration|ObjectLockConfigurationNotFoundError)$/;
	if (never.test(codeOf(error) ?? '')) return undefined;
	throw error;
};

/** What has to be typed so that nobody locks data for years by choosing from a list. */
const word = 'COMPLIANCE';

export const complianceConfirmation = field({
	displayName: 'Confirm Compliance Mode',
	name: 'confirmCompliance',
	type: 'string',
	default: '',
	placeholder: `e.g. ${word}`,
	description: `Type ${word}: until the date nobody can delete what is locked or shorten the lock, not even the root user or AWS`,
});

/** Throws unless compliance mode, where it is chosen, was confirmed. */
export const checkCompliance = (mode: unknown, confirmation = '') => {
	if (mode !== 'COMPLIANCE' || confirmation.trim() === word) return;
	throw badInput(
		"'Confirm Compliance Mode' is missing",
		`Compliance mode cannot be undone: until the date nobody can delete the data, and it has to be paid for. Type ${word} in 'Confirm Compliance Mode' if that is meant, or choose governance mode.`,
	);
};

/** Protection against deletion, for buckets with Object Lock. */
export const lockOptions = [
	complianceConfirmation,
	field({
		displayName: 'Legal Hold',
		name: 'legalHold',
		type: 'boolean',
		default: true,
		description: 'Whether nobody may delete the object until the hold is taken off',
	}),
	field({
		displayName: 'Lock Mode',
		name: 'lockMode',
		type: 'options',
		options: [...lockModes],
		default: 'GOVERNANCE',
		description: "Who is kept from deleting the object until 'Lock Until'",
	}),
	field({
		displayName: 'Lock Until',
		name: 'lockUntil',
		type: 'dateTime',
		default: '',
		description: 'Until when the object is protected',
	}),
] as const;
