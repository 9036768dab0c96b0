import type { KeyMapping } from '../../nodes/AwsS3/s3/sources/keyMap';
import { keyMapOf } from '../../nodes/AwsS3/s3/sources/keyMap';
import { linearReplacement } from '../../nodes/AwsS3/core/filters/linearPattern';

const replace = linearReplacement;

test.each<[string, KeyMapping, Record<string, string>]>([
	[
		'strips a prefix, and leaves keys without it',
		{ stripPrefix: 'a/' },
		{ 'a/b': 'b', 'b/a/c': 'b/a/c', 'a/a/b': 'a/b' },
	],
	['strips a prefix that is all of the key', { stripPrefix: 'a' }, { a: '' }],
	['prepends', { prepend: 'x/' }, { a: 'x/a', 'x/a': 'x/x/a', '': 'x/' }],
	['makes letters small', { isLowerCase: true }, { 'A/É.TXT': 'a/é.txt', '😀A': '😀a' }],
	['flattens, with a separator that looks like a pattern', { flattenWith: '$&' }, { 'a/b//c': 'a$&b$&$&c' }],
	['flattens with nothing', { flattenWith: '' }, { 'a/b': 'ab' }],
	['replaces all that is found', { replace: replace('[ :]', '_') }, { 'a b:c': 'a_b_c' }],
	['replaces by groups', { replace: replace('^(\\d{4})-(\\d\\d)', '$1/$2') }, { '2026-01-x': '2026/01-x' }],
	['replaces by named groups', { replace: replace('(?<y>\\d+)', '<$<y>>') }, { a1b22: 'a<1>b<22>' }],
	[
		'strips, replaces, makes small, flattens, then prepends',
		{ stripPrefix: 'A/', replace: replace('B', 'C/D'), isLowerCase: true, flattenWith: '-', prepend: 'P/' },
		{ 'A/B/x': 'P/c-d-x' },
	],
])('%s', (_, mapping, keys) => {
	const mapped = Object.fromEntries(Object.keys(keys).map((key) => [key, keyMapOf(mapping)?.map(key)]));
	expect(mapped).toEqual(keys);
});

test.each<[string, KeyMapping, boolean, boolean]>([
	['prepend', { prepend: 'a' }, true, true],
	['strip, which mixes what has the prefix with what has not', { stripPrefix: 'b/' }, false, true],
	['lower case', { isLowerCase: true }, false, false],
	['flatten', { flattenWith: '' }, false, false],
	['replace', { replace: (key) => key }, false, false],
])('order is kept and the way back is known: %s', (_, mapping, keepsOrder, leadsBack) => {
	const map = keyMapOf(mapping);
	expect([map?.keepsOrder, map?.originals !== undefined]).toEqual([keepsOrder, leadsBack]);
});

test('without a mapping, all keys stay', () => {
	expect(keyMapOf({ stripPrefix: '', prepend: '', isLowerCase: false })).toBeUndefined();
});

test.each([
	['x/b', { stripPrefix: 'a/', prepend: 'x/' }, ['a/b', 'b']],
	['x/a/b', { stripPrefix: 'a/', prepend: 'x/' }, ['a/a/b']],
	['y/b', { stripPrefix: 'a/', prepend: 'x/' }, []],
	['x/b', { prepend: 'x/' }, ['b']],
])('the originals of %s with %j', (key, mapping, originals) => {
	expect(keyMapOf(mapping)?.originals?.(key)).toEqual(originals);
});

test('a pattern that would take forever does not', () => {
	expect(replace('(a+)+$', '')(`${'a'.repeat(1000)}b`)).toBe(`${'a'.repeat(1000)}b`);
});
