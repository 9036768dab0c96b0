import { recentNames } from '../../nodes/AwsS3/s3/flow/recentNames';

test('forgets the names that were not used for the longest time', () => {
	const names = recentNames(3);
	for (const name of ['a', 'b', 'c']) names.add(name);
	expect(names.has('a')).toBe(true);
	names.add('d');
	expect(['a', 'b', 'c', 'd'].filter(names.has)).toEqual(['a', 'c', 'd']);
	names.add('a');
	names.add('e');
	expect(['a', 'b', 'c', 'd', 'e'].filter(names.has)).toEqual(['a', 'd', 'e']);
});

test('does not grow', () => {
	const names = recentNames(100);
	const all = Array.from({ length: 10_000 }, (_, index) => `name-${index}`);
	for (const name of all) names.add(name);
	expect(all.filter(names.has)).toEqual(all.slice(-100));
});
