import type { Listed } from '../list/list';

/** A number of objects and their bytes. */
export interface Sum {
	objects: number;
	bytes: number;
}

export type Sums = Record<string, Sum>;

const KiB = 1024;
const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const day = 24 * 60 * 60 * 1000;

/** Classes by an exclusive limit: 128 KiB is the least that cheaper classes charge, 5 GiB the most that one request copies. */
const sizeClasses: Array<[below: number, name: string]> = [
	[1, 'empty'],
	[KiB, 'under 1 KiB'],
	[128 * KiB, '1 to 128 KiB'],
	[MiB, '128 KiB to 1 MiB'],
	[16 * MiB, '1 to 16 MiB'],
	[128 * MiB, '16 to 128 MiB'],
	[GiB, '128 MiB to 1 GiB'],
	[5 * GiB, '1 to 5 GiB'],
	[Infinity, '5 GiB and more'],
];

const ageClasses: Array<[below: number, name: string]> = [
	[day, 'under 1 day'],
	[7 * day, '1 to 7 days'],
	[30 * day, '7 to 30 days'],
	[90 * day, '30 to 90 days'],
	[365 * day, '90 days to 1 year'],
	[3 * 365 * day, '1 to 3 years'],
	[Infinity, '3 years and more'],
];

const unknown = 'unknown';

const classOf = (classes: Array<[number, string]>, value: number) =>
	classes.find(([below]) => value < below)?.[1] ?? unknown;

/** Deeper folders count as one. */
const maxDepthShown = 20;

const depthOf = (key: string) => {
	const depth = key.split('/').length - 1;
	return depth > maxDepthShown ? `more than ${maxDepthShown}` : String(depth);
};

/** Letters and digits; what is longer is no file type. */
const extension = /^\.[\p{L}\p{N}_+-]{1,15}$/u;

/** The extension of a key with its dot in lower case; `none` without one. */
export const extensionOf = (key: string): string => {
	const name = key.slice(key.lastIndexOf('/') + 1);
	const dot = name.lastIndexOf('.');
	const end = name.slice(dot).trim().toLowerCase();
	return dot > 0 && extension.test(end) ? end : 'none';
};

const other = 'other';

/** Sums by name, up to this number of names; all further names are `other`. */
const table = (maxNames = Infinity) => {
	const sums = new Map<string, Sum>();
	return {
		add: (name: string, bytes: number) => {
			const known = sums.get(name) ?? (sums.size < maxNames ? undefined : sums.get(other));
			if (known) {
				known.objects++;
				known.bytes += bytes;
			} else sums.set(sums.size < maxNames ? name : other, { objects: 1, bytes });
		},
		/** In the order of the classes. */
		inOrderOf: (names: string[]): Sums =>
			Object.fromEntries(
				names.flatMap((name) => {
					const sum = sums.get(name);
					return sum ? [[name, sum]] : [];
				}),
			),
		/** By bytes, the largest first; behind `shown` names all are `other`. */
		largest: (shown: number): Sums => {
			const sorted = [...sums].sort(([, a], [, b]) => b.bytes - a.bytes || b.objects - a.objects);
			const named = sorted.filter(([name]) => name !== other).slice(0, shown);
			const rest = sorted.filter((one) => !named.includes(one)).map(([, sum]) => sum);
			const sum = (of: keyof Sum) => rest.reduce((total, one) => total + one[of], 0);
			return {
				...Object.fromEntries(named),
				...(rest.length > 0 && { [other]: { objects: sum('objects'), bytes: sum('bytes') } }),
			};
		},
	};
};

const maxTypes = 1000;
const typesShown = 20;
const largestShown = 10;

/** The listed objects, by several classes. */
export interface Statistics extends Sum {
	averageBytes: number;
	/** Objects without content whose key ends with a slash. */
	folderMarkers: number;
	byType: Sums;
	bySize: Sums;
	byAge: Sums;
	byStorageClass: Sums;
	/** By the number of folders that an object is in. */
	byDepth: Sums;
	/** The largest objects, the largest first. */
	largest: Listed[];
	oldest?: Listed;
	newest?: Listed;
}

const timeOf = ({ LastModified }: Listed) => LastModified?.getTime() ?? NaN;

const namesOf = (classes: Array<[number, string]>) => [...classes.map(([, name]) => name), unknown];

/** Counts listed objects; ages are those at `now`. Takes the same memory for any number of objects. */
export const statistics = (now: Date) => {
	const types = table(maxTypes);
	const [sizes, ages, classes, depths] = [table(), table(), table(maxTypes), table()];
	let [objects, bytes, folderMarkers] = [0, 0, 0];
	let largest: Listed[] = [];
	let leastOfLargest = -1;
	let oldest: Listed | undefined;
	let newest: Listed | undefined;

	const addLargest = (object: Listed, size: number) => {
		if (size <= leastOfLargest) return;
		largest = [...largest, object].sort((a, b) => (b.Size ?? 0) - (a.Size ?? 0)).slice(0, largestShown);
		if (largest.length === largestShown) leastOfLargest = largest.at(-1)?.Size ?? 0;
	};

	return {
		add: (object: Listed) => {
			const { Key, Size = 0, StorageClass = 'STANDARD' } = object;
			objects++;
			bytes += Size;
			if (Key.endsWith('/') && Size === 0) folderMarkers++;
			else types.add(extensionOf(Key), Size);
			sizes.add(classOf(sizeClasses, Size), Size);
			ages.add(classOf(ageClasses, now.getTime() - timeOf(object)), Size);
			classes.add(StorageClass, Size);
			depths.add(depthOf(Key), Size);
			addLargest(object, Size);
			if (!oldest || timeOf(object) < timeOf(oldest)) oldest = object;
			if (!newest || timeOf(object) > timeOf(newest)) newest = object;
		},
		result: (): Statistics => ({
			...{ objects, bytes, folderMarkers },
			averageBytes: objects === 0 ? 0 : Math.round(bytes / objects),
			byType: types.largest(typesShown),
			bySize: sizes.inOrderOf(namesOf(sizeClasses)),
			byAge: ages.inOrderOf(namesOf(ageClasses)),
			byStorageClass: classes.largest(Infinity),
			byDepth: depths.inOrderOf([
				...Array.from({ length: maxDepthShown + 1 }, (_, depth) => String(depth)),
				`more than ${maxDepthShown}`,
			]),
			...{ largest, oldest, newest },
		}),
	};
};
