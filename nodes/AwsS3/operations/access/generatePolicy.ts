import { badInput } from '../../core/errors/badInput';
import { bucket, prefix } from '../../core/fields/locators';
import { options } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import type { Granted } from './policy';
import { policyFor, trustPolicyFor } from './policy';

const kind = field({
	displayName: 'For',
	name: 'kind',
	type: 'options',
	options: [
		{ name: 'Append Only', value: 'appendOnly', description: 'Write objects, and neither read nor delete them' },
		{
			name: 'Chosen Operations',
			value: 'operations',
			description: 'What the chosen operations of this node need, and no more',
		},
		{ name: 'Everything', value: 'everything', description: 'What all operations of this node need' },
		{ name: 'Read Only', value: 'readOnly', description: 'List and read objects' },
		{ name: 'Trust of a Role', value: 'trust', description: 'Who may take on a role' },
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
		'The operations that the policy is for. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
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

const principals = field({
	displayName: 'Principals',
	name: 'principals',
	type: 'string',
	default: '',
	placeholder: 'e.g. arn:aws:iam::111122223333:user/n8n',
	description: 'ARNs of the users or roles that a bucket policy or a trust policy is for, separated by commas',
});

const externalId = field({
	displayName: 'External ID',
	name: 'externalId',
	type: 'string',
	displayOptions: { show: { kind: ['trust'] } },
	default: '',
	description: 'A word that whoever takes on the role has to know, which protects roles used by services',
});

const onObjects = (...actions: string[]) => actions.map((action): Granted => ({ action, on: 'object' }));

const readOnly: Granted[] = [
	{ action: 's3:ListBucket', on: 'bucket' },
	...onObjects('s3:GetObject', 's3:GetObjectVersion'),
];

/** A failed upload aborts its parts. No IAM action tells overwriting from creating, so this allows both. */
const appendOnly = onObjects('s3:PutObject', 's3:AbortMultipartUpload');

const listOf = (text: string) =>
	text
		.split(',')
		.map((one) => one.trim())
		.filter((one) => one !== '');

const principalArns = (text: string) => {
	const arns = listOf(text);
	if (arns.length === 0)
		throw badInput(
			"'Principals' is empty",
			'Enter the ARN of the user or role, such as arn:aws:iam::111122223333:user/n8n.',
		);
	return arns;
};

export default operation({
	resource: 'access',
	operation: 'generatePolicy',
	name: 'Generate Policy',
	action: 'Generate a policy',
	description: 'Write the policy that allows what is needed and no more. Nothing is sent to AWS.',
	fields: [kind, chosenOperations, attach, policyBucket, policyPrefix, principals, externalId, options()],
	permissions: [],
	effect: 'read',
	async execute({ params, operations, s3 }) {
		const { kind: selectedKind, operations: names = [] } = params;
		if (selectedKind === 'trust')
			return { policy: trustPolicyFor(principalArns(params.principals), params.externalId ?? '') };
		const known = operations.map(({ resource, operation: verb, permissions }) => ({
			id: `${resource}.${verb}`,
			permissions,
		}));
		const unknown = names.find((name) => !known.some(({ id }) => id === name));
		if (unknown !== undefined)
			throw badInput(
				`'Operation Names or IDs' has an operation that does not exist: '${unknown}'`,
				'Choose operations from the list.',
			);
		if (selectedKind === 'operations' && names.length === 0)
			throw badInput("'Operation Names or IDs' is empty", 'Choose the operations that the policy has to allow.');
		const needed = known
			.filter(({ id }) => selectedKind === 'everything' || names.includes(id))
			.flatMap(({ permissions }) => permissions)
			.filter(({ notByDefault }) => !notByDefault);
		const granted = selectedKind === 'readOnly' ? readOnly : selectedKind === 'appendOnly' ? appendOnly : needed;
		const policy = policyFor(granted, {
			bucket: params.bucket ?? '',
			prefix: params.prefix ?? '',
			region: s3.connection.region,
			principals: params.attachTo === 'bucket' ? principalArns(params.principals) : undefined,
		});
		return { policy };
	},
});
