import { keyFault } from '../address';
import { listPages } from '../list/list';
import { numberedName, renamedNumber, unlessTaken } from '../write/freeKey';
import type { Entry } from './march';
import type { Side } from './sides';
import { entryOf } from './sides';

/** The objects of a side that have the name of a key with a number, such as `report (2).pdf`, by number. */
export const numberedIn = async (side: Side, key: string): Promise<Map<number, Entry>> => {
	const full = side.prefix + key;
	const found = new Map<number, Entry>();
	const { before } = numberedName(full);
	for await (const { objects } of listPages(side.s3, { Bucket: side.bucket, Prefix: before }))
		for (const object of objects) {
			const number = renamedNumber(object.Key, full);
			if (number !== undefined) found.set(number, entryOf(side, object));
		}
	return found;
};

/**
 * Runs `write` with the first numbered name of a key that neither side has, and with the next one if another program
 * takes it. The source's own numbered objects keep their names for themselves. Throws if the name does not fit into a
 * key.
 */
export const withNumber = async <T>(
	{ from, to }: { from?: Side; to: Side },
	key: string,
	write: (key: string) => Promise<T>,
): Promise<T> => {
	const taken = await Promise.all([from, to].map(async (side) => (side ? await numberedIn(side, key) : new Map())));
	for (let number = 2; ; number++) {
		if (taken.some((numbers) => numbers.has(number))) continue;
		const full = numberedName(to.prefix + key).with(number);
		if (keyFault(full) !== undefined) throw new Error(`Found no free name for '${to.prefix + key}'`);
		const written = await unlessTaken(write(full.slice(to.prefix.length)));
		if (written) return written.result;
	}
};
