import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Listed } from '../../s3/list/list';
import { badInput } from '../errors/badInput';
import { storageClasses } from '../fields/choices';
import type { Params } from '../field';
import { narrowingField } from '../field';
import { globTest } from './keyGlob';
import { regexTest } from './keyRegex';

/** Filters for the objects under a prefix, applied in n8n: S3 filters listings by prefix only. */
export const filterOptions = [
	narrowingField({
		displayName: 'Key Matches Glob',
		name: 'glob',
		type: 'string',
		default: '',
		placeholder: 'e.g. **/*.{csv,json}',
		description:
			'Only keys that match this pattern: * within a folder, ** across folders, {a,b} for alternatives, !(a) to exclude',
	}),
	narrowingField({
		displayName: 'Key Matches Regex',
		name: 'regex',
		type: 'string',
		default: '',
		placeholder: 'e.g. report-\\d{4}\\.pdf$',
		description:
			'Only keys that match this regular expression, in <a href="https://github.com/google/re2/wiki/Syntax">RE2 syntax</a>: look-aheads only after ^, no back references',
	}),
	narrowingField({
		displayName: 'Key Suffix',
		name: 'suffix',
		type: 'string',
		default: '',
		placeholder: 'e.g. .csv',
		description: 'Only keys that end with this text',
	}),
	narrowingField({
		displayName: 'Max Size (Bytes)',
		name: 'maxSize',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1048576,
		description: 'Only objects up to this size',
	}),
	narrowingField({
		displayName: 'Min Size (Bytes)',
		name: 'minSize',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1,
		description: 'Only objects of at least this size',
	}),
	narrowingField({
		displayName: 'Modified After',
		name: 'modifiedAfter',
		type: 'dateTime',
		default: '',
		description: 'Only objects modified after this time',
	}),
	narrowingField({
		displayName: 'Modified Before',
		name: 'modifiedBefore',
		type: 'dateTime',
		default: '',
		description: 'Only objects not modified since this time',
	}),
	narrowingField({
		displayName: 'Storage Classes',
		name: 'storageClasses',
		type: 'multiOptions',
		options: [...storageClasses],
		default: [],
		description: 'Only objects in these storage classes',
	}),
] as const;

export type Filters = Partial<Params<[...typeof filterOptions]>>;

/** Throws for sizes that no object has. Times are often expressions, such as a window since the last run, that may be empty. */
const refuseContradictions = ({ minSize, maxSize }: Filters) => {
	if (minSize === undefined || maxSize === undefined || minSize <= maxSize) return;
	const [least, most] = ['minSize', 'maxSize'].map(
		(own) => filterOptions.find(({ name }) => name === own)?.displayName,
	);
	throw badInput(
		`'${least}' is larger than '${most}', so no object can pass both`,
		"Change or remove one of them in 'Options'.",
	);
};

/** Returns a predicate that combines all filters. Throws for an invalid pattern, and for filters that contradict each other. */
export const filterOf = (filters: Filters): ((object: Listed) => boolean) => {
	const {
		glob,
		regex,
		suffix,
		minSize,
		maxSize,
		modifiedAfter,
		modifiedBefore,
		storageClasses: classes = [],
	} = filters;
	refuseContradictions(filters);
	const tests: Array<(object: Listed) => boolean> = [];
	if (glob) {
		const matches = globTest(glob);
		tests.push(({ Key }) => matches(Key));
	}
	if (regex) {
		const matches = regexTest(regex);
		tests.push(({ Key }) => matches(Key));
	}
	if (suffix) tests.push(({ Key }) => Key.endsWith(suffix));
	if (minSize !== undefined) tests.push(({ Size = 0 }) => Size >= minSize);
	if (maxSize !== undefined) tests.push(({ Size = 0 }) => Size <= maxSize);
	if (modifiedAfter) tests.push(({ LastModified }) => LastModified !== undefined && LastModified > modifiedAfter);
	if (modifiedBefore) tests.push(({ LastModified }) => LastModified !== undefined && LastModified < modifiedBefore);
	if (classes.length > 0) tests.push(({ StorageClass = 'STANDARD' }) => classes.some((one) => one === StorageClass));
	return (object) => tests.every((test) => test(object));
};

/** In milliseconds. */
const longestTurn = 50;

/** Returns the objects that pass. Yields to n8n's other work regularly: a long pattern takes a while for many keys. */
export const passing = async (objects: Listed[], passes: (object: Listed) => boolean): Promise<Listed[]> => {
	const found: Listed[] = [];
	let since = performance.now();
	for (const object of objects) {
		if (passes(object)) found.push(object);
		if (performance.now() - since < longestTurn) continue;
		await nextTurn();
		since = performance.now();
	}
	return found;
};
