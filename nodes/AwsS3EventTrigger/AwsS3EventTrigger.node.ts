import type {
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { awsS3ApiTest } from '../AwsS3/core/connection/credentialTest';
import { credentialType } from '../AwsS3/core/connection/credentialTypes';
import { activate, execute, receiveCall } from '../AwsS3/core/eventTrigger/eventTrigger';
import { fields } from '../AwsS3/core/eventTrigger/fields';
import { hooks } from '../AwsS3/core/eventTrigger/hooks';

export class AwsS3EventTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Amazon S3 Event Trigger',
		name: 'awsS3EventTrigger',
		documentationUrl: 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/events.md',
		icon: { light: 'file:../AwsS3/awsS3.svg', dark: 'file:../AwsS3/awsS3.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when S3 sends an event, by SQS or webhook',
		defaults: { name: 'Amazon S3 Event Trigger' },
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
		webhooks: [
			{
				name: 'default',
				// Without a method, n8n registers no webhook. A queue needs one only to learn of activation and deactivation, and
				// none in a test, whose workflow is not active: the editor would wait for a call.
				httpMethod:
					'={{ $parameter["delivery"] === "webhook" || ($workflow.active && ($parameter["options"] || {})["setNotification"]) ? "POST" : "" }}',
				responseMode: 'onReceived',
				// Without it, n8n answers with the name of its default.
				responseData: '',
				path: 's3-events',
				ndvHideUrl: '={{ $parameter["delivery"] !== "webhook" }}',
			},
		],
		properties: [credentialType, ...fields],
	};

	methods = { credentialTest: { awsS3ApiTest } };

	webhookMethods = { default: hooks };

	async trigger(this: ITriggerFunctions) {
		return await activate(this);
	}

	async webhook(this: IWebhookFunctions) {
		return await receiveCall(this);
	}

	async execute(this: IExecuteFunctions) {
		return await execute(this);
	}
}
