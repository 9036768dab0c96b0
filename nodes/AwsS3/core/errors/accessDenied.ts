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
		"KMS denied access to the key: its key policy or the user's policy must allow kms:GenerateDataKey for writing and kms:Decrypt for reading.",
	],
	[
		/object.?lock|WORM|retention|legal hold/i,
		'Object Lock protects the object until its retention ends or someone removes its legal hold.',
	],
	[
		/block ?public ?access/i,
		"Block Public Access of the bucket or account rejects public ACLs and policies. Choose another 'ACL', or grant access with a policy that is not public.",
	],
	[
		/explicit deny in an? (resource-based|VPC endpoint|service control|permissions boundary|session|identity-based)/i,
		'A policy denies it explicitly, which overrides any policy that allows it. Change or remove that statement.',
	],
];

const explicitDeny = /explicit deny in an? ([a-z- ]{1,60}?) ?policy/i;

/** For a policy that forbids overwriting. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html */
const newOnlyAdvice =
	" If its condition is s3:if-none-match, it only allows new objects: set 'If Exists' to 'Fail' or 'Skip'.";

/** How to handle an object lock. `words` describe the lock, because S3's message does not. */
const lockAdvice = ({ words = '', lock }: Failure) => {
	if (!lock) return undefined;
	const advice = [
		...(/compliance mode/.test(words)
			? ['Nobody can delete it or shorten the protection before then, not even the root user.']
			: []),
		...(/governance mode/.test(words)
			? [
					"To delete it earlier, add 'Bypass Governance Retention' in 'Options', which needs s3:BypassGovernanceRetention.",
				]
			: []),
		...(/legal hold/.test(words)
			? ["With the permission, you can remove the hold with the operation 'Set Legal Hold'."]
			: []),
	];
	return `${words}. ${advice.join(' ')}`;
};

/** Advice for servers that return the same error for wrong keys. */
const keysAdvice = ({ connection }: Failure) =>
	connection === undefined || capabilitiesOf(connection).knowsDeniedKeys === 'yes'
		? ''
		: " Some S3-compatible servers return the same error for wrong keys: also check 'Access Key ID' and 'Secret Access Key' in the credential.";

/** The IAM actions of requests that have another name. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const actionOf: Record<string, string> = {
	CompleteMultipartUpload: 's3:PutObject',
	CreateMultipartUpload: 's3:PutObject',
	DeleteObjects: 's3:DeleteObject',
	HeadBucket: 's3:ListBucket',
	HeadObject: 's3:GetObject',
	ListObjectsV2: 's3:ListBucket',
	ListObjectVersions: 's3:ListBucketVersions',
	UploadPart: 's3:PutObject',
};

/** The other permissions that S3 may ask a request for, where these are fewer than for a write, by the name of the request. */
const othersFor: Array<[request: RegExp, actions: RegExp]> = [
	[/^DeleteObjects?$/, /^s3:(DeleteObjectVersion|BypassGovernanceRetention)$/],
	[/^(Get|Head)Object$/, /^(s3:GetObjectVersion|s3:ListBucket|kms:Decrypt)$/],
	[/^List/, /^s3:ListBucket/],
];

/**
 * The permissions for the request that S3 refused; all of the operation if these are not known. S3 asks a write for more than one
 * of them, such as for tags, so the conditional ones stay.
 */
const neededFor = ({ permissions, operation, versionId, words = '' }: Failure): Permission[] => {
	// S3 asks for s3:GetObject as well.
	if (operation === 'GetObjectAttributes') return permissions;
	const [, named] = /not authorized to perform: (s3:\w+)/.exec(words) ?? [];
	const action = named ?? (operation === undefined ? undefined : (actionOf[operation] ?? `s3:${operation}`));
	const found = permissions.find((permission) => permission.action === action);
	if (!found || versionId !== undefined) return permissions;
	const [, actions = /./] = othersFor.find(([request]) => request.test(operation ?? '')) ?? [];
	const others = permissions.filter(({ when, action: other }) => when && other !== action && actions.test(other));
	return [{ action: found.action, on: found.on }, ...others];
};

/**
 * Describes why S3 denied access and how to allow it: S3's reason if it gives one, else the missing policy statement.
 */
export const denial = (failure: Failure): string => {
	const { words = '' } = failure;
	const permissions = neededFor(failure);
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
	// Without these, S3 omits the lock instead of denying access.
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
	return `This needs ${requiredText}${conditionalText ? `; also ${conditionalText}` : ''}. Add to the policy of the credential's user: ${statement}. Also check that no bucket policy denies it.${keysAdvice(failure)}`;
};
