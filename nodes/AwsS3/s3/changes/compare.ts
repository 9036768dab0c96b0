import { compareKeys } from '../list/keyOrder';
import { march } from '../sync/march';
import type { ChangeName, Happening, Modified } from './happenings';
import { happeningsOf, isSame } from './happenings';
import type { Change, Watched, WatchedPages } from './watched';

/** A key with something to report, and what the state has of it once that was reported. */
export interface Reported extends Change {
	happenings: Happening[];
}

/** Which differences are reported, and when. */
export interface Rules {
	events: ReadonlySet<ChangeName>;
	modified: Modified;
	/** Whether the filters accept an object. A deleted one is tested as it was. */
	accepts(object: Watched): boolean;
	/** Whether an object can be reported now; otherwise it is compared again the next time. */
	isReady(object: Watched): boolean;
	/** What the key of an object's done-file has behind that of the object; empty without done-files. */
	doneSuffix: string;
	/** How many keys are reported at most. The others are compared again the next time. */
	limit: number;
	/** The key behind which reporting begins, so that every key has its turn; then comes the beginning. */
	after?: string;
}

/** What a comparison has found. */
export interface Found {
	/** What to report, in the order of the keys. */
	reported: Reported[];
	/** Differences that are not to be reported, for the state. */
	unreported: Change[];
	/** How many keys wait for the next time: for their turn, to settle, or for their done-file. */
	waiting: number;
	/** Where reporting begins the next time, if not at the beginning. */
	after?: string;
}

/** The first `limit` keys behind one, then those up to it. Forgets what can have no turn, so that a long backlog takes no memory. */
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

/** Passes on what waits for a done-file, once that has come by. Its key is behind that of its object. */
const doneFiles = (suffix: string, release: (one: Reported) => void) => {
	const waiting: Waiting = new Map();
	let missed = 0;
	return {
		isDoneFile: (key: string) => suffix !== '' && key.endsWith(suffix),
		wait: (one: Reported & { entry: Watched }) => void waiting.set(one.key + suffix, one),
		/** Takes note of an object that is there. */
		pass: ({ key, lastModified, isDeleteMarker }: Watched) => {
			const one = waiting.get(key);
			if (!one || isDeleteMarker) return;
			waiting.delete(key);
			// One that is older than the object belongs to what was there before.
			if (lastModified >= one.entry.lastModified) release(one);
			else missed++;
		},
		missing: () => waiting.size + missed,
	};
};

/**
 * Compares the state with the listing, key by key. Changes nothing: the caller reports the results, then applies their
 * changes to the state. Events that must wait are not among them, so the next comparison finds them again.
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
		const happenings = isWanted ? happeningsOf(before, now, modified).filter(({ event }) => events.has(event)) : [];
		if (happenings.length === 0) unreported.push({ key, entry: now });
		else if (!now || now.isDeleteMarker) turns.add({ key, entry: now, happenings });
		else if (!isReady(now)) unready++;
		else if (doneSuffix !== '') done.wait({ key, entry: now, happenings });
		else turns.add({ key, entry: now, happenings });
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

/** What is known after changes: those win. */
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
