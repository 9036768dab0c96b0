import type { ICredentialType } from 'n8n-workflow';
import { testedAccess } from '../nodes/AwsS3/core/fields/choices';
import { fieldsOf } from './fields';
import { sign } from './signing';

/**
 * The same fields as the first, under another name: one node can have a credential to read from and one to write to. It does
 * not extend the first, because n8n then keeps only one field of each name, and groups need two.
 */
export class AwsS3DestinationApi implements ICredentialType {
	name = 'awsS3DestinationApi';

	displayName = 'Amazon S3 Destination API';

	documentationUrl = 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/connection.md';

	icon = { light: 'file:awsS3.svg', dark: 'file:awsS3.dark.svg' } as const;

	properties = fieldsOf(testedAccess.awsS3DestinationApi);

	authenticate = sign;
}
