import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type {
	IBinaryData,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
} from 'n8n-workflow';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import { run } from '../../nodes/AwsS3/core/runner/run';
import * as registry from '../../nodes/AwsS3/operations';

/** The parameters of a node. A function stands for an expression: it is asked for each item. */
export type Parameters = Record<string, unknown>;

interface Run {
	parameters: Parameters & { resource: string; operation: string };
	credentials: IDataObject;
	/** Of the second connection. */
	destination?: IDataObject;
	items?: INodeExecutionData[];
	continueOnFail?: boolean;
	/** Parameters of a polling trigger that the node comes after. */
	trigger?: Parameters;
	/** Outputs of the node's earlier runs, in a loop. */
	before?: Array<INodeExecutionData[] | undefined>;
	cancel?: AbortSignal;
	operations?: Operation[];
}

const files = mkdtemp(join(tmpdir(), 'n8n-binary-'));

/** Keeps a stream on disk, as n8n 2 does by default. */
export const keepBinary = async (
	body: Readable | Buffer,
	fileName = 'file',
	mimeType = 'application/octet-stream',
): Promise<IBinaryData> => {
	const id = randomUUID();
	const path = join(await files, id);
	await pipeline(Buffer.isBuffer(body) ? Readable.from([body]) : body, createWriteStream(path));
	const { size } = await stat(path);
	return { id, data: 'filesystem-v2', mimeType, fileName, bytes: size };
};

/** Reads all bytes of a file that was kept. */
export const readBinary = async ({ id = '' }: IBinaryData): Promise<Buffer> => {
	const chunks: Buffer[] = [];
	for await (const chunk of createReadStream(join(await files, id))) chunks.push(chunk);
	return Buffer.concat(chunks);
};

const isExpression = (value: unknown): value is (item: INodeExecutionData, index: number) => unknown =>
	typeof value === 'function';

/** Runs an operation through the real runner, in the place of n8n's engine. */
export const runNode = async ({
	parameters,
	credentials,
	destination = credentials,
	items = [{ json: {} }],
	trigger,
	before = [],
	continueOnFail = false,
	cancel,
	operations = Object.values(registry),
}: Run) => {
	const hints: string[] = [];
	const logs: string[] = [];
	const node: INode = {
		id: 'node',
		name: 'Amazon S3',
		type: 'n8n-nodes-aws-s3.awsS3',
		typeVersion: 1,
		position: [0, 0],
		parameters: Object.fromEntries(
			Object.entries(parameters).map(([name, value]) => [name, isExpression(value) ? '={{ }}' : (value as string)]),
		),
	};
	const n8n = {
		getInputData: () => items,
		getNode: () => structuredClone(node),
		getTimezone: () => 'Europe/Berlin',
		getWorkflow: () => ({ id: 'workflow', name: 'Test', active: true }),
		getParentNodes: () =>
			trigger ? [{ type: 'n8n-nodes-aws-s3.awsS3Trigger', disabled: false, parameters: trigger }] : [],
		getWorkflowDataProxy: () => ({
			$runIndex: before.length,
			$items: (_: string, __: number, run: number) => {
				if (before[run]) return before[run];
				throw new Error('No data found from `main` input');
			},
		}),
		continueOnFail: () => continueOnFail,
		logger: { info: (message: string) => logs.push(message) },
		getCredentials: async (name: string) => (name === 'awsS3DestinationApi' ? destination : credentials),
		getExecutionCancelSignal: () => cancel,
		addExecutionHints: (...added: Array<{ message: string }>) => hints.push(...added.map(({ message }) => message)),
		getNodeParameter: (name: string, index: number, fallback?: unknown) => {
			const value = parameters[name] ?? fallback;
			return isExpression(value) ? value(items[index] ?? { json: {} }, index) : value;
		},
		helpers: {
			getBinaryMetadata: async (id: string) => ({ fileSize: (await stat(join(await files, id))).size }),
			getBinaryStream: async (id: string, highWaterMark?: number) =>
				createReadStream(join(await files, id), { highWaterMark }),
			prepareBinaryData: keepBinary,
			httpRequest: async ({ url, headers, abortSignal }: IHttpRequestOptions) => {
				const answer = await fetch(url, {
					headers: headers as Record<string, string>,
					signal: abortSignal as AbortSignal,
				});
				if (!answer.ok) throw Object.assign(new Error('Request failed'), { response: { status: answer.status } });
				return { body: Readable.fromWeb(answer.body as never), headers: Object.fromEntries(answer.headers) };
			},
		},
	};
	const [output = []] = await run(n8n as unknown as IExecuteFunctions, operations);
	return Object.assign(output, { hints, logs });
};

/** The JSON of each output item. */
export const jsonOf = (output: INodeExecutionData[]) => output.map(({ json }) => json);
