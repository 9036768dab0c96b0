import { group } from './group';

/** The switch for services other than AWS, and their fields. */
export const serviceFields = group(
	{
		displayName: 'S3-Compatible Service',
		name: 'showService',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description: 'Whether to show the fields for a service other than AWS, such as MinIO, Ceph or Cloudflare R2',
	},
	[
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
	],
);
