import { compareKeys } from '../../nodes/AwsS3/s3/list/compareKeys';
import { gatherHistories } from '../../nodes/AwsS3/s3/list/gatherHistories';
import type { VersionPage } from '../../nodes/AwsS3/s3/list/gatherHistories';
import type { History, Version } from '../../nodes/AwsS3/s3/list/history';
import { historyFrom } from '../../nodes/AwsS3/s3/list/history';
import { versionsToPurge } from '../../nodes/AwsS3/operations/version/purgeRules';
import { restoreStep } from '../../nodes/AwsS3/operations/version/restoreStep';
import { expectSame } from '../support/expectSame';
import { randomOf } from '../support/randomOf';

/** `v3@30 m2@20! v1@10`: in the order of the server, each with its second; `m` is a delete marker, `!` the current one. */
const listed = (text: string) =>
	text
		.split(' ')
		.filter(Boolean)
		.map((word): Version => {
			const [VersionId = '', second = ''] = word.replace('!', '').split('@');
			return {
				...{ Key: 'a', VersionId, IsLatest: word.endsWith('!'), isDeleteMarker: word.startsWith('m') },
				LastModified: second === '' ? undefined : new Date(Number(second) * 1000),
			};
		});

const told = ({ versions, fault }: History) => fault ?? versions.map(({ VersionId }) => VersionId).join(' ');

describe('the history of a key', () => {
	test.each([
		['as it is listed', 'v3@30! m2@20 v1@10', 'v3 m2 v1'],
		['in two groups, versions first', 'v3@30! v1@10 m2@20', 'v3 m2 v1'],
		['in two groups, delete markers first', 'm3@30! m1@10 v2@20', 'm3 v2 m1'],
		['oldest first', 'v1@10 m2@20 v3@30!', 'v3 m2 v1'],
		['of one second, in one group', 'v3@10! v2@10 v1@10', 'v3 v2 v1'],
		['of one second, alternating', 'v3@10! m2@10 v1@10', 'v3 m2 v1'],
		['the current one of two of one second', 'v1@10 m2@10!', 'm2 v1'],
		['of one second, but in groups', 'v3@20! v1@10 m2@10', 'unknownOrder'],
		['of one second, perhaps in groups', 'v3@20! m2@10 v1@10', 'v3 m2 v1'],
		['of one second, and in one direction or the other', 'm3@20! v2@10 v1@10', 'unknownOrder'],
		['listed twice', 'v2@20! v1@10 v1@10', 'v2 v1'],
		['without a time', 'v2! v1@10', 'unknownOrder'],
		['alone without a time', 'v1!', 'v1'],
		['older than one before it', 'v2@10! v1@20', 'unknownOrder'],
		['without a current version', 'v2@20 v1@10', 'noCurrent'],
		['with two current versions', 'v2@20! m1@10!', 'manyCurrent'],
		['with one ID for two versions', 'v1@20! v1@10', 'sameId'],
	])('%s: %s', (_, entries, expected) => {
		expect(told(historyFrom('a', { entries: listed(entries), pages: 1, isInOrder: false }))).toBe(expected);
	});

	test.each([
		['the listing counts, not the times', 'v3@10! m2@10 v1@20', 'v3 m2 v1'],
		['the current one has to be the first', 'v2@10 v3@10!', 'unknownOrder'],
		['there has to be a current one', 'v2@20 v1@10', 'noCurrent'],
	])('on a server that lists in order: %s', (_, entries, expected) => {
		expect(told(historyFrom('a', { entries: listed(entries), pages: 1, isInOrder: true }))).toBe(expected);
	});

	test('alternation counts only within one page', () => {
		const entries = listed('v4@20! m3@10 v2@10 m1@10');
		expect(told(historyFrom('a', { entries, pages: 1, isInOrder: false }))).toBe('v4 m3 v2 m1');
		expect(told(historyFrom('a', { entries, pages: 2, isInOrder: false }))).toBe('unknownOrder');
	});
});

type Random = () => number;

/** Histories as they truly were, in the order of the keys; `resolution` is that of the server's clock in milliseconds. */
const randomHistories = (random: Random, resolution: number): History[] => {
	const names = ['a', 'a/b', 'a-b', 'a b', 'a+b', 'a%2Bb', 'b', 'ä', '\ufffd', '\u{1f600}', 'z/', 'z/1', 'z/1/2'];
	return names
		.filter(() => random() < 0.7)
		.sort(compareKeys)
		.map((Key) => {
			const isSuspended = random() < 0.2;
			let time = 1_700_000_000_000;
			const versions = Array.from({ length: 1 + Math.floor(random() ** 2 * 9) }, (_, index): Version => {
				time += 1 + Math.floor(random() * 1500);
				const isNull = index === 0 && isSuspended;
				return {
					...{ Key, VersionId: isNull ? 'null' : `${index}`, IsLatest: false, isDeleteMarker: random() < 0.4 },
					LastModified: new Date(Math.floor(time / resolution) * resolution),
				};
			}).reverse();
			for (const [index, version] of versions.entries()) version.IsLatest = index === 0;
			return { key: Key, versions };
		});
};

const cut = <T extends Version>(entries: T[], size: number): VersionPage[] =>
	Array.from({ length: Math.max(1, Math.ceil(entries.length / size)) }, (_, index) => {
		const page = entries.slice(index * size, (index + 1) * size);
		const last = page.at(-1);
		const isLast = (index + 1) * size >= entries.length;
		return {
			entries: page,
			...(last && !isLast && { next: { KeyMarker: last.Key, VersionIdMarker: last.VersionId } }),
		};
	});

const inGroups = (entries: Version[], markersFirst: boolean) => [
	...entries.filter(({ isDeleteMarker }) => isDeleteMarker === markersFirst),
	...entries.filter(({ isDeleteMarker }) => isDeleteMarker !== markersFirst),
];

const shuffled = (entries: Version[], random: Random) =>
	entries
		.map((entry) => ({ entry, at: random() }))
		.sort((a, b) => a.at - b.at)
		.map(({ entry }) => entry);

/** How servers list: the pages of these histories, `size` entries a page. */
const styles: Record<string, (histories: History[], size: number, random: Random) => VersionPage[]> = {
	'as AWS does': (histories, size) =>
		cut(
			histories.flatMap(({ versions }) => versions),
			size,
		),
	'in groups on each page, as moto and SeaweedFS do': (histories, size) =>
		styles['as AWS does']?.(histories, size, Math.random).map(({ entries, ...page }) => ({
			...page,
			entries: inGroups(entries, false),
		})) ?? [],
	'in groups on each page, repeating the last entry, as versitygw does': (histories, size) => {
		const pages = cut(
			histories.flatMap(({ versions }) => versions),
			size,
		);
		return pages.map(({ entries, ...page }, index) => ({
			...page,
			entries: inGroups([...(pages[index - 1]?.entries.slice(-1) ?? []), ...entries], true),
		}));
	},
	'all versions before all delete markers': (histories, size) =>
		cut(
			inGroups(
				histories.flatMap(({ versions }) => versions),
				false,
			),
			size,
		),
	'all delete markers before all versions': (histories, size) =>
		cut(
			inGroups(
				histories.flatMap(({ versions }) => versions),
				true,
			),
			size,
		),
	'in groups for each key': (histories, size) =>
		cut(
			histories.flatMap(({ versions }) => inGroups(versions, false)),
			size,
		),
	'oldest first': (histories, size) =>
		cut(
			histories.flatMap(({ versions }) => [...versions].reverse()),
			size,
		),
	'in folders before files': (histories, size) => {
		const byFolder = [...histories].sort((a, b) =>
			compareKeys(a.key.replaceAll('/', '\0'), b.key.replaceAll('/', '\0')),
		);
		return cut(
			byFolder.flatMap(({ versions }) => versions),
			size,
		);
	},
	'in any order on each page': (histories, size, random) =>
		cut(
			histories.flatMap(({ versions }) => versions),
			size,
		).map(({ entries, ...page }) => ({
			...page,
			entries: shuffled(entries, random),
		})),
	'with the version from before versioning in another place': (histories, size) => {
		const entries = histories.flatMap(({ versions }) => versions);
		const isNull = ({ VersionId }: Version) => VersionId === 'null';
		return cut([...entries.filter(isNull), ...entries.filter((entry) => !isNull(entry))], size);
	},
};

/** What is gathered, and the error that ends it. */
const gather = async (pages: VersionPage[], settings: { isInOrder: boolean; maxHeld?: number }) => {
	const histories: History[] = [];
	const refuse = (reason: string) => new Error(reason);
	try {
		for await (const history of gatherHistories(pages, { ...settings, refuse })) histories.push(history);
	} catch (error) {
		return { histories, error };
	}
	return { histories };
};

const ids = (versions: Version[]) => versions.map(({ VersionId }) => VersionId);

/** What users get for a key: the newest entry, unless it is a delete marker. */
const visible = (versions: Version[]) => (versions[0]?.isDeleteMarker ? undefined : versions[0]?.VersionId);

const seeds = Array.from({ length: 300 }, (_, index) => index + 1);

describe.each(Object.entries(styles))('a server that lists %s', (name, list) => {
	test.each([1, 1000])(
		'with a clock of %i ms: no history is wrong, and no purge changes what is visible',
		async (resolution) => {
			let certain = 0;
			let all = 0;
			for (const seed of seeds) {
				const random = randomOf(String(seed));
				const truth = randomHistories(random, resolution);
				const pages = list(truth, 1 + Math.floor(random() ** 2 * 30), random);
				const { histories, error } = await gather(pages, { isInOrder: false });
				const keys = histories.map(({ key }) => key);
				expectSame(new Set(keys).size, keys.length);
				if (!error)
					expectSame(
						keys,
						truth.map(({ key }) => key),
					);
				all += truth.length;
				for (const history of histories) {
					if (history.fault) continue;
					certain++;
					const versions = truth.find(({ key }) => key === history.key)?.versions ?? [];
					// Whoever lists in no order at all may by chance list equal times as if in order.
					const isByChance = resolution > 1 && name.includes('any order');
					const times = (entries: Version[]) => entries.map(({ LastModified }) => LastModified?.getTime());
					const shown = isByChance ? times : ids;
					expectSame(shown(history.versions), shown(versions));
					const retention = { keep: Math.floor(random() * 3), oldSince: new Date(1_700_000_000_000 + random() * 9000) };
					const gone = versionsToPurge(history, { ...retention, loneMarkers: true });
					const left = versions.filter(({ VersionId }) => !ids(gone).includes(VersionId));
					expectSame(visible(left), visible(versions));
					if (isByChance) continue;
					const step = restoreStep(retention.oldSince, history);
					expectSame(step, restoreStep(retention.oldSince, { key: '', versions }));
				}
			}
			// Where nothing hides the order, nothing is refused.
			const isClear = resolution === 1 && !/any order$|another place|folders/.test(name);
			if (isClear) expect(certain).toBeGreaterThan(0.99 * all);
			else expect(certain).toBeGreaterThan(0.3 * all);
		},
	);
});

test('a server that is known for its order is believed, and keys come as soon as the pages have passed them', async () => {
	for (const seed of seeds) {
		const random = randomOf(String(seed));
		const truth = randomHistories(random, 1000);
		const pages = styles['as AWS does']?.(truth, 1 + Math.floor(random() * 5), random) ?? [];
		const { histories, error } = await gather(pages, { isInOrder: true, maxHeld: 0 });
		expect(error).toBeUndefined();
		expectSame(histories, truth);
	}
});

const many = (count: number, kindOf: (index: number) => boolean) =>
	Array.from({ length: count }, (_, index): Version => ({
		...{ Key: String(index).padStart(6, '0'), VersionId: '1', IsLatest: true, isDeleteMarker: kindOf(index) },
		LastModified: new Date(index),
	}));

test('what shows its order is yielded while it is listed', async () => {
	let taken = 0;
	function* pages() {
		for (const page of cut(
			many(10_000, (index) => index % 2 === 0),
			100,
		)) {
			taken++;
			yield page;
		}
	}
	const refuse = (reason: string) => new Error(reason);
	for await (const { key } of gatherHistories(pages(), { isInOrder: false, maxHeld: 500, refuse })) {
		expect(Number(key)).toBeGreaterThanOrEqual((taken - 2) * 100 - 1);
	}
	expect(taken).toBe(100);
});

test('what does not show its order is held up to a bound, and then refused before anything is yielded', async () => {
	const pages = cut(
		many(10_000, () => false),
		100,
	);
	const { histories, error } = await gather(pages, { isInOrder: false, maxHeld: 5000 });
	expect(histories).toEqual([]);
	expect(error).toEqual(new Error('tooMany'));
	expect((await gather(pages, { isInOrder: false, maxHeld: 20_000 })).histories).toHaveLength(10_000);
});

test('a key that comes again later ends the listing', async () => {
	const entries = many(1000, (index) => index % 2 === 0);
	const [first] = entries;
	if (!first) throw new Error('There are no entries');
	const pages = cut([...entries, { ...first, VersionId: '2', IsLatest: false }], 100);
	const { error } = await gather(pages, { isInOrder: true });
	expect(error).toEqual(new Error('twoPlaces'));
});
