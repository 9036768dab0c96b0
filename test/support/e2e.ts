import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import rest from '../../sandbox/rest.cjs';
import { server } from './s3';
import { until } from './until';

type Call = (method: string, path: string, body?: unknown) => Promise<IDataObject & { id: string }>;

/** What came out of a workflow. */
export interface Ran {
	status: string;
	error?: { message: string; description?: string; node?: { name: string } };
	items(node: string): INodeExecutionData[];
	runData: Record<string, Array<{ executionTime: number; hints?: Array<{ message: string }> }>>;
}

/** A node of a workflow under test: its name, type and parameters. */
export type Step = Pick<INode, 'name' | 'parameters'> & Partial<INode>;

const url = process.env.TEST_N8N ?? '';
if (!url) throw new Error('Start these tests with `npm test e2e`, which starts the n8n that they need.');

/** The major version of that n8n. */
export const major = Number(process.env.TEST_N8N_MAJOR ?? 2);

/** Calls of n8n's REST API as its editor makes them. */
export const call: Call = async (...args) => await (await signedIn)(...args);
const signedIn: Promise<Call> = rest.signIn(url);

export const credentialData = { ...server, forcePathStyle: true };

/** Saves a new credential of any type; gives what a node needs to use it. */
export const saveCredential = async (type: string, data: object) =>
	await rest.saveCredential(await signedIn, type, type, data);

const saved = saveCredential('awsS3Api', credentialData);

export const credential = async () => await saved;

/** Saves and runs a whole workflow, with a credential in its nodes of ours; its trigger gives an item if there is one. */
export const runWorkflow = async (
	workflow: object,
	ours?: { id: string; name: string },
	item?: INodeExecutionData,
): Promise<Ran> => {
	const own = await signedIn;
	const whole = rest.withCredential(workflow, ours ?? (await saved));
	return await rest.runWorkflow(own, await rest.saveWorkflow(own, whole), item);
};

/** A run that somebody else began, once it has ended. */
export const ended = async (executionId: string): Promise<Ran> => await rest.ended(await signedIn, executionId);

/** One of our nodes. */
export const s3 = (
	name: string,
	operation: `${string}.${string}`,
	parameters: object,
	more: Partial<INode> = {},
): Step => {
	const [resource, verb] = operation.split('.');
	return {
		name,
		type: 'n8n-nodes-aws-s3.awsS3',
		parameters: { resource, operation: verb, ...parameters } as INode['parameters'],
		...more,
	};
};

/** Makes one item for each entry of a list: `{ entry }`. */
export const each = (name: string, list: unknown[]): Step[] => [
	{
		name: `${name} (list)`,
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ entry: list }), options: {} },
	},
	{ name, type: 'n8n-nodes-base.splitOut', typeVersion: 1, parameters: { fieldToSplitOut: 'entry', options: {} } },
];

/** Runs nodes one after the other, from a manual start. */
export const chain = async (...steps: Step[]): Promise<Ran> => {
	const all: Step[] = [{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} }, ...steps];
	const nodes = all.map((step, index) => ({ id: `n${index}`, typeVersion: 1, position: [index * 200, 0], ...step }));
	const connections = Object.fromEntries(
		all
			.slice(0, -1)
			.map(({ name }, index) => [name, { main: [[{ node: all[index + 1]?.name, type: 'main', index: 0 }]] }]),
	);
	return await runWorkflow({
		name: expect.getState().currentTestName,
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
	});
};

/** Today as `yyyy/MM/dd`, in the time zone of the machine, which n8n has as well; Sweden writes dates as ISO does. */
export const today = () => new Date().toLocaleDateString('sv').replaceAll('-', '/');

/** Waits while midnight is so near that a test, which has two minutes, may see two days. */
export const onOneDay = async () => {
	const limit = 120_000;
	await until(() => new Date().setHours(24, 0, 0, 0) - Date.now() > limit, { delay: limit });
};

/** What a run must be before its items are looked at. */
export const succeeded = (ran: Ran) => {
	if (ran.status === 'success') return ran;
	throw new Error(`${ran.error?.node?.name}: ${ran.error?.message} ${ran.error?.description ?? ''}`);
};
