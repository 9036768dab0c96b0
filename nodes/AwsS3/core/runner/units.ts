import type { AnyParams } from '../field';
import type { Operation } from '../operation';

/** What one call of the operation handles: one item, one batch, or several items that are joined into one. */
export interface Unit {
	/** Indexes of the items that have separate results. */
	positions: number[];
	params: AnyParams[];
	/** Indexes of all items behind the one result, if they are joined. */
	joined?: number[];
	/** The parameters of each of these. */
	joinedParams?: AnyParams[];
}

type Batch = NonNullable<Operation['batch']>;

const batchesOf = (positions: number[], params: AnyParams[], { size, together }: Batch): Unit[] => {
	const full: Unit[] = [];
	const open = new Map<string, Unit>();
	positions.forEach((position, index) => {
		const itemParams = params[index] ?? {};
		const batchKey = together(itemParams);
		const unit = open.get(batchKey) ?? { positions: [], params: [] };
		unit.positions.push(position);
		unit.params.push(itemParams);
		open.set(batchKey, unit);
		if (unit.positions.length < size) return;
		full.push(unit);
		open.delete(batchKey);
	});
	return [...full, ...open.values()];
};

/** The unit of each item, except of those that join the unit of an earlier one. */
const joinedUnits = (positions: number[], params: AnyParams[], together: Operation['together']): Unit[] => {
	const joinedByName = new Map<string, Unit>();
	return positions.flatMap((position, index) => {
		const itemParams = params[index] ?? {};
		const unit: Unit = { positions: [position], params: [itemParams] };
		const name = together?.(itemParams);
		if (name === undefined) return [unit];
		const joined = joinedByName.get(name);
		joined?.joined?.push(position);
		joined?.joinedParams?.push(itemParams);
		if (joined) return [];
		Object.assign(unit, { joined: [position], joinedParams: [itemParams] });
		joinedByName.set(name, unit);
		return [unit];
	});
};

/** Divides the items into units: batches or joined items where the operation has them, else each item alone. */
export const intoUnits = (positions: number[], params: AnyParams[], { batch, together }: Operation): Unit[] =>
	batch ? batchesOf(positions, params, batch) : joinedUnits(positions, params, together);
