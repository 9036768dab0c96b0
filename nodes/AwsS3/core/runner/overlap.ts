import { badInput } from '../errors/badInput';
import type { AnyParams } from '../field';
import { withSlash } from '../fields/folders';
import { givesItems, goesElsewhere } from '../objectFields/destination';
import type { Operation, Place } from '../operation';
import { allowsSameKey, replaces } from './sameKey';
import type { Unit } from './units';

/** An object, or a folder, that a unit copies or writes. */
interface Spot {
	unit: Unit;
	bucket: string;
	path: string;
	isFolder: boolean;
}

const spotOf = (unit: Unit, params: AnyParams, { bucket, key, isFolder, isPrefix }: Place): Spot => {
	const path = String(params[key]);
	const at = { unit, bucket: String(params[bucket]) };
	return { ...at, path: isFolder ? withSlash(path) : path, isFolder: Boolean(isFolder ?? isPrefix) };
};

const touches = (one: Spot, other: Spot) =>
	one.unit !== other.unit &&
	one.bucket === other.bucket &&
	(one.isFolder ? one.path.startsWith(other.path) || other.path.startsWith(one.path) : one.path === other.path);

/**
 * Each spot that touches another one, with the first of these. Looks up objects by name, and compares folders, which
 * are few.
 */
const touching = (some: Spot[], others: Spot[]): Array<[Spot, Spot]> => {
	const nameOf = ({ bucket, path, isFolder }: Spot) => (isFolder ? '' : JSON.stringify([bucket, path]));
	const byName = new Map<string, Spot[]>();
	for (const other of others) {
		const same = byName.get(nameOf(other));
		if (same) same.push(other);
		else byName.set(nameOf(other), [other]);
	}
	return some.flatMap((one) => {
		const other = byName.get(nameOf(one))?.find((candidate) => touches(one, candidate));
		return other ? [[one, other] satisfies [Spot, Spot]] : [];
	});
};

const oneByOne = "Run the items one after another, in a 'Loop Over Items' node with a batch size of 1";

const faultOf = (written: Spot, other: Spot, isRead: boolean) =>
	isRead
		? badInput(
				`One item replaces '${written.path}' while another item copies '${other.path}', which could lose data. Nothing was written.`,
				`${oneByOne}, in an order that copies each object before another item replaces it. Or use different keys.`,
			)
		: badInput(
				`Two items write to '${other.path}' and could replace each other's objects. Nothing was written.`,
				`Set 'If Exists' to 'Fail', 'Rename' or 'Skip', or use a separate folder for each item. To let later items replace earlier ones: ${oneByOne}.`,
			);

/**
 * Returns the units that would replace what other units copy or move, and folders that would replace each other's
 * objects, each with its error. Units run in parallel, so the result would be random.
 */
export const overlapping = (units: Unit[], { writesTo, copiesFrom }: Operation): Map<Unit, Error> => {
	if (!writesTo || !copiesFrom || units.length < 2) return new Map();
	const all = units
		.map((unit) => ({ unit, params: unit.params[0] ?? {} }))
		.filter(({ params }) => !allowsSameKey(params));
	const written = all
		.filter(({ params }) => replaces(params) && !givesItems(params))
		.map(({ unit, params }) => spotOf(unit, params, writesTo));
	const copied = all
		.filter(({ params }) => !goesElsewhere(params))
		.map(({ unit, params }) => spotOf(unit, params, copiesFrom));
	const pairs = [
		...touching(written, copied).map(([one, other]) => ({ one, other, isRead: true })),
		...((writesTo.isFolder ?? writesTo.isPrefix) ? touching(written, written) : []).map(([one, other]) => ({
			one,
			other,
			isRead: false,
		})),
	];
	return new Map(
		pairs.flatMap(({ one, other, isRead }) => {
			const error = faultOf(one, other, isRead);
			return [one, other].map(({ unit }): [Unit, Error] => [unit, error]);
		}),
	);
};
