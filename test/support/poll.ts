import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { AwsS3Trigger } from '../../nodes/AwsS3Trigger/AwsS3Trigger.node';
import { tagAsScanned } from './malwareScan';
import { keepBinary } from './n8n';
import { sdk } from './s3';

/** A workflow with the polling trigger, as n8n keeps it. */
export const activeTrigger = (credentials: IDataObject, initial: IDataObject) => {
	const trigger = new AwsS3Trigger();
	const defaults = Object.fromEntries(trigger.description.properties.map((one) => [one.name, one.default]));
	let parameters: IDataObject = { ...defaults, ...initial };
	let saved = '{}';
	let data: IDataObject = {};
	const started: INodeExecutionData[][] = [];
	const save = () => {
		saved = JSON.stringify(data);
	};
	const n8n = (mode: string) => ({
		getNode: () => structuredClone({ id: 'node', name: 'Amazon S3 Trigger', type: 'awsS3Trigger', parameters }),
		getWorkflow: () => ({ id: 'workflow', name: 'Test', active: true }),
		getMode: () => mode,
		getTimezone: () => 'Europe/Berlin',
		getCredentials: async () => credentials,
		getWorkflowStaticData: () => data,
		getNodeParameter: (name: string, fallback?: unknown) => parameters[name] ?? fallback,
		helpers: { prepareBinaryData: keepBinary },
		__emit: ([items = []]: INodeExecutionData[][]) => {
			save();
			started.push(items);
		},
	});
	const poll = async (mode = 'trigger') => await trigger.poll.call(n8n(mode) as unknown as IPollFunctions);
	return {
		/** What n8n has saved. */
		saved: (): IDataObject => JSON.parse(saved),
		set: (more: IDataObject) => {
			parameters = { ...parameters, ...more };
		},
		/** Replaces what n8n keeps. */
		keep: (other: IDataObject) => {
			data = structuredClone(other);
			save();
		},
		/** Ends n8n and starts it again: what it has not saved is lost. */
		restart: () => {
			data = JSON.parse(saved);
		},
		/** A poll at activation, after which n8n saves. It gives the items of all executions that it starts. */
		activate: async () => {
			const from = started.length;
			const last = await poll();
			if (last) started.push(last[0] ?? []);
			save();
			return started.slice(from);
		},
		/** A poll: the items of each execution that it starts. n8n saves if there is one. */
		poll: async () => {
			const from = started.length;
			const last = await poll();
			if (last) {
				save();
				started.push(last[0] ?? []);
			}
			return started.slice(from);
		},
		/** A poll after which n8n is killed before it saves. */
		pollAndCrash: async () => {
			const last = await poll();
			data = JSON.parse(saved);
			return last;
		},
		test: async () => (await poll('manual'))?.[0] ?? [],
	};
};

/**
 * Lets a trigger report new objects, scanned ones if it waits for that, in several polls: so many that a state which does not fit into
 * n8n is written, read and removed again.
 */
export const pollInRounds = async (bucket: string, credentials: IDataObject, options: IDataObject) => {
	const trigger = activeTrigger(credentials, { bucket, events: ['created'], options: { maxInline: 0, ...options } });
	await trigger.activate();
	for (const round of ['1', '2', '3', '4']) {
		// More changes than are kept beside a state.
		const keys = Array.from({ length: 25 }, (_, index) => `${round}-${index}`).sort();
		for (const Key of keys) {
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
			if (options.onlyClean) await tagAsScanned(bucket, Key, 'NO_THREATS_FOUND');
		}
		const reported = (await trigger.poll()).flat();
		expect(reported.map(({ json }) => json.key)).toEqual(keys);
		trigger.restart();
	}
};

/** The events of executions, as `event key`. */
export const eventsOf = (executions: INodeExecutionData[][]) =>
	executions.flat().map(({ json }) => `${String(json.event)} ${String(json.key)}`);
