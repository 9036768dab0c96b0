import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import { connect } from '../../s3/client/client';
import { adaptiveLimit, fixedLimit } from '../../s3/flow/concurrencyLimit';
import { memoryBudget } from '../../s3/flow/memoryBudget';
import { runActions } from '../../s3/flow/engine';
import { isStop } from '../../s3/failure';
import { connectionOf, credentialName } from '../connection/credentials';
import { destinationCredentialName, hasDestination, isOfDestination } from '../objectFields/destination';
import type { Explained } from '../errors/explain';
import { explain, toNodeError } from '../errors/explain';
import type { AnyParams } from '../field';
import type { Context, Operation, Output, Permission } from '../operation';
import { binaryFields } from '../operation';
import { parameterReader } from '../fields/parameters';
import { hintsOn } from './hints';
import { doneOf, withProgress } from './progress';
import { defaultsOf } from '../connection/requestDefaults';
import type { Unit } from './batches';
import { intoBatches } from './batches';

const MiB = 1024 ** 2;

/** What all items of one execution may hold in memory of what they move, in MiB, unless *Memory* says otherwise. */
const memory = 64;

/** Where *Concurrency* is not set: what it begins with, and how far it goes where S3 is far away. */
const itemsInParallel = 20;
const itemsAtMost = 128;

/** What became of one item: what it gave, and what ended it before it had given all. */
interface Result {
	outputs: Output[];
	error?: unknown;
}

const isIterable = (result: unknown): result is AsyncIterable<Output> =>
	typeof result === 'object' && result !== null && Symbol.asyncIterator in result;

/** What a verb gave, as a list; also what it gave before it failed. */
const collected = async (result: Promise<Output | Output[]> | AsyncIterable<Output>): Promise<Result> => {
	if (!isIterable(result)) {
		const output = await result;
		return { outputs: Array.isArray(output) ? output : [output] };
	}
	const outputs: Output[] = [];
	try {
		for await (const output of result) outputs.push(output);
	} catch (error) {
		return { outputs, error };
	}
	return { outputs };
};

const toItem = (output: Output, item: number): INodeExecutionData => {
	const pairedItem = { item };
	// Most have no file, and there may be 100,000 of them.
	if (!output[binaryFields]) return { json: output, pairedItem };
	const { [binaryFields]: binary, ...json } = output;
	return { json, binary, pairedItem };
};

const failureItem = (
	{ message, description, code, httpStatus, requestId }: Explained,
	item: number,
): INodeExecutionData => ({
	json: { error: { message, description, code, httpStatus, requestId } },
	pairedItem: { item },
});

const find = (operations: Operation[], resource: unknown, operation: unknown): Operation => {
	const found = operations.find((one) => one.resource === resource && one.operation === operation);
	if (!found) throw new Error(`There is no operation '${String(operation)}' of '${String(resource)}'`);
	return found;
};

const optionsOf = ({ options }: AnyParams): AnyParams =>
	typeof options === 'object' && options !== null ? { ...options } : {};

const nameIn = (params: AnyParams, ...names: string[]) =>
	names.map((name) => params[name]).find((value) => typeof value === 'string');

/** The permissions of an operation, without those that other values of its parameters would need. */
const neededFor = ({ permissions }: Operation, params: AnyParams): Permission[] =>
	permissions
		.filter(({ only }) => !only || params[only.parameter] === only.value)
		.map(({ only, when, ...permission }) => ({ ...permission, ...(!only && when && { when }) }));

/**
 * Runs the operation that the node is set to over its items, several at a time, and gives their outputs in the order of
 * the items. All parameters are read and checked before the first request. The first failure ends the others and is
 * thrown once they have ended; with *Continue On Fail* it becomes the output of its own item.
 */
export const run = async (n8n: IExecuteFunctions, operations: Operation[]): Promise<INodeExecutionData[][]> => {
	const items = n8n.getInputData();
	if (items.length === 0) return [[]];
	const node = n8n.getNode();
	const goesOn = n8n.continueOnFail();
	const operation = find(operations, n8n.getNodeParameter('resource', 0), n8n.getNodeParameter('operation', 0));
	const outputs: INodeExecutionData[][] = items.map(() => []);
	let connection: Connection | undefined;
	let destination: Connection | undefined;

	/** The one place where failures end up, with what was done before them. */
	const fail = (error: unknown, position: number, params: AnyParams = {}, before: Output[] = []) => {
		const done = operation.effect === 'read' ? [] : doneOf(before);
		const bucket = nameIn(params, 'bucket', 'sourceBucket', 'destinationBucket');
		const key = nameIn(params, 'key', 'sourceKey', 'folder');
		const explained = explain(error, { connection, permissions: neededFor(operation, params), bucket, key });
		if (!goesOn) throw toNodeError(node, withProgress(explained, done), position);
		outputs[position] = [...done.map((output) => toItem(output, position)), failureItem(explained, position)];
	};

	try {
		connection = connectionOf(await n8n.getCredentials(credentialName));
		const { fields } = operation;
		if (fields.some(({ name }) => name === 'destination') && hasDestination(node.parameters))
			destination = connectionOf(await n8n.getCredentials(destinationCredentialName));
	} catch (error) {
		items.forEach((_, position) => fail(error, position));
		return [outputs.flat()];
	}

	const to = destination ?? connection;
	const from = connection;
	const read = parameterReader(n8n, operation.fields, (name) => (isOfDestination(name) ? to : from));
	const positions: number[] = [];
	const params: AnyParams[] = [];
	items.forEach((_, position) => {
		try {
			params.push(read(position));
			positions.push(position);
		} catch (error) {
			fail(error, position);
		}
	});

	const hints = new Set<string>();
	const [first = {}] = params;
	const { concurrency, memoryMib } = optionsOf(first);
	const budget = memoryBudget((typeof memoryMib === 'number' ? memoryMib : memory) * MiB);
	const opened = (connection: Connection, options: AnyParams, signal: AbortSignal) =>
		connect(connection, {
			signal,
			defaults: defaultsOf(options, connection.defaults),
			isDryRun: options.dryRun === true,
			onOtherRegion: (bucket, region) =>
				hints.add(
					`Bucket '${bucket}' is in the region ${region}, not in ${connection.region}. It was found there; choose ${region} in the connection to save the detour.`,
				),
		});

	const contextOf = (own: AnyParams, signal: AbortSignal): Context => {
		const chosen = optionsOf(own);
		// The key of the customer is for what is written.
		const { sseCustomerKey: _ofCopy, ...ofSource } = chosen;
		return {
			s3: opened(from, destination ? ofSource : chosen, signal),
			...(destination && { destination: opened(destination, chosen, signal) }),
			n8n,
			signal,
			budget,
			operations,
			hint: (message) => hints.add(message),
		};
	};

	const perform = async ({ positions: at, params: own }: Unit, signal: AbortSignal): Promise<Result[]> => {
		const [itemIndex = 0] = at;
		const [first = {}] = own;
		const context = contextOf(first, signal);
		if (operation.batch) {
			const results = await operation.batch.execute({ ...context, batch: own });
			return results.map((result) =>
				result instanceof Error ? { outputs: [], error: result } : { outputs: [result] },
			);
		}
		const item = items[itemIndex] ?? { json: {} };
		return [await collected(operation.execute({ ...context, params: first, item, itemIndex }))];
	};

	const settle = ({ positions: at, params: own }: Unit, results: Result[]) =>
		at.forEach((position, index) => {
			const { outputs: given = [], error } = results[index] ?? {};
			if (error !== undefined) fail(error, position, own[index], given);
			else outputs[position] = given.map((output) => toItem(output, position));
		});

	const { itemsAtOnce = itemsInParallel } = operation;
	const byItself = itemsAtOnce < itemsInParallel ? fixedLimit(itemsAtOnce) : adaptiveLimit(itemsAtOnce, itemsAtMost);
	const limit = typeof concurrency === 'number' ? fixedLimit(concurrency) : byItself;
	const units = intoBatches(positions, params, operation);
	const signal = n8n.getExecutionCancelSignal();
	const outcomes = runActions(units, perform, { limit, signal, endsRun: () => !goesOn });
	const settleAll = async () => {
		for await (const { action, ...outcome } of outcomes) {
			const failed = action.positions.map(() => ({ outputs: [], error: outcome.failure }));
			settle(action, outcome.failure ? failed : outcome.result);
		}
	};
	await settleAll().catch((error) => {
		if (isStop(error)) fail(error, 0);
		else throw error;
	});
	const given = outputs.flat();
	const isDryRun = params.some((own) => optionsOf(own).dryRun === true);
	// What is read may have columns with the names that are counted here.
	if (operation.effect !== 'read') for (const remark of hintsOn(given, isDryRun)) hints.add(remark);
	if (hints.size > 0)
		n8n.addExecutionHints(...[...hints].map((message) => ({ message, location: 'outputPane' as const })));
	return [given];
};
