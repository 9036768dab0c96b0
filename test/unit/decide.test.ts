import { maxObjectSize } from '../../nodes/AwsS3/s3/parts/partSize';
import type { Compare, Decision, Known, Mode, OnDifferent, Rules } from '../../nodes/AwsS3/s3/pairs/decide';
import { decide } from '../../nodes/AwsS3/s3/pairs/decide';
import type { Entry, Pair } from '../../nodes/AwsS3/s3/pairs/march';

const modes: Mode[] = ['copy', 'mirror', 'move', 'migrate'];
const compares: Compare[] = ['sizeAndTime', 'size', 'checksum', 'etag', 'always'];
const conflicts: OnDifferent[] = ['overwrite', 'rename', 'newer', 'skip'];

const [early, late] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];
const soon = new Date('2026-01-01T00:00:00.999Z');
const rules = (more: Partial<Rules> = {}): Rules => ({
	...{ mode: 'copy', compare: 'sizeAndTime', onConflict: 'overwrite', isAppendOnly: false, destinationPrefix: '' },
	passes: () => true,
	...more,
});
const entry = (more: Partial<Entry> = {}): Entry => ({ key: 'k', size: 1, lastModified: early, etag: '"a"', ...more });
const pairOf = (source?: Entry, destination?: Entry): Pair => ({ key: 'k', source, destination });
const inWords = ({ step, restores, skip, needsHead }: Decision) =>
	(restores ? `restore, then ${step}` : step) ?? (skip === undefined ? `look at the ${needsHead}` : `skip: ${skip}`);
const decided = (pair: Pair, more?: Partial<Rules>, known?: Known) => inWords(decide(pair, rules(more), known));

/** What both sides can have under one key. The destination is the older one where the source is newer. */
const bothSides: Record<string, Pair> = {
	'the same size, source older': pairOf(entry(), entry({ lastModified: late, etag: 'b' })),
	'the same size and second': pairOf(entry(), entry({ lastModified: soon, etag: 'b' })),
	'the same size, second and ETag': pairOf(entry(), entry({ lastModified: soon, etag: 'a' })),
	'the same size, source newer': pairOf(entry({ lastModified: late }), entry({ etag: 'b' })),
	'the same size and ETag, source older': pairOf(entry(), entry({ lastModified: late, etag: 'a' })),
	'the same size and ETag, source newer': pairOf(entry({ lastModified: late }), entry({ etag: 'a' })),
	'another size, source older': pairOf(entry({ size: 2 }), entry({ lastModified: late, etag: 'b' })),
	'another size, source newer': pairOf(entry({ size: 2, lastModified: late }), entry({ etag: 'b' })),
	'another size, the same ETag': pairOf(entry({ size: 2 }), entry()),
	'no ETags': pairOf(entry({ etag: '' }), entry({ lastModified: late, etag: undefined })),
	'no ETags, the same second': pairOf(entry({ etag: '' }), entry({ etag: undefined })),
};

/** Whether they are the same, by the comparisons in the order of `compares`: same, other, or look. */
const sameness: Record<keyof typeof bothSides, string> = {
	'the same size, source older': 'same same look look other',
	'the same size and second': 'other same look look other',
	'the same size, second and ETag': 'same same same same other',
	'the same size, source newer': 'other same look look other',
	'the same size and ETag, source older': 'same same same same other',
	'the same size and ETag, source newer': 'other same same same other',
	'another size, source older': 'other other other other other',
	'another size, source newer': 'other other other other other',
	'another size, the same ETag': 'other other other other other',
	'no ETags': 'same same look look other',
	'no ETags, the same second': 'other same look look other',
};

/** What to do if both are the same, or are not, by mode. */
const whereSame: Record<Mode, string> = {
	copy: 'skip: same',
	mirror: 'skip: same',
	move: 'look at the content',
	migrate: 'skip: exists',
};
const whereOther = (pair: Pair, onConflict: OnDifferent) =>
	({
		overwrite: 'overwrite',
		rename: 'rename',
		skip: 'skip: exists',
		newer: pair.source?.lastModified === late ? 'overwrite' : 'skip: newerAtDestination',
	})[onConflict];

describe('both sides have the key', () => {
	const cases = Object.entries(bothSides).flatMap(([words, pair]) =>
		compares.flatMap((compare, at) => modes.map((mode) => ({ words, pair, compare, mode, at }))),
	);
	test.each(cases)('$words, compared by $compare, mode $mode', ({ words, pair, compare, mode, at }) => {
		const same = sameness[words]?.split(' ')[at];
		for (const onConflict of conflicts) {
			const expected = {
				same: whereSame[mode],
				other: whereOther(pair, onConflict),
				look: 'look at the content',
			}[same ?? ''];
			const result = decided(pair, { compare, mode, onConflict });
			expect([onConflict, result]).toEqual([onConflict, mode === 'migrate' ? 'skip: exists' : expected]);
		}
	});

	test.each(compares.filter((compare) => compare === 'checksum' || compare === 'etag'))(
		'compared by %s, a look at both decides',
		(compare) => {
			const pair = bothSides['the same size, source newer'] ?? pairOf();
			for (const onConflict of conflicts) {
				expect(decided(pair, { compare, onConflict }, { isSame: true })).toBe('skip: same');
				expect(decided(pair, { compare, onConflict }, { isSame: false })).toBe(whereOther(pair, onConflict));
			}
		},
	);
});

describe('only one side has the key', () => {
	test.each(modes)('only the source: it is copied, mode %s', (mode) => {
		for (const compare of compares)
			for (const onConflict of conflicts)
				for (const isAppendOnly of [false, true])
					expect(decided(pairOf(entry()), { mode, compare, onConflict, isAppendOnly })).toBe('copy');
	});

	test.each(modes)('only the destination: a mirror deletes it, others leave it, mode %s', (mode) => {
		const expected = mode === 'mirror' ? 'delete' : 'skip: onlyAtDestination';
		for (const compare of compares)
			for (const onConflict of conflicts)
				expect(decided(pairOf(undefined, entry()), { mode, compare, onConflict })).toBe(expected);
	});
});

test.each<[string, Mode, Known, Partial<Rules>, string]>([
	['has the same content', 'move', { isProven: true }, {}, 'deleteSource'],
	[
		'has the same content, and nothing is overwritten',
		'move',
		{ isProven: true },
		{ onConflict: 'skip' },
		'deleteSource',
	],
	['has the same content, and may lack grants', 'move', { isProven: true }, { addsToCopies: true }, 'overwrite'],
	[
		'has the same content, may lack grants, and stays',
		'move',
		{ isProven: true },
		{ addsToCopies: true, onConflict: 'skip' },
		'skip: notProven',
	],
	['may have other content', 'move', { isProven: false }, {}, 'overwrite'],
	['may have other content, which stays', 'move', { isProven: false }, { onConflict: 'skip' }, 'skip: notProven'],
	['may have other content, which stays', 'move', { isProven: false }, { onConflict: 'newer' }, 'skip: notProven'],
	['may have other content, which stays', 'move', { isProven: false }, { onConflict: 'rename' }, 'skip: notProven'],
	['has the same content', 'move', { isProven: true }, { isAppendOnly: true }, 'skip: appendOnly'],
])('a move whose destination %s', (_, mode, known, more, expected) => {
	expect(decided(pairOf(entry(), entry({ lastModified: late })), { mode, ...more }, known)).toBe(expected);
});

test('append-only never overwrites or deletes, whatever else is set', () => {
	const pairs = [...Object.values(bothSides), pairOf(entry()), pairOf(undefined, entry())];
	const knowns: Known[] = [{}, { isSame: true, isProven: true }, { isSame: false, isProven: false }];
	const steps = new Set<string>();
	for (const pair of pairs)
		for (const mode of modes)
			for (const compare of compares)
				for (const onConflict of conflicts)
					for (const known of knowns)
						steps.add(decided(pair, { mode, compare, onConflict, isAppendOnly: true }, known));
	expect([...steps].filter((step) => /^[a-zA-Z]+$/.test(step)).sort()).toEqual(['copy', 'rename']);
});

test.each<[string, Pair]>([
	['the source has it', pairOf(entry())],
	['both have it', pairOf(entry(), entry({ size: 5 }))],
	['only the destination has it', pairOf(undefined, entry())],
])('what the filters leave out is neither written nor deleted: %s', (_, pair) => {
	for (const mode of modes) expect(decided(pair, { mode, passes: () => false })).toBe('skip: filtered');
});

test.each([
	['only the source has it', (at: Entry) => ({ key: at.key, source: at })],
	['both have it', (at: Entry) => ({ key: at.key, source: at, destination: entry({ size: 5 }) })],
	['only the destination has it', (at: Entry) => ({ key: at.key, destination: at })],
])('the file of a job is neither written nor deleted: %s', (_, pairFor) => {
	for (const mode of modes)
		for (const folder of ['', 'deeper/', 'beside'])
			expect(decided(pairFor(entry({ key: `${folder}.n8n-jobs/j/state.json` })), { mode })).toBe('skip: jobFile');
});

test('a prefix in the folder of jobs protects their files as well', () => {
	const pair = { ...pairOf(undefined, entry()), key: 'j/state.json' };
	expect(decided(pair, { mode: 'mirror', destinationPrefix: 'to/.n8n-jobs/' })).toBe('skip: jobFile');
	expect(decided(pair, { mode: 'mirror', destinationPrefix: 'to/' })).toBe('delete');
});

test("other objects in a folder of that name are the user's", () => {
	const pair = { ...pairOf(entry()), key: 'notes/.n8n-jobs/readme.txt' };
	expect(decided(pair, { mode: 'copy' })).toBe('copy');
});

test('filters look at the object of the source, whatever the destination has', () => {
	const pair = pairOf(entry({ size: 5 }), entry({ size: 1 }));
	expect(decided(pair, { passes: ({ size }) => size === 5 })).toBe('overwrite');
	expect(decided(pair, { passes: ({ size }) => size === 1 })).toBe('skip: filtered');
});

describe('what cannot be copied is skipped', () => {
	test.each<[string, Partial<Entry>, Partial<Rules>, Known, string]>([
		['as large as S3 takes', { size: maxObjectSize }, {}, {}, 'copy'],
		['larger than S3 takes', { size: maxObjectSize + 1 }, {}, {}, 'skip: tooLarge'],
		['1,024 bytes of key', { key: 'ü'.repeat(511) }, { destinationPrefix: 'p/' }, {}, 'copy'],
		['one byte of key more', { key: 'ü'.repeat(511) }, { destinationPrefix: 'pp/' }, {}, 'skip: keyTooLong'],
		['no key at all', { key: '' }, {}, {}, 'skip: emptyKey'],
		['the marker of the folder of the prefix', { key: '', size: 0 }, {}, {}, 'skip: folderMarker'],
		[
			'a mapping that leaves nothing',
			{ key: '', from: { key: 'x' } },
			{ destinationPrefix: 'p/' },
			{},
			'skip: emptyKey',
		],
		['a folder marker', { key: '', size: 0, from: { key: 'x/' } }, { destinationPrefix: 'p/' }, {}, 'copy'],
		['what has the key of the prefix', { key: '' }, { destinationPrefix: 'p/' }, {}, 'copy'],
		['archived', { storageClass: 'GLACIER' }, {}, {}, 'look at the archive'],
		['archived deeply', { storageClass: 'DEEP_ARCHIVE' }, {}, {}, 'look at the archive'],
		['archived, not restored', { storageClass: 'GLACIER' }, {}, { isReadable: false }, 'skip: archived'],
		[
			'archived, to be restored',
			{ storageClass: 'GLACIER' },
			{ restores: true },
			{ isReadable: false },
			'restore, then copy',
		],
		[
			'archived, to be restored, not looked at',
			{ storageClass: 'GLACIER' },
			{ restores: true },
			{},
			'look at the archive',
		],
		['archived, restored, by option', { storageClass: 'GLACIER' }, { restores: true }, { isReadable: true }, 'copy'],
		['archived, restored', { storageClass: 'GLACIER' }, {}, { isReadable: true }, 'copy'],
		['archived, to be read at once', { storageClass: 'GLACIER_IR' }, {}, {}, 'copy'],
	])('%s', (_, more, otherRules, known, expected) => {
		expect(decided(pairOf(entry(more)), otherRules, known)).toBe(expected);
		if (more.key !== '')
			expect(decided(pairOf(entry({ size: 2, ...more }), entry({ size: 3 })), otherRules, known)).toBe(
				expected.replace('copy', 'overwrite'),
			);
	});

	test('what is there already needs no look at an archive', () => {
		expect(decided(pairOf(entry({ storageClass: 'GLACIER' }), entry({ lastModified: late })))).toBe('skip: same');
	});
});
