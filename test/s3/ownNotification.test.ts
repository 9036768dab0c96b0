import type { INode } from 'n8n-workflow';
import { hooks } from '../../nodes/AwsS3/core/eventTrigger/hooks';
import { removalDelay } from '../../nodes/AwsS3/core/eventTrigger/ownNotification';
import { currentNotification, makeTarget } from '../support/events';
import { bucketName, credentials, makeBucket, server, sdk } from '../support/s3';
import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { startProxy } from '../support/proxy';
import { until } from '../support/until';

interface Told {
	mode?: string;
	isActive?: boolean;
	endpoint?: string;
}

/** A trigger that sets its notification, as n8n calls it, in a bucket where somebody else has one. */
const trigger = async (choice: 'keep' | 'whileActive' = 'whileActive', shared?: string) => {
	const bucket = shared ?? (await makeBucket());
	const { sendTo, targetArn, queue } = await makeTarget(bucketName());
	const theirs = { Id: bucketName(), Events: ['s3:ObjectRemoved:*' as const] };
	const NotificationConfiguration =
		sendTo === 'topic'
			? { TopicConfigurations: [{ ...theirs, TopicArn: targetArn }] }
			: { QueueConfigurations: [{ ...theirs, QueueArn: targetArn }] };
	if (shared === undefined)
		await sdk.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }));
	const options = { setNotification: choice, onlyBucket: bucket };
	const parameters: Record<string, unknown> = queue
		? { delivery: 'sqs', queue, options }
		: { delivery: 'webhook', sender: 'token', token: 't', options: { ...options, notificationTarget: targetArn } };
	const node: INode = {
		...{ id: bucketName(), name: 'Trigger', type: 'awsS3EventTrigger', typeVersion: 1, position: [0, 0] },
		parameters: {},
	};
	const warnings: string[] = [];
	const told = ({ mode = 'activate', isActive = true, endpoint = server.endpoint }: Told = {}) => ({
		getNode: () => node,
		getTimezone: () => 'UTC',
		getWorkflow: () => ({ id: 'w', name: 'w', active: isActive }),
		getActivationMode: () => mode,
		getNodeParameter: (name: string, fallback?: unknown) => parameters[name] ?? fallback,
		getCredentials: async () => ({ ...credentials, endpoint }),
		logger: { warn: (text: string) => void warnings.push(text) },
	});
	const activate = async (how?: Told) => {
		const n8n = told(how) as never;
		if (!(await hooks.checkExists.call(n8n))) await hooks.create.call(n8n);
	};
	const deactivate = async (how?: Told) => await hooks.delete.call(told({ mode: 'update', ...how }) as never);
	/** The entries of this trigger; all others have to be as they were. */
	const own = async () => {
		const { QueueConfigurations = [], TopicConfigurations = [] } = await currentNotification(bucket);
		const ids = [...QueueConfigurations, ...TopicConfigurations].map(({ Id = '' }) => Id);
		if (shared === undefined) expect(ids).toContain(theirs.Id);
		return ids.filter((id) => id.startsWith(`n8n-w-${node.id}-`));
	};
	return { bucket, activate, deactivate, own, warnings };
};

test.concurrent(
	'the entry comes with activation and goes after deactivation; that of somebody else stays',
	async () => {
		const { activate, deactivate, own } = await trigger();
		await activate();
		expect(await own()).toHaveLength(1);
		await deactivate();
		expect(await own()).toHaveLength(1);
		await until(async () => (await own()).length === 0, { delay: removalDelay });
	},
);

test.concurrent(
	'a new version takes over without a gap, and the end of the old one does not take its entry away',
	async () => {
		const { activate, deactivate, own } = await trigger();
		await activate();
		const [first] = await own();
		await deactivate();
		await activate({ mode: 'update' });
		const [second, ...more] = await own();
		expect(more).toEqual([]);
		expect(second).not.toBe(first);
		const later = await trigger();
		await later.activate();
		await later.deactivate();
		// Its removal comes after that of the first one.
		await until(async () => (await later.own()).length === 0, { delay: removalDelay });
		expect(await own()).toEqual([second]);
	},
);

test.concurrent('the entry stays where that was chosen', async () => {
	const { activate, deactivate, own } = await trigger('keep');
	await activate();
	const before = await own();
	await deactivate();
	const later = await trigger();
	await later.activate();
	await later.deactivate();
	await until(async () => (await later.own()).length === 0, { delay: removalDelay });
	expect(await own()).toEqual(before);
});

test.concurrent(
	'a restart leaves the entry alone, brings it back if it is gone, and goes on without the server',
	async () => {
		const { activate, own, warnings } = await trigger();
		await activate({ mode: 'init' });
		const before = await own();
		expect(before).toHaveLength(1);
		await activate({ mode: 'init' });
		expect(await own()).toEqual(before);
		const headers = { 'content-type': 'application/xml' };
		const denied = { status: 403, headers, body: '<Error><Code>AccessDenied</Code><Message>No</Message></Error>' };
		const proxy = await startProxy(server.endpoint, ({ url }) => (url?.includes('notification') ? denied : 'pass'));
		await activate({ mode: 'init', endpoint: proxy.url });
		expect(warnings).toEqual([expect.stringContaining('could not look for its notification')]);
		await expect(activate({ endpoint: proxy.url })).rejects.toThrow(/was denied/);
	},
);

test.concurrent('a test in the editor touches nothing', async () => {
	const { activate, deactivate, own } = await trigger();
	await activate();
	const before = await own();
	await activate({ isActive: false, mode: 'manual' });
	await deactivate({ isActive: false });
	const later = await trigger();
	await later.activate();
	await later.deactivate();
	await until(async () => (await later.own()).length === 0, { delay: removalDelay });
	expect(await own()).toEqual(before);
});

test.concurrent('triggers of one bucket that are activated at the same time all have their entries', async () => {
	const { activate, bucket, own } = await trigger();
	const others = await Promise.all([1, 2].map(async () => await trigger('keep', bucket)));
	await Promise.all([activate(), ...others.map(async (other) => await other.activate())]);
	expect(await own()).toHaveLength(1);
	for (const other of others) expect(await other.own()).toHaveLength(1);
});
