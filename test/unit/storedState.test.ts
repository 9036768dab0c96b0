import { damaged } from '../../nodes/AwsS3/s3/changes/recordCodec';
import type { Base, Stored } from '../../nodes/AwsS3/s3/changes/storedState';
import { changesIn, changesText, entriesIn, storedIn } from '../../nodes/AwsS3/s3/changes/storedState';
import type { Change, Watched } from '../../nodes/AwsS3/s3/changes/watchedObject';
import { randomCases } from '../support/randomCases';
import { randomValues } from '../support/randomValues';

const stored: Stored = {
	...{ version: 1, watch: 'w', start: 'none', startOver: 2, base: { inline: 'abc' }, count: 3, changes: 'def' },
};
const inObject: Base = { bucket: 'b', key: 'k', checksum: 'c' };

/** What comes back from n8n, which stores JSON. */
const kept = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what n8n stores', () => {
	test.each<[string, Stored]>([
		['the state in the data of the workflow', stored],
		['the state in an object', { ...stored, base: inObject }],
		['empty text', { ...stored, watch: '', start: '', changes: '', base: { inline: '' }, after: '' }],
		['no records', { ...stored, count: 0, startOver: 0 }],
		['the key to continue after', { ...stored, after: 'ü' }],
		[
			'earlier states',
			{
				...stored,
				old: [
					{ bucket: 'b', key: 'one' },
					{ bucket: 'c', key: 'other' },
				],
			},
		],
	])('comes back as it was: %s', (_, value) => {
		expect(storedIn(kept(value))).toStrictEqual(value);
	});

	test.each(Array.from({ length: randomCases(100, 20) }, (_, seed) => seed))(
		'comes back with any texts (%i)',
		(seed) => {
			const { below, isSo, listOf, text, size } = randomValues(`stored ${seed}`);
			const full = () => `${text()}x`;
			const old = listOf(() => ({ bucket: full(), key: full() }));
			const value: Stored = {
				...{ version: 1, watch: text(), start: text(), startOver: below(9), count: size(), changes: text() },
				base: isSo() ? { inline: text() } : { bucket: full(), key: full(), checksum: full() },
				...(isSo() && { after: text() }),
				...(old.length > 0 && { old }),
			};
			expect(storedIn(kept(value))).toStrictEqual(value);
		},
	);

	test.each([undefined, null])('%j is stored before the first poll', (value) => {
		expect(storedIn(value)).toBeUndefined();
	});

	test.each<[string, unknown, string]>([
		['text', 'x', 'n8n stores something else in its place'],
		['a number', 0, 'n8n stores something else in its place'],
		['a list', [stored], 'n8n stores something else in its place'],
		['no version', { ...stored, version: undefined }, 'it has version undefined, but this node supports version 1'],
		['a later version', { ...stored, version: 2 }, 'it has version 2, but this node supports version 1'],
		['a version as text', { ...stored, version: '1' }, 'it has version 1, but this node supports version 1'],
		...(['watch', 'start', 'changes', 'count', 'base'] as const).flatMap((name): Array<[string, unknown, string]> => [
			[`no ${name}`, { ...stored, [name]: undefined }, 'part of it is missing'],
			[`a list as ${name}`, { ...stored, [name]: [] }, 'part of it is missing'],
		]),
		['a number as text', { ...stored, count: '3' }, 'part of it is missing'],
		['a count below zero', { ...stored, count: -1 }, 'part of it is missing'],
		['half a record', { ...stored, count: 0.5 }, 'part of it is missing'],
		['more records than numbers', { ...stored, count: 2 ** 53 }, 'part of it is missing'],
		['an empty base', { ...stored, base: {} }, 'part of it is missing'],
		['a base without a bucket', { ...stored, base: { ...inObject, bucket: undefined } }, 'part of it is missing'],
		['a base without a key', { ...stored, base: { ...inObject, key: '' } }, 'part of it is missing'],
		['a base without a checksum', { ...stored, base: { ...inObject, checksum: 1 } }, 'part of it is missing'],
	])('is refused with what is wrong: %s', (_, value, message) => {
		expect(() => storedIn(value)).toThrow(damaged(message));
	});

	test.each<[string, object, Partial<Stored>]>([
		['unknown members', { later: 1, base: { inline: 'abc', later: 1 } }, {}],
		['unknown members of a place', { base: { ...inObject, later: 1 } }, { base: inObject }],
		['a place beside a state', { base: { ...inObject, inline: 'abc' } }, {}],
		['a key to continue after that is no text', { after: 1 }, {}],
		['a list of earlier states that is none', { old: { bucket: 'b', key: 'k' } }, {}],
		['an empty list of earlier states', { old: [] }, {}],
		[
			'earlier states without a place',
			{ old: [null, 'x', {}, { bucket: 'b' }, { key: 'k' }, { bucket: '', key: 'k' }] },
			{},
		],
		[
			'an earlier state after a wrong one',
			{ old: [1, { bucket: 'b', key: 'k', later: 1 }] },
			{ old: [{ bucket: 'b', key: 'k' }] },
		],
		['a number of starts that is none', { startOver: 'x' }, { startOver: 0 }],
		['no number of starts', { startOver: undefined }, { startOver: 0 }],
	])('is read without %s', (_, more, found) => {
		expect(storedIn({ ...stored, ...more })).toStrictEqual({ ...stored, ...found });
	});
});

const entry = (key: string): Watched => ({
	...{ key, size: 1, etag: 'e', lastModified: 1000, storageClass: 'STANDARD', restore: 'none' },
});

describe('changes as text', () => {
	const changes: Change[] = [{ key: 'a', entry: entry('a') }, { key: 'b' }, { key: 'ü', entry: entry('ü') }];

	test.each([1, 2, 3])('%i changes come back', async (count) => {
		const text = await changesText(changes.slice(0, count));
		expect(text).toMatch(/^[A-Za-z0-9+/]+=*$/);
		expect(await changesIn(text)).toStrictEqual(changes.slice(0, count));
	});

	test('no changes are no text', async () => {
		expect(await changesText([])).toBe('');
		expect(await changesIn('')).toStrictEqual([]);
	});

	test('more changes than a block has come back in their order', async () => {
		const many = Array.from({ length: 5000 }, (_, index) => {
			const key = `key ${String(index).padStart(9, '0')}`;
			return { key, entry: { ...entry(key), etag: `not a digest ${index}` } };
		});
		expect(await changesIn(await changesText(many))).toStrictEqual(many);
	});

	test.each<[string, (text: string) => string]>([
		['text that was cut off', (text) => text.slice(0, -4)],
		['something else', () => 'abcd'],
		[
			'text with more behind it',
			(text) => Buffer.concat([Buffer.from(text, 'base64'), Buffer.of(1)]).toString('base64'),
		],
	])('%s is refused', async (_, change) => {
		const text = await changesText(changes);
		await expect(changesIn(change(text))).rejects.toMatchObject({ code: 'TriggerStateDamaged' });
	});
});

test('the objects of a state are those of its records, and pages without any are left out', async () => {
	async function* pages() {
		yield [{ key: 'a', entry: entry('a') }, { key: 'b' }, { key: 'c', entry: entry('c') }];
		yield [{ key: 'd' }];
		yield [];
		yield [{ key: 'e', entry: entry('e') }];
	}
	const found: Watched[][] = [];
	for await (const page of entriesIn(pages())) found.push(page);
	expect(found).toStrictEqual([[entry('a'), entry('c')], [entry('e')]]);
});
