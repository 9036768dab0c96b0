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
		description: 'Nobody can delete the object before the date, not even the root user',
	},
	{ name: 'Governance', value: 'GOVERNANCE', description: 'Users with a special permission can delete the object' },
] as const;

/** Returns undefined for the errors that S3 and Ceph return for an object without a lock; throws all others. */
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
	description: `Type ${confirmationWord}: nobody can delete the object or shorten the lock before the date, not even the root user or AWS`,
});

/** Throws if the mode is compliance and the user has not confirmed it. */
export const checkCompliance = (mode: unknown, confirmation = '') => {
	if (mode !== 'COMPLIANCE' || confirmation.trim() === confirmationWord) return;
	throw badInput(
		"'Confirm Compliance Mode' is missing",
		`You cannot undo compliance mode: until the date, nobody can delete the data, and you pay for its storage. Type ${confirmationWord} in 'Confirm Compliance Mode' to confirm, or choose governance mode.`,
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
		description: 'Whether to block deletion until the legal hold is removed',
	}),
	field({
		displayName: 'Lock: Mode',
		name: 'lockMode',
		type: 'options',
		options: [...lockModes],
		default: 'GOVERNANCE',
		description: "How strict the protection until 'Lock: Until' is",
	}),
	field({
		displayName: 'Lock: Until',
		name: 'lockUntil',
		type: 'dateTime',
		default: '',
		description: 'When the protection ends',
	}),
] as const;
