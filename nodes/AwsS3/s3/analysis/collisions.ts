import { addText, asNumber, emptyHash, hashOf, hashSet } from './hashSet';
import type { Hash, Slice } from './hashSet';
import type { TargetRules } from './targetRules';
import { foldedFor } from './targetRules';

/**
 * Finds paths that a target takes for one. They need not be adjacent: between `A.txt` and `a.txt` the order of bytes has all
 * of `B` to `Z`. So the hashes of all paths are kept, of files and of each folder once, and paths whose hash comes twice are
 * compared in a second look at the same listing.
 */

export type CollisionId = 'caseCollision' | 'fileAndFolder' | 'mergedFolders' | 'unicodeCollision';

/** Two paths that become one. Folders end with a slash. */
export interface Collision {
	id: CollisionId;
	path: string;
	other: string;
}

/** Lists the paths again, in pages, in the order of their bytes. */
type Look = () => AsyncIterable<string[]>;

/** Each slot takes 6 bytes: 48 MiB, for up to 6 million paths in one look. */
const defaultMaxSlots = 2 ** 23;

/** The number of paths that the second look compares; each takes its text and about 200 bytes. */
const defaultMaxCompared = 20_000;

const slash = 47;

/** How many folders two paths share. Compares as far as both are the same. */
const sharedFolders = (path: string, previous: string) => {
	let folders = 0;
	for (let index = 0; index < path.length && path.charCodeAt(index) === previous.charCodeAt(index); index++)
		if (path.charCodeAt(index) === slash) folders++;
	return folders;
};

/** Calls back with the hash of each folder that is not among the first `known`, and of the file; `folders` counts its folders. */
const forEachHash = (folded: string, known: number, visit: (hash: Hash, folders: number, isFile: boolean) => void) => {
	const state = { ...emptyHash };
	let from = 0;
	let folders = 0;
	for (let to = folded.indexOf('/'); to >= 0; to = folded.indexOf('/', from)) {
		addText(state, folded, from, to);
		folders++;
		if (folders > known) visit(hashOf(state), folders, false);
		addText(state, '/', 0, 1);
		from = to + 1;
	}
	if (from === folded.length) return;
	addText(state, folded, from, folded.length);
	visit(hashOf(state), folders, true);
};

/** The folder of a path with this number of folders, with its slash. */
const folderOf = (path: string, folders: number) => `${path.split('/').slice(0, folders).join('/')}/`;

const isFolder = (path: string) => path.endsWith('/');

const withoutSlash = (path: string) => (isFolder(path) ? path.slice(0, -1) : path);

/** What is wrong about paths that a target takes for one, each with the first of its kind. */
function* collisionsAmong(paths: string[]): Generator<Collision> {
	const [file, ...files] = paths.filter((path) => !isFolder(path));
	const [folder, ...folders] = paths.filter(isFolder);
	for (const path of files) {
		const isSameText = file?.normalize('NFC') === path.normalize('NFC');
		yield { id: isSameText ? 'unicodeCollision' : 'caseCollision', path, other: file ?? '' };
	}
	for (const path of folders) yield { id: 'mergedFolders', path, other: folder ?? '' };
	if (file !== undefined && folder !== undefined) yield { id: 'fileAndFolder', path: file, other: folder };
}

/** Groups what has one hash by what it is to the target: hashes may be the same by chance. */
const groupsOf = (paths: Iterable<string>, rules: TargetRules) => {
	const groups = new Map<string, string[]>();
	for (const path of paths) {
		const name = foldedFor(withoutSlash(path), rules);
		const group = groups.get(name);
		if (group) group.push(path);
		else groups.set(name, [path]);
	}
	return [...groups.values()].filter((group) => group.length > 1);
};

interface Bounds {
	maxSlots?: number;
	maxCompared?: number;
}

/**
 * Collects paths in the order of their bytes with `see`; then `found` yields what collides. Memory: 8 to 16 bytes for each file
 * and folder, up to three quarters of `maxSlots`; beyond that one more look at the listing for each further half of it, or more.
 */
export const collisionFinder = (rules: TargetRules, bounds: Bounds = {}) => {
	const { maxSlots = defaultMaxSlots, maxCompared = defaultMaxCompared } = bounds;
	const first = hashSet(maxSlots);
	const repeated = new Set<number>();
	let isComplete = true;

	const collector = (set: ReturnType<typeof hashSet>) => {
		let previous = '';
		return (path: string) => {
			forEachHash(foldedFor(path, rules), sharedFolders(path, previous), (hash) => {
				if (!set.seen(hash)) return;
				if (repeated.size < maxCompared) repeated.add(asNumber(hash));
				else if (!repeated.has(asNumber(hash))) isComplete = false;
			});
			previous = path;
		};
	};

	const lookAgain = async (look: Look, slice: Slice) => {
		const collect = collector(hashSet(maxSlots, slice));
		for await (const page of look()) for (const path of page) collect(path);
	};

	/** The paths of each hash that came twice. */
	const repeatedPaths = async (look: Look) => {
		const pathsByHash = new Map<number, Set<string>>();
		let compared = 0;
		let previous = '';
		const keep = (path: string) =>
			forEachHash(foldedFor(path, rules), sharedFolders(path, previous), (hash, folders, isFile) => {
				const number = asNumber(hash);
				if (!repeated.has(number)) return;
				const paths = pathsByHash.get(number) ?? new Set();
				pathsByHash.set(number, paths);
				// Twice as many, because each has a counterpart.
				if (compared >= 2 * maxCompared) isComplete = false;
				else paths.add(isFile ? path : folderOf(path, folders));
				compared++;
			});
		for await (const page of look()) {
			for (const path of page) {
				keep(path);
				previous = path;
			}
		}
		return pathsByHash;
	};

	return {
		see: collector(first),
		/** Yields the collisions of what was seen. Lists it again only if a hash came twice, or if the set was too small. */
		async *found(look: Look): AsyncGenerator<Collision> {
			const slices = first.slices();
			for (let slice = 1; slice < slices; slice++) await lookAgain(look, { slice, slices });
			if (repeated.size === 0) return;
			for (const paths of (await repeatedPaths(look)).values())
				for (const group of groupsOf(paths, rules)) yield* collisionsAmong(group);
		},
		/** False if there are more collisions than were compared. */
		isComplete: () => isComplete,
		/** In bytes, without the paths that are compared. */
		memory: first.memory,
	};
};

/**
 * Finds a file that has the name of a folder, in a target that keeps both: returns such a file with the first path in the
 * folder, when that comes. Needs no memory, because keys that begin with the file follow it.
 */
export const folderTwins = () => {
	let open: Array<{ path: string; isReported: boolean }> = [];
	return (path: string): Collision[] => {
		open = open.filter((file) => path.startsWith(file.path));
		const twins = open.filter((file) => !file.isReported && path.charCodeAt(file.path.length) === slash);
		for (const twin of twins) twin.isReported = true;
		if (!isFolder(path)) open.push({ path, isReported: false });
		return twins.map((twin) => ({ id: 'fileAndFolder', path: twin.path, other: `${twin.path}/` }));
	};
};
