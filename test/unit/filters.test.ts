import type { Filters } from '../../nodes/AwsS3/core/fields/filters';
import { filterOf } from '../../nodes/AwsS3/core/fields/filters';

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

test('a regular expression that is none is refused, and says why', () => {
	expect(() => filterOf({ regex: '(' })).toThrow(
		expect.objectContaining({
			message: "'Key Matches Regex' is not a regular expression",
			description: expect.stringMatching(/^Check brackets and backslashes\. .*group/),
		}),
	);
});
