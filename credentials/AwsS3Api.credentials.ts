import type { ICredentialType, INodeProperties } from 'n8n-workflow';
import { regions } from './regions';

export class AwsS3Api implements ICredentialType {
	name = 'awsS3Api';

	displayName = 'Amazon S3 API';

	documentationUrl = 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/connection.md';

	icon = { light: 'file:awsS3.svg', dark: 'file:awsS3.dark.svg' } as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Access Key ID',
			name: 'accessKeyId',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. AKIAIOSFODNN7EXAMPLE',
			description: 'Of an IAM user that was made for this purpose',
		},
		{
			displayName: 'Secret Access Key',
			name: 'secretAccessKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'Shown by AWS only once, when the access key is made',
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only for temporary keys, which come with one',
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
	];
}
