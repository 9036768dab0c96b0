/** A hash of 48 bits in two numbers, because JavaScript calculates with 32. */
export interface Hash {
	/** 32 bits. */
	high: number;
	/** 16 bits. */
	low: number;
}

/** The state of a hash while text is added to it. */
interface HashState {
	first: number;
	second: number;
}

/** Where each hash begins: FNV's offset, and the same bits turned. */
export const emptyHash: HashState = { first: 0x811c9dc5, second: 0x1c9dc581 };

/**
 * Adds the characters of a text from an index up to another one. The state may be read in between, so that one pass gives
 * the hashes of all folders of a path.
 */
export const addText = (state: HashState, text: string, from: number, to: number): void => {
	let { first, second } = state;
	for (let index = from; index < to; index++) {
		const unit = text.charCodeAt(index);
		first = Math.imul(first ^ unit, 0x01000193);
		second = Math.imul(second ^ unit, 0x2c1b3c6d);
		second = (second << 13) | (second >>> 19);
	}
	state.first = first;
	state.second = second;
};

const mixed = (value: number) => {
	const once = Math.imul(value ^ (value >>> 16), 0x7feb352d);
	const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b);
	return (twice ^ (twice >>> 16)) >>> 0;
};

/** The hash of what was added so far. Never 0 in its high half, which stands for an empty slot. */
export const hashOf = ({ first, second }: HashState): Hash => ({
	high: mixed(first) || 1,
	low: mixed(second) & 0xffff,
});

/** A hash as one number, for maps. */
export const asNumber = ({ high, low }: Hash) => high * 0x10000 + low;

/** Each slot takes 6 bytes, and at most three of four are taken: 8 to 16 bytes a hash. */
export const bytesPerSlot = 6;

const firstSlots = 1024;

/** Which hashes a set looks at: those of one slice of `slices`, a power of 2. */
export interface Slice {
	slice: number;
	slices: number;
}

/**
 * A set of hashes in typed arrays. It grows up to `maxSlots`, a power of 2; beyond that a first slice keeps only half of the
 * hashes, again and again, and says in how many slices the rest has to be looked at.
 */
export const hashSet = (maxSlots: number, { slice, slices: given }: Slice = { slice: 0, slices: 1 }) => {
	let slices = given;
	let slots = Math.min(firstSlots, maxSlots);
	let highs = new Uint32Array(slots);
	let lows = new Uint16Array(slots);
	let size = 0;

	/** Puts a hash where it belongs; false if it is there. */
	const put = (high: number, low: number) => {
		let at = high & (slots - 1);
		while (highs[at] !== 0) {
			if (highs[at] === high && lows[at] === low) return false;
			at = (at + 1) & (slots - 1);
		}
		highs[at] = high;
		lows[at] = low;
		size++;
		return true;
	};

	/** Makes room: more slots, or half of the hashes. A later slice is as large as the first and must keep all its hashes. */
	const makeRoom = () => {
		const [oldHighs, oldLows] = [highs, lows];
		if (slots < maxSlots || slice > 0) slots *= 2;
		else slices *= 2;
		highs = new Uint32Array(slots);
		lows = new Uint16Array(slots);
		size = 0;
		oldHighs.forEach((high, at) => {
			const low = oldLows[at] ?? 0;
			if (high !== 0 && (low & (slices - 1)) === slice) put(high, low);
		});
	};

	return {
		/** Adds a hash of the slice; true if it was there already. */
		seen: ({ high, low }: Hash): boolean => {
			if ((low & (slices - 1)) !== slice) return false;
			if (!put(high, low)) return true;
			if (size * 4 > slots * 3) makeRoom();
			return false;
		},
		/** Whether a hash was added. False for one that is not of the slice. */
		has: ({ high, low }: Hash): boolean => {
			let at = high & (slots - 1);
			while (highs[at] !== 0) {
				if (highs[at] === high && lows[at] === low) return true;
				at = (at + 1) & (slots - 1);
			}
			return false;
		},
		/** In how many slices all hashes have to be looked at. */
		slices: () => slices,
		/** In bytes. */
		memory: () => slots * bytesPerSlot,
	};
};
