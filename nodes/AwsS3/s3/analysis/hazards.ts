import { isArchivedClass } from '../storageClass';
import type { CollisionId } from './collisions';
import { collisionFinder, folderTwins } from './collisions';
import type { TargetRules, TargetSystem } from './targetRules';
import { targetRules } from './targetRules';

/**
 * What may go wrong when objects are written to a target, found before anything is written: the table below. Pure: keys come
 * in the order of a listing, hazards go out.
 */

/** What happens to the object: the target refuses it, merges it with another or renames it, or keeps it as it is. */
export type Severity = 'refused' | 'changed' | 'kept';

/** An object to look at. */
interface Candidate {
	key: string;
	/** The path that it gets at the target. */
	path: string;
	/** In bytes. */
	size?: number;
	storageClass?: string;
	/** Whether it was found that its encryption keeps it from being read. */
	isUnreadable?: boolean;
}

interface Subject extends Candidate {
	size: number;
	/** The folders and the name. */
	names: string[];
	rules: TargetRules;
	maxDepth: number;
}

/** One kind of hazard. */
interface HazardKind {
	id: string;
	/** What it is, for people. */
	title: string;
	/** What to do about it. */
	advice: string;
	/** The targets for which it is a hazard. */
	targets: Partial<Record<TargetSystem, Severity>>;
	/** Whether an object has it. Without it, other objects have to be known as well. */
	test?: (subject: Subject) => boolean;
}

const everywhere = (severity: Severity) => ({
	s3: severity,
	caseInsensitive: severity,
	sharePoint: severity,
	windows: severity,
});

const inFileSystems = (severity: Severity) => ({
	caseInsensitive: severity,
	sharePoint: severity,
	windows: severity,
});

/** Folders and name, except those that are empty or dots, which are separate hazards. */
const realNames = ({ names }: Subject) => names.filter((name) => !/^\.{0,2}$/.test(name));

const isFolderKey = (path: string) => path.endsWith('/');

/** The kinds of hazards, in the order in which they are shown. The ids are a promise. */
export const hazardKinds = [
	{
		id: 'destinationInside',
		title: 'Destination inside the source',
		advice: 'Choose a prefix outside of it, or another bucket. Otherwise each run would copy the copies again.',
		targets: { s3: 'refused' },
	},
	{
		id: 'caseCollision',
		title: 'Names that differ only in case',
		advice:
			'Rename all but one, or copy them to separate folders. At the target, the last one would replace the others.',
		targets: inFileSystems('changed'),
	},
	{
		id: 'unicodeCollision',
		title: 'Names that differ only in Unicode form',
		advice: 'Rename all but one. At the target, the last one would replace the others.',
		targets: { caseInsensitive: 'changed', sharePoint: 'changed' },
	},
	{
		id: 'fileAndFolder',
		title: 'File and folder with the same name',
		advice: 'Rename the file, for example with an extension. A file system cannot have both.',
		targets: { ...inFileSystems('refused'), s3: 'kept' },
	},
	{
		id: 'mergedFolders',
		title: 'Folders that differ only in case or Unicode form',
		advice: 'Rename one of them to keep their files separate. At the target, they become one folder.',
		targets: inFileSystems('changed'),
	},
	{
		id: 'doubleSlash',
		title: 'Double slash (folder without a name)',
		advice: 'Copy them without the empty folder name. File systems drop it.',
		targets: { ...inFileSystems('changed'), s3: 'kept' },
		test: ({ path }) => path.includes('//'),
	},
	{
		id: 'leadingSlash',
		title: 'Leading slash',
		advice: 'Remove the slash when copying. File systems drop it, or start at the root of the disk.',
		targets: { ...inFileSystems('changed'), s3: 'kept' },
		test: ({ path }) => path.startsWith('/'),
	},
	{
		id: 'dotSegment',
		title: 'Folder or file named . or ..',
		advice: 'Rename it. In file systems, it means this folder or the one above, so files would end up elsewhere.',
		targets: { ...inFileSystems('refused'), s3: 'kept' },
		test: ({ names }) => names.includes('.') || names.includes('..'),
	},
	{
		id: 'forbiddenCharacters',
		title: 'Characters that the target does not allow',
		advice: 'Rename them, for example with _ instead of these characters.',
		targets: inFileSystems('refused'),
		test: ({ path, rules }) => rules.forbidden?.test(path) === true,
	},
	{
		id: 'avoidedCharacters',
		title: 'Characters that AWS recommends avoiding',
		advice: 'S3 accepts them. Rename only if other programs that read these objects cannot handle them.',
		targets: { s3: 'kept' },
		test: ({ path, rules }) => rules.avoided?.test(path) === true,
	},
	{
		id: 'reservedName',
		title: 'Names reserved by the target',
		advice: 'Rename the files or folders, such as CON, AUX or desktop.ini.',
		targets: { sharePoint: 'refused', windows: 'refused' },
		test: ({ names, rules }) => names.some((name, depth) => rules.isReserved?.(name, depth) === true),
	},
	{
		id: 'badEdge',
		title: 'Leading or trailing dots or spaces',
		advice: 'Remove them from the name, because the target drops them.',
		targets: { sharePoint: 'refused', windows: 'changed' },
		test: (subject) => realNames(subject).some((name) => subject.rules.badEdge?.test(name) === true),
	},
	{
		id: 'longName',
		title: 'Names that are too long',
		advice: 'Shorten the name of the file or folder. File systems allow 255 characters or bytes.',
		targets: inFileSystems('refused'),
		test: ({ names, rules }) => names.some((name) => rules.lengthOf(name) > (rules.maxName ?? Infinity)),
	},
	{
		id: 'longPath',
		title: 'Paths that are too long, including folders',
		advice: 'Shorten folder names, or copy deep folders separately.',
		targets: everywhere('refused'),
		test: ({ path, rules }) => rules.lengthOf(path) > rules.maxPath,
	},
	{
		id: 'deep',
		title: "Folders nested deeper than 'Max Depth'",
		advice: 'Copy deep folders separately.',
		targets: everywhere('kept'),
		test: ({ names, maxDepth }) => names.length - 1 > maxDepth,
	},
	{
		id: 'tooLarge',
		title: 'Files that are larger than the target allows',
		advice: 'Split or compress them first, or leave them in S3.',
		targets: { s3: 'refused', sharePoint: 'refused' },
		test: ({ size, rules }) => size > rules.maxSize,
	},
	{
		id: 'fullFolder',
		title: 'Folder with content',
		advice:
			'Copy the object to a name without the trailing slash. File systems cannot store content in a folder itself.',
		targets: inFileSystems('refused'),
		test: ({ path, size }) => isFolderKey(path) && size > 0,
	},
	{
		id: 'archived',
		title: 'Archived objects',
		advice:
			"Restore them first with 'Object: Restore From Archive', which takes minutes to days, or exclude them by storage class.",
		targets: everywhere('refused'),
		test: ({ storageClass }) => isArchivedClass(storageClass),
	},
	{
		id: 'unreadable',
		title: 'Objects with an inaccessible encryption key',
		advice: 'Allow the use of the KMS key (kms:Decrypt), or enter the SSE-C key that encrypted them.',
		targets: everywhere('refused'),
		test: ({ isUnreadable = false }) => isUnreadable,
	},
] as const satisfies readonly HazardKind[];

export type HazardId = (typeof hazardKinds)[number]['id'];

/** A hazard that was found. */
export interface Hazard {
	id: HazardId;
	/** The path at the target, which ends with a slash if it is a folder. */
	path: string;
	/** The key of the object; absent if the hazard is not of one object. */
	key?: string;
	/** In bytes. */
	size?: number;
	/** The path that it collides with. */
	other?: string;
}

/** The kind of a hazard. */
export const hazardKind = (id: HazardId): HazardKind => {
	const kinds: HazardKind[] = [...hazardKinds];
	return kinds.find((kind) => kind.id === id) ?? { id, title: id, advice: '', targets: {} };
};

/** What happens to an object with this hazard at a target; undefined if it is no hazard there. */
export const severityAt = (id: HazardId, target: TargetSystem): Severity | undefined => hazardKind(id).targets[target];

/** Whether the destination lies in the source, so that a copy would list what it writes. */
export const isInside = (
	source: { bucket: string; prefix: string },
	destination: { bucket: string; prefix: string },
): boolean => source.bucket === destination.bucket && destination.prefix.startsWith(source.prefix);

interface Settings {
	/** Folders in each other that are not reported; no limit without it. */
	maxDepth?: number;
	maxSlots?: number;
	maxCompared?: number;
}

/** The hazards that an object has alone, without other objects. */
const testsFor = (target: TargetSystem) => {
	const kinds: Array<HazardKind & { id: HazardId }> = [...hazardKinds];
	return kinds.flatMap(({ id, targets, test }) => (targets[target] && test ? [{ id, test }] : []));
};

/** Finds the hazards that an object has alone at a target. `maxDepth` is the number of nested folders that are no hazard. */
export const ownHazards = (target: TargetSystem, maxDepth = Infinity): ((candidate: Candidate) => Hazard[]) => {
	const rules = targetRules[target];
	const tests = testsFor(target);
	return ({ key, path, size = 0, storageClass, isUnreadable }) => {
		const names = path.split('/');
		if (isFolderKey(path)) names.pop();
		// Without spreading, which takes most of the time of a million keys.
		const subject = { key, path, size, storageClass, isUnreadable, names, rules, maxDepth };
		return tests.filter(({ test }) => test(subject)).map(({ id }): Hazard => ({ id, path, key, size }));
	};
};

/**
 * Finds the hazards for a target. `see` takes the objects of a listing in its order, and returns the hazards of each
 * object alone; `collisions` yields the hazards between objects, for which it may list the paths again.
 */
export const hazardFinder = (target: TargetSystem, { maxDepth, ...bounds }: Settings = {}) => {
	const rules = targetRules[target];
	const ownOf = ownHazards(target, maxDepth);
	const twinsOf = folderTwins();
	const finder = rules.ignoresCase ? collisionFinder(rules, bounds) : undefined;
	return {
		see: (candidate: Candidate): Hazard[] => {
			const { path } = candidate;
			const own = ownOf(candidate);
			finder?.see(path);
			return finder ? own : [...own, ...twinsOf(path)];
		},
		async *collisions(look: () => AsyncIterable<string[]>): AsyncGenerator<Hazard & { id: CollisionId }> {
			if (finder) yield* finder.found(look);
		},
		/** False if there are more collisions than were looked at. */
		isComplete: () => finder?.isComplete() ?? true,
		/** What the paths take, in bytes. */
		memory: () => finder?.memory() ?? 0,
	};
};
