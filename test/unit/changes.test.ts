import { compareKeys } from '../../nodes/AwsS3/s3/list/compareKeys';
import { compare, withChanges } from '../../nodes/AwsS3/s3/changes/compare';
import type { Rules } from '../../nodes/AwsS3/s3/changes/compare';
import type { ChangeName } from '../../nodes/AwsS3/s3/changes/keyEvents';
import { decodeState, encodeState } from '../../nodes/AwsS3/s3/changes/stateCodec';
import type { Change, Snapshot, Watched } from '../../nodes/AwsS3/s3/changes/watchedObject';
import { randomOf } from '../support/randomOf';

const all: ReadonlySet<ChangeName> = new Set<ChangeName>([
	...(['created', 'modified', 'deleted', 'undeleted', 'restored', 'storageClassChanged', 'tagsChanged'] as const),
]);

const look = (more: Partial<Snapshot> = {}): Snapshot => ({
	...{ size: 1, etag: 'a'.repeat(32), lastModified: 1_700_000_000_000, storageClass: 'STANDARD', restore: 'none' },
	...more,
});
const object = (key: string, more: Partial<Watched> = {}): Watched => ({ key, ...look(), ...more });

/** Pages of a few entries each, in the order of S3. */
async function* pagesOf<T extends { key: string }>(entries: Iterable<T>, pageSize = 3): AsyncGenerator<T[]> {
	const sorted = [...entries].sort((a, b) => compareKeys(a.key, b.key));
	for (let at = 0; at < sorted.length; at += pageSize) yield sorted.slice(at, at + pageSize);
}

const rules = (more: Partial<Rules> = {}): Rules => ({
	...{ events: all, modified: 'content', accepts: () => true, isReady: () => true, doneSuffix: '', limit: Infinity },
	...more,
});

const names = ['a', 'a/b', 'a0', 'b.csv', 'b.csv.done', 'c', 'd/e', 'd//e', 'ü', '\uffee', '😀', '😀/1', '~'];

const compareAll = async (known: Watched[], listed: Watched[], more: Partial<Rules> = {}) =>
	await compare(pagesOf(known), pagesOf(listed, 4), rules(more));

const applied = async (known: Watched[], changes: Change[]) => {
	const after: Watched[] = [];
	for await (const page of withChanges(pagesOf(known), changes)) after.push(...page);
	return after;
};

test('what waits is found again, and nothing else', async () => {
	const listed = [object('a'), object('b')];
	const first = await compareAll([], listed, { isReady: ({ key }) => key === 'b' });
	expect(first).toMatchObject({ reported: [{ key: 'b' }], waiting: 1, unreported: [] });
	const second = await compareAll(await applied([], first.reported), listed);
	expect(second).toMatchObject({ reported: [{ key: 'a' }], waiting: 0 });
});

test('an object waits for its done-file, which is never reported itself', async () => {
	const [csv, done] = [object('b.csv', { lastModified: 5000 }), object('b.csv.done', { lastModified: 4000 })];
	const doneSuffix = '.done';
	expect(await compareAll([], [csv], { doneSuffix })).toMatchObject({ reported: [], waiting: 1 });
	expect(await compareAll([], [csv, done], { doneSuffix })).toMatchObject({ reported: [], waiting: 1 });
	const both = [csv, { ...done, lastModified: 5000 }];
	const found = await compareAll([], both, { doneSuffix });
	expect(found).toMatchObject({ reported: [{ key: 'b.csv' }], unreported: [{ key: 'b.csv.done' }], waiting: 0 });
	const gone = await compareAll(both, [], { doneSuffix });
	expect(gone.reported.map(({ key }) => key)).toEqual(['b.csv']);
});

test('with a limit every key has its turn, also if the first ones change all the time', async () => {
	let known: Watched[] = [];
	let after: string | undefined;
	const seen: string[] = [];
	for (let round = 0; round < 6; round++) {
		const listed = ['a', 'b', 'c', 'd', 'e'].map((key) => object(key, key === 'a' ? { size: round } : {}));
		const found = await compareAll(known, listed, { limit: 1, after });
		seen.push(...found.reported.map(({ key }) => key));
		known = await applied(known, found.reported);
		after = found.after;
	}
	expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
});

test.each(Array.from({ length: 30 }, (_, seed) => seed))('seed %i: each difference is reported once', async (seed) => {
	const random = randomOf(`changes ${seed}`);
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
	const world = new Map<string, Watched>();
	const told = new Map<string, string>();
	let known: Watched[] = [];
	let after: string | undefined;
	let count = 0;
	const round = async (isCalm: boolean) => {
		if (!isCalm)
			for (let change = 0; change < 4; change++) {
				const key = pick(names);
				if (random() < 0.3) world.delete(key);
				else world.set(key, object(key, { etag: String(++count), size: count, lastModified: count }));
			}
		const limit = isCalm ? Infinity : pick([1, 3, Infinity]);
		const isReady = ({ lastModified }: Watched) => isCalm || lastModified % 3 !== 0;
		const found = await compareAll(known, [...world.values()], { limit, after, isReady });
		for (const { key, keyEvents } of found.reported) {
			const [{ event, now, before } = { event: undefined }] = keyEvents;
			expect(keyEvents).toHaveLength(1);
			// Each event goes on from where the last one of its key ended.
			expect(before?.etag).toBe(told.get(key));
			expect(event).toBe(told.has(key) ? (world.has(key) ? 'modified' : 'deleted') : 'created');
			expect(now?.etag).toBe(world.get(key)?.etag);
			if (now) told.set(key, now.etag);
			else told.delete(key);
		}
		// A crash before the state is saved: the same is found again.
		const again = await compareAll(known, [...world.values()], { limit, after, isReady });
		expect(again).toEqual(found);
		known = await applied(known, [...found.reported, ...found.unreported]);
		after = found.after;
		return found;
	};
	for (let rounds = 0; rounds < 20; rounds++) await round(false);
	await round(true);
	expect(Object.fromEntries(told)).toEqual(Object.fromEntries([...world].map(([key, { etag }]) => [key, etag])));
	expect(await round(true)).toMatchObject({ reported: [], unreported: [], waiting: 0 });
	expect(known.map(({ key }) => key)).toEqual([...world.keys()].sort(compareKeys));
});

const encoded = async (changes: Change[], pageSize = 1000) => {
	const chunks: Buffer[] = [];
	for await (const chunk of encodeState(pagesOf(changes, pageSize))) chunks.push(chunk);
	return Buffer.concat(chunks);
};

const decoded = async (bytes: Buffer, pieces = bytes.length) => {
	const chunks = Array.from({ length: Math.ceil(bytes.length / pieces) }, (_, at) =>
		bytes.subarray(at * pieces, (at + 1) * pieces),
	);
	const changes: Change[] = [];
	for await (const page of decodeState(chunks)) changes.push(...page);
	return changes;
};

/** Records of every kind, with keys that share much, little, or half of a character. */
const randomRecords = (seed: string, count: number): Change[] => {
	const random = randomOf(seed);
	const upTo = (most: number) => Math.floor(random() * most);
	const hex = (length: number) => Array.from({ length }, () => upTo(16).toString(16)).join('');
	const etags = [() => hex(32), () => `${hex(32)}-${1 + upTo(9999)}`, () => '', () => 'not a digest ü', () => hex(31)];
	const keys = new Set(
		Array.from({ length: count }, () => {
			const depth = upTo(4);
			return `${Array.from({ length: depth }, () => `${names[upTo(names.length)]}/`).join('')}${upTo(1000)}😀${upTo(9)}😁`;
		}),
	);
	const classes = ['STANDARD', 'GLACIER', 'A_NEW_CLASS', 'SNOW'];
	const restores = ['unknown', 'none', 'inProgress', 'restored'] as const;
	return [...keys].sort(compareKeys).map((key) => {
		if (random() < 0.1) return { key };
		const entry: Watched = {
			...{ key, etag: etags[upTo(etags.length)]?.() ?? '', size: upTo(2 ** 45) },
			lastModified: random() < 0.5 ? upTo(4e9) * 1000 : upTo(4e12),
			...{ storageClass: classes[upTo(4)] ?? '', restore: restores[upTo(4)] ?? 'none' },
		};
		if (random() < 0.2) entry.tags = hex(16);
		if (random() < 0.2) entry.isDeleteMarker = true;
		if (random() < 0.3) entry.versions = Array.from({ length: upTo(4) }, () => hex(16));
		return { key, entry };
	});
};

describe('the state in bytes', () => {
	test.each([0, 1, 100, 5000])('%i records come back as they were', async (count) => {
		const records = randomRecords(`records ${count}`, count);
		const bytes = await encoded(records);
		expect(await decoded(bytes)).toEqual(records);
		expect(await decoded(bytes, 1000)).toEqual(records);
		expect(await encoded(records, 7)).toEqual(bytes);
	});

	test('every byte that is changed, and every end that is missing, is noticed', async () => {
		const bytes = await encoded(randomRecords('damage', 20));
		for (let at = 0; at < bytes.length; at++) {
			const damaged = Buffer.from(bytes);
			damaged[at] = (damaged[at] ?? 0) ^ 0x10;
			await expect(decoded(damaged)).rejects.toThrow(/state of the trigger is damaged/);
			await expect(decoded(bytes.subarray(0, at))).rejects.toThrow(/state of the trigger is damaged/);
		}
		await expect(decoded(Buffer.concat([bytes, Buffer.from('x')]))).rejects.toThrow(/longer than it should be/);
	});

	test('a newer format is named', async () => {
		const bytes = await encoded([]);
		bytes[6] = 2;
		await expect(decoded(bytes)).rejects.toThrow('it has format version 2, but this node supports version 1');
	});
});
