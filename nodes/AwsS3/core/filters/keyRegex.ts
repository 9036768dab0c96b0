import { RE2JS } from 're2js';
import { badInput } from '../errors/badInput';
import { checkLength, linearPattern, PatternFault } from './linearPattern';

/** Escapes and classes, in which brackets mean themselves, and what groups a pattern. */
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
	// The translation would take the `k` of a back reference for the letter.
	if (/(?<!\\)(?:\\\\)*\\k</.test(source)) throw new PatternFault('back reference');
	return linearPattern(RE2JS.translateRegExp(source));
};

/**
 * Compiles a pattern. RE2 has no look-aheads, but those at the beginning of a key are conditions that can be tested one by
 * one: `^(?!.*draft).*\.pdf$` is `^.*\.pdf$` without `^.*draft`.
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

/** What JavaScript finds wrong with a pattern; undefined if it is a regular expression. */
const syntaxFault = (source: string): string | undefined => {
	try {
		return new RegExp(source, 'u').source && undefined;
	} catch (error) {
		return error instanceof Error ? error.message : '';
	}
};

/** What RE2 lacks of JavaScript's syntax, by the words of its error, and what to do. */
const lacking: Array<[RegExp, string, string]> = [
	[
		/\(\?[=!]/,
		'a look-ahead in its middle',
		'Look-aheads work only directly after ^, without | outside of brackets behind them, such as ^(?!.*draft).*\\.pdf$.',
	],
	[/back reference|\\[1-9]/, 'a back reference', 'Back references do not work.'],
];

const explained = (error: unknown, source: string): unknown => {
	if (!(error instanceof PatternFault)) return error;
	const fault = syntaxFault(source);
	if (fault !== undefined)
		return badInput("'Key Matches Regex' is not a regular expression", `Check brackets and backslashes. ${fault}`);
	const [, what, advice] = lacking.find(([words]) => words.test(error.message)) ?? [];
	return badInput(
		what ? `'Key Matches Regex' has ${what}` : "'Key Matches Regex' cannot be used",
		`RE2 matches the keys, so that no pattern can block n8n. ${advice ?? `It says: ${error.message}.`} Rewrite the pattern, or filter with a Filter node behind 'Get Many'.`,
	);
};

/**
 * Returns whether a regular expression is found in a key. Throws for what is none, and for what RE2 does not support.
 */
export const regexTest = (source: string): ((key: string) => boolean) => {
	try {
		return compile(source);
	} catch (error) {
		throw explained(error, source);
	}
};
