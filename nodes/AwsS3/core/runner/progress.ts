import type { Explained } from '../errors/explain';
import type { Output } from '../operation';

/** What an operation did before it failed; a failure of one key is nothing that was done. */
export const doneOf = (outputs: Output[]): Output[] => outputs.filter((output) => !('error' in output));

/** `deleted` of `{ deleted: true, key }`: how an item says what was done. */
const verbOf = (output: Output) => Object.entries(output).find(([, value]) => value === true)?.[0] ?? 'done';

/** `1,200 objects, 3 skipped` of a sum, or the number of items. */
const inNumbers = (outputs: Output[]): string => {
	const [first = {}] = outputs;
	const numbers = Object.entries(first).flatMap(([name, value]: [string, unknown]): Array<[string, number]> =>
		typeof value === 'number' && value > 0 ? [[name, value]] : [],
	);
	const isSum = outputs.length === 1 && Object.values(first).includes(false) && numbers.length > 0;
	const counts: Array<[string, number]> = isSum ? numbers : [[verbOf(first), outputs.length]];
	return counts.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ');
};

/** Adds to what users read of a failure what was done before it. */
export const withProgress = (explained: Explained, done: Output[]): Explained =>
	done.length === 0
		? explained
		: { ...explained, description: `${explained.description} Done before that: ${inNumbers(done)}.`.trim() };
