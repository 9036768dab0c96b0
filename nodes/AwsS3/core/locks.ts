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
	if (error instanceof Error && never.test(error.name)) return undefined;
	throw error;
};
