import type { Explained } from '../errors/explain';
import type { Output } from '../operation';

/** Returns the outputs that report completed work: those without an error. */
export const doneOf = (outputs: Output[]): Output[] => outputs.filter((output) => !('error' in output));

/** The field that reports success: `deleted` in `{ deleted: true, key }`. */
const verbOf = (output: Output) => Object.entries(output).find(([, value]) => value === true)?.[0] ?? 'done';

/** Counts in words: `1,200 objects, 3 skipped` for a summary item, else the number of items, such as `12 deleted`. */
const countsInWords = (outputs: Output[]): string => {
	const [first = {}] = outputs;
	const numbers = Object.entries(first).flatMap(([name, value]: [string, unknown]): Array<[string, number]> =>
		typeof value === 'number' && value > 0 ? [[name, value]] : [],
	);
	const isSummary = outputs.length === 1 && Object.values(first).includes(false) && numbers.length > 0;
	const counts: Array<[string, number]> = isSummary ? numbers : [[verbOf(first), outputs.length]];
	return counts.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ');
};

/** Adds to an explained error what the operation did before it. */
export const withOutputsBefore = (explained: Explained, done: Output[]): Explained =>
	done.every((output) => 'dryRun' in output)
		? explained
		: { ...explained, description: `${explained.description} Completed before that: ${countsInWords(done)}.`.trim() };
