import { capabilitiesOf } from '../../s3/capabilities';
import { arnOfBucket } from '../../s3/partition';
import type { Permission } from '../operation';
import type { Failure } from './failureToExplain';

/** The ARN that a permission applies to. */
const arnOf = ({ bucket = '*', key = '*', connection }: Failure, { on }: Permission) => {
	if (on === '*' || on === 'kmsKey' || on === 'queue') return '*';
	const { arn, objects } = arnOfBucket(bucket, connection?.region ?? '');
	return on === 'bucket' ? arn : `${objects}${key}`;
};

/**
 * Reasons that S3's message can contain.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
const reasons: Array<[RegExp, string]> = [
	[
		/kms:/i,
		'The KMS key refuses: the key policy, or a policy of the user, has to allow kms:GenerateDataKey for writing and kms:Decrypt for reading on that key.',
	],
	[
		/object.?lock|WORM|retention|legal hold/i,
		'The object is protected by Object Lock until its retention ends or its legal hold is taken off.',
	],
	[
		/block ?public ?access/i,
		"Block Public Access of the bucket or account refuses public ACLs and policies. Choose another 'ACL', or give access by a policy that is not public.",
	],
	[
		/explicit deny in an? (resource-based|VPC endpoint|service control|permissions boundary|session|identity-based)/i,
		'A policy denies it explicitly, so allowing it elsewhere does not help: that statement has to go.',
	],
];

const explicitDeny = /explicit deny in an? ([a-z- ]{1,60}?) ?policy/i;

/** For a policy that forbids overwriting. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html */
const newOnlyAdvice =
	" If its condition is s3:if-none-match, only new objects may be written: set 'If Exists' to 'Fail' or 'Skip'.";

/** How to get past an object lock. `words` describe the lock here, because S3's message does not. */
const lockAdvice = ({ words = '', lock }: Failure) => {
	if (!lock) return undefined;
	const advice = [
		...(/compliance mode/.test(words) ? ['Nobody can delete it or shorten that before, not even the root user.'] : []),
		...(/governance mode/.test(words)
			? ["To do it before, add 'Bypass Governance Retention' in 'Options', which needs s3:BypassGovernanceRetention."]
			: []),
		...(/legal hold/.test(words) ? ["The operation 'Set Legal Hold' takes a hold off, for those who may."] : []),
	];
	return `${words}. ${advice.join(' ')}`;
};

/** Advice for servers that answer the same to a wrong key or secret. */
const keysAdvice = ({ connection }: Failure) =>
	connection === undefined || capabilitiesOf(connection).knowsDeniedKeys === 'yes'
		? ''
		: " Some S3-compatible servers give the same answer to wrong keys: check 'Access Key ID' and 'Secret Access Key' in the connection as well.";

/**
 * Describes why S3 denied access and how to allow it: S3's reason if it gives one, else the missing policy statement.
 */
export const denial = (failure: Failure): string => {
	const { words = '', permissions } = failure;
	const lock = lockAdvice(failure);
	if (lock) return lock;
	const policyType = explicitDeny.exec(words)?.[1];
	const [, reason] = reasons.find(([pattern]) => pattern.test(words)) ?? [];
	if (reason && policyType) {
		const writes = permissions.some(({ action }) => action === 's3:PutObject');
		return `${reason} It is in the ${policyType} policy.${writes ? newOnlyAdvice : ''}`;
	}
	if (reason) return reason;
	const required = permissions.filter(({ when }) => !when);
	// Without these, S3 leaves the lock out instead of refusing.
	const conditional = permissions.filter(
		({ action, when }) => when && !/^s3:GetObject(Retention|LegalHold)$/.test(action),
	);
	const requiredText = required
		.map((permission) => `${permission.action} on ${arnOf(failure, permission)}`)
		.join(' and ');
	const conditionalText = conditional.map(({ action, when }) => `${action} (${when})`).join(', ');
	const statement = JSON.stringify({
		Effect: 'Allow',
		Action: required.map(({ action }) => action),
		Resource: [...new Set(required.map((permission) => arnOf(failure, permission)))],
	});
	return `This needs ${requiredText}${conditionalText ? `; besides ${conditionalText}` : ''}. Add to the policy of the connection's user: ${statement}. Also check that no bucket policy denies it.${keysAdvice(failure)}`;
};
