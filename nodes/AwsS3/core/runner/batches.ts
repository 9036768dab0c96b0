import type { AnyParams } from '../field';
import type { Operation } from '../operation';

/** The work on one item, or on as many as one request can take. */
export interface Unit {
	/** Positions of its items among all of them. */
	positions: number[];
	params: AnyParams[];
}

/** Puts items together that one request can serve, as the operation says; without a word of it each stands alone. */
export const intoBatches = (positions: number[], params: AnyParams[], { batch }: Operation): Unit[] => {
	if (!batch) return positions.map((position, index) => ({ positions: [position], params: [params[index] ?? {}] }));
	const full: Unit[] = [];
	const open = new Map<string, Unit>();
	positions.forEach((position, index) => {
		const own = params[index] ?? {};
		const id = batch.together(own);
		const unit = open.get(id) ?? { positions: [], params: [] };
		unit.positions.push(position);
		unit.params.push(own);
		open.set(id, unit);
		if (unit.positions.length < batch.size) return;
		full.push(unit);
		open.delete(id);
	});
	return [...full, ...open.values()];
};
