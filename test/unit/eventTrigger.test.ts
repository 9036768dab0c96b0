import { ESLint } from 'eslint';
import type { IHookFunctions, ITriggerFunctions, INode } from 'n8n-workflow';
import { AwsS3EventTrigger } from '../../nodes/AwsS3EventTrigger/AwsS3EventTrigger.node';
import { withQueues } from '../../nodes/AwsS3/core/connection/machine';
import { fields } from '../../nodes/AwsS3/core/eventTrigger/fields';
import { hooks } from '../../nodes/AwsS3/core/eventTrigger/hooks';
import { itemOf } from '../../nodes/AwsS3/core/eventTrigger/selectEvents';
import { eventSelector } from '../../nodes/AwsS3/core/eventTrigger/selectEvents';
import type { Selection } from '../../nodes/AwsS3/core/eventTrigger/checkedParams';
import { readSettings } from '../../nodes/AwsS3/core/eventTrigger/checkedParams';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import type { S3Event } from '../../nodes/AwsS3/s3/events/eventNames';
import { rules } from '../support/nodesBase';
import { startProxy } from '../support/proxy';

const connection = { accessKeyId: 'AKIA', secretAccessKey: 'secret', region: 'eu-central-1' };
const { description } = new AwsS3EventTrigger();

test('saved ids are a promise: what was there stays', () => {
	const ids = fields.map((field) => [
		field.name,
		...('options' in field
			? field.options.map((option: object) => ('value' in option ? option.value : 'name' in option ? option.name : ''))
			: []),
	]);
	expect(ids).toMatchSnapshot();
});

test('the options come in the order of their labels', () => {
	const options = fields.find(({ name }) => name === 'options');
	const labels =
		options && 'options' in options ? options.options.map((one) => ('displayName' in one ? one.displayName : '')) : [];
	expect(labels.length).toBeGreaterThan(5);
	expect(labels).toEqual([...labels].sort((one, other) => one.localeCompare(other, 'en')));
});

test('the built description passes the lint of n8n', async () => {
	const source = `import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

export class AwsS3EventTrigger implements INodeType {
	description: INodeTypeDescription = ${JSON.stringify(description, null, '\t')};
}
`;
	const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: rules });
	const [result] = await eslint.lintText(source, { filePath: 'nodes/AwsS3EventTrigger/AwsS3EventTrigger.node.ts' });
	expect(result?.messages.map(({ ruleId, message, line }) => `${ruleId}: ${message} (${line})`)).toEqual([]);
});

/** The parameters of a node, as n8n gives them. */
const given = (parameters: Record<string, unknown>) => {
	const node: INode = {
		...{ id: 'n', name: 'Trigger', type: 'n8n-nodes-aws-s3.awsS3EventTrigger', typeVersion: 1, position: [0, 0] },
		parameters: {},
	};
	return {
		getNode: () => node,
		getTimezone: () => 'Europe/Berlin',
		getNodeParameter: (name: string, fallback?: unknown) => (parameters[name] ?? fallback) as never,
	} satisfies Partial<ITriggerFunctions>;
};

test.each([
	['an expression that is none', { regex: '(' }, "'Key Matches Regex' is not a regular expression"],
	['sizes that nothing has', { minSize: 2, maxSize: 1 }, "'Min Size (Bytes)' is larger than 'Max Size (Bytes)'"],
])('filters are refused at activation, before the first event: %s', async (_, options, message) => {
	const n8n = { ...given({ queue: 'my-queue', options }), getCredentials: async () => connection };
	const activation = new AwsS3EventTrigger().trigger.call(n8n as unknown as ITriggerFunctions);
	await expect(activation).rejects.toThrow(message);
});

test('filters that are refused at activation leave no notification behind', async () => {
	const server = await startProxy('http://unused.invalid', () => ({ status: 200, headers: {} }));
	const options = { setNotification: 'keep', onlyBucket: 'b', minSize: 2, maxSize: 1 };
	const n8n = {
		...given({ queue: 'my-queue', options }),
		getCredentials: async () => ({ ...connection, endpoint: server.url }),
		getWorkflow: () => ({ active: true, id: 'w' }),
	};
	const activation = hooks.create.call(n8n as unknown as IHookFunctions);
	await expect(activation).rejects.toThrow("'Min Size (Bytes)' is larger than 'Max Size (Bytes)'");
	expect(server.requests).toEqual([]);
});

test('the defaults', () => {
	expect(readSettings(given({ queue: 'my-queue' }), connection)).toEqual({
		selection: {
			...{ names: new Set(['created']), prefix: '', bucket: '', onlyClean: false, join: new Set() },
			filters: { glob: undefined, regex: undefined, suffix: undefined, maxSize: undefined, minSize: undefined },
		},
		delivery: {
			...{ kind: 'sqs', queue: { name: 'my-queue', region: 'eu-central-1' }, removeWhen: 'ended' },
			...{ maxTries: 3, maxExecutions: 10, messagesPerExecution: 1 },
		},
	});
});

test.each([
	[{}, "'Queue' is empty"],
	[{ queue: 'https://evil.example/1/q' }, "'Queue' is not a queue of this credential"],
	[{ queue: 'q', events: [] }, "'Events' is empty"],
	[{ queue: 'q', events: ['exploded'] }, "'Events' cannot be"],
	[{ queue: 'q', options: { maxExecutions: 0 } }, "'Max Executions at Once' cannot be 0"],
	[{ queue: 'q', options: { glob: '' } }, "'Key Matches Glob' is empty"],
	[{ delivery: 'mail' }, "'Delivery' cannot be"],
	[{ delivery: 'webhook' }, "'Topic ARN' is empty"],
	[{ delivery: 'webhook', topicArn: 'my-topic' }, "'Topic ARN' is not the ARN of a topic"],
	[{ delivery: 'webhook', sender: 'token' }, "'Token' is empty"],
	[{ queue: 'q', options: { setNotification: 'keep' } }, "'Set Notification' requires a bucket"],
	[{ queue: 'q', options: { setNotification: 'never', onlyBucket: 'b' } }, "'Set Notification' cannot be"],
	[
		{ delivery: 'webhook', sender: 'token', token: 't', options: { setNotification: 'keep', onlyBucket: 'b' } },
		"needs the option 'Webhook Target ARN'",
	],
	[
		{
			...{ delivery: 'webhook', sender: 'token', token: 't' },
			options: { setNotification: 'keep', onlyBucket: 'b', notificationTarget: 'N8N' },
		},
		"'Webhook Target ARN' is not the ARN of a target: 'N8N'",
	],
])('refuses %j: %s', (parameters, message) => {
	expect(() => readSettings(given(parameters), connection)).toThrow(message);
});

test.each<[string, object, object]>([
	[
		'its queue',
		{ queue: 'q' },
		{ target: { queue: { name: 'q', region: 'eu-central-1' } }, events: ['s3:ObjectCreated:*'] },
	],
	[
		'its topic',
		{ delivery: 'webhook', topicArn: 'arn:aws:sns:eu-central-1:111122223333:t' },
		{ target: { kind: 'topic', arn: 'arn:aws:sns:eu-central-1:111122223333:t' } },
	],
	['the changes of tags that scans need', { queue: 'q', events: ['infected'] }, { events: ['s3:ObjectTagging:*'] }],
])('what it sets has %s', (_, parameters, expected) => {
	const options = { setNotification: 'whileActive', onlyBucket: 'b' };
	expect(readSettings(given({ ...parameters, options }), connection).notification).toMatchObject({
		...{ bucket: 'b', isKept: false },
		...expected,
	});
});

test.each([
	[{ sqsEndpoint: 'q' }, "'SQS Endpoint' of the credential is not a URL"],
	[{ sqsEndpoint: 'http://169.254.169.254/' }, "machine's own metadata"],
	[{ machine: { takesKeys: false }, sqsEndpoint: 'https://sqs.example.com' }, 'not an https:// address of AWS SQS'],
	[{ machine: { takesKeys: false }, sqsEndpoint: 'http://sqs.eu-central-1.amazonaws.com' }, 'not an https:// address'],
])('refuses the connection %j', (more, message) => {
	expect(() => withQueues({ ...connection, ...more })).toThrow(message);
});

test('the role of the machine goes to SQS of AWS', () => {
	const vpc = 'https://vpce-1.sqs.eu-central-1.vpce.amazonaws.com';
	const machine = { takesKeys: false };
	expect(withQueues({ ...connection, machine, sqsEndpoint: `${vpc}/` })).toMatchObject({ sqsEndpoint: vpc });
	expect(withQueues({ ...connection, machine })).toMatchObject({ machine });
});

test('an item has nothing that only the trigger needs', () => {
	const event: S3Event = {
		event: 'created',
		eventName: 'ObjectCreated:Put',
		bucket: 'b',
		key: 'k',
		id: 'i',
		opaqueData: 's',
	};
	expect(itemOf(event)).toEqual({ json: { event: 'created', eventName: 'ObjectCreated:Put', bucket: 'b', key: 'k' } });
});

describe('which events start the workflow', () => {
	const created = (more: Partial<S3Event> = {}): S3Event => ({
		...{ event: 'created', eventName: 'ObjectCreated:Put', bucket: 'b', key: 'in/a.csv', size: 3, etag: 'e' },
		...more,
	});
	const selection = (more: Partial<Selection> = {}): Selection => ({
		...{ names: new Set(['created']), prefix: '', bucket: '', filters: {}, onlyClean: false, join: new Set() },
		...more,
	});

	/** A selector, with the tags that S3 has for the object; without them there is no object. */
	const select = async (chosen: Selection, tagsOf: () => string | undefined = () => undefined) => {
		const proxy = await startProxy('http://unused.invalid', () => {
			const status = tagsOf();
			const set = status === '' ? '' : `<Tag><Key>GuardDutyMalwareScanStatus</Key><Value>${status}</Value></Tag>`;
			const headers = { 'content-type': 'application/xml' };
			return status === undefined
				? { status: 404, headers, body: '<Error><Code>NoSuchKey</Code></Error>' }
				: { status: 200, headers, body: `<Tagging><TagSet>${set}</TagSet></Tagging>` };
		});
		const s3 = connect({ ...connection, endpoint: proxy.url, forcePathStyle: true });
		return { select: eventSelector(chosen, s3), requests: proxy.requests };
	};

	test.each<[string, Partial<Selection>, number]>([
		['all', {}, 1],
		['another name', { names: new Set(['deleted']) }, 0],
		['its bucket', { bucket: 'b' }, 1],
		['another bucket', { bucket: 'c' }, 0],
		['its prefix', { prefix: 'in/' }, 1],
		['another prefix', { prefix: 'out/' }, 0],
		['its suffix', { filters: { suffix: '.csv' } }, 1],
		['another pattern', { filters: { glob: '**/*.json' } }, 0],
		['a larger size', { filters: { minSize: 4 } }, 0],
	])('%s', async (_, more, count) => {
		const { select: choose, requests } = await select(selection(more));
		expect(await choose([created()])).toHaveLength(count);
		expect(requests).toHaveLength(0);
	});

	const scanned = { names: new Set(['created', 'infected', 'scanFailed']), onlyClean: true };
	let requests = 0;
	const tagged = (id = `request ${requests++}`): S3Event =>
		created({ event: 'tagsChanged', eventName: 'ObjectTagging:Put', id });
	const names = (events: S3Event[]) => events.map(({ event }) => event);

	test('a new object waits for its scan, and comes once', async () => {
		let status = '';
		const { select: choose } = await select(selection(scanned), () => status);
		expect(await choose([created()])).toEqual([]);
		expect(await choose([tagged()])).toEqual([]);
		status = 'NO_THREATS_FOUND';
		expect(names(await choose([tagged()]))).toEqual(['created']);
		expect(await choose([tagged()])).toEqual([]);
		// The same content is uploaded again.
		status = '';
		expect(await choose([created()])).toEqual([]);
		status = 'NO_THREATS_FOUND';
		expect(names(await choose([tagged()]))).toEqual(['created']);
	});

	test.each([
		['THREATS_FOUND', ['infected']],
		['UNSUPPORTED', ['scanFailed']],
		['FAILED', ['scanFailed']],
	])('the tag %s is the event %j, and never created', async (status, expected) => {
		const { select: choose } = await select(selection(scanned), () => status);
		expect(names(await choose([tagged()]))).toEqual(expected);
		expect(await choose([created()])).toHaveLength(1);
	});

	test('the event of a scan whose execution has failed tells of it again', async () => {
		const { select: choose } = await select(selection(scanned), () => 'NO_THREATS_FOUND');
		expect(names(await choose([tagged('one')]))).toEqual(['created']);
		expect(names(await choose([tagged('one')]))).toEqual(['created']);
		expect(await choose([tagged('another')])).toEqual([]);
	});

	test('an object that is gone when its tags are asked for starts nothing', async () => {
		const { select: choose } = await select(selection(scanned));
		expect(await choose([created(), tagged()])).toEqual([]);
	});

	test('infected objects come without waiting for clean ones as well', async () => {
		const { select: choose } = await select(
			selection({ names: new Set(['created', 'infected', 'tagsChanged']) }),
			() => 'THREATS_FOUND',
		);
		expect(names(await choose([created()]))).toEqual(['created']);
		expect(names(await choose([tagged()]))).toEqual(['tagsChanged', 'infected']);
	});

	test('the result that EventBridge tells needs no request', async () => {
		const { select: choose, requests } = await select(selection(scanned));
		const tags = { GuardDutyMalwareScanStatus: 'NO_THREATS_FOUND' };
		expect(names(await choose([created({ event: 'scanned', tags })]))).toEqual(['created']);
		expect(requests).toHaveLength(0);
	});

	test('tags are added', async () => {
		const { select: choose } = await select(selection({ join: new Set(['tags']) }), () => 'x');
		expect((await choose([created()]))[0]?.tags).toEqual({ GuardDutyMalwareScanStatus: 'x' });
	});
});
