import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import type { Explained } from '../errors/explain';
import { explain, toNodeError } from '../errors/explain';
import type { AnyParams } from '../field';
import type { Operation, Output, Permission } from '../operation';
import { binaryFields, ofItem } from '../operation';
import { doneOf, withOutputsBefore } from './outputsBeforeFailure';
import type { Unit } from './units';

/** The result of one item: its outputs, and the error if it failed, even partway. */
export interface Result {
	outputs: Output[];
	error?: unknown;
}

const isIterable = (result: unknown): result is AsyncIterable<Output> =>
	typeof result === 'object' && result !== null && Symbol.asyncIterator in result;

/** Collects the outputs of an operation, including those before an error. */
export const collectOutputs = async (result: Promise<Output | Output[]> | AsyncIterable<Output>): Promise<Result> => {
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

const firstText = (params: AnyParams, ...names: string[]) =>
	names.map((name) => params[name]).find((value) => typeof value === 'string');

/** The permissions of an operation, without those that only other parameter values need. */
const neededPermissions = ({ permissions }: Operation, params: AnyParams): Permission[] =>
	permissions
		.filter(({ only }) => !only || params[only.parameter] === only.value)
		.map(({ only, when, ...permission }) => ({ ...permission, ...(!only && when && { when }) }));

/**
 * The output items of a node, in the order of its input items. `fail` is the single place that reports errors: it throws, or
 * writes an error item, after the outputs of changes that were made before it.
 */
export const itemOutputs = (
	n8n: IExecuteFunctions,
	operation: Operation,
	connectionNow: () => Connection | undefined,
) => {
	const node = n8n.getNode();
	const continuesOnFail = n8n.continueOnFail();
	const outputs: INodeExecutionData[][] = n8n.getInputData().map(() => []);
	const unsettled = new Set(outputs.keys());

	const fail = (error: unknown, position: number, { params = {}, previousOutputs = [], joined }: Failed = {}) => {
		unsettled.delete(position);
		const done = operation.effect === 'read' ? [] : doneOf(previousOutputs);
		const bucket = firstText(params, 'bucket', 'sourceBucket', 'destinationBucket');
		const key = firstText(params, 'key', 'sourceKey', 'folder');
		const attempt = { connection: connectionNow(), permissions: neededPermissions(operation, params), bucket, key };
		const explained = explain(error, attempt);
		if (!continuesOnFail) throw toNodeError(node, withOutputsBefore(explained, done), position);
		const pairedItem = pairedWith(position, joined);
		const before = done.map((output) => toItem(output, pairedOf(output, position, joined)));
		outputs[position] = [...before, failureItem(explained, pairedItem)];
	};

	const settle = ({ positions, params, joined }: Unit, results: Result[]) =>
		positions.forEach((position, index) => {
			const { outputs: given = [], error } = results[index] ?? {};
			if (error !== undefined) {
				fail(error, position, { params: params[index], previousOutputs: given, joined });
				return;
			}
			unsettled.delete(position);
			outputs[position] = given.map((output) => toItem(output, pairedOf(output, position, joined)));
		});

	return {
		fail,
		settle,
		/** Reports an error for all items that have no result. */
		failOthers: (error: unknown) => {
			for (const position of unsettled) fail(error, position);
		},
		all: () => outputs.flat(),
	};
};
