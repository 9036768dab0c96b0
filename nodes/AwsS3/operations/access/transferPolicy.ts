import type { Granted, Policy, Scope } from './policy';
import { policyFor } from './policy';

/** What an append-only transfer does at the destination: list objects and write new ones. */
const atDestination: Granted[] = [
	{ action: 's3:ListBucket', on: 'bucket' },
	{ action: 's3:PutObject', on: 'object' },
	{ action: 's3:AbortMultipartUpload', on: 'object' },
	{ action: 'kms:GenerateDataKey', on: 'kmsKey' },
	{ action: 'kms:Decrypt', on: 'kmsKey' },
];

/** The permission to tag new objects also allows tagging existing ones. */
const tagsAtDestination: Granted = { action: 's3:PutObjectTagging', on: 'object' };

const atSource: Granted[] = [
	{ action: 's3:ListBucket', on: 'bucket' },
	{ action: 's3:GetObject', on: 'object' },
	{ action: 's3:GetObjectTagging', on: 'object' },
	{ action: 'kms:Decrypt', on: 'kmsKey' },
];

/** Both sides of a transfer, and where to attach its policy. */
interface TransferScope {
	source: Pick<Scope, 'bucket' | 'prefix'>;
	destination: Scope;
	/** Whether objects with tags are copied. */
	hasTags: boolean;
}

/**
 * The policy of a transfer that only adds objects, and a separate one for its source if needed: a bucket policy can
 * only name its own bucket.
 */
export const transferPolicies = ({
	source,
	destination,
	hasTags,
}: TransferScope): { policy: Policy; sourcePolicy?: Policy } => {
	const policy = policyFor([...atDestination, ...(hasTags ? [tagsAtDestination] : [])], destination);
	const own = policyFor(atSource, { ...destination, ...source, isAppendOnly: false });
	const Statement = own.Statement.map((statement) => ({ ...statement, Sid: `Source${statement.Sid ?? ''}` }));
	if (destination.principals && source.bucket !== destination.bucket)
		return { policy, sourcePolicy: { ...own, Statement } };
	const others = Statement.filter(({ Sid }) => Sid !== 'SourceEncryptionKey');
	return { policy: { ...policy, Statement: [...policy.Statement, ...others] } };
};
