/** How keys change on their way, in the order in which it is applied. */
export interface KeyMapping {
	/** What keys lose that begin with it. */
	stripPrefix?: string;
	/** Replaces parts of a key. */
	replace?: (key: string) => string;
	isLowerCase?: boolean;
	/** The text that replaces slashes. */
	flattenWith?: string;
	/** What comes before all keys. */
	prepend?: string;
}

/** A mapping that is ready to use. */
export interface KeyMap {
	map: (key: string) => string;
	/** Whether mapped keys are in the order of the originals. */
	keepsOrder: boolean;
	/** All originals that a mapped key may have. Absent if the mapping does not lead back. */
	originals?: (mapped: string) => string[];
}

const stripped = (key: string, prefix: string) => (key.startsWith(prefix) ? key.slice(prefix.length) : key);

/** The keys without the prefix keep their places among others that lose it, so the order is another one. */
const originalsOf = (mapped: string, { stripPrefix = '', prepend = '' }: KeyMapping): string[] => {
	if (!mapped.startsWith(prepend)) return [];
	const key = mapped.slice(prepend.length);
	if (stripPrefix === '') return [key];
	return [stripPrefix + key, key].filter((original) => stripped(original, stripPrefix) === key);
};

/** The map of keys below the prefixes of both sides; undefined if all keys stay. */
export const keyMapOf = (mapping: KeyMapping): KeyMap | undefined => {
	const { stripPrefix = '', replace, isLowerCase = false, flattenWith, prepend = '' } = mapping;
	const leadsBack = !replace && !isLowerCase && flattenWith === undefined;
	if (leadsBack && stripPrefix === '' && prepend === '') return undefined;
	const map = (original: string) => {
		let key = stripped(original, stripPrefix);
		if (replace) key = replace(key);
		if (isLowerCase) key = key.toLowerCase();
		if (flattenWith !== undefined) key = key.replaceAll('/', () => flattenWith);
		return prepend + key;
	};
	return {
		map,
		keepsOrder: leadsBack && stripPrefix === '',
		...(leadsBack && { originals: (mapped: string) => originalsOf(mapped, mapping) }),
	};
};
