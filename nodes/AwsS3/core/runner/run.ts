import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import type { NamedCredential } from '../../s3/connection';
import { capabilitiesOf } from '../../s3/capabilities';
import { adaptiveLimit, fixedLimit } from '../../s3/flow/concurrencyLimit';
import { abortable } from '../../s3/flow/abortable';
import { carryOut } from '../../s3/flow/engine';
import { isStop } from '../../s3/failure';
import { chosenCredential } from '../connection/credentialTypes';
import { connectionOf } from '../connection/credentials';
import {
	destinationCredential,
	destinationCredentialName,
	hasDestination,
	isOfDestination,
} from '../objectFields/destination';
import { aboutCredential } from '../errors/namedCredential';
import type { AnyParams } from '../field';
import type { Operation } from '../operation';
import { initialConcurrency } from '../fields/options';
import { parameterReader } from '../fields/parameters';
import { hintsOn, slashHints } from './hints';
import { itemContexts, optionsOf } from './itemContexts';
import type { Result } from './itemOutputs';
import { collectOutputs, itemOutputs } from './itemOutputs';
import { overlapping } from './overlap';
import { overwritingEachOther, replacedInLoop, writingOneFile } from './sameKey';
import { startsItself } from './ownTrigger';
import type { Unit } from './units';
import { intoUnits } from './units';

/** Without *Concurrency*, the limit adapts up to this: high latency needs more requests in flight. */
const maxConcurrency = 128;

const findOperation = (operations: Operation[], resource: unknown, operation: unknown): Operation => {
	const found = operations.find((one) => one.resource === resource && one.operation === operation);
	if (!found) throw new Error(`The resource '${String(resource)}' has no operation '${String(operation)}'`);
	return found;
};

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
	const signal = n8n.getExecutionCancelSignal();
	let connection: Connection | undefined;
	let destination: Connection | undefined;
	const { fail, settle, failOthers, all } = itemOutputs(n8n, operation, () => connection);

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
		failOthers(error);
		return [all()];
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
	const contextOf = itemContexts(n8n, {
		...{ source: connection, destination, effect, operations, firstParams },
		hint: (message) => hints.add(message),
	});

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
	const { concurrency } = optionsOf(firstParams);
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
	await carryOut(units, perform, { limit, signal, ...atFirst }, ({ action, ...outcome }) => {
		const failed = action.positions.map(() => ({ outputs: [], error: outcome.failure }));
		settle(action, outcome.failure ? failed : outcome.result);
	}).catch((error) => {
		if (!isStop(error)) throw error;
		failOthers(error);
	});
	const outputItems = all();
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
