import type { KeyEvent, Modified } from '../../nodes/AwsS3/s3/changes/keyEvents';
import { isSame, keyEventsOf } from '../../nodes/AwsS3/s3/changes/keyEvents';
import type { Snapshot, Watched } from '../../nodes/AwsS3/s3/changes/watchedObject';
import { randomOf } from '../support/randomOf';

const look = (more: Partial<Snapshot> = {}): Snapshot => ({
	...{ size: 1, etag: 'a', lastModified: 1000, storageClass: 'STANDARD', restore: 'none' },
	...more,
});
const object = (more: Partial<Watched> = {}): Watched => ({ key: 'k', ...look(), ...more });

/** A key with these versions, the newest first. */
const listed = (history: readonly [Snapshot, ...Snapshot[]]): Watched => ({
	...{ key: 'k', ...history[0], versions: history.map(({ versionId = '' }) => versionId), history },
});
/** What the state keeps of it. */
const known = (history: readonly [Snapshot, ...Snapshot[]]): Watched => {
	const { history: _history, ...rest } = listed(history);
	return rest;
};

describe('an object without versions', () => {
	const before = object();
	test.each<[string, Watched | undefined, Watched | undefined, KeyEvent[]]>([
		['nothing before and after', undefined, undefined, []],
		['a new object', undefined, before, [{ event: 'created', now: before }]],
		['a deleted object', before, undefined, [{ event: 'deleted', before }]],
		['other content', before, object({ etag: 'b' }), [{ event: 'modified', now: object({ etag: 'b' }), before }]],
	])('%s: the event has the object before and after', (_, from, to, events) => {
		expect(keyEventsOf(from, to, 'content')).toStrictEqual(events);
	});

	test.each<[string, Partial<Watched>, Partial<Watched>, string[]]>([
		['nothing is another', {}, {}, []],
		['the size is another', {}, { size: 2 }, ['modified']],
		['the class is another', {}, { storageClass: 'GLACIER' }, ['storageClassChanged']],
		['class and size are others', {}, { storageClass: 'GLACIER', size: 2 }, ['modified']],
		['a restore begins', {}, { restore: 'inProgress' }, []],
		['a restore is done', { restore: 'inProgress' }, { restore: 'restored' }, ['restored']],
		['a copy out of the archive ends', { restore: 'restored' }, {}, []],
		['whether there was a copy was not known', { restore: 'unknown' }, { restore: 'restored' }, []],
		['the tags are others', { tags: '00' }, { tags: '01' }, ['tagsChanged']],
		['the tags were not known', {}, { tags: '01' }, []],
		['the tags are no longer known', { tags: '00' }, {}, []],
		['the tags are the same', { tags: '00' }, { tags: '00' }, []],
		['a copy out of the archive was there before', { restore: 'none' }, { restore: 'restored' }, ['restored']],
		['a copy out of the archive stays', { restore: 'restored' }, { restore: 'restored' }, []],
		[
			'several of its properties are others',
			{ restore: 'inProgress', tags: '00' },
			{ restore: 'restored', tags: '01', storageClass: 'GLACIER' },
			['storageClassChanged', 'restored', 'tagsChanged'],
		],
	])('%s', (_, from, to, events) => {
		const [was, is] = [object(from), object(to)];
		expect(keyEventsOf(was, is, 'content')).toStrictEqual(events.map((event) => ({ event, now: is, before: was })));
	});

	test.each<[Modified, Partial<Watched>, string[]]>([
		['content', { lastModified: 2000 }, []],
		['content', { lastModified: 2000, storageClass: 'GLACIER' }, ['storageClassChanged']],
		['anyWrite', { lastModified: 2000 }, ['modified']],
		['anyWrite', { lastModified: 2000, storageClass: 'GLACIER' }, ['modified']],
		['anyWrite', { storageClass: 'GLACIER' }, ['storageClassChanged']],
		['anyWrite', {}, []],
	])('where %s counts, %j gives %j', (modified, more, events) => {
		expect(keyEventsOf(before, object(more), modified).map(({ event }) => event)).toEqual(events);
	});
});

describe('versions of a key', () => {
	const version = (versionId: string, more: Partial<Snapshot> = {}) => look({ versionId, etag: versionId, ...more });
	const marker = (versionId: string) => version(versionId, { isDeleteMarker: true });

	/** A key with these versions, the newest first: letters are versions, `-` with a letter is a delete marker. */
	const written = (text: string): Watched | undefined => {
		const [first, ...others] = text
			.split(' ')
			.filter(Boolean)
			.map((id) => (id.startsWith('-') ? marker(id) : version(id)));
		return first && listed([first, ...others]);
	};
	test.each<[string, string, string[]]>([
		['', 'a', ['created a']],
		['', 'b a', ['created a', 'modified b']],
		['a', 'a', []],
		['a', 'c b a', ['modified b', 'modified c']],
		['a', '-x a', ['deleted -x']],
		['a', 'b -x a', ['deleted -x', 'created b']],
		['-x a', 'a', ['undeleted a']],
		['-x a', '-y -x a', []],
		['-x a', 'b -x a', ['created b']],
		['-x a', 'b a', ['undeleted a', 'modified b']],
		['b a', 'a', ['modified a']],
		['b a', 'b', []],
		['b a', 'c a', ['modified a', 'modified c']],
		['b a', '', ['deleted ']],
		['-x', '', []],
		['-x a', '-x', []],
		['b -x a', '-x a', ['deleted -x']],
		['', '-x a', ['created a', 'deleted -x']],
		['', '-x', []],
		['a', 'b', ['deleted ', 'created b']],
	])('%s, then %s', (from, to, events) => {
		const found = keyEventsOf(written(from), written(to), 'content');
		expect(found.map(({ event, now }) => `${event} ${now?.versionId ?? ''}`)).toEqual(events);
	});

	test('each event has its version and the one before, and tells whether it is the current one', () => {
		const [a, b, x, c] = [version('a'), version('b'), marker('x'), version('c')];
		expect(keyEventsOf(undefined, listed([c, x, b, a]), 'content')).toStrictEqual([
			{ event: 'created', now: a, before: undefined, isLatest: false },
			{ event: 'modified', now: b, before: a, isLatest: false },
			{ event: 'deleted', now: x, before: b, isLatest: false },
			{ event: 'created', now: c, before: undefined, isLatest: true },
		]);
		expect(keyEventsOf(known([a]), listed([b, a]), 'content')).toStrictEqual([
			{ event: 'modified', now: b, before: a, isLatest: true },
		]);
	});

	test('a removed delete marker gives the older version back, which newer ones follow', () => {
		const [a, x, c] = [version('a'), marker('x'), version('c')];
		const before = known([x, a]);
		expect(keyEventsOf(before, listed([a]), 'content')).toStrictEqual([
			{ event: 'undeleted', now: a, before, isLatest: true },
		]);
		expect(keyEventsOf(before, listed([c, a]), 'content')).toStrictEqual([
			{ event: 'undeleted', now: a, before, isLatest: false },
			{ event: 'modified', now: c, before: a, isLatest: true },
		]);
	});

	test('a key whose versions are all deleted is deleted, unless it was deleted before', () => {
		const before = known([version('b'), version('a')]);
		expect(keyEventsOf(before, undefined, 'content')).toStrictEqual([
			{ event: 'deleted', now: undefined, before, isLatest: false },
		]);
		expect(keyEventsOf(known([marker('x'), version('a')]), undefined, 'content')).toStrictEqual([]);
	});

	test.each<[Modified, Partial<Snapshot>, string[]]>([
		['content', {}, []],
		['content', { lastModified: 2000 }, []],
		['content', { size: 2 }, ['modified']],
		['anyWrite', {}, []],
		['anyWrite', { lastModified: 2000 }, ['modified']],
	])('where %s counts, a new version with %j gives %j', (modified, more, events) => {
		const a = version('a');
		const b = version('b', { etag: 'a', ...more });
		expect(keyEventsOf(known([a]), listed([b, a]), modified).map(({ event }) => event)).toEqual(events);
	});

	test('the older version is back once the current one was deleted permanently, whatever its content', () => {
		const [a, b] = [version('a'), version('b', { etag: 'a' })];
		const before = known([b, a]);
		expect(keyEventsOf(before, listed([a]), 'content')).toStrictEqual([
			{ event: 'modified', now: a, before, isLatest: true },
		]);
	});

	test('a version that stays the current one has the changes of its properties', () => {
		const a = version('a', { restore: 'inProgress' });
		const later = version('a', { restore: 'restored', storageClass: 'GLACIER' });
		const before = { ...known([a]), tags: '00' };
		expect(keyEventsOf(before, { ...listed([later]), tags: '01' }, 'content')).toStrictEqual([
			{ event: 'storageClassChanged', now: later, before, isLatest: true },
			{ event: 'restored', now: later, before, isLatest: true },
			{ event: 'tagsChanged', now: later, before, isLatest: true },
		]);
	});

	test('only the properties of the current version count', () => {
		const [a, b] = [version('a'), version('b')];
		const archived = version('a', { storageClass: 'GLACIER' });
		expect(keyEventsOf(known([b, a]), listed([b, archived]), 'content')).toStrictEqual([]);
		expect(keyEventsOf(known([a]), listed([b, archived]), 'content')).toMatchObject([{ event: 'modified' }]);
		expect(keyEventsOf(known([b, a]), listed([archived]), 'content')).toMatchObject([{ event: 'modified' }]);
	});

	describe('without versioning', () => {
		/** Each write replaces the version `null`, and gets another fingerprint. */
		const only = (etag: string, others: readonly Snapshot[] = []): Watched => {
			const one = look({ versionId: 'null', etag });
			const versions = [`null ${etag}`, ...others.map(({ versionId = '' }) => versionId)];
			return { key: 'k', ...one, versions, history: [one, ...others] };
		};
		const stored = (watched: Watched): Watched => {
			const { history: _history, ...rest } = watched;
			return rest;
		};

		test('the first object is created', () => {
			expect(keyEventsOf(undefined, only('a'), 'content')).toStrictEqual([
				{ event: 'created', now: look({ versionId: 'null', etag: 'a' }), before: undefined, isLatest: true },
			]);
		});

		test('a write replaces the only version', () => {
			const before = stored(only('a'));
			expect(keyEventsOf(before, only('b'), 'content')).toStrictEqual([
				{ event: 'modified', now: look({ versionId: 'null', etag: 'b' }), before, isLatest: true },
			]);
		});

		test('a delete marker deletes the object that it replaces', () => {
			const before = stored(only('a'));
			const now = look({ versionId: 'null', etag: '', isDeleteMarker: true });
			const after = { key: 'k', ...now, versions: ['null x'], history: [now] };
			expect(keyEventsOf(before, after, 'content')).toStrictEqual([{ event: 'deleted', now, before, isLatest: true }]);
		});

		test('a write after versioning was suspended follows the version before', () => {
			const a = version('a');
			expect(keyEventsOf(known([a]), only('b', [a]), 'content')).toStrictEqual([
				{ event: 'modified', now: look({ versionId: 'null', etag: 'b' }), before: a, isLatest: true },
			]);
		});

		test('a version that replaced another one with a name was deleted before', () => {
			const [a, b] = [version('a'), version('b')];
			expect(keyEventsOf(known([a]), listed([b]), 'content').map(({ event }) => event)).toEqual(['deleted', 'created']);
		});
	});
});

test.each(Array.from({ length: 40 }, (_, seed) => seed))('seed %i: each version is reported once', (seed) => {
	const random = randomOf(`versions ${seed}`);
	let history: Snapshot[] = [];
	let ids = 0;
	const watched = (): Watched | undefined => {
		const [first] = history;
		return first && { key: 'k', ...first, versions: history.map(({ versionId = '' }) => versionId), history };
	};
	const add = (isDeleteMarker: boolean) => {
		const versionId = `v${String(ids++).padStart(4, '0')}`;
		history = [look({ etag: versionId, versionId, ...(isDeleteMarker && { isDeleteMarker }) }), ...history];
	};
	const reported: string[] = [];
	let isThere = false;
	for (let round = 0; round < 30; round++) {
		const before = watched();
		const known = new Set(before?.versions);
		for (let changes = Math.floor(random() * 4); changes > 0; changes--) {
			const dice = random();
			if (dice < 0.5) add(false);
			else if (dice < 0.7) add(true);
			else history = history.filter((_, at) => at !== Math.floor(random() * 3));
		}
		// The state has no history, only what the codec keeps.
		const { history: _history, ...kept } = before ?? object();
		const events = keyEventsOf(before && kept, watched(), 'anyWrite');
		for (const { event, now } of events) {
			expect({ seed, round, event, isThere }).toEqual({
				seed,
				round,
				event,
				isThere: /^(modified|deleted)$/.test(event),
			});
			isThere = event !== 'deleted';
			if (now?.versionId !== undefined && !known.has(now.versionId) && event !== 'deleted')
				reported.push(now.versionId);
		}
		const current = history[0];
		expect({ seed, round, isThere }).toEqual({
			seed,
			round,
			isThere: current !== undefined && !current.isDeleteMarker,
		});
		const added = history.filter(({ versionId = '', isDeleteMarker }) => !known.has(versionId) && !isDeleteMarker);
		const own = reported.filter((id) => !known.has(id) && history.some(({ versionId }) => versionId === id));
		expect(own).toEqual(added.map(({ versionId }) => versionId).reverse());
	}
	expect(reported).toEqual([...new Set(reported)]);
	expect(reported.length).toBeGreaterThan(5);
});

describe('whether two snapshots are the same', () => {
	const one = object({ tags: '00', versions: ['b', 'a'] });
	test.each<[string, Partial<Watched>, boolean]>([
		['nothing', {}, true],
		['the history, which the state does not keep', { history: [look()] }, true],
		['the ETag', { etag: 'b' }, false],
		['the size', { size: 2 }, false],
		['the time', { lastModified: 1001 }, false],
		['the storage class', { storageClass: 'GLACIER' }, false],
		['the restore', { restore: 'restored' }, false],
		['the tags', { tags: '01' }, false],
		['tags that are not known', { tags: undefined }, false],
		['a version', { versions: ['b', 'c'] }, false],
		['the order of the versions', { versions: ['a', 'b'] }, false],
		['one version more', { versions: ['b', 'a', '0'] }, false],
		['one version less', { versions: ['b'] }, false],
		['no versions', { versions: undefined }, false],
	])('%s', (_, more, is) => {
		expect(isSame(one, { ...one, ...more })).toBe(is);
		expect(isSame({ ...one, ...more }, one)).toBe(is);
	});

	test('objects without versions and with none are the same', () => {
		expect(isSame(object(), object())).toBe(true);
		expect(isSame(object(), object({ versions: [] }))).toBe(true);
	});
});
