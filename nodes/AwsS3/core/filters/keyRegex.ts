import { RE2JS } from 're2js';
import { badInput } from '../errors/badInput';
import { checkLength, linearPattern, PatternFault } from './linearPattern';

/** Escapes, classes (in which brackets are literal) and groups. */
const tokens = /\\.|\[(?:\\.|[^\]\\])*\]?|[()|]/gsu;

/** Returns the index of the bracket that closes the first group; -1 without one. */
const endOfGroup = (source: string) => {
	let depth = 0;
	for (const { 0: token, index } of source.matchAll(tokens)) {
		if (token === '(') depth++;
		if (token === ')' && --depth === 0) return index;
	}
	return -1;
};

/** Whether a pattern has alternatives outside of all groups. */
const hasAlternatives = (source: string) => {
	let depth = 0;
	for (const [token] of source.matchAll(tokens)) {
		if (token === '(') depth++;
		if (token === ')') depth--;
		if (token === '|' && depth === 0) return true;
	}
	return false;
};

/** Compiles a pattern in JavaScript's syntax. */
const compilePart = (source: string) => {
	// The translation would treat the `k` of a back reference as a letter.
	if (/(?<!\\)(?:\\\\)*\\k</.test(source)) throw new PatternFault('back reference');
	return linearPattern(RE2JS.translateRegExp(source));
};

/**
 * Compiles a pattern. RE2 has no look-aheads, but those at the start of a key can be tested one by one:
 * `^(?!.*draft).*\.pdf$` is `^.*\.pdf$` without `^.*draft`.
 */
const compile = (source: string): ((key: string) => boolean) => {
	checkLength(source);
	const conditions: Array<(key: string) => boolean> = [];
	let rest = source;
	while (/^\^\(\?[=!]/.test(rest)) {
		const end = endOfGroup(rest);
		if (end < 0) break;
		const matches = compilePart(`^(?:${rest.slice('^(?='.length, end)})`);
		const isNegative = rest.startsWith('^(?!');
		conditions.push((key) => matches(key) !== isNegative);
		rest = `^${rest.slice(end + 1)}`;
	}
	// The look-aheads belong to the first alternative only.
	if (conditions.length > 0 && hasAlternatives(rest)) throw new PatternFault('(?=');
	const matches = compilePart(rest);
	return (key) => conditions.every((condition) => condition(key)) && matches(key);
};

/** JavaScript's error for a pattern; undefined if it is a regular expression. */
const syntaxFault = (source: string): string | undefined => {
	try {
		return new RegExp(source, 'u').source && undefined;
	} catch (error) {
		return error instanceof Error ? error.message : '';
	}
};

/** JavaScript syntax that RE2 lacks, by the words of its error, and what to do. */
const lacking: Array<[RegExp, string, string]> = [
	[
		/\(\?[=!]/,
		'a look-ahead in the middle',
		'Look-aheads work only directly after ^, not followed by | outside of brackets, as in ^(?!.*draft).*\\.pdf$.',
	],
	[/back reference|\\[1-9]/, 'a back reference', 'Back references are not supported.'],
];

const explained = (error: unknown, source: string): unknown => {
	if (!(error instanceof PatternFault)) return error;
	const fault = syntaxFault(source);
	if (fault !== undefined)
		return badInput("'Key Matches Regex' is not a regular expression", `Check brackets and backslashes. ${fault}`);
	const [, what, advice] = lacking.find(([words]) => words.test(error.message)) ?? [];
	return badInput(
		what ? `'Key Matches Regex' has ${what}` : "'Key Matches Regex' is not supported",
		`The node uses RE2 syntax, so that no pattern can block n8n. ${advice ?? `Reason: ${error.message}.`} Rewrite the pattern, or use a Filter node after 'Get Many'.`,
	);
};

/** Returns whether a regular expression matches a key. Throws for an invalid one, and for what RE2 does not support. */
export const regexTest = (source: string): ((key: string) => boolean) => {
	try {
		return compile(source);
	} catch (error) {
		throw explained(error, source);
	}
};
