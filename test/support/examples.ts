import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

const file = join(__dirname, '..', '..', 'docs', 'examples.json');

/** What is too long to be read in an example. */
const longest = 120;
const most = 2;

const shortened = (value: unknown): unknown => {
	if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}…` : value;
	if (Array.isArray(value)) return value.slice(0, most).map(shortened);
	if (value === null || typeof value !== 'object' || value instanceof Date) return value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortened(inner)]));
};

/**
 * Keeps what an operation gave as the example of the docs, where the variable EXAMPLES is set and it tells more than the
 * one that is there.
 */
export const keepExample = (id: string, item?: IDataObject) => {
	if (!process.env.EXAMPLES || !item || 'error' in item) return;
	const examples: Record<string, object> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
	if (Object.keys(examples[id] ?? {}).length >= Object.keys(item).length) return;
	const all = Object.entries({ ...examples, [id]: shortened(item) });
	writeFileSync(file, `${JSON.stringify(Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b))), null, 2)}\n`);
};
