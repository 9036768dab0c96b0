import type { Filters } from '../../nodes/AwsS3/core/filters/filters';
import { filterOf, passing } from '../../nodes/AwsS3/core/filters/filters';
import { processorTime } from '../support/processorTime';

const at = (day: number) => new Date(Date.UTC(2026, 0, day));

const objects = [
	{ Key: 'a.csv', Size: 0, LastModified: at(1) },
	{ Key: 'in/b.json', Size: 10, LastModified: at(2), StorageClass: 'GLACIER' },
	{ Key: 'in/deep/.c.csv', Size: 20, LastModified: at(3), StorageClass: 'STANDARD' },
	{ Key: 'new' },
] as const;
const all = objects.map(({ Key }) => Key);

test.each<[string, Filters, string[]]>([
	['nothing', {}, all],
	['empty fields', { glob: '', regex: '', suffix: '', modifiedAfter: undefined, storageClasses: [] }, all],
	['a glob in one folder', { glob: '*.csv' }, ['a.csv']],
	['a glob across folders, hidden files too', { glob: '**/*.csv' }, ['a.csv', 'in/deep/.c.csv']],
	['alternatives', { glob: '**/*.{csv,json}' }, ['a.csv', 'in/b.json', 'in/deep/.c.csv']],
	['a regular expression', { regex: 'b|^n' }, ['in/b.json', 'new']],
	['a regular expression by code points', { regex: '^.\\.\\p{L}+$' }, ['a.csv']],
	['a suffix', { suffix: '.csv' }, ['a.csv', 'in/deep/.c.csv']],
	['a least size, itself included', { minSize: 10 }, ['in/b.json', 'in/deep/.c.csv']],
	['a least size of nothing', { minSize: 0 }, all],
	['a greatest size, itself included', { maxSize: 10 }, ['a.csv', 'in/b.json', 'new']],
	['a greatest size of nothing', { maxSize: 0 }, ['a.csv', 'new']],
	['after a time, itself not included', { modifiedAfter: at(2) }, ['in/deep/.c.csv']],
	['before a time, itself not included', { modifiedBefore: at(2) }, ['a.csv']],
	[
		'the usual class, which listings may leave out',
		{ storageClasses: ['STANDARD'] },
		['a.csv', 'in/deep/.c.csv', 'new'],
	],
	['several classes', { storageClasses: ['GLACIER', 'DEEP_ARCHIVE'] }, ['in/b.json']],
	['all of several filters', { suffix: '.csv', minSize: 1 }, ['in/deep/.c.csv']],
])('%s', (_, filters, expected) => {
	const passes = filterOf(filters);
	const listed = objects.map((object) => ({ ...object }));
	expect(listed.filter(passes).map(({ Key }) => Key)).toEqual(expected);
});

test('sizes that no object can have are refused', () => {
	expect(() => filterOf({ minSize: 2, maxSize: 1 })).toThrow(
		expect.objectContaining({
			message: "'Min Size (Bytes)' is larger than 'Max Size (Bytes)', so no object can pass both",
		}),
	);
});

test('filters of one size or moment contradict nothing', () => {
	const passes = filterOf({ minSize: 1, maxSize: 1 });
	expect(passes({ Key: 'a', Size: 1 })).toBe(true);
	// A window since the last run of a schedule is empty at times.
	for (const end of [1, 2])
		expect(filterOf({ modifiedAfter: at(2), modifiedBefore: at(end) })({ Key: 'a', LastModified: at(1) })).toBe(false);
});

test('a regular expression that is none is refused, and says why', () => {
	expect(() => filterOf({ regex: '(' })).toThrow(
		expect.objectContaining({
			message: "'Key Matches Regex' is not a regular expression",
			description: expect.stringMatching(/^Check brackets and backslashes\. .*group/),
		}),
	);
});

/** The keys that fit a pattern. */
const fitting = (filters: Filters, keys: string[]) => keys.filter((Key) => filterOf(filters)({ Key }));

test.each<[string, string[], string[]]>([
	['*', ['a', '.a', 'a/'], ['a/b', '/']],
	['a/*', ['a/b', 'a/.b', 'a/b/'], ['a', 'a/', 'a/b/c']],
	['a/**', ['a', 'a/', 'a/b', 'a/b/c', 'a/../b', 'a/two\nlines'], ['ab', 'b/a/c']],
	['**', ['a', 'a/b/c', '.'], []],
	['**/a', ['a', '/a', 'b/a', 'b/c/a'], ['ba', 'a/b']],
	['a/**/b', ['a/b', 'a/c/b', 'a/c/d/b'], ['ab', 'a/cb']],
	['**.csv', ['a.csv', 'b/a.csv'], ['a.tsv']],
	['*/**', ['a/b.csv', 'a/b/c'], ['a.csv']],
	['reports/*/**', ['reports/x/a.csv'], ['reports/a.csv']],
	['./*.csv', ['a.csv'], ['a/b.csv']],
	['report (1).csv', ['report (1).csv'], ['report (2).csv']],
	['a/**.csv', ['a/b.csv'], ['a/b/c.csv']],
	['a**b', ['ab', 'acb'], ['a/b']],
	['a*b', ['ab', 'acb'], ['a/b', 'acbc']],
	['*/', ['a/'], ['/', 'a']],
	['a?', ['ab', 'a😀'], ['a', 'a/', 'abc']],
	['[a-c]x', ['ax', 'cx'], ['dx', '-x']],
	['[!a-c]x', ['dx', '!x'], ['ax', '/x']],
	['[^a]x', ['bx', '^x'], ['ax']],
	['[a-]x', ['ax', '-x'], ['bx']],
	['[]]x', [']x'], ['x']],
	['[\\]\\-a]x', [']x', '-x', 'ax'], ['bx']],
	['[[:digit:]]x', ['1x'], ['ax']],
	['[]', ['[]'], []],
	['[a', ['[a'], ['a']],
	['[{a,b}', ['[a', '[b'], ['a']],
	['[[:digit:]', ['[[:digit:]'], ['1', '[']],
	['{a,b{c,d}}e', ['ae', 'bce', 'bde'], ['be', 'bc']],
	['{a,}b', ['ab', 'b'], ['cb']],
	['{a/**,b}', ['a/c/d', 'b'], ['c']],
	['{*,b}c', ['ac', 'bc'], ['a/c']],
	['{1..3}', ['1', '3', '{1..3}'], ['4']],
	['{c..a}', ['b'], ['d']],
	['{a}', ['{a}'], ['a']],
	['{a,b', ['{a,b'], ['a']],
	['+(a|b', ['+(a|b'], ['a']],
	['a}b)', ['a}b)'], []],
	['(a|b)c', ['ac', 'bc'], ['c']],
	['@(a|b)c', ['ac'], ['c', 'abc']],
	['?(a|b)c', ['ac', 'c'], ['abc']],
	['*(a|b)c', ['c', 'abc'], ['dc']],
	['+(a|b)c', ['ac', 'abc'], ['c']],
	['!(*.tmp)', ['a.csv', 'tmp'], ['a.tmp', 'b/a.csv']],
	['in/!(a|b)', ['in/c', 'in/ab'], ['in/a', 'in/', 'in/c/d']],
	['!(a)/!(b)', ['b/a', 'b/c'], ['a/c', 'c/b', 'a/b']],
	['!*.tmp', ['a.csv', 'b/a.tmp'], ['a.tmp']],
	['!!a', ['a'], ['b']],
	['\\*\\{a\\}', ['*{a}'], ['b{a}', '*a']],
	['a.b+$^|', ['a.b+$^|'], ['axb+$^|']],
	['\\', ['\\'], []],
])('the glob %s', (glob, fits, others) => {
	expect(fitting({ glob }, [...fits, ...others])).toEqual(fits);
});

test.each<[string, string[], string[]]>([
	['^(?!.*draft).*\\.pdf$', ['a.pdf', 'b/a.pdf'], ['draft.pdf', 'b/my draft.pdf', 'a.csv']],
	['^(?=[a-c])(?!.*\\.)', ['a', 'c/d'], ['d', 'a.b']],
	['^(?!a|b)', ['c', ''], ['a', 'bc']],
	['^(?![)(]|\\)).', ['a'], ['(', ')']],
	['^(?!(?:a|b)c)(?:a|b)', ['ab', 'b'], ['ac', 'bc', 'c']],
	['(?<!\\.bak)\\.gz$', ['a.gz'], ['a.bak.gz']],
	['^(?<year>\\d{4})-', ['2026-01'], ['26-01']],
	['^[\\u00e4-\\u{f6}]\\/$', ['ä/'], ['a/']],
	['(?i)\\.CSV$', ['a.csv'], ['a.tsv']],
	['a$', ['a'], ['a\n']],
	['\\\\k', ['\\k'], ['k']],
])('the regular expression %s', (regex, fits, others) => {
	expect(fitting({ regex }, [...fits, ...others])).toEqual(fits);
});

test.each<[string, string, string]>([
	['a(?=b)', 'has a look-ahead in the middle', 'Look-aheads work only directly after ^'],
	['^(?=.*b)(?!a)c|^$', 'has a look-ahead in the middle', 'not followed by | outside of brackets'],
	['^((?!a).)*$', 'has a look-ahead in the middle', '^(?!.*draft)'],
	['(a)\\1', 'has a back reference', 'Back references are not supported'],
	['(?<n>a)\\k<n>', 'has a back reference', 'Back references are not supported'],
	['a{1001}', 'is not supported', 'Reason: invalid repeat count'],
	['a'.repeat(50_001), 'is not supported', 'it is too long, or repeats too much'],
	['(a{900}b?)'.repeat(60), 'is not supported', 'it is too long, or repeats too much'],
	['[z-a]', 'is not a regular expression', 'out of order'],
	['^(?!a', 'is not a regular expression', 'Unterminated group'],
])('the regular expression %.40s is refused, and the message says how to go on', (regex, message, description) => {
	expect(() => filterOf({ regex })).toThrow(
		expect.objectContaining({
			message: `'Key Matches Regex' ${message}`,
			description: expect.stringContaining(description),
		}),
	);
});

test.each<[string, string]>([
	['[z-a]', 'invalid character class range'],
	['!(a)'.repeat(21), 'more than 20 exclusions'],
])('the glob %s is refused', (glob, reason) => {
	expect(() => filterOf({ glob })).toThrow(
		expect.objectContaining({
			message: "'Key Matches Glob' is not a valid pattern",
			description: expect.stringContaining(reason),
		}),
	);
});

test.each<[string, Filters]>([
	['nested repetitions', { regex: '(a+)+$' }],
	['alternatives that overlap', { regex: '^(a|aa)+$' }],
	['a look-ahead', { regex: '^(?!(a+)+$).*b' }],
	['many stars', { glob: `${'*a'.repeat(20)}b` }],
	['nested groups', { glob: '*(*(a)a)*(a)b' }],
	['brackets that nobody closes', { glob: '{([\\]'.repeat(2000) }],
])('no pattern takes forever: %s', async (_, filters) => {
	const took = await processorTime(() => expect(fitting(filters, [`${'a'.repeat(32)}!`])).toEqual([]));
	expect(took).toBeLessThan(1000);
});

test('a long pattern that is none is refused at once', async () => {
	const regex = `^(?!b)${'(['.repeat(20_000)}\\]`;
	const message = "'Key Matches Regex' is not a regular expression";
	expect(await processorTime(() => expect(() => filterOf({ regex })).toThrow(message))).toBeLessThan(1000);
});

test('many keys and a long pattern let n8n do other work', async () => {
	let turns = 0;
	const timer = setInterval(() => turns++, 1);
	const passes = filterOf({ regex: 'a(?:a|b){500}$' });
	const keys = Array.from({ length: 20_000 }, (_, index) => ({ Key: 'ab'.repeat(200) + String(index) }));
	expect(await passing([...keys, { Key: 'a'.repeat(501) }], passes)).toEqual([{ Key: 'a'.repeat(501) }]);
	clearInterval(timer);
	expect(turns).toBeGreaterThan(0);
});
