import type { IExecuteFunctions, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { awsS3ApiTest } from './core/connection/credentialTest';
import { byName } from './core/fields/choices';
import { describe, operationChoices, subtitleOf } from './core/runner/describe';
import { destinationShownFor } from './core/objectFields/destination';
import * as listSearch from './core/connection/listSearch';
import { run } from './core/runner/run';
import * as registry from './operations';
import { triggerChoices } from './operations/access/triggers';

const operations = Object.values(registry);

export class AwsS3 implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Amazon S3',
		name: 'awsS3',
		// As it is: n8n adds its query behind addresses of the codex file.
		documentationUrl: 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/operations.md',
		icon: { light: 'file:awsS3.svg', dark: 'file:awsS3.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: subtitleOf(operations),
		description: 'Store, read and manage files in Amazon S3 and S3-compatible storage',
		defaults: { name: 'Amazon S3' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'awsS3Api',
				required: true,
				testedBy: 'awsS3ApiTest',
				// Not `show`: a node that was saved before the parameter existed has no value for it.
				displayOptions: { hide: { credentialType: ['aws', 'awsAssumeRole'] } },
			},
			{ name: 'aws', required: true, displayOptions: { show: { credentialType: ['aws'] } } },
			{ name: 'awsAssumeRole', required: true, displayOptions: { show: { credentialType: ['awsAssumeRole'] } } },
			{
				name: 'awsS3DestinationApi',
				required: true,
				testedBy: 'awsS3ApiTest',
				displayOptions: { show: destinationShownFor(operations) },
			},
		],
		properties: describe(operations),
	};

	methods = {
		credentialTest: { awsS3ApiTest },
		listSearch: { ...listSearch },
		loadOptions: { getOperations: async () => [...operationChoices(operations), ...triggerChoices].sort(byName) },
	};

	async execute(this: IExecuteFunctions) {
		return await run(this, operations);
	}
}
