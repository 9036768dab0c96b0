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
import { grantedFor, kmsKeysOf, listOf } from './needs';
import { assumePolicyFor, policyFor, trustPolicyFor } from './policy';
import { transferPolicies } from './transferPolicy';
import { eventTriggerId } from './triggers';

const kind = field({
	displayName: 'For',
	name: 'kind',
	type: 'options',
	options: [
		{
			name: 'Append Only',
			value: 'appendOnly',
			description: 'Write new objects, and neither overwrite, read nor delete any',
		},
		{
			name: 'Append-Only Transfer',
			value: 'appendOnlyTransfer',
			description: "For 'Sync & Migrate: Run' with 'Append Only': read the source, and add objects at the destination",
		},
		{
			name: 'Chosen Operations',
			value: 'operations',
			description: 'What the chosen operations and triggers need, and no more',
		},
		{ name: 'Everything', value: 'everything', description: 'What all operations of this node and their options need' },
		{ name: 'Read Only', value: 'readOnly', description: 'List and read objects' },
		{
			name: 'Trust of a Role',
			value: 'trust',
			description: 'Who may assume a role, and the policy that lets them',
		},
	],
	default: 'operations',
	description: 'What the policy has to allow',
});

const chosenOperations = field({
	displayName: 'Operation Names or IDs',
	name: 'operations',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getOperations' },
	displayOptions: { show: { kind: ['operations'] } },
	default: [],
	description:
		'The operations and triggers that the policy is for. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
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
	description: "The settings that the chosen operations of 'Bucket Setting' work on. Each has permissions of its own.",
});

const queueArn = field({
	displayName: 'Queue ARN',
	name: 'queueArn',
	type: 'string',
	displayOptions: { show: { kind: ['operations'], operations: [eventTriggerId] } },
	default: '',
	placeholder: 'e.g. arn:aws:sqs:eu-central-1:111122223333:my-queue',
	description: 'The queue of the event trigger. Leave empty if its events come by webhook.',
});

const alsoAllow = field({
	displayName: 'Also Allow',
	name: 'alsoAllow',
	type: 'multiOptions',
	displayOptions: { hide: { kind: ['everything', 'trust'] } },
	options: [...permissionOptions],
	default: [],
	description: 'What the operations need only with some of their options. Leave out what you do not use.',
});

const forbidOverwriting = field({
	displayName: 'Forbid Overwriting',
	name: 'forbidOverwriting',
	type: 'boolean',
	displayOptions: { show: { kind: ['appendOnly', 'appendOnlyTransfer'] } },
	default: true,
	description:
		"Whether S3 refuses uploads unless they are conditional: set 'If Exists' to 'Fail' or 'Skip' in them. Switch it off for services that do not know the condition s3:if-none-match.",
});

/** Hides the field for a trust policy, which has no bucket. */
const hiddenForTrust = { hide: { kind: ['trust'] } };

const attach = field({
	displayName: 'Attach To',
	name: 'attachTo',
	type: 'options',
	options: [
		{ name: 'Bucket', value: 'bucket', description: "The bucket's policy, for users of any account" },
		{ name: 'User or Role', value: 'user', description: 'A policy in IAM' },
	],
	displayOptions: hiddenForTrust,
	default: 'user',
	description: 'Where the policy will be put',
});

const policyBucket = field({ ...bucket, displayOptions: hiddenForTrust });

const policyPrefix = field({ ...prefix, displayOptions: hiddenForTrust });

const ofTransfer = { show: { kind: ['appendOnlyTransfer'] } };

const sourceBucket = field({
	...bucket,
	displayName: 'Source Bucket',
	name: 'sourceBucket',
	displayOptions: ofTransfer,
	description: "The bucket to copy from. Leave empty for the connection's own bucket.",
});

const sourcePrefix = field({
	displayName: 'Source Prefix',
	name: 'sourcePrefix',
	type: 'string',
	displayOptions: ofTransfer,
	default: '',
	placeholder: 'e.g. invoices/2026/',
	description: "'Prefix' of the transfer: what the keys to copy begin with. Leave empty for the whole bucket.",
});

const kmsKeyArn = field({
	displayName: 'KMS Key ARN',
	name: 'kmsKeyArn',
	type: 'string',
	displayOptions: hiddenForTrust,
	default: '',
	placeholder: 'e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
	description:
		"The key that encrypts the objects, if it is a KMS key of your own; several separated by commas. Leave empty for the connection's key, or if there is none.",
});

const principals = field({
	displayName: 'Principals',
	name: 'principals',
	type: 'string',
	default: '',
	placeholder: 'e.g. arn:aws:iam::111122223333:user/n8n',
	description: 'ARNs of the users or roles that a bucket policy or a trust policy is for, separated by commas',
});

const roleArn = field({
	displayName: 'Role ARN',
	name: 'roleArn',
	type: 'string',
	displayOptions: { show: { kind: ['trust'] } },
	default: '',
	placeholder: 'e.g. arn:aws:iam::111122223333:role/n8n',
	description: "The role that they assume. Leave empty for the connection's role.",
});

const externalId = field({
	displayName: 'External ID',
	name: 'externalId',
	type: 'string',
	displayOptions: { show: { kind: ['trust'] } },
	default: '',
	description: 'The external ID that whoever assumes the role has to know, which protects roles used by services',
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
			"'Principals' is '*', which is everybody",
			'Enter the ARN of each user or role, such as arn:aws:iam::111122223333:user/n8n.',
		);
	return arns;
};

const checkedQueue = (text = '') => {
	const arn = text.trim();
	if (arn === '' || isQueueArn(arn)) return arn;
	throw badInput(
		`'Queue ARN' is not the ARN of a queue: '${text}'`,
		'Copy it from the page of the queue in the SQS console, such as arn:aws:sqs:eu-central-1:111122223333:my-queue.',
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
	hint("The user also needs a policy that allows assuming the role. Enter 'Role ARN' to get it.");
	return { policy };
};

export default operation({
	resource: 'access',
	operation: 'generatePolicy',
	name: 'Generate Policy',
	action: 'Generate a policy',
	description: 'Write the policy that allows what is needed and no more. Nothing is sent to AWS.',
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
				"The policy does not allow to delete the bucket or to change its settings, because that is not limited to 'Prefix'. Leave 'Prefix' empty to allow it.",
			);
		if (forBucket && kmsKeys.length > 0)
			hint(
				'A bucket policy cannot allow the use of a KMS key. Allow it in the policy of the user, or in that of the key.',
			);
		if (forBucket && scope.queue !== '')
			hint(
				'A bucket policy cannot allow the use of a queue. Allow it in the policy of the user, or in that of the queue.',
			);
		if (isAppendOnly && !isAws(connection))
			hint(
				"Not every service knows the condition s3:if-none-match. Try it: 'Upload' with 'If Exists' set to 'Fail' has to work, and an upload over an existing object has to be refused.",
			);
		if (isTransfer && !hasTags)
			hint(
				"Objects with tags are refused by this policy, because the permission for tags also changes those of existing objects. Leave tags out with 'Leave Out' of the transfer, or add 'Tags' in 'Also Allow'.",
			);
		return { policy, ...more };
	},
});
