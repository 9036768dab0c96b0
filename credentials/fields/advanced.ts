import { group } from './group';
import { testAccess } from './testAccess';

/** The switch for the connection test and for other endpoints of AWS, and their fields. */
export const advancedFields = (access: 'list' | 'write') =>
	group(
		{
			displayName: 'Advanced',
			name: 'showAdvanced',
			type: 'boolean',
			noDataExpression: true,
			default: false,
			description: 'Whether to show the fields for the connection test and for other endpoints of AWS',
		},
		[
			testAccess(access),
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
				description:
					"For 'Amazon S3 Event Trigger': address of SQS. Leave empty for that of AWS, or of the service URL.",
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
		],
	);
