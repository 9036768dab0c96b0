import { RE2JS } from 're2js';
import { badInput } from '../errors/badInput';
import { checkLength, linearPattern, PatternFault } from './linearPattern';

/** A group that is open while a glob is read, such as `{a,b}` or `+(a|b)`. */
interface Group {
	/** Its index in the glob. */
	index: number;
	/** Its opening, such as `{` or `+(`; empty for the glob itself. */
	opening: string;
	/** Whether it starts a folder or file name. */
	beginsName: boolean;
	/** Its alternatives so far, and the current one, as regular expressions. */
	alternatives: string[];
	source: string;
}

const tokens = /\\.|\[[!^]?\]?(?:\[:\w+:\]|\\.|[^\]\\])*(?:\]|(?<unclosed>$))|\/\*\*$|\*\*\/|[@+*?!]?\(|\*+|./gsu;
const tokensWithoutClasses = /\\.|\/\*\*$|\*\*\/|[@+*?!]?\(|\*+|./gsu;

/** The tokens of a glob, with their indexes. An unclosed class ends the list. */
function* tokensOf(glob: string) {
	for (const { 0: token, index, groups } of glob.matchAll(tokens)) {
		if (groups?.unclosed === undefined) yield { token, index };
		else
			for (const { 0: text, index: offset } of token.matchAll(tokensWithoutClasses))
				yield { token: text, index: index + offset };
	}
}

const separatorOf = ({ opening }: Group) => (opening === '{' ? ',' : '|');
const closingOf = ({ opening }: Group) => (opening === '{' ? '}' : ')');

/** The regular expression of a class such as `[a-c]`, `[!a]` or `[[:digit:]]`. */
const classOf = (text: string) => {
	const isNegative = /^\[[!^]/.test(text);
	const members = text.slice(isNegative ? 2 : 1, -1);
	if (members === '') return RE2JS.quote(text);
	const quoted = members.replace(/(\[:\w+:\])|\\(.)|([\][^\\])/gsu, (_, named, escaped, special) =>
		named ? String(named) : `\\${String(escaped ?? special)}`,
	);
	return isNegative ? `[^${quoted}/]` : `[${quoted}]`;
};

/** How often the content of a group may occur. */
const repetitions: Array<[string, string]> = [
	['+(', '+'],
	['*(', '*'],
	['?(', '?'],
];

/**
 * Translates a glob into a regular expression without look-aheads. `!(…)` stands for anything, except for the one with the
 * index `excluded`, which stands for what it excludes: a key matches if the first expression fits and none of the others.
 */
const translate = (glob: string, excluded = -1) => {
	const open: Group[] = [];
	let group: Group = { index: 0, opening: '', beginsName: true, alternatives: [], source: '' };
	let beginsName = true;
	let exclusions = 0;

	/** Whether a folder or file name ends at an index. */
	const endsName = (index: number) =>
		index >= glob.length ||
		glob[index] === '/' ||
		(open.length > 0 && [separatorOf(group), closingOf(group)].includes(glob.charAt(index)));

	const closed = ({ opening, alternatives, source, ...own }: Group, end: number) => {
		const inside = `(?:${[...alternatives, source].join('|')})`;
		if (opening === '{' && alternatives.length === 0) {
			const [, first, last] = /^([a-z\d])\.\.([a-z\d])$/i.exec(glob.slice(own.index + 1, end - 1)) ?? [];
			return first && last ? `[${[first, last].sort().join('-')}]` : `\\{${source}\\}`;
		}
		if (opening === '!(') {
			if (exclusions++ === excluded) return inside;
			return own.beginsName && endsName(end) ? '[^/]+' : '[^/]*';
		}
		return inside + (repetitions.find(([one]) => one === opening)?.[1] ?? '');
	};

	const sourceOf = (token: string, index: number) => {
		const end = index + token.length;
		if (token.startsWith('\\') && token.length > 1) return RE2JS.quote(token.slice(1));
		if (token.startsWith('[') && token.length > 1) return classOf(token);
		// After a star, match only inside folders: `*/**` excludes the files beside the folders.
		if (token === '/**') return glob[index - 1] === '*' ? '/.*' : '(?:/.*)?';
		if (token === '**/') return beginsName ? '(?:.*/)?' : '[^/]*/';
		if (token === '**' && ((beginsName && endsName(end)) || /^\*\*\.\w+$/.test(glob))) return '.*';
		if (token.startsWith('*')) return beginsName && endsName(end) ? '[^/]+' : '[^/]*';
		return token === '?' ? '[^/]' : RE2JS.quote(token);
	};

	for (const { token, index } of tokensOf(glob)) {
		if (/^([@+*?!]?\(|\{)$/.test(token)) {
			open.push(group);
			group = { index, opening: token, beginsName, alternatives: [], source: '' };
		} else if (open.length > 0 && token === separatorOf(group)) {
			group.alternatives.push(group.source);
			group.source = '';
			beginsName = group.beginsName;
		} else if (open.length > 0 && token === closingOf(group)) {
			const ended = group;
			group = open.pop() ?? ended;
			group.source += closed(ended, index + 1);
			beginsName = false;
		} else {
			group.source += sourceOf(token, index);
			beginsName = token.endsWith('/');
		}
	}
	// An unclosed group is text.
	while (open.length > 0) {
		const text = [...group.alternatives, group.source].join(separatorOf(group) === '|' ? '\\|' : ',');
		const { opening } = group;
		group = open.pop() ?? group;
		group.source += RE2JS.quote(opening) + text;
	}
	return { source: group.source, exclusions };
};

/** More exclusions make a glob slow to translate. */
const maxExclusions = 20;

const compile = (glob: string): ((key: string) => boolean) => {
	checkLength(glob);
	// A key that ends with a slash is a folder, which a star at the end also matches.
	const whole = (source: string) => linearPattern(`(?s)^(?:${source})${/(?<!\*)\*$/.test(glob) ? '/?' : ''}$`);
	const { source, exclusions } = translate(glob);
	if (exclusions > maxExclusions) throw new PatternFault(`it has more than ${maxExclusions} exclusions`);
	const matches = whole(source);
	const excludes = Array.from({ length: exclusions }, (_, index) => whole(translate(glob, index).source));
	return (key) => matches(key) && !excludes.some((one) => one(key));
};

const explained = (error: unknown): unknown =>
	error instanceof PatternFault
		? badInput("'Key Matches Glob' is not a valid pattern", `Check its brackets. Reason: ${error.message}.`)
		: error;

/**
 * Returns whether a key matches a glob: `*` and `?` within a folder, `**` across folders, `[a-c]`, `{a,b}`, `+(a|b)`,
 * `!(a)`, and `!` at the start for all other keys. Throws for an invalid glob.
 */
export const globTest = (glob: string): ((key: string) => boolean) => {
	const [negation = ''] = /^!+(?!\()/.exec(glob) ?? [];
	try {
		const matches = compile(glob.slice(negation.length).replace(/^\.\//, ''));
		// A key that looks like a pattern, such as `report (1).csv`, matches itself.
		return negation.length % 2 === 0 ? (key) => key === glob || matches(key) : (key) => !matches(key);
	} catch (error) {
		throw explained(error);
	}
};
