import { randomOf } from '../support/randomOf';

test.each(['', 'keys '])('the first numbers of similar seeds have all sizes: %p', (words) => {
	const firsts = Array.from({ length: 150 }, (_, seed) => randomOf(`${words}${seed}`)());
	const tenths = new Set(firsts.map((first) => Math.floor(first * 10)));
	expect([...tenths].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
