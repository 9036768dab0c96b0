import { badInput } from '../errors/badInput';
import { field } from '../field';

export const range = field({
	displayName: 'Range',
	name: 'range',
	type: 'string',
	default: '',
	placeholder: 'e.g. 0-1023',
	description: 'Byte range, such as 0-99 for the first 100 bytes, 100- for all after them, or -100 for the last 100',
});

/** Converts a range of bytes into an HTTP `Range` header; undefined if empty. Throws for an invalid range. */
export const rangeOf = (text = '') => {
	const bytes = text.trim().replace(/^bytes=/, '');
	if (bytes === '') return undefined;
	const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(bytes) ?? [];
	const isBackwards = first !== '' && last !== '' && BigInt(last) < BigInt(first);
	// S3 ignores a range that ends before it starts, and returns everything.
	if (first + last !== '' && !isBackwards) return `bytes=${bytes}`;
	throw badInput(`'Range' cannot be '${text}'`, 'Enter the first and the last byte, such as 0-1023, 1024- or -1024.');
};
