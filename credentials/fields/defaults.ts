import { encryptions, storageClasses } from '../../nodes/AwsS3/core/fields/choices';
import { group } from './group';

/** The switch for defaults of nodes, and their fields. */
export const defaultFields = group(
	{
		displayName: 'Defaults',
		name: 'showDefaults',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description: 'Whether to show defaults for nodes: prefix, encryption, storage class and others',
	},
	[
		{
			displayName: 'Prefix',
			name: 'prefix',
			type: 'string',
			default: '',
			placeholder: 'e.g. backups/n8n/',
			description:
				'Folder in the bucket that these keys are restricted to. The connection test uses it, and so do nodes whose prefix or folder is empty.',
		},
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
	],
);
