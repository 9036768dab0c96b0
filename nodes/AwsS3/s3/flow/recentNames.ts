/** A map or set, which both have their names in the order in which they were added. */
type Names = Pick<Map<string, unknown>, 'size' | 'keys' | 'delete'>;

/** Forgets the name that was added first, once there are more than `max`. */
export const forgetOldest = (names: Names, max: number): void => {
	const [oldest] = names.keys();
	if (names.size > max && oldest !== undefined) names.delete(oldest);
};

/** A set of names that forgets those that were not used for the longest time once it has more than `max`. */
export const recentNames = (max: number) => {
	const names = new Set<string>();
	const add = (name: string) => {
		names.delete(name);
		names.add(name);
		forgetOldest(names, max);
	};
	return {
		add,
		delete: (name: string) => names.delete(name),
		/** Whether a name is there; using it keeps it longer. */
		has: (name: string) => {
			const isThere = names.has(name);
			if (isThere) add(name);
			return isThere;
		},
	};
};
