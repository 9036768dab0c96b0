import { field } from '../field';

export const returnAll = field({
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
});

export const limit = field({
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	displayOptions: { show: { returnAll: [false] } },
	default: 50,
	description: 'Max number of results to return',
});

export const simplify = field({
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
});

/** The items up to 'Limit', or all. Requests no page after the last item that it yields. */
export async function* limited<T>(
	all: AsyncIterable<T>,
	{ returnAll: isAll, limit: most = Infinity }: { returnAll: boolean; limit?: number },
): AsyncGenerator<T> {
	let left = isAll ? Infinity : most;
	for await (const one of all) {
		yield one;
		if (--left <= 0) return;
	}
}
