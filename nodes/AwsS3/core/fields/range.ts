import { badInput } from '../errors/badInput';
import { field } from '../field';

export const range = field({
	displayName: 'Range',
	name: 'range',
	type: 'string',
	default: '',
	placeholder: 'e.g. 0-1023',
	description: 'Only these bytes: 0-99 for the first hundred, 100- for all behind them, -100 for the last hundred',
});

/** Converts a range of bytes into an HTTP `Range` header; undefined if empty. Throws for an invalid range. */
export const rangeOf = (text = '') => {
	const bytes = text.trim().replace(/^bytes=/, '');
	if (bytes === '') return undefined;
	const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(bytes) ?? [];
	const isBackwards = first !== '' && last !== '' && BigInt(last) < BigInt(first);
	// S3 ignores a range that ends before it begins, and returns everything.
	if (first + last !== '' && !isBackwards) return `bytes=${bytes}`;
	throw badInput(`'Range' cannot be '${text}'`, 'Enter the first and the last byte, such as 0-1023, 1024- or -1024.');
};
