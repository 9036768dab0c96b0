import { compareKeys } from '../../nodes/AwsS3/s3/list/compareKeys';
import type { Entry, Pair, Pages } from '../../nodes/AwsS3/s3/pairs/march';
import { march } from '../../nodes/AwsS3/s3/pairs/march';
import { randomOf } from '../support/randomOf';

const entry = (key: string, size = 1): Entry => ({ key, size });

/** A listing that notes how many of its pages are read, and whether it was closed. */
const listing = (keys: string[], pageSize = 2) => {
	const seen = { pages: 0, isClosed: false };
	async function* pages(): AsyncGenerator<Entry[]> {
		try {
			for (let at = 0; at < keys.length; at += pageSize) {
				seen.pages++;
				yield keys.slice(at, at + pageSize).map((key) => entry(key));
			}
		} finally {
			seen.isClosed = true;
		}
	}
	return { pages: pages(), seen };
};

const walk = async (source: Pages, destination: Pages) => {
	const pairs: Pair[] = [];
	for await (const some of march(source, destination)) pairs.push(...some);
	return pairs;
};

const inWords = ({ key, source, destination }: Pair) =>
	`${key}: ${[source && 'source', destination && 'destination'].filter(Boolean).join(' and ')}`;

const walkKeys = async (source: string[], destination: string[], pageSize?: number) =>
	(await walk(listing(source, pageSize).pages, listing(destination, pageSize).pages)).map(inWords);

test.each<[string, string[], string[], string[]]>([
	['nothing', [], [], []],
	['only a source', ['a', 'b'], [], ['a: source', 'b: source']],
	['only a destination', [], ['a', 'b'], ['a: destination', 'b: destination']],
	['the same keys', ['a', 'b', 'c'], ['a', 'b', 'c'], ['a', 'b', 'c'].map((key) => `${key}: source and destination`)],
	[
		'keys that differ at either side',
		['a', 'c', 'd'],
		['b', 'c', 'e'],
		['a: source', 'b: destination', 'c: source and destination', 'd: source', 'e: destination'],
	],
	['the prefix itself, whose key is empty', ['', 'a'], ['a'], [': source', 'a: source and destination']],
])('%s', async (_, source, destination, pairs) => {
	expect(await walkKeys(source, destination)).toEqual(pairs);
});

test('the order is that of UTF-8, in which an emoji comes behind all that UTF-16 puts behind it', async () => {
	const keys = ['a', 'é', '\ud7ff', '\ue000', '\uffee', '😀', '😀a', '😁'];
	expect(await walkKeys(keys, keys)).toEqual(keys.map((key) => `${key}: source and destination`));
	expect(['😀', '\uffee'].sort()).toEqual(['😀', '\uffee']);
	expect(['😀', '\uffee'].sort(compareKeys)).toEqual(['\uffee', '😀']);
});

test.each([
	['source', ['a', 'c', 'b'], ['a']],
	['destination', ['a'], ['a', 'c', 'b']],
	['source', ['a', 'b', 'b'], []],
	['destination', ['z'], ['b', 'a']],
])('a listing of the %s that is not in order ends the walk: %j and %j', async (side, source, destination) => {
	const [from, to] = [listing(source), listing(destination)];
	await expect(walk(from.pages, to.pages)).rejects.toMatchObject({
		code: 'ListingOutOfOrder',
		message: expect.stringContaining(`The listing of the ${side} is not sorted`),
	});
	expect([from.seen.isClosed, to.seen.isClosed]).toEqual([true, true]);
});

test('a listing that breaks ends the walk, after what was known, and closes the other one', async () => {
	async function* broken() {
		yield [entry('a'), entry('b')];
		throw new Error('cut off');
	}
	const other = listing(['a', 'b', 'c', 'd', 'e', 'f']);
	const pairs: string[] = [];
	const run = async () => {
		for await (const some of march(broken(), other.pages)) pairs.push(...some.map(inWords));
	};
	await expect(run()).rejects.toThrow('cut off');
	expect(pairs).toEqual(['a: source and destination', 'b: source and destination']);
	expect(other.seen.isClosed).toBe(true);
});

test('empty pages are passed over', async () => {
	async function* sparse() {
		yield [];
		yield [entry('b')];
		yield [];
	}
	expect((await walk(sparse(), listing(['a']).pages)).map(inWords)).toEqual(['a: destination', 'b: source']);
});

test('holds one page of each side: it reads no page before the one before is used up', async () => {
	const keys = Array.from({ length: 10 }, (_, number) => String(number));
	const [from, to] = [listing(keys), listing(keys)];
	const pairs = march(from.pages, to.pages, 1);
	for (const at of keys.keys()) {
		await pairs.next();
		expect([from.seen.pages, to.seen.pages]).toEqual([Math.floor(at / 2) + 1, Math.floor(at / 2) + 1]);
	}
	await pairs.return(undefined);
	expect(from.seen.isClosed && to.seen.isClosed).toBe(true);
});

const alphabet = ['a', 'b', '/', '//', ' ', 'é', 'ß', '\u0001', '日', '\ue000', '\uffee', '😀', '𝒳', '.', '~'];

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
	'random listings, seed %i: each key once, in order, at the sides that have it',
	async (seed) => {
		const random = randomOf(`march ${seed}`);
		const pick = (most: number) => Math.floor(random() * most);
		const key = () => Array.from({ length: pick(5) }, () => alphabet[pick(alphabet.length)] ?? '').join('');
		const all = [...new Set(Array.from({ length: pick(60) }, key))].sort((a, b) =>
			Buffer.compare(Buffer.from(a), Buffer.from(b)),
		);
		const [source, destination] = [all.filter(() => random() < 0.6), all.filter(() => random() < 0.6)];
		const pairs = await walk(listing(source, 1 + pick(5)).pages, listing(destination, 1 + pick(5)).pages);
		const expected = all.filter((one) => source.includes(one) || destination.includes(one));
		expect(pairs.map((pair) => pair.key)).toEqual(expected);
		for (const pair of pairs) {
			expect([pair.key, pair.source?.key]).toEqual([pair.key, source.includes(pair.key) ? pair.key : undefined]);
			expect([pair.key, pair.destination?.key]).toEqual([
				pair.key,
				destination.includes(pair.key) ? pair.key : undefined,
			]);
		}
	},
);

test('a key that comes too late is never taken for a missing one: random listings with two keys exchanged', async () => {
	for (let seed = 0; seed < 40; seed++) {
		const random = randomOf(`disorder ${seed}`);
		const keys = Array.from({ length: 12 }, (_, number) => String.fromCharCode(97 + number));
		const shuffled = [...keys];
		const at = Math.floor(random() * 11);
		[shuffled[at], shuffled[at + 1]] = [keys[at + 1] ?? '', keys[at] ?? ''];
		await expect(walk(listing(shuffled).pages, listing(keys).pages)).rejects.toMatchObject({
			code: 'ListingOutOfOrder',
		});
	}
});
