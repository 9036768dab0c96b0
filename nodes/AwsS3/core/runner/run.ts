import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import type { NamedCredential } from '../../s3/connection';
import { capabilitiesOf } from '../../s3/capabilities';
import { connect } from '../../s3/client/client';
import { adaptiveLimit, fixedLimit } from '../../s3/flow/concurrencyLimit';
import { abortable } from '../../s3/flow/abortable';
import { memoryBudget } from '../../s3/flow/memoryBudget';
import { runActions } from '../../s3/flow/engine';
import { isStop } from '../../s3/failure';
import { chosenCredential } from '../connection/credentialTypes';
import { connectionOf } from '../connection/credentials';
import {
	destinationCredential,
	destinationCredentialName,
	hasDestination,
	isOfDestination,
} from '../objectFields/destination';
import type { Explained } from '../errors/explain';
import { aboutCredential } from '../errors/namedCredential';
import { explain, toNodeError } from '../errors/explain';
import type { AnyParams } from '../field';
import type { Context, Operation, Output, Permission } from '../operation';
import { binaryFields, ofItem } from '../operation';
import { defaultMemoryMib, initialConcurrency } from '../fields/options';
import { parameterReader } from '../fields/parameters';
import { hintsOn, outsideHint, slashHints } from './hints';
import { doneOf, withOutputsBefore } from './outputsBeforeFailure';
import { defaultsOf } from '../connection/requestDefaults';
import { overlapping } from './overlap';
import { overwritingEachOther, replacedInLoop, writingOneFile } from './sameKey';
import { startsItself, writerIn } from './ownTrigger';
import type { Unit } from './units';
import { intoUnits } from './units';

const MiB = 1024 ** 2;

/** Without *Concurrency*, the limit adapts up to this: high latency needs more requests in flight. */
const maxConcurrency = 128;

/** The result of one item: its outputs, and the error if it failed, even partway. */
interface Result {
	outputs: Output[];
	error?: unknown;
}

const isIterable = (result: unknown): result is AsyncIterable<Output> =>
	typeof result === 'object' && result !== null && Symbol.asyncIterator in result;

/** Collects the outputs of an operation, including those before an error. */
const collectOutputs = async (result: Promise<Output | Output[]> | AsyncIterable<Output>): Promise<Result> => {
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

const toItem = (output: Output, pairedItem: INodeExecutionData['pairedItem']): INodeExecutionData => {
	// Avoid the copy below: a listing has 100,000 items without a file.
	if (!output[binaryFields] && output[ofItem] === undefined) return { json: output, pairedItem };
	const { [binaryFields]: binary, [ofItem]: _number, ...json } = output;
	return { json, ...(binary && { binary }), pairedItem };
};

const failureItem = (
	{ message, description, code, httpStatus, requestId }: Explained,
	pairedItem: INodeExecutionData['pairedItem'],
): INodeExecutionData => ({
	json: { error: { message, description, code, httpStatus, requestId } },
	pairedItem,
});

/** What failed: its parameters, the outputs before the error, and the items that were joined. */
interface Failed {
	params?: AnyParams;
	previousOutputs?: Output[];
	joined?: number[];
}

/** What an output is paired with: its item, or all items that were joined. */
const pairedWith = (position: number, joined?: number[]): INodeExecutionData['pairedItem'] =>
	joined ? joined.map((item) => ({ item })) : { item: position };

/** The same, or the one of the joined items that an output names. */
const pairedOf = ({ [ofItem]: own }: Output, position: number, joined?: number[]): INodeExecutionData['pairedItem'] =>
	own === undefined ? pairedWith(position, joined) : { item: joined?.[own] ?? position };

const findOperation = (operations: Operation[], resource: unknown, operation: unknown): Operation => {
	const found = operations.find((one) => one.resource === resource && one.operation === operation);
	if (!found) throw new Error(`The resource '${String(resource)}' has no operation '${String(operation)}'`);
	return found;
};

const optionsOf = ({ options }: AnyParams): AnyParams =>
	typeof options === 'object' && options !== null ? { ...options } : {};

const firstText = (params: AnyParams, ...names: string[]) =>
	names.map((name) => params[name]).find((value) => typeof value === 'string');

/** The permissions of an operation, without those that only other parameter values need. */
const neededPermissions = ({ permissions }: Operation, params: AnyParams): Permission[] =>
	permissions
		.filter(({ only }) => !only || params[only.parameter] === only.value)
		.map(({ only, when, ...permission }) => ({ ...permission, ...(!only && when && { when }) }));

/**
 * Runs the selected operation over the input items concurrently, and returns the outputs in the order of the items.
 * Reads and checks all parameters before the first request. The first error stops the other items, and is thrown once
 * they have stopped; with *Continue On Fail* each error becomes the output of its item.
 */
export const run = async (n8n: IExecuteFunctions, operations: Operation[]): Promise<INodeExecutionData[][]> => {
	const items = n8n.getInputData();
	if (items.length === 0) return [[]];
	const node = n8n.getNode();
	const continuesOnFail = n8n.continueOnFail();
	const operation = findOperation(
		operations,
		n8n.getNodeParameter('resource', 0),
		n8n.getNodeParameter('operation', 0),
	);
	const outputs: INodeExecutionData[][] = items.map(() => []);
	const signal = n8n.getExecutionCancelSignal();
	let connection: Connection | undefined;
	let destination: Connection | undefined;

	/** The single place that reports errors: throws, or writes an error item after the outputs before it. */
	const fail = (error: unknown, position: number, { params = {}, previousOutputs = [], joined }: Failed = {}) => {
		const done = operation.effect === 'read' ? [] : doneOf(previousOutputs);
		const bucket = firstText(params, 'bucket', 'sourceBucket', 'destinationBucket');
		const key = firstText(params, 'key', 'sourceKey', 'folder');
		const explained = explain(error, { connection, permissions: neededPermissions(operation, params), bucket, key });
		if (!continuesOnFail) throw toNodeError(node, withOutputsBefore(explained, done), position);
		const pairedItem = pairedWith(position, joined);
		outputs[position] = [...done.map((output) => toItem(output, pairedItem)), failureItem(explained, pairedItem)];
	};

	const credentialOf = async (name: string) => await abortable(n8n.getCredentials(name), signal, () => undefined);
	try {
		const chosen = chosenCredential(node.parameters.credentialType);
		const data = await credentialOf(chosen.name);
		const { fields } = operation;
		if (fields.some(({ name }) => name === 'destination') && hasDestination(node.parameters)) {
			const credential: NamedCredential = { side: 'source', name: chosen.label };
			connection = { ...aboutCredential(credential, () => chosen.connectionOf(data)), credential };
			const second = await credentialOf(destinationCredentialName);
			const named = { credential: destinationCredential };
			destination = { ...aboutCredential(destinationCredential, () => connectionOf(second)), ...named };
		} else connection = chosen.connectionOf(data);
	} catch (error) {
		items.forEach((_, position) => fail(error, position));
		return [outputs.flat()];
	}

	const targetConnection = destination ?? connection;
	const sourceConnection = connection;
	const { fields, effect } = operation;
	const connectionFor = (name: string) => (isOfDestination(name) ? targetConnection : sourceConnection);
	const readParams = parameterReader(n8n, { fields, effect, connectionFor });
	const positions: number[] = [];
	const params: AnyParams[] = [];
	items.forEach((_, position) => {
		try {
			params.push(readParams(position));
			positions.push(position);
		} catch (error) {
			fail(error, position);
		}
	});

	const hints = new Set<string>();
	const [firstParams = {}] = params;
	const { concurrency, memoryMib } = optionsOf(firstParams);
	const budget = memoryBudget((typeof memoryMib === 'number' ? memoryMib : defaultMemoryMib) * MiB);
	const hintedOutside = new Set<Connection>();
	const writer = effect === 'read' ? undefined : writerIn(n8n);
	const connectTo = (connection: Connection, options: AnyParams, signal: AbortSignal) =>
		connect(connection, {
			signal,
			writer,
			defaults: defaultsOf(options, connection.defaults),
			isDryRun: options.dryRun === true,
			onOtherRegion: (bucket, region) =>
				hints.add(
					`Bucket '${bucket}' is in the region ${region}, not in ${connection.region}. The request was redirected. Choose ${region} in the credential to avoid this.`,
				),
			onOutside: (bucket, key) => {
				if (!hintedOutside.has(connection)) hints.add(outsideHint(connection, bucket, key));
				hintedOutside.add(connection);
			},
		});

	const contextOf = (itemParams: AnyParams, signal: AbortSignal): Context => {
		const options = optionsOf(itemParams);
		// 'SSE-C Key' encrypts the copy; the source has its own key.
		const { sseCustomerKey: _targetKey, ...sourceOptions } = options;
		return {
			s3: connectTo(sourceConnection, destination ? sourceOptions : options, signal),
			...(destination && { destination: connectTo(destination, options, signal) }),
			n8n,
			signal,
			budget,
			operations,
			hint: (message) => hints.add(message),
		};
	};

	const perform = async (
		{ positions: unitPositions, params: unitParams, joined = unitPositions, joinedParams = unitParams }: Unit,
		signal: AbortSignal,
	): Promise<Result[]> => {
		const [itemIndex = 0] = unitPositions;
		const [itemParams = {}] = unitParams;
		const context = contextOf(itemParams, signal);
		if (operation.batch) {
			const results = await operation.batch.execute({ ...context, batch: unitParams });
			return results.map((result) =>
				result instanceof Error ? { outputs: [], error: result } : { outputs: [result] },
			);
		}
		const item = items[itemIndex] ?? { json: {} };
		const joinedItems = joined.flatMap((position) => items[position] ?? []);
		const ofItems = { items: joinedItems, paramsOfItems: joinedParams };
		const itemContext = { ...context, params: itemParams, item, ...ofItems, itemIndex };
		return [await collectOutputs(operation.execute(itemContext))];
	};

	const allUnits = intoUnits(positions, params, operation);
	const unsettled = new Set(allUnits.flatMap((unit) => unit.positions));
	const settle = ({ positions: unitPositions, params: unitParams, joined }: Unit, results: Result[]) =>
		unitPositions.forEach((position, index) => {
			unsettled.delete(position);
			const { outputs: itemOutputs = [], error } = results[index] ?? {};
			if (error !== undefined)
				fail(error, position, { params: unitParams[index], previousOutputs: itemOutputs, joined });
			else outputs[position] = itemOutputs.map((output) => toItem(output, pairedOf(output, position, joined)));
		});

	const { itemsAtOnce = initialConcurrency } = operation;
	const defaultLimit =
		itemsAtOnce < initialConcurrency ? fixedLimit(itemsAtOnce) : adaptiveLimit(itemsAtOnce, maxConcurrency);
	const limit = typeof concurrency === 'number' ? fixedLimit(concurrency) : defaultLimit;
	const hasExactKeys = capabilitiesOf(connectionFor(operation.writesTo?.bucket ?? '')).exactKeys === 'yes';
	const overwriting = new Map([
		...(hasExactKeys ? [] : writingOneFile(allUnits, operation)),
		...overlapping(allUnits, operation),
		...overwritingEachOther(allUnits, operation),
	]);
	for (const [unit, error] of overwriting) settle(unit, [{ outputs: [], error }]);
	const units = allUnits.filter((unit) => !overwriting.has(unit));
	// The first failure fails the node, which then outputs no other items.
	const atFirst = { endsRun: () => !continuesOnFail, abortsAtEnd: true };
	const outcomes = runActions(units, perform, { limit, signal, ...atFirst });
	const settleAll = async () => {
		for await (const { action, ...outcome } of outcomes) {
			const failed = action.positions.map(() => ({ outputs: [], error: outcome.failure }));
			settle(action, outcome.failure ? failed : outcome.result);
		}
	};
	await settleAll().catch((error) => {
		if (!isStop(error)) throw error;
		for (const position of unsettled) fail(error, position);
	});
	const outputItems = outputs.flat();
	const isDryRun = params.some((itemParams) => optionsOf(itemParams).dryRun === true);
	// Content can have columns such as `skipped` or `error`, which are not results.
	if (operation.effect !== 'read') for (const message of hintsOn(outputItems, isDryRun)) hints.add(message);
	for (const message of slashHints(operation, params)) hints.add(message);
	for (const message of replacedInLoop(n8n, operation, params, outputItems)) hints.add(message);
	for (const message of startsItself(n8n, operation, outputItems)) hints.add(message);
	if (hints.size > 0)
		n8n.addExecutionHints(...[...hints].map((message) => ({ message, location: 'outputPane' as const })));
	return [outputItems];
};
