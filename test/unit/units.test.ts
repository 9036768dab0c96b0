import { intoUnits } from '../../nodes/AwsS3/core/runner/units';

const batchesOf = (letters: string, size?: number) => {
	const params = [...letters].map((letter) => ({ letter }));
	const operation = size === undefined ? {} : { batch: { size, together: ({ letter }: { letter: string }) => letter } };
	const positions = params.map((_, index) => index + 10);
	return intoUnits(positions, params, operation as never).map(({ positions, params }) => {
		const text = params.map(({ letter }) => letter).join('');
		return `${text} ${positions.join(' ')}`;
	});
};

test.each<[string, string, number | undefined, string[]]>([
	['each alone, where the operation says nothing', 'aab', undefined, ['a 10', 'a 11', 'b 12']],
	['what belongs together', 'abab', 10, ['aa 10 12', 'bb 11 13']],
	['no more than one request takes', 'aaaaa', 2, ['aa 10 11', 'aa 12 13', 'a 14']],
	['exactly as many as one request takes', 'aa', 2, ['aa 10 11']],
	['full ones first', 'abbaab', 3, ['aaa 10 13 14', 'bbb 11 12 15']],
	['the rest of each', 'abaa', 2, ['aa 10 12', 'b 11', 'a 13']],
	['no items', '', 2, []],
])('%s', (_, letters, size, expected) => {
	expect(batchesOf(letters, size)).toEqual(expected);
});

test('items without parameters have none', () => {
	expect(intoUnits([0], [], {} as never)).toEqual([{ positions: [0], params: [{}] }]);
	const batch = { size: 2, together: () => 'all' };
	expect(intoUnits([0], [], { batch } as never)).toEqual([{ positions: [0], params: [{}] }]);
});
