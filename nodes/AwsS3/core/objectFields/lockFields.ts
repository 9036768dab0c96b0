import { codeOf } from '../../s3/failure';
import { badInput } from '../errors/badInput';
import { field } from '../field';

/**
 * The modes of Object Lock.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes
 */
export const lockModes = [
	{
		name: 'Compliance',
		value: 'COMPLIANCE',
		description: 'Nobody can delete it before the date, not even the root user',
	},
	{ name: 'Governance', value: 'GOVERNANCE', description: 'Only users with a special permission can' },
] as const;

/** Returns undefined for the errors with which S3 and Ceph report an object without a lock; throws all others. */
export const unlessUnlocked = (error: unknown): undefined => {
	const noLockCode = /^(NoSuchObjectLockConfiguration|ObjectLockConfigurationNotFoundError)$/;
	if (noLockCode.test(codeOf(error) ?? '')) return undefined;
	throw error;
};

/** Users must type this, because one wrong choice in a dropdown could lock data for years. */
const confirmationWord = 'COMPLIANCE';

export const complianceConfirmation = field({
	displayName: 'Confirm Compliance Mode',
	name: 'confirmCompliance',
	type: 'string',
	default: '',
	placeholder: `e.g. ${confirmationWord}`,
	description: `Type ${confirmationWord}: until the date nobody can delete what is locked or shorten the lock, not even the root user or AWS`,
});

/** Throws if the mode is compliance and the user has not confirmed it. */
export const checkCompliance = (mode: unknown, confirmation = '') => {
	if (mode !== 'COMPLIANCE' || confirmation.trim() === confirmationWord) return;
	throw badInput(
		"'Confirm Compliance Mode' is missing",
		`Compliance mode cannot be undone: until the date nobody can delete the data, and it has to be paid for. Type ${confirmationWord} in 'Confirm Compliance Mode' if that is meant, or choose governance mode.`,
	);
};

/** Object Lock of a new object; the bucket must have Object Lock enabled. */
export const lockOptions = [
	complianceConfirmation,
	field({
		displayName: 'Lock: Legal Hold',
		name: 'legalHold',
		type: 'boolean',
		default: true,
		description: 'Whether nobody may delete the object until the hold is taken off',
	}),
	field({
		displayName: 'Lock: Mode',
		name: 'lockMode',
		type: 'options',
		options: [...lockModes],
		default: 'GOVERNANCE',
		description: "Who is kept from deleting the object until 'Lock: Until'",
	}),
	field({
		displayName: 'Lock: Until',
		name: 'lockUntil',
		type: 'dateTime',
		default: '',
		description: 'Until when the object is protected',
	}),
] as const;
