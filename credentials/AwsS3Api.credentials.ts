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
					description: 'Use the role of the EKS pod, ECS task or EC2 instance that n8n runs on, without keys',
				},
			],
			default: 'accessKey',
			description: 'How to authenticate with AWS',
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
			description: 'Create one in the AWS console under IAM → Users, ideally for a dedicated user',
		},
		{
			displayName: 'Secret Access Key',
			name: 'secretAccessKey',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { hide: { authentication: ['machineRole'] } },
			required: true,
			default: '',
			description: 'AWS shows it only once, when you create the access key',
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { hide: { authentication: ['machineRole'] } },
			default: '',
			description: 'Only for temporary keys, which include one',
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
			description: "External ID, if the role's trust policy requires one",
		},
		{
			displayName: 'Role Session Name',
			name: 'roleSessionName',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: 'n8n',
			description: 'Session name shown in CloudTrail',
		},
		{
			displayName: 'Role Duration',
			name: 'roleDuration',
			type: 'number',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			typeOptions: { minValue: 900, maxValue: 43200 },
			default: 3600,
			description: 'Seconds until the keys of the role are renewed. The role limits how long they can be.',
		},
		{
			displayName: 'Session Tags',
			name: 'sessionTags',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			placeholder: 'e.g. Project=Backups, Team=Finance',
			description: "Tags that policies can check. The role's trust policy must allow sts:TagSession.",
		},
		{
			displayName: 'Source Identity',
			name: 'sourceIdentity',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			placeholder: 'e.g. n8n-production',
			description:
				"Who uses the session, shown in CloudTrail. The role's trust policy must allow sts:SetSourceIdentity.",
		},
		{
			displayName: 'Second Role ARN',
			name: 'secondRoleArn',
			type: 'string',
			displayOptions: { show: { authentication: ['assumeRole', 'machineRole'] } },
			default: '',
			placeholder: 'e.g. arn:aws:iam::444455556666:role/n8n-backups',
			description:
				'A role for the first one to assume, such as one in another account. Leave empty if one role is enough.',
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
			description: 'Address of the token service (STS). Leave empty for that of AWS, or of the service URL.',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			required: true,
			options: [...regions, { name: 'Other (for S3-Compatible Services)', value: 'other' }],
			default: '',
			description: 'Region of your buckets, as shown in the S3 console',
		},
		{
			displayName: 'Region Code',
			name: 'customRegion',
			type: 'string',
			displayOptions: { show: { region: ['other'] } },
			default: '',
			placeholder: 'e.g. auto',
			description: 'Region code that the service expects',
		},
		{
			displayName: 'Service URL',
			name: 'endpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://minio.example.com:9000',
			description: 'Address of an S3-compatible service. Leave empty for AWS.',
		},
		{
			displayName: 'Force Path Style',
			name: 'forcePathStyle',
			type: 'boolean',
			default: false,
			description:
				'Whether to put the bucket into the path of the address instead of the host name. Most S3-compatible services need it.',
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
			description: 'Bucket for nodes that name none. The connection test uses it.',
		},
		{
			displayName: 'Prefix',
			name: 'prefix',
			type: 'string',
			default: '',
			placeholder: 'e.g. backups/n8n/',
			description:
				'Folder in the bucket that these keys are restricted to. The connection test uses it, and so do nodes whose prefix or folder is empty.',
		},
		testAccess('list'),
		{
			displayName: 'Server-Side Encryption',
			name: 'serverSideEncryption',
			type: 'options',
			options: [...encryptions],
			default: 'none',
			description: 'How S3 encrypts everything written with this credential',
		},
		{
			displayName: 'KMS Key ID',
			name: 'kmsKeyId',
			type: 'string',
			displayOptions: { show: { serverSideEncryption: ['aws:kms', 'aws:kms:dsse'] } },
			default: '',
			placeholder: 'e.g. arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
			description: 'Leave empty for the key that AWS manages',
		},
		{
			displayName: 'Bucket Key Enabled',
			name: 'bucketKeyEnabled',
			type: 'boolean',
			displayOptions: { show: { serverSideEncryption: ['aws:kms'] } },
			default: true,
			description: 'Whether to use a bucket-level key, which needs fewer KMS requests and costs less',
		},
		{
			displayName: 'Storage Class',
			name: 'storageClass',
			type: 'options',
			options: [{ name: 'Standard (S3 Default)', value: '' }, ...storageClasses],
			default: '',
			description: 'Storage class of everything written with this credential',
		},
		{
			displayName: 'Requester Pays',
			name: 'requesterPays',
			type: 'boolean',
			default: false,
			description: 'Whether to accept the charges of Requester Pays buckets',
		},
		{
			displayName: 'Expected Bucket Owner',
			name: 'expectedBucketOwner',
			type: 'string',
			default: '',
			placeholder: 'e.g. 111122223333',
			description: 'Fail unless this AWS account owns the bucket',
		},
		{
			displayName: 'Strict Region',
			name: 'strictRegion',
			type: 'boolean',
			default: false,
			description: 'Whether to fail for a bucket in another region, instead of using that region',
		},
		{
			displayName: 'SQS Endpoint',
			name: 'sqsEndpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://sqs.eu-central-1.amazonaws.com',
			description: "For 'Amazon S3 Event Trigger': address of SQS. Leave empty for that of AWS, or of the service URL.",
		},
		{
			displayName: 'Use Dual-Stack',
			name: 'dualstack',
			type: 'boolean',
			default: false,
			description: 'Whether to use AWS endpoints that also support IPv6',
		},
		{
			displayName: 'Use FIPS',
			name: 'fips',
			type: 'boolean',
			default: false,
			description: 'Whether to use AWS endpoints with FIPS-validated cryptography, as US authorities require',
		},
		{
			displayName: 'Use Acceleration',
			name: 'accelerate',
			type: 'boolean',
			default: false,
			description: 'Whether to use S3 Transfer Acceleration. It must be enabled for the bucket, and costs extra.',
		},
	];

	// The signer is loaded when it is first used: n8n reads this file at its start.
	authenticate = async (data: ICredentialDataDecryptedObject, options: IHttpRequestOptions) => {
		const { authenticate } = await import('../nodes/AwsS3/core/connection/httpRequest');
		return await authenticate(data, options);
	};
}
