import type { AnyParams } from '../field';
import type { Operation } from '../operation';

/** The items that one call of the operation handles: one item, or one batch. */
export interface Unit {
	/** Indexes of its items in the input. */
	positions: number[];
	params: AnyParams[];
}

/** Groups items into batches if the operation supports batches. Otherwise each item is a unit of its own. */
export const intoBatches = (positions: number[], params: AnyParams[], { batch }: Operation): Unit[] => {
	if (!batch) return positions.map((position, index) => ({ positions: [position], params: [params[index] ?? {}] }));
	const full: Unit[] = [];
	const open = new Map<string, Unit>();
	positions.forEach((position, index) => {
		const itemParams = params[index] ?? {};
		const batchKey = batch.together(itemParams);
		const unit = open.get(batchKey) ?? { positions: [], params: [] };
		unit.positions.push(position);
		unit.params.push(itemParams);
		open.set(batchKey, unit);
		if (unit.positions.length < batch.size) return;
		full.push(unit);
		open.delete(batchKey);
	});
	return [...full, ...open.values()];
};
