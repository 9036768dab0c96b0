import type { Collision } from '../../nodes/AwsS3/s3/analysis/collisions';
import { collisionFinder } from '../../nodes/AwsS3/s3/analysis/collisions';
import type { Hazard } from '../../nodes/AwsS3/s3/analysis/hazards';
import { hazardFinder, hazardKinds, isInside, severityAt } from '../../nodes/AwsS3/s3/analysis/hazards';
import { bytesPerSlot, hashSet } from '../../nodes/AwsS3/s3/analysis/hashSet';
import type { TargetSystem } from '../../nodes/AwsS3/s3/analysis/targetRules';
import { foldedFor, targetRules, targetSystems } from '../../nodes/AwsS3/s3/analysis/targetRules';

const inOrder = (paths: string[]) => [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

/** Pages of two, in the order of a listing. */
const pagesOf = (paths: string[]) =>
	async function* () {
		const sorted = inOrder(paths);
		for (let at = 0; at < sorted.length; at += 2) yield sorted.slice(at, at + 2);
	};

const hazardsOf = async (
	target: TargetSystem,
	paths: string[],
	more: { size?: number; storageClass?: string } = {},
) => {
	const finder = hazardFinder(target);
	const found: Hazard[] = inOrder(paths).flatMap((path) => finder.see({ key: path, path, ...more }));
	for await (const hazard of finder.collisions(pagesOf(paths))) found.push(hazard);
	return found;
};

const idsOf = async (target: TargetSystem, paths: string[], more = {}) =>
	(await hazardsOf(target, paths, more)).map(({ id }) => id);

const long = (length: number) => 'x'.repeat(length);
const GiB = 1024 ** 3;

/** A key, and its hazards at S3, in a file system that ignores case, at SharePoint, and in Windows. */
test.each<[string, string, string, string, string, string]>([
	['an ordinary name', 'a/b c/ü (1).txt', '', '', '', ''],
	['a folder', 'a/b/', '', '', '', ''],
	['an empty folder name', 'a//b', 'doubleSlash', 'doubleSlash', 'doubleSlash', 'doubleSlash'],
	['a slash first', '/a', 'leadingSlash', 'leadingSlash', 'leadingSlash', 'leadingSlash'],
	['this folder', './a', 'dotSegment', 'dotSegment', 'dotSegment', 'dotSegment'],
	['the folder above', 'a/../b', 'dotSegment', 'dotSegment', 'dotSegment', 'dotSegment'],
	['two dots in a name', 'a..b', '', '', '', ''],
	['a hidden file', '.profile', '', '', '', ''],
	['a colon', 'a:b', '', '', 'forbiddenCharacters', 'forbiddenCharacters'],
	['a backslash', 'a\\b', 'avoidedCharacters', '', 'forbiddenCharacters', 'forbiddenCharacters'],
	['a line end', 'a\nb', 'avoidedCharacters', '', 'forbiddenCharacters', 'forbiddenCharacters'],
	['a hash and a percent sign', '#1 100%', 'avoidedCharacters', '', '', ''],
	['a zero', 'a\0', 'avoidedCharacters', 'forbiddenCharacters', 'forbiddenCharacters', 'forbiddenCharacters'],
	['a device', 'a/Con', '', '', 'reservedName', 'reservedName'],
	['a device with an extension', 'nul.tar.gz', '', '', '', 'reservedName'],
	['a device as a folder', 'COM¹/a', '', '', '', 'reservedName'],
	['what only begins like a device', 'console/comma', '', '', '', ''],
	['a lock file of Office', 'a/~$b.docx', 'avoidedCharacters', '', 'reservedName', ''],
	['a name of SharePoint', 'a/x_VTI_y', '', '', 'reservedName', ''],
	['forms at the top', 'Forms/a', '', '', 'reservedName', ''],
	['forms in a folder', 'a/Forms', '', '', '', ''],
	['a dot at the end of a folder', 'a./b', '', '', 'badEdge', 'badEdge'],
	['a space at the end', 'a ', '', '', 'badEdge', 'badEdge'],
	['a space at the beginning', 'a/ b', '', '', 'badEdge', ''],
	['a name of 255', long(255), '', '', '', ''],
	['a name of 256', long(256), '', 'longName', 'longName', 'longName'],
	['a name of 200 two-byte letters', 'ä'.repeat(200), '', 'longName', '', ''],
	['a path of 256', `${long(127)}/${long(128)}`, '', '', '', ''],
	['a path of 257', `${long(128)}/${long(128)}`, '', '', '', 'longPath'],
	['a path of 401', `${long(200)}/${long(200)}`, '', '', 'longPath', 'longPath'],
	['a path of 1,024', Array(4).fill(long(255)).join('/') + '/', '', 'longPath', 'longPath', 'longPath'],
	[
		'a path of 1,025 at the target',
		Array(4).fill(long(255)).join('/') + '/x',
		'longPath',
		'longPath',
		'longPath',
		'longPath',
	],
])('%s', async (_, key, ...expected) => {
	const found = await Promise.all(targetSystems.map(async (target) => (await idsOf(target, [key])).join(' ')));
	expect(found).toEqual(expected);
});

test.each<[string, { size?: number; storageClass?: string; isUnreadable?: boolean }, string, string]>([
	['250 GiB', { size: 250 * GiB }, '', ''],
	['more than 250 GiB', { size: 250 * GiB + 1 }, '', 'tooLarge'],
	['more than S3 allows', { size: 50_000 * GiB + 1 }, 'tooLarge', 'tooLarge'],
	['archived', { storageClass: 'DEEP_ARCHIVE' }, 'archived', 'archived'],
	['an archive that can be read at once', { storageClass: 'GLACIER_IR' }, '', ''],
	['encrypted with a key that may not be used', { isUnreadable: true }, 'unreadable', 'unreadable'],
])('an object of %s', async (_, more, s3, sharePoint) => {
	expect([await idsOf('s3', ['a'], more), await idsOf('sharePoint', ['a'], more)]).toEqual([
		s3 ? [s3] : [],
		sharePoint ? [sharePoint] : [],
	]);
});

test('content in a folder is lost in a file system, and kept in S3', async () => {
	expect(await idsOf('windows', ['a/'], { size: 1 })).toEqual(['fullFolder']);
	expect(await idsOf('s3', ['a/'], { size: 1 })).toEqual([]);
});

test('depth counts only with a limit', () => {
	const key = 'a/b/c';
	expect(hazardFinder('s3').see({ key, path: key })).toEqual([]);
	expect(hazardFinder('s3', { maxDepth: 2 }).see({ key, path: key })).toEqual([]);
	expect(hazardFinder('s3', { maxDepth: 1 }).see({ key, path: key })).toMatchObject([{ id: 'deep', key }]);
	expect(hazardFinder('s3', { maxDepth: 1 }).see({ key: 'a/b/', path: 'a/b/' })).toEqual([]);
});

/** Paths, and what collides in a file system that ignores case, and in Windows. */
test.each<[string, string[], string[], string[]]>([
	['different names', ['a', 'b', 'c/a', 'c/b'], [], []],
	[
		'case, with others in between',
		['A.txt', 'B', 'a.txt'],
		['caseCollision a.txt A.txt'],
		['caseCollision a.txt A.txt'],
	],
	['case of letters beyond ASCII', ['É', 'é'], ['caseCollision é É'], ['caseCollision é É']],
	['sharp s stays apart from ss', ['STRASSE', 'straße'], [], []],
	['Unicode forms', ['e\u0301', '\u00e9'], ['unicodeCollision \u00e9 e\u0301'], []],
	['case and Unicode forms', ['E\u0301', '\u00e9'], ['caseCollision \u00e9 E\u0301'], []],
	['file and folder', ['a', 'a b', 'a/x'], ['fileAndFolder a a/'], ['fileAndFolder a a/']],
	['file and folder by case', ['A', 'a/x'], ['fileAndFolder A a/'], ['fileAndFolder A a/']],
	['folders that merge', ['Docs/x', 'docs/y'], ['mergedFolders docs/ Docs/'], ['mergedFolders docs/ Docs/']],
	[
		'folders that merge, with files that collide',
		['Docs/x', 'docs/X'],
		['mergedFolders docs/ Docs/', 'caseCollision docs/X Docs/x'],
		['mergedFolders docs/ Docs/', 'caseCollision docs/X Docs/x'],
	],
	['folders that merge deep down', ['a/B/x', 'a/b/y'], ['mergedFolders a/b/ a/B/'], ['mergedFolders a/b/ a/B/']],
	['a folder marker and its files', ['a/', 'a/x', 'a/y'], [], []],
	[
		'three at once',
		['AA', 'Aa', 'aa'],
		['caseCollision Aa AA', 'caseCollision aa AA'],
		['caseCollision Aa AA', 'caseCollision aa AA'],
	],
])('collisions: %s', async (_, paths, ignoringCase, windows) => {
	const found = async (target: TargetSystem) =>
		(await hazardsOf(target, paths)).map(({ id, path, other }) => `${id} ${path} ${other}`);
	expect([await found('caseInsensitive'), await found('windows')]).toEqual([ignoringCase, windows]);
});

test('in S3 only a file beside a folder of its name is worth a word, once', async () => {
	const paths = ['A', 'a', 'a!', 'a/', 'a/b', 'a/b/c', 'a/b/d', 'ab'];
	expect((await hazardsOf('s3', paths)).map(({ id, path, other }) => [id, path, other])).toEqual([
		['fileAndFolder', 'a', 'a/'],
		['fileAndFolder', 'a/b', 'a/b/'],
	]);
});

/** A generator of numbers below 1, the same for the same seed. */
const randomFrom = (seed: number) => {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
};

const letters = ['a', 'A', 'b', 'B', 'é', 'e\u0301', 'É', '/', '/', '!', '😀', 'ß', 'SS'];
const randomPaths = (seed: number) => {
	const random = randomFrom(seed);
	const one = () =>
		Array.from({ length: 1 + Math.floor(random() * 5) }, () => letters[Math.floor(random() * letters.length)]);
	return [...new Set(Array.from({ length: 60 }, () => one().join('')))];
};

/** All pairs, compared one by one. */
const naive = (paths: string[]) => {
	const rules = targetRules.caseInsensitive;
	const folders = paths.flatMap((path) =>
		path
			.split('/')
			.slice(0, -1)
			.map((_part, index, parts) => `${parts.slice(0, index + 1).join('/')}/`),
	);
	const all = [...new Set([...folders, ...paths])];
	const nameOf = (path: string) => foldedFor(path.replace(/\/$/, ''), rules);
	const names = all.map(nameOf);
	return new Set(names.filter((name, index) => names.indexOf(name) !== index));
};

const collisionsOf = async (paths: string[], bounds = {}) => {
	const finder = collisionFinder(targetRules.caseInsensitive, bounds);
	for (const path of inOrder(paths)) finder.see(path);
	let looks = 0;
	const found: Collision[] = [];
	const look = () => {
		looks++;
		return pagesOf(paths)();
	};
	for await (const collision of finder.found(look)) found.push(collision);
	return { found, looks, isComplete: finder.isComplete() };
};

test.each(Array.from({ length: 200 }, (_, seed) => seed))(
	'random paths, seed %s: all that collide, and nothing else',
	async (seed) => {
		const paths = randomPaths(seed);
		const { found } = await collisionsOf(paths);
		const nameOf = (path: string) => foldedFor(path.replace(/\/$/, ''), targetRules.caseInsensitive);
		for (const { path, other } of found) expect([nameOf(path), path === other]).toEqual([nameOf(other), false]);
		expect(new Set(found.map(({ path }) => nameOf(path)))).toEqual(naive(paths));
	},
);

test('what is too much for the set is looked at in slices, and nothing is missed', async () => {
	const paths = Array.from({ length: 3000 }, (_, index) => [
		`f${index}`,
		...(index % 100 === 0 ? [`F${index}`] : []),
	]).flat();
	const whole = await collisionsOf(paths);
	const sliced = await collisionsOf(paths, { maxSlots: 1024 });
	expect(whole.found).toHaveLength(30);
	expect(whole.looks).toBe(1);
	const text = ({ found }: { found: Collision[] }) => found.map(({ path }) => path).sort();
	expect(text(sliced)).toEqual(text(whole));
	expect(sliced.looks).toBe(4 + (8 - 4));
	expect([whole.isComplete, sliced.isComplete]).toEqual([true, true]);
});

test('without a collision the listing is not asked again', async () => {
	expect((await collisionsOf(Array.from({ length: 5000 }, (_, index) => `a/${index}`))).looks).toBe(0);
	// What only looks alike: a name with and without a slash in it, a folder marker and a folder without a name.
	for (const paths of [
		['a/b', 'ab'],
		['a/', 'a//b'],
	])
		expect((await collisionsOf(paths)).looks).toBe(0);
});

test('more collisions than are compared are said', async () => {
	const paths = Array.from({ length: 50 }, (_, index) => [`f${index}`, `F${index}`]).flat();
	expect(await collisionsOf(paths, { maxCompared: 50 })).toMatchObject({ isComplete: true });
	const { found, isComplete } = await collisionsOf(paths, { maxCompared: 10 });
	expect([found.length, isComplete]).toEqual([10, false]);
	const spellings = Array.from({ length: 64 }, (_, bits) =>
		[...'abcdef'].map((letter, at) => (bits & (1 << at) ? letter.toUpperCase() : letter)).join(''),
	);
	expect((await collisionsOf(spellings)).found).toHaveLength(63);
	const few = await collisionsOf(spellings, { maxCompared: 8 });
	expect([few.found.length, few.isComplete]).toEqual([15, false]);
});

test('a hash takes 8 to 16 bytes', () => {
	const set = hashSet(2 ** 23);
	let [most, known] = [0, 0];
	for (let index = 1; index <= 100_000; index++) {
		if (set.seen({ high: Math.imul(index, 2654435761) >>> 0, low: index & 0xffff })) known++;
		if (index > 1000) most = Math.max(most, set.memory() / index);
	}
	expect(known).toBe(0);
	expect(most).toBeLessThanOrEqual(16.1);
	expect(set.memory() / 100_000).toBeGreaterThanOrEqual(bytesPerSlot / 0.75);
	expect(set.seen({ high: Math.imul(7, 2654435761) >>> 0, low: 7 })).toBe(true);
	expect(set.seen({ high: Math.imul(7, 2654435761) >>> 0, low: 8 })).toBe(false);
});

test('a later slice keeps all of its hashes, however many there are', () => {
	const set = hashSet(1024, { slice: 1, slices: 2 });
	const hashes = Array.from({ length: 3000 }, (_, index) => ({
		high: Math.imul(index + 1, 2654435761) >>> 0,
		low: (2 * index + 1) & 0xffff,
	}));
	expect(hashes.filter(set.seen)).toEqual([]);
	expect(hashes.filter(set.seen)).toHaveLength(3000);
	expect(set.seen({ high: 5, low: 2 })).toBe(false);
	expect(set.seen({ high: 5, low: 2 })).toBe(false);
});

test('every kind has words, advice and a target, and ids of its own', () => {
	expect(new Set(hazardKinds.map(({ id }) => id)).size).toBe(hazardKinds.length);
	for (const { title, advice, targets } of hazardKinds) {
		expect(title).toMatch(/^[A-Z]/);
		expect(advice).toMatch(/^[A-Z].*\.$/);
		expect(Object.keys(targets).length).toBeGreaterThan(0);
		expect(`${title} ${advice}`).not.toMatch(/\b(error|failed|problem)\b/i);
	}
	expect(severityAt('fileAndFolder', 's3')).toBe('kept');
	expect(severityAt('caseCollision', 's3')).toBeUndefined();
});

test.each([
	['the same', 'a/', 'a/', true],
	['below', 'a/', 'a/b/', true],
	['above', 'a/b/', 'a/', false],
	['beside', 'a/', 'ab/', false],
	['a whole bucket', '', 'backup/', true],
])('destination inside of source: %s', (_, source, destination, expected) => {
	expect(isInside({ bucket: 'b', prefix: source }, { bucket: 'b', prefix: destination })).toBe(expected);
	expect(isInside({ bucket: 'b', prefix: source }, { bucket: 'c', prefix: destination })).toBe(false);
});
