import { readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { march } from '../../nodes/AwsS3/s3/pairs/march';
import type { Entry } from '../../nodes/AwsS3/s3/pairs/march';
import type { Source } from '../../nodes/AwsS3/s3/pairs/source';
import { keyMapOf } from '../../nodes/AwsS3/s3/sources/keyMap';
import { firstOfEachKey, mappedSource } from '../../nodes/AwsS3/s3/sources/mappedSource';
import { byKeys, sortedPages } from '../../nodes/AwsS3/s3/sources/sortedPages';
import { randomOf } from '../support/randomOf';

const letters = ['a', 'B', 'b', '/', 'é', 'É', '\uffee', '😀', '\n', '"', ' '];
const never = new AbortController().signal;

/** Random keys in random pages, of few letters, so that many are alike but for their case. */
const pagesOf = (seed: number, count: number) => {
	const random = randomOf(`keys ${seed}`);
	const keyOf = () =>
		Array.from({ length: Math.floor(random() * 6) }, () => letters[Math.floor(random() * letters.length)]).join('');
	const entries = Array.from({ length: count }, (_, index): Entry => ({
		key: keyOf(),
		size: index,
		etag: index % 3 === 0 ? undefined : `"${index}"`,
		lastModified: index % 5 === 0 ? undefined : new Date(index),
		...(index % 7 === 0 && { from: { versionId: String(index) } }),
	}));
	const pages: Entry[][] = [];
	for (let at = 0; at < count;) {
		const length = Math.floor(random() * 50);
		pages.push(entries.slice(at, at + length));
		at += length;
	}
	return { entries, pages };
};

async function* given<T>(pages: T[]): AsyncGenerator<T> {
	yield* pages;
}

const all = async (pages: AsyncIterable<Entry[]>) => {
	const found: Entry[] = [];
	for await (const page of pages) found.push(...page);
	return found;
};

const bytes = ({ key }: Entry) => Buffer.from(key);
const inBytes = (entries: Entry[]) => [...entries].sort((a, b) => bytes(a).compare(bytes(b)));

/** The files have no names, so that those which are not open are gone. */
/** Temporary files only: sockets and the like come and go meanwhile. */
const openFiles = () =>
	readdirSync('/proc/self/fd').filter((descriptor) => {
		try {
			return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(tmpdir());
		} catch {
			// The one that the folder itself was read through.
			return false;
		}
	}).length;

test.each([
	[0, 10],
	[1, 10],
	[5, 10],
	[1000, 1_000_000],
	[3000, 100],
	[3000, 1],
])('%i entries with room for %i in memory: as sorted by the bytes of UTF-8', async (count, inMemory) => {
	const { entries, pages } = pagesOf(count + inMemory, count);
	const open = openFiles();
	const sorted = await all(sortedPages(given(pages), byKeys, { inMemory }));
	expect(sorted.map(({ key }) => key)).toEqual(inBytes(entries).map(({ key }) => key));
	// Each entry came through whole, and once.
	expect([...sorted].sort((one, other) => one.size - other.size)).toEqual(entries);
	expect(sorted.find(({ lastModified }) => lastModified)?.lastModified ?? new Date()).toBeInstanceOf(Date);
	expect(openFiles()).toBe(open);
});

test.each(['the listing breaks off', 'the reader stops'])('no file is left where %s', async (what) => {
	const open = openFiles();
	const { pages } = pagesOf(1, 3000);
	async function* broken() {
		yield* pages;
		if (what === 'the listing breaks off') throw new Error('broken');
	}
	let most = open;
	const read = async () => {
		for await (const page of sortedPages(broken(), byKeys, { inMemory: 100 })) {
			most = openFiles();
			if (page.length > 0) return;
		}
	};
	if (what === 'the reader stops') {
		await read();
		expect(most).toBeGreaterThan(open);
	} else await expect(read()).rejects.toThrow('broken');
	expect(openFiles()).toBe(open);
});

test('an original that is listed twice counts once, another one of the same key is told', async () => {
	const entry = (key: string, original: string): Entry => ({ key, size: 1, from: { key: original } });
	const left: string[] = [];
	const pages = given([
		[entry('a', 'A'), entry('a', 'A'), entry('a', 'a')],
		[entry('a', 'a'), entry('b', 'B')],
	]);
	const kept = await all(
		firstOfEachKey(pages, undefined, ({ from }, why) => {
			left.push(`${from?.key} ${String(why)}`);
			return undefined;
		}),
	);
	expect(kept.map(({ from }) => from?.key)).toEqual(['A', 'B']);
	expect(left).toEqual(['a sameKey']);
});

/** A walk over a mapped source and a destination is what a table of the mapped keys says. */
test.each(Array.from({ length: 30 }, (_, seed) => seed))('march over a mapped source, seed %i', async (seed) => {
	const random = randomOf(`map ${seed}`);
	const unique = (entries: Entry[]) => [...new Map(inBytes(entries).map((entry) => [entry.key, entry])).values()];
	const source = unique(pagesOf(seed, 120).entries).map(({ key, size }) => ({ key, size }));
	const destination = unique(pagesOf(seed + 1000, 60).entries);
	const mapping = {
		...(random() < 0.3 && { stripPrefix: 'a' }),
		...(random() < 0.3 && { replace: (key: string) => key.replaceAll('é', 'e') }),
		isLowerCase: random() < 0.5,
		...(random() < 0.3 && { flattenWith: '-' }),
		...(random() < 0.5 && { prepend: 'B' }),
	};
	const map = keyMapOf(mapping) ?? { map: (key: string) => key, keepsOrder: true };
	const passes = (entry: Entry) => (entry.from?.key ?? entry.key).length !== 3;
	const from: Source = {
		pages: () => given([source.slice(0, 50), source.slice(50)]),
		look: async () => ({}),
		copy: async () => ({ key: '' }),
	};
	const left: string[] = [];
	const note = (entry: Entry, why: unknown) => {
		left.push(`${entry.key} ${entry.from?.key} ${String(why)}`);
		return undefined;
	};
	const pages = mappedSource(from, map, passes).pages(never, note);

	const expected = new Map<string, { original?: string; isThere: boolean }>();
	for (const { key } of destination) expected.set(key, { isThere: true });
	const expectedLeft: string[] = [];
	// Those that pass come first; each group is in the order of its bytes.
	for (const entry of [...source.filter(passes), ...source.filter((one) => !passes(one))]) {
		const key = map.map(entry.key);
		const known = expected.get(key);
		if (known?.original === undefined) expected.set(key, { isThere: known?.isThere ?? false, original: entry.key });
		else expectedLeft.push(`${key} ${entry.key} ${passes(entry) ? 'sameKey' : 'filtered'}`);
	}
	const pairs: unknown[] = [];
	for await (const some of march(pages, given([destination])))
		for (const { key, source: one, destination: other } of some)
			pairs.push([key, { original: one?.from?.key, isThere: other !== undefined }]);
	expect(pairs).toEqual([...expected].sort(([a], [b]) => Buffer.from(a).compare(Buffer.from(b))));
	expect(left.sort()).toEqual(expectedLeft.sort());
});
