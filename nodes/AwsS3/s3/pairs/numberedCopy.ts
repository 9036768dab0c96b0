import { listPages } from '../list/list';
import { numberedKeys, numberedName, renamedNumber, withFirstFree } from '../write/numberedKey';
import type { Entry } from './march';
import type { Side } from './sides';
import { entryOf, objectAt } from './sides';

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
 * Runs `write` with the first numbered name of a key that neither side has, and with the next one if another program takes it.
 * The source's own numbered objects keep their names for themselves; `original` is the key there, if that is another one. See
 * `withFirstFree`.
 */
export const withNumber = async <T>(
	{ from, to, original }: { from?: Side; to: Side; original?: string },
	key: string,
	write: (key: string) => Promise<T>,
): Promise<T> => {
	const taken = await Promise.all([numberedIn(to, key), ...(from ? [numberedIn(from, original ?? key)] : [])]);
	const at = objectAt(to, key);
	const keys = numberedKeys(at.key, (number) => taken.some((numbers) => numbers.has(number)));
	return await withFirstFree(to.s3, at, keys, async (full) => await write(full.slice(to.prefix.length)));
};
