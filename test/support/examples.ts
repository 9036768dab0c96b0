import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Example, Examples } from '../../docs/pages';

const file = join(__dirname, '..', '..', 'docs', 'examples.json');

/** Longer texts are cut in an example. */
const longest = 120;
const most = 2;

const shortened = (value: unknown): unknown => {
	if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}…` : value;
	if (Array.isArray(value)) return value.slice(0, most).map(shortened);
	if (value === null || typeof value !== 'object' || value instanceof Date) return value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortened(inner)]));
};

/** Returns an example as the docs show it: short, and with names that readers know in the place of those of a test. */
export const exampleOf = (example: Example, names: Record<string, string>): Example =>
	JSON.parse(
		Object.entries(names).reduce(
			(text, [name, shown]) => text.replaceAll(name, shown),
			JSON.stringify(shortened(example)),
		),
	);

/** Reads the examples of the docs. */
export const readExamples = (): Examples => JSON.parse(readFileSync(file, 'utf8'));

/** Writes the examples of the docs. */
export const writeExamples = (examples: object) => {
	const sorted = Object.entries(examples).sort(([a], [b]) => a.localeCompare(b));
	writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
};
