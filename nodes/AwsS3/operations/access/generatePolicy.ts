import { badInput } from '../../core/errors/badInput';
import { byName } from '../../core/fields/choices';
import { bucket, prefix } from '../../core/fields/locators';
import { options } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { permissionOptions } from '../../core/permissionOptions';
import { isAws } from '../../s3/capabilities';
import type { Connection } from '../../s3/connection';
import { isQueueArn } from '../../s3/events/queue';
import { prefixIn } from '../../s3/keyPrefix';
import { bucketSettings } from '../../s3/settings/bucketSettings';
import { grantedFor, kmsKeysOf, listOf } from './grantedPermissions';
import { assumePolicyFor, policyFor, trustPolicyFor } from './policy';
import { transferPolicies } from './transferPolicy';
import { eventTriggerId } from './triggers';

const kind = field({
	displayName: 'Policy For',
	name: 'kind',
	type: 'options',
	options: [
		{
			name: 'Append Only',
			value: 'appendOnly',
			description: 'Write new objects only: no overwriting, reading or deleting',
		},
		{
			name: 'Append-Only Transfer',
			value: 'appendOnlyTransfer',
			description: "For 'Sync & Migrate: Run' with 'Append Only': read the source and add objects at the destination",
		},
		{ name: 'Everything', value: 'everything', description: 'What all operations of this node need, with all options' },
		{ name: 'Read Only', value: 'readOnly', description: 'List and read objects' },
		{
			name: 'Role Trust Policy',
			value: 'trust',
			description: 'Who may assume a role, plus the policy these users need',
		},
		{
			name: 'Selected Operations',
			value: 'operations',
			description: 'Only what the selected operations and triggers need',
		},
	],
	default: 'operations',
	description: 'What the policy allows',
});

const chosenOperations = field({
	displayName: 'Operation Names or IDs',
	name: 'operations',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getOperations' },
	displayOptions: { show: { kind: ['operations'] } },
	default: [],
	description:
		'The operations and triggers to allow. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
});

const chosenSettings = field({
	displayName: 'Settings',
	name: 'settings',
	type: 'multiOptions',
	displayOptions: {
		show: { kind: ['operations'], operations: ['bucketSetting.delete', 'bucketSetting.get', 'bucketSetting.set'] },
	},
	options: bucketSettings.map(({ id, name, description }) => ({ name, value: id, description })).sort(byName),
	default: ['versioning'],
	description: "The settings to allow for the selected 'Bucket Setting' operations. Each needs its own permissions.",
});

const queueArn = field({
	displayName: 'Queue ARN',
	name: 'queueArn',
	type: 'string',
	displayOptions: { show: { kind: ['operations'], operations: [eventTriggerId] } },
	default: '',
	placeholder: 'e.g. arn:aws:sqs:eu-central-1:111122223333:my-queue',
	description: 'The queue that the event trigger reads. Leave empty if events arrive by webhook.',
});

const alsoAllow = field({
	displayName: 'Also Allow',
	name: 'alsoAllow',
	type: 'multiOptions',
	displayOptions: { hide: { kind: ['everything', 'trust'] } },
	options: [...permissionOptions],
	default: [],
	description: 'Extra permissions that some options need. Select only what you use.',
});

const forbidOverwriting = field({
	displayName: 'Forbid Overwriting',
	name: 'forbidOverwriting',
	type: 'boolean',
	displayOptions: { show: { kind: ['appendOnly', 'appendOnlyTransfer'] } },
	default: true,
	description:
		"Whether S3 rejects uploads unless 'If Exists' is 'Fail' or 'Skip'. Turn it off for services that do not support the condition s3:if-none-match.",
});

/** Hides the field for a trust policy, which has no bucket. */
const hiddenForTrust = { hide: { kind: ['trust'] } };

const attach = field({
	displayName: 'Attach To',
	name: 'attachTo',
	type: 'options',
	options: [
		{ name: 'Bucket', value: 'bucket', description: 'Bucket policy, for users of any account' },
		{ name: 'User or Role', value: 'user', description: 'IAM policy' },
	],
	displayOptions: hiddenForTrust,
	default: 'user',
	description: 'Where you attach the policy',
});

const policyBucket = field({ ...bucket, displayOptions: hiddenForTrust });

const policyPrefix = field({ ...prefix, displayOptions: hiddenForTrust });

const ofTransfer = { show: { kind: ['appendOnlyTransfer'] } };

const sourceBucket = field({
	...bucket,
	displayName: 'Source Bucket',
	name: 'sourceBucket',
	displayOptions: ofTransfer,
	description: "The bucket to copy from. Leave empty to use the credential's bucket.",
});

const sourcePrefix = field({
	displayName: 'Source Prefix',
	name: 'sourcePrefix',
	type: 'string',
	displayOptions: ofTransfer,
	default: '',
	placeholder: 'e.g. invoices/2026/',
	description: "The 'Prefix' of the transfer: copy only keys that start with it. Leave empty for the whole bucket.",
});

const kmsKeyArn = field({
	displayName: 'KMS Key ARN',
	name: 'kmsKeyArn',
	type: 'string',
	displayOptions: hiddenForTrust,
	default: '',
	placeholder: 'e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
	description:
		"Your KMS keys that encrypt the objects, separated by commas. Leave empty to use the credential's key, if any.",
});

const principals = field({
	displayName: 'Principals',
	name: 'principals',
	type: 'string',
	default: '',
	placeholder: 'e.g. arn:aws:iam::111122223333:user/n8n',
	description: 'ARNs of the users or roles to allow, separated by commas',
});

const roleArn = field({
	displayName: 'Role ARN',
	name: 'roleArn',
	type: 'string',
	displayOptions: { show: { kind: ['trust'] } },
	default: '',
	placeholder: 'e.g. arn:aws:iam::111122223333:role/n8n',
	description: "The role to assume. Leave empty to use the credential's role.",
});

const externalId = field({
	displayName: 'External ID',
	name: 'externalId',
	type: 'string',
	displayOptions: { show: { kind: ['trust'] } },
	default: '',
	description: 'The external ID required to assume the role. Recommended when a third-party service assumes it.',
});

const principalArns = (text: string) => {
	const arns = listOf(text);
	if (arns.length === 0)
		throw badInput(
			"'Principals' is empty",
			'Enter the ARN of the user or role, such as arn:aws:iam::111122223333:user/n8n.',
		);
	if (arns.includes('*'))
		throw badInput(
			"'Principals' is '*', which allows everyone",
			'Enter the ARN of each user or role, such as arn:aws:iam::111122223333:user/n8n.',
		);
	return arns;
};

const checkedQueue = (text = '') => {
	const arn = text.trim();
	if (arn === '' || isQueueArn(arn)) return arn;
	throw badInput(
		`'Queue ARN' is not the ARN of a queue: '${text}'`,
		"Copy it from the queue's page in the SQS console, such as arn:aws:sqs:eu-central-1:111122223333:my-queue.",
	);
};

const trust = (
	{ roleArn: role, ...params }: { principals: string; roleArn?: string; externalId?: string },
	{ role: own }: Connection,
	hint: (message: string) => void,
) => {
	const policy = trustPolicyFor(principalArns(params.principals), params.externalId ?? '');
	const arn = role?.trim() || own?.arn;
	if (arn) return { policy, userPolicy: assumePolicyFor(arn) };
	hint("The user also needs a policy that allows assuming the role. Fill in 'Role ARN' to get this policy too.");
	return { policy };
};

export default operation({
	resource: 'access',
	operation: 'generatePolicy',
	name: 'Generate Policy',
	action: 'Generate a policy',
	description: 'Generate a least-privilege IAM, bucket or trust policy. Sends nothing to AWS.',
	fields: [
		kind,
		chosenOperations,
		chosenSettings,
		queueArn,
		alsoAllow,
		forbidOverwriting,
		attach,
		policyBucket,
		policyPrefix,
		sourceBucket,
		sourcePrefix,
		kmsKeyArn,
		principals,
		roleArn,
		externalId,
		options(),
	],
	permissions: [],
	effect: 'read',
	async execute({ params, operations, s3, hint }) {
		const { connection } = s3;
		const { kind: selectedKind } = params;
		if (selectedKind === 'trust') return trust(params, connection, hint);
		const isTransfer = selectedKind === 'appendOnlyTransfer';
		const granted = isTransfer ? [] : grantedFor(operations, { ...params, kind: selectedKind }, params.prefix);
		const isAppendOnly = (selectedKind === 'appendOnly' || isTransfer) && params.forbidOverwriting !== false;
		const needsKeys = isTransfer || granted.some(({ on }) => on === 'kmsKey');
		const kmsKeys = needsKeys ? kmsKeysOf(params.kmsKeyArn, connection) : [];
		const forBucket = params.attachTo === 'bucket';
		const scope = {
			bucket: params.bucket ?? '',
			prefix: params.prefix ?? '',
			region: connection.region,
			principals: forBucket ? principalArns(params.principals) : undefined,
			kmsKeys,
			isAppendOnly,
			statePrefix: prefixIn(connection, params.bucket ?? ''),
			queue: checkedQueue(params.queueArn),
		};
		const source = { bucket: params.sourceBucket ?? '', prefix: params.sourcePrefix ?? '' };
		const hasTags = params.alsoAllow?.includes('tags') ?? false;
		const { policy, ...more }: ReturnType<typeof transferPolicies> = isTransfer
			? transferPolicies({ source, destination: scope, hasTags })
			: { policy: policyFor(granted, scope) };
		if (policy.Statement.length === 0) hint('These operations need no permission, so the policy is empty.');
		if (selectedKind === 'everything' && params.prefix)
			hint(
				"The policy does not allow deleting the bucket or changing its settings, because 'Prefix' cannot limit these. Leave 'Prefix' empty to allow them.",
			);
		if (forBucket && kmsKeys.length > 0)
			hint("A bucket policy cannot grant access to a KMS key. Allow it in the user's policy or the key's policy.");
		if (forBucket && scope.queue !== '')
			hint("A bucket policy cannot grant access to a queue. Allow it in the user's policy or the queue's policy.");
		if (isAppendOnly && !isAws(connection))
			hint(
				"Not every service supports the condition s3:if-none-match. Test it: 'Upload' with 'If Exists' set to 'Fail' must work, and must fail for an existing object.",
			);
		if (isTransfer && !hasTags)
			hint(
				"This policy rejects objects with tags, because the permission to tag also applies to existing objects. Exclude tags with 'Leave Out' in the transfer, or add 'Tags' in 'Also Allow'.",
			);
		return { policy, ...more };
	},
});
