import { compareKeys } from '../list/compareKeys';
import { march } from '../pairs/march';
import type { ChangeName, KeyEvent, Modified } from './keyEvents';
import { keyEventsOf, isSame } from './keyEvents';
import type { Change, Watched, WatchedPages } from './watchedObject';

/** A key to report: its events, and its entry in the state afterwards. */
export interface Reported extends Change {
	keyEvents: KeyEvent[];
}

/** Which differences to report, and when. */
export interface Rules {
	events: ReadonlySet<ChangeName>;
	modified: Modified;
	/** Whether the filters accept an object. A deleted one is tested as it was. */
	accepts(object: Watched): boolean;
	/** Whether to report an object now. If not, the next poll compares it again. */
	isReady(object: Watched): boolean;
	/** What follows the key of an object in the key of its done-file. Empty without done-files. */
	doneSuffix: string;
	/** The maximum number of keys to report. The next poll compares the others again. */
	limit: number;
	/** The key after which to start reporting, so that every key has its turn. The keys up to it come last. */
	after?: string;
}

/** The result of a comparison. */
export interface Found {
	/** The keys to report, in their order. */
	reported: Reported[];
	/** Differences to record in the state without a report. */
	unreported: Change[];
	/** How many keys wait for a later poll: for their turn, their minimum age, or their done-file. */
	waiting: number;
	/** The key after which the next poll starts reporting, if not with the first one. */
	after?: string;
}

/** Collects the first `limit` keys after a key, then those up to it. Only counts the others, so a long backlog takes no memory. */
const turnsOf = (limit: number, after?: string) => {
	const behind: Reported[] = [];
	const others: Reported[] = [];
	let count = 0;
	const add = (one: Reported) => {
		count++;
		const list = after === undefined || compareKeys(one.key, after) > 0 ? behind : others;
		if (list.length < limit) list.push(one);
	};
	const taken = () => [...behind, ...others].slice(0, limit);
	return { add, taken, count: () => count };
};

type Waiting = Map<string, Reported & { entry: Watched }>;

/** Holds objects back until their done-file is listed, which comes after them in the order of keys. */
const doneFiles = (suffix: string, release: (one: Reported) => void) => {
	const waiting: Waiting = new Map();
	let missed = 0;
	return {
		isDoneFile: (key: string) => suffix !== '' && key.endsWith(suffix),
		wait: (one: Reported & { entry: Watched }) => void waiting.set(one.key + suffix, one),
		/** Releases the object whose done-file this is. */
		pass: ({ key, lastModified, isDeleteMarker }: Watched) => {
			const one = waiting.get(key);
			if (!one || isDeleteMarker) return;
			waiting.delete(key);
			// A done-file older than the object belongs to earlier content.
			if (lastModified >= one.entry.lastModified) release(one);
			else missed++;
		},
		missing: () => waiting.size + missed,
	};
};

/**
 * Compares the known objects with the listed ones, key by key. Changes nothing: the caller applies the changes to the state
 * once it has reported them. Keys that wait are not among these changes, so the next poll finds them again.
 */
export const compare = async (known: WatchedPages, listing: WatchedPages, rules: Rules): Promise<Found> => {
	const { events, modified, accepts, isReady, doneSuffix, limit } = rules;
	const unreported: Change[] = [];
	const turns = turnsOf(limit, rules.after);
	const done = doneFiles(doneSuffix, turns.add);
	let unready = 0;
	const look = (key: string, before?: Watched, now?: Watched) => {
		if (before && now && isSame(before, now)) return;
		const object = now && !now.isDeleteMarker ? now : (before ?? now);
		const isWanted = object !== undefined && !done.isDoneFile(key) && accepts(object);
		const keyEvents = isWanted ? keyEventsOf(before, now, modified).filter(({ event }) => events.has(event)) : [];
		if (keyEvents.length === 0) unreported.push({ key, entry: now });
		else if (!now || now.isDeleteMarker) turns.add({ key, entry: now, keyEvents });
		else if (!isReady(now)) unready++;
		else if (doneSuffix !== '') done.wait({ key, entry: now, keyEvents });
		else turns.add({ key, entry: now, keyEvents });
	};
	for await (const pairs of march(listing, known)) {
		for (const { key, source, destination } of pairs) {
			look(key, destination, source);
			if (source) done.pass(source);
		}
	}
	const taken = turns.taken();
	const left = turns.count() - taken.length;
	return {
		reported: [...taken].sort((a, b) => compareKeys(a.key, b.key)),
		unreported,
		waiting: left + unready + done.missing(),
		...(left > 0 && { after: taken.at(-1)?.key }),
	};
};

async function* onePage<T>(page: T[]): AsyncGenerator<T[]> {
	if (page.length > 0) yield page;
}

/** The known objects with changes applied. */
export async function* withChanges(known: WatchedPages, changes: readonly Change[]): AsyncGenerator<Watched[]> {
	if (changes.length === 0) {
		yield* known;
		return;
	}
	async function* asChanges(): AsyncGenerator<Change[]> {
		for await (const page of known) yield page.map((entry) => ({ key: entry.key, entry }));
	}
	const sorted = [...changes].sort((a, b) => compareKeys(a.key, b.key));
	for await (const pairs of march<Change>(onePage(sorted), asChanges())) {
		const page = pairs.flatMap(({ source, destination }) => (source ?? destination)?.entry ?? []);
		if (page.length > 0) yield page;
	}
}
