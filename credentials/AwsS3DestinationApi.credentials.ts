import type { ICredentialType, INodeProperties } from 'n8n-workflow';
import { testAccess } from './testAccess';

/** The same fields as the first, under another name: one node can have a credential to read from and one to write to. */
export class AwsS3DestinationApi implements ICredentialType {
	name = 'awsS3DestinationApi';

	extends = ['awsS3Api'];

	displayName = 'Amazon S3 Destination API';

	documentationUrl = 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/connection.md';

	icon = { light: 'file:awsS3.svg', dark: 'file:awsS3.dark.svg' } as const;

	properties: INodeProperties[] = [testAccess('write')];
}
