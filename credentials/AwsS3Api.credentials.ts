import type { ICredentialType } from 'n8n-workflow';
import { testedAccess } from '../nodes/AwsS3/core/fields/choices';
import { fieldsOf } from './fields';
import { sign } from './signing';

export class AwsS3Api implements ICredentialType {
	name = 'awsS3Api';

	displayName = 'Amazon S3 API';

	documentationUrl = 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/connection.md';

	icon = { light: 'file:awsS3.svg', dark: 'file:awsS3.dark.svg' } as const;

	properties = fieldsOf(testedAccess.awsS3Api);

	authenticate = sign;
}
