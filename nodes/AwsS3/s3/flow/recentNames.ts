/** A set of names that forgets those that were not used for the longest time once it has more than `max`. */
export const recentNames = (max: number) => {
	const names = new Set<string>();
	const add = (name: string) => {
		names.delete(name);
		names.add(name);
		const [oldest] = names;
		if (names.size > max && oldest !== undefined) names.delete(oldest);
	};
	return {
		add,
		/** Whether a name is there; using it keeps it longer. */
		has: (name: string) => {
			const isThere = names.has(name);
			if (isThere) add(name);
			return isThere;
		},
	};
};
