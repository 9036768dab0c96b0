import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { pathOf } from '../../s3/copy/oneObject';
import { badInput } from '../errors/badInput';
import type { AnyParams } from '../field';
import type { Operation } from '../operation';
import type { Unit } from './units';

/** The values of 'If Exists' with which a second item replaces what the first one has stored. */
const replacing = new Set<unknown>([undefined, 'overwrite', 'skipIfSame', 'newer']);

/** Whether the user allows several items to write one key. */
export const allowsSameKey = ({ options }: AnyParams): boolean =>
	typeof options === 'object' && options !== null && 'allowSameKey' in options && options.allowSameKey === true;

/** Whether an item replaces existing objects, including those another item has just stored. */
export const replaces = ({ onConflict }: AnyParams): boolean => replacing.has(onConflict);

/** The object that a unit writes, as text to compare by; undefined if other items may write it as well. */
const targetOf = ({ writesTo }: Operation, params: AnyParams): string | undefined =>
	!writesTo || writesTo.isFolder || writesTo.isPrefix || allowsSameKey(params)
		? undefined
		: JSON.stringify([params[writesTo.bucket], params[writesTo.key]]);

const canJoinItems = ({ fields }: Operation) =>
	fields.some(({ options = [] }) => options.some((option) => 'value' in option && option.value === 'items'));

const faultOf = (operation: Operation, same: Unit[]) => {
	const { fields, writesTo: { key: name } = { key: '' } } = operation;
	const label = fields.find((field) => field.name === name)?.displayName ?? name;
	const key = String(same[0]?.params[0]?.[name]);
	const count = same.reduce((sum, { positions, joined = positions }) => sum + joined.length, 0);
	if (same[0]?.joined)
		return badInput(
			`${count} items go into one file '${key}', but their other parameters differ. Nothing was written.`,
			`Use the same values for all parameters except '${label}', for example without expressions, or use another key.`,
		);
	return badInput(
		`${count} items have the same key '${key}', so they would overwrite each other. Nothing was written.`,
		[
			`Use an expression in '${label}' that gives each item a unique key, such as {{ $json.id }}.json.`,
			...(canJoinItems(operation)
				? ["To store all items in one object, set 'Source' to 'All Items as One File'."]
				: []),
			"To allow this, add the option 'Allow Items With the Same Key'.",
		].join(' '),
	);
};

const grouped = (units: Unit[], nameOf: (params: AnyParams) => string | undefined): Unit[][] => {
	const unitsByName = new Map<string, Unit[]>();
	for (const unit of units) {
		const name = nameOf(unit.params[0] ?? {});
		if (name === undefined) continue;
		const others = unitsByName.get(name);
		if (others) others.push(unit);
		else unitsByName.set(name, [unit]);
	}
	return [...unitsByName.values()].filter(({ length }) => length > 1);
};

const sharing = (units: Unit[], error: Error) => units.map((unit): [Unit, Error] => [unit, error]);

/**
 * Returns the units that would overwrite each other's objects, each with the error that says so. All keys are known before
 * the first request, so nothing is lost.
 */
export const overwritingEachOther = (units: Unit[], operation: Operation): Map<Unit, Error> => {
	const shared = grouped(units, (params) => targetOf(operation, params)).filter((same) =>
		same.some(({ params: [first = {}] }) => replaces(first)),
	);
	return new Map(shared.flatMap((same) => sharing(same, faultOf(operation, same))));
};

/**
 * The same for keys that differ and are one object to servers that keep objects as files. There, even a write on condition
 * that the key is free replaces what was written under the other key at the same time.
 */
export const writingOneFile = (units: Unit[], operation: Operation): Map<Unit, Error> => {
	const { key = '' } = operation.writesTo ?? {};
	const keyOf = (unit?: Unit) => String(unit?.params[0]?.[key]);
	const shared = grouped(units, (params) =>
		targetOf(operation, params) === undefined
			? undefined
			: targetOf(operation, { ...params, [key]: pathOf(String(params[key])) }),
	);
	return new Map(
		shared.flatMap((same) => {
			const other = same.find((unit) => keyOf(unit) !== keyOf(same[0]));
			if (!other) return [];
			const error = badInput(
				`'${keyOf(same[0])}' and '${keyOf(other)}' are the same object on servers that store objects as files, so one would overwrite the other. Nothing was written.`,
				"Use keys without a leading slash, '//', '/./' and '/../'. If this server treats them as different objects, add the option 'Allow Items With the Same Key'.",
			);
			return sharing(same, error);
		}),
	);
};

const isItems = (value: unknown): value is INodeExecutionData[] => Array.isArray(value);

const addressOf = ({ json: { bucket, key } }: INodeExecutionData) => JSON.stringify([bucket, key]);

const isWritten = ({ json: { error, skipped, dryRun } }: INodeExecutionData) => !error && !skipped && !dryRun;

/**
 * The output of this node's previous run, if it runs in a loop.
 * https://docs.n8n.io/code/builtin/output-other-nodes/
 */
const outputBefore = (n8n: IExecuteFunctions): INodeExecutionData[] => {
	const data: Record<string, unknown> = n8n.getWorkflowDataProxy(0);
	const { $runIndex: run, $items: itemsOf } = data;
	if (typeof run !== 'number' || run === 0 || typeof itemsOf !== 'function') return [];
	try {
		const items: unknown = itemsOf(n8n.getNode().name, 0, run - 1);
		return isItems(items) ? items : [];
	} catch {
		// An agent's tool has runs without such output, and no hint is worth a failure after the write.
		return [];
	}
};

/** Returns a hint if the node, in a loop, replaced the object of its previous run. */
export const replacedInLoop = (
	n8n: IExecuteFunctions,
	operation: Operation,
	params: AnyParams[],
	output: INodeExecutionData[],
): string[] => {
	if (!params.some((itemParams) => targetOf(operation, itemParams) !== undefined && replaces(itemParams))) return [];
	const before = new Set(outputBefore(n8n).filter(isWritten).map(addressOf));
	if (before.size === 0) return [];
	const replaced = output.find((item) => isWritten(item) && before.has(addressOf(item)));
	if (!replaced) return [];
	return [
		`The loop replaced '${String(replaced.json.key)}' from its previous round. To keep the object of each round, use an expression in the key, such as {{ $runIndex }}.json.`,
	];
};
