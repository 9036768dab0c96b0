import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { AwsS3Trigger } from '../../nodes/AwsS3Trigger/AwsS3Trigger.node';
import { keepBinary } from './n8n';

/** A workflow with the polling trigger, as n8n keeps it. */
export const activeTrigger = (credentials: IDataObject, initial: IDataObject) => {
	const trigger = new AwsS3Trigger();
	const defaults = Object.fromEntries(trigger.description.properties.map((one) => [one.name, one.default]));
	let parameters: IDataObject = { ...defaults, ...initial };
	let saved = '{}';
	let data: IDataObject = {};
	const started: INodeExecutionData[][] = [];
	const warnings: string[] = [];
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
		logger: { warn: (message: string) => warnings.push(message) },
		__emit: ([items = []]: INodeExecutionData[][]) => {
			save();
			started.push(items);
		},
	});
	const poll = async (mode = 'trigger') => await trigger.poll.call(n8n(mode) as unknown as IPollFunctions);
	return {
		warnings,
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

/** The events of executions, as `event key`. */
export const eventsOf = (executions: INodeExecutionData[][]) =>
	executions.flat().map(({ json }) => `${String(json.event)} ${String(json.key)}`);
