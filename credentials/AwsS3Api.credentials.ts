import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { encryptions, storageClasses } from '../nodes/AwsS3/core/fields/choices';
import { regions } from './regions';
import { testAccess } from './testAccess';

export class AwsS3Api implements ICredentialType {
	name = 'awsS3Api';

	displayName = 'Amazon S3 API';

	documentationUrl = 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/connection.md';

	icon = { light: 'file:awsS3.svg', dark: 'file:awsS3.dark.svg' } as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'Access Key', value: 'accessKey', description: "Use an IAM user's access key directly" },
				{
					name: 'Assume Role',
					value: 'assumeRole',
					description: 'Use the access key to assume a role, as AWS advises',
				},
				{
					name: 'Role of This Machine',
					value: 'machineRole',
					description: 'Use the role of the EKS pod, ECS task or EC2 instance that n8n runs on, without any key',
				},
			],
			default: 'accessKey',
			description: 'How to prove to AWS who is asking',
		},
		{
			displayName:
				'Works only if the administrator of this n8n has set N8N_AWS_SYSTEM_CREDENTIALS_ACCESS_ENABLED=true, and only with Amazon S3',
			name: 'machineNotice',
			type: 'notice',
			displayOptions: { show: { authentication: ['machineRole'] } },
			default: '',
		},
		{
			displayName: 'Access Key ID',
			name: 'accessKeyId',
			type: 'string',
			displayOptions: { hide: { authentication: ['machineRole'] } },
			required: true,
			default: '',
			placeholder: 'e.g. AKIAIOSFODNN7EXAMPLE',
			description: 'Made in the AWS console under IAM → Users, best for a user of its own',
		},
		{
			displayName: 'Secret Access Key',
			name: 'secretAccessKey',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { hide: { authentication: ['machineRole'] } },
			required: true,
			default: '',
			description: 'Shown by AWS only once, when the access key is made',
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { hide: { authentication: ['machineRole'] } },
			default: '',
			description: 'Only for temporary keys, which come with one',
		},
		{
			displayName: 'Role ARN',
			name: 'roleArn',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			placeholder: 'e.g. arn:aws:iam::111122223333:role/n8n-backups',
			description:
				"The role to assume, from its page in the IAM console. With 'Role of This Machine', leave it empty to use that role itself.",
		},
		{
			displayName: 'External ID',
			name: 'externalId',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			description: "A word that the role's trust policy asks for, if it does",
		},
		{
			displayName: 'Role Session Name',
			name: 'roleSessionName',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: 'n8n',
			description: 'How the logs of AWS call what n8n does',
		},
		{
			displayName: 'Role Duration',
			name: 'roleDuration',
			type: 'number',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			typeOptions: { minValue: 900, maxValue: 43200 },
			default: 3600,
			description: 'Seconds until the keys of the role are renewed. Not more than the role allows.',
		},
		{
			displayName: 'Session Tags',
			name: 'sessionTags',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			placeholder: 'e.g. Project=Backups, Team=Finance',
			description: "Tags that policies can test. The role's trust policy has to allow sts:TagSession.",
		},
		{
			displayName: 'Source Identity',
			name: 'sourceIdentity',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			placeholder: 'e.g. n8n-production',
			description:
				"Who is behind the session, shown in CloudTrail. The role's trust policy has to allow sts:SetSourceIdentity.",
		},
		{
			displayName: 'Second Role ARN',
			name: 'secondRoleArn',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			placeholder: 'e.g. arn:aws:iam::444455556666:role/n8n-backups',
			description: 'A role that the first one assumes, such as in another account. Leave empty if one role is enough.',
		},
		{
			displayName: 'Second External ID',
			name: 'secondExternalId',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			description: "External ID, if the second role's trust policy requires one",
		},
		{
			displayName: 'STS Endpoint',
			name: 'stsEndpoint',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			placeholder: 'e.g. https://sts.eu-central-1.amazonaws.com',
			description:
				"The address of the service that gives out roles. Leave empty for AWS's own, or for the service URL.",
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			required: true,
			options: [...regions, { name: 'Other (for S3-Compatible Services)', value: 'other' }],
			default: '',
			description: 'The region that your buckets are in. A wrong one never works, so there is no default.',
		},
		{
			displayName: 'Region Code',
			name: 'customRegion',
			type: 'string',
			displayOptions: { show: { region: ['other'] } },
			default: '',
			placeholder: 'e.g. auto',
			description: 'The region as the service calls it',
		},
		{
			displayName: 'Service URL',
			name: 'endpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://minio.example.com:9000',
			description: 'The address of an S3-compatible service. Leave empty for AWS.',
		},
		{
			displayName: 'Force Path Style',
			name: 'forcePathStyle',
			type: 'boolean',
			default: false,
			description:
				'Whether the bucket goes into the path of the address instead of the host, as most S3-compatible services want it',
		},
		{
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'ignoreSslIssues',
			type: 'boolean',
			default: false,
			description: 'Whether to connect even if the certificate of the service cannot be verified',
		},
		{
			displayName: 'Bucket',
			name: 'bucket',
			type: 'string',
			default: '',
			placeholder: 'e.g. my-company-backups',
			description: 'The bucket to use where a node names none. The connection test looks into it.',
		},
		{
			displayName: 'Prefix',
			name: 'prefix',
			type: 'string',
			default: '',
			placeholder: 'e.g. backups/n8n/',
			description:
				'The folder in the bucket that these keys are restricted to. The connection test looks only there, and an empty prefix or folder of a node means this one.',
		},
		testAccess('list'),
		{
			displayName: 'Server-Side Encryption',
			name: 'serverSideEncryption',
			type: 'options',
			options: [...encryptions],
			default: 'none',
			description: 'How S3 encrypts everything that is written through this connection',
		},
		{
			displayName: 'KMS Key ID',
			name: 'kmsKeyId',
			type: 'string',
			displayOptions: { show: { serverSideEncryption: ['aws:kms', 'aws:kms:dsse'] } },
			default: '',
			placeholder: 'e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
			description: "Leave empty for AWS's own key",
		},
		{
			displayName: 'Bucket Key Enabled',
			name: 'bucketKeyEnabled',
			type: 'boolean',
			displayOptions: { show: { serverSideEncryption: ['aws:kms'] } },
			default: true,
			description: 'Whether S3 asks KMS less often by using a key of the bucket, which is cheaper',
		},
		{
			displayName: 'Storage Class',
			name: 'storageClass',
			type: 'options',
			options: [{ name: 'Default of the Bucket', value: '' }, ...storageClasses],
			default: '',
			description: 'How S3 keeps what is written through this connection',
		},
		{
			displayName: 'Requester Pays',
			name: 'requesterPays',
			type: 'boolean',
			default: false,
			description: "Whether your account pays for requests where the bucket's owner does not",
		},
		{
			displayName: 'Expected Bucket Owner',
			name: 'expectedBucketOwner',
			type: 'string',
			default: '',
			placeholder: 'e.g. 111122223333',
			description: 'The AWS account that must own every bucket, otherwise nothing is done',
		},
		{
			displayName: 'Strict Region',
			name: 'strictRegion',
			type: 'boolean',
			default: false,
			description: 'Whether to stop at a bucket in another region, instead of going there',
		},
		{
			displayName: 'SQS Endpoint',
			name: 'sqsEndpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://sqs.eu-central-1.amazonaws.com',
			description:
				"For the node 'Amazon S3 Event Trigger': the address of SQS. Leave empty for AWS's own, or for the service URL.",
		},
		{
			displayName: 'Use Dual-Stack',
			name: 'dualstack',
			type: 'boolean',
			default: false,
			description: 'Whether to use addresses of AWS that also answer over IPv6',
		},
		{
			displayName: 'Use FIPS',
			name: 'fips',
			type: 'boolean',
			default: false,
			description: 'Whether to use addresses of AWS with certified cryptography, as US authorities demand it',
		},
		{
			displayName: 'Use Acceleration',
			name: 'accelerate',
			type: 'boolean',
			default: false,
			description:
				'Whether to send through the nearest edge of AWS. Has to be switched on for the bucket, and costs extra.',
		},
	];

	// The signer is loaded when it is first used: n8n reads this file at its start.
	authenticate = async (data: ICredentialDataDecryptedObject, options: IHttpRequestOptions) => {
		const { authenticate } = await import('../nodes/AwsS3/core/connection/httpRequest');
		return await authenticate(data, options);
	};
}
