import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import { memoryBudget } from '../../s3/flow/memoryBudget';
import type { Reported } from '../../s3/changes/compare';
import { storedIn } from '../../s3/changes/storedState';
import type { Stored } from '../../s3/changes/storedState';
import type { Change } from '../../s3/changes/watchedObject';
import { compacted, poll, withMore } from '../../s3/changes/poll';
import { chosenCredential } from '../connection/credentialTypes';
import { badInput } from '../errors/badInput';
import { explain, toNodeError } from '../errors/explain';
import { defaultMemoryMib } from '../fields/options';
import type { KeyedEvent } from './additions';
import { itemsOf } from './additions';
import { passGates } from './gates';
import { sampleOf } from './sample';
import type { Settings } from './checkedParams';
import { readTriggerParams, settingsOf } from './checkedParams';
import { permissionsOf } from './triggerPermissions';

const MiB = 1024 ** 2;

/** The name of the state in n8n's static data of the node. */
const stateName = 'state';

/** Running polls, by workflow and node: n8n starts the next poll even if the last one has not ended. */
const underWay = new Set<string>();

const keyEventsIn = (reported: Reported[]): KeyedEvent[] =>
	reported.flatMap(({ key, keyEvents }) => keyEvents.map((keyEvent) => ({ key, keyEvent })));

const joiningFor = (n8n: IPollFunctions, { watch, additions }: Settings) => ({
	...{ s3: watch.s3, n8n, bucket: watch.place.bucket, additions },
	budget: memoryBudget(defaultMemoryMib * MiB),
});

/**
 * Starts an execution for each object but the last, whose items it returns. An object counts as reported once its
 * execution has started.
 */
const startEach = async (
	n8n: IPollFunctions,
	reported: Reported[],
	items: INodeExecutionData[],
	keep: (changes: Change[]) => Promise<void>,
) => {
	let at = 0;
	for (const [index, one] of reported.entries()) {
		const own = items.slice(at, at + one.keyEvents.length);
		at += own.length;
		if (index === reported.length - 1) return own;
		await keep([one]);
		n8n.__emit([own]);
	}
	return [];
};

/**
 * Finds the changes since the last poll. Updates the state only at the end, so a failed poll changes nothing. n8n
 * saves the state when an execution starts.
 */
const look = async (n8n: IPollFunctions, settings: Settings): Promise<INodeExecutionData[][] | null> => {
	const data = n8n.getWorkflowStaticData('node');
	const before = storedIn(data[stateName]);
	const keepAll = (next: Stored) => {
		data[stateName] = { ...next };
	};
	const { stored, isNew, reported: found, unreported, after } = await poll(settings.watch, before);
	if (before && before.watch !== stored.watch)
		n8n.logger.warn(
			"Amazon S3 Trigger started over with 'Existing Objects', because the service, bucket, prefix or subfolders to watch changed. Changes since its last poll are not reported.",
		);
	// A look that begins anew may have stored its state in an object, and would leave another one each time if what follows fails.
	if (isNew) keepAll(stored);
	const { reported, skipped } = await passGates(settings.watch.s3, settings.watch.place.bucket, settings.gates, found);
	const items = await itemsOf(joiningFor(n8n, settings), keyEventsIn(reported));
	const { after: _last, ...rest } = stored;
	let next: Stored = await withMore({ ...rest, ...(after !== undefined && { after }) }, [...unreported, ...skipped]);
	if (reported.length === 0) {
		if (JSON.stringify(next) !== JSON.stringify(before)) keepAll(next);
		return null;
	}
	const keep = async (changes: Change[]) => {
		next = await withMore(next, changes);
		keepAll(next);
	};
	const last = settings.isEach ? await startEach(n8n, reported, items, keep) : items;
	next = await compacted(settings.watch, await withMore(next, reported));
	keepAll(next);
	return [last];
};

/** A test in the editor: shows the newest objects that would start the workflow, and leaves the state alone. */
const show = async (n8n: IPollFunctions, settings: Settings) => {
	const { watch, gates } = settings;
	const newest = await sampleOf(watch);
	const { reported } = await passGates(watch.s3, watch.place.bucket, gates, newest);
	if (reported.length === 0)
		throw badInput(
			`None of the ${newest.length} newest objects would start the workflow now`,
			"They wait for a malware scan, 'Events' does not include its result, or 'Ignore Own Writes' or 'Skip Objects With Metadata' excludes them.",
		);
	return [await itemsOf(joiningFor(n8n, settings), keyEventsIn(reported))];
};

/** Runs a poll of the trigger. Errors are explained here, and only here. */
export const pollTrigger = async (n8n: IPollFunctions): Promise<INodeExecutionData[][] | null> => {
	const node = n8n.getNode();
	const workflow = n8n.getWorkflow().id ?? '';
	const isManual = n8n.getMode() === 'manual';
	const id = `${workflow}:${node.id}`;
	if (!isManual && underWay.has(id)) return null;
	if (!isManual) underWay.add(id);
	let connection: Connection | undefined;
	let bucket: string | undefined;
	try {
		const chosen = chosenCredential(node.parameters.credentialType);
		connection = chosen.connectionOf(await n8n.getCredentials(chosen.name));
		const params = readTriggerParams(n8n, connection);
		({ bucket } = params);
		const settings = settingsOf(connection, params, { workflow, node: node.id }, Date.now());
		return isManual ? await show(n8n, settings) : await look(n8n, settings);
	} catch (error) {
		throw toNodeError(node, explain(error, { connection, bucket, permissions: permissionsOf(error) }), 0);
	} finally {
		if (!isManual) underWay.delete(id);
	}
};
