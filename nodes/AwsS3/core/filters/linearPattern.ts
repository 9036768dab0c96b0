import { RE2JS } from 're2js';

/** Instructions of a compiled pattern. Each character of a key may take a step in every one of them. */
const maxSize = 50_000;

/** Explains in a few words why a pattern is not supported. */
export class PatternFault extends Error {}

const tooLong = 'it is too long, or repeats too much';

/** Throws for a pattern that takes long to parse. */
export const checkLength = (source: string) => {
	if (source.length > maxSize) throw new PatternFault(tooLong);
};

/** RE2's own errors, as faults of the pattern. */
const faultOf = (error: unknown): unknown =>
	error instanceof Error ? new PatternFault(error.message.replace(/^error parsing regexp: /, '')) : error;

const compiled = (source: string) => {
	try {
		return RE2JS.compile(source, RE2JS.LOOKBEHINDS);
	} catch (error) {
		throw faultOf(error);
	}
};

/**
 * Compiles a pattern in RE2's syntax, which matches in linear time. JavaScript's own engine can take forever and
 * block n8n. Throws a `PatternFault` for what RE2 does not support.
 * https://github.com/google/re2/wiki/Syntax
 */
export const linearPattern = (source: string): ((text: string) => boolean) => {
	const pattern = compiled(source);
	if (pattern.programSize() > maxSize) throw new PatternFault(tooLong);
	return (text) => pattern.test(text);
};

/**
 * Compiles a pattern in JavaScript's syntax into a function that replaces all matches, in linear time. In the
 * replacement, `$1` stands for a group, `$<name>` for a named one and `$&` for the whole match. Throws a
 * `PatternFault` as `linearPattern`.
 */
export const linearReplacement = (source: string, replacement: string): ((text: string) => string) => {
	checkLength(source);
	const pattern = compiled(RE2JS.translateRegExp(source));
	if (pattern.programSize() > maxSize) throw new PatternFault(tooLong);
	return (text) => pattern.matcher(text).replaceAll(replacement);
};
