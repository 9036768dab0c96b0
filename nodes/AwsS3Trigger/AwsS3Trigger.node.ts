import type { INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { awsS3ApiTest } from '../AwsS3/core/connection/credentialTest';
import { searchBuckets, searchFolders } from '../AwsS3/core/connection/listSearch';
import { withSortedOptions } from '../AwsS3/core/runner/describe';
import { pollTrigger } from '../AwsS3/core/pollTrigger/pollTrigger';
import { triggerFields } from '../AwsS3/core/pollTrigger/triggerFields';

export class AwsS3Trigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Amazon S3 Trigger',
		name: 'awsS3Trigger',
		documentationUrl: 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/triggers.md',
		icon: { light: 'file:../AwsS3/awsS3.svg', dark: 'file:../AwsS3/awsS3.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when S3 objects are created, changed or deleted',
		defaults: { name: 'Amazon S3 Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'awsS3Api',
				required: true,
				testedBy: 'awsS3ApiTest',
				displayOptions: { hide: { credentialType: ['aws', 'awsAssumeRole'] } },
			},
			{ name: 'aws', required: true, displayOptions: { show: { credentialType: ['aws'] } } },
			{ name: 'awsAssumeRole', required: true, displayOptions: { show: { credentialType: ['awsAssumeRole'] } } },
		],
		properties: triggerFields.map(withSortedOptions),
	};

	methods = {
		credentialTest: { awsS3ApiTest },
		listSearch: { searchBuckets, searchFolders },
	};

	async poll(this: IPollFunctions) {
		return await pollTrigger(this);
	}
}
