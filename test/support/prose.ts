import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** Finds the prose in source files and Markdown pages, for tests of its words. */

const parsed = (path: string) => {
	const text = readFileSync(path, 'utf8');
	return { text, file: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
};

/** The texts of a source file: its literals with several words, and the fixed parts of its templates. */
export const textsOf = (path: string): string[] => {
	const texts: string[] = [];
	const visit = (node: ts.Node) => {
		if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
			if (/[a-z] [a-z]/i.test(node.text)) texts.push(node.text);
		}
		ts.forEachChild(node, visit);
	};
	visit(parsed(path).file);
	return texts;
};

/** The comments of a source file. Neighbouring lines with `//` are one comment. */
export const commentsOf = (path: string): string[] => {
	const { text, file } = parsed(path);
	const ends = new Map<number, number>();
	const visit = (node: ts.Node) => {
		const before = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
		const after = ts.getTrailingCommentRanges(text, node.getEnd()) ?? [];
		for (const { pos, end } of [...before, ...after]) ends.set(pos, end);
		for (const child of node.getChildren(file)) visit(child);
	};
	visit(file);
	const comments: Array<{ words: string; end: number }> = [];
	for (const [pos, end] of [...ends].sort(([one], [other]) => one - other)) {
		const comment = text.slice(pos, end);
		const last = comments.at(-1);
		const words = comment.replace(/^\/[/*]+[\s*]*|\s*\*\/$/g, '').replace(/\s*\n\s*\*? */g, '\n');
		const isNext = comment.startsWith('//') && last !== undefined && /^\n\s*$/.test(text.slice(last.end, pos));
		if (isNext && last) Object.assign(last, { words: `${last.words}\n${words}`, end });
		else comments.push({ words, end });
	}
	return comments.map(({ words }) => words);
};

/** The paragraphs, list items and table cells of a Markdown page, each in one line, without code, pictures and links. */
const blocksOf = (page: string): string[] =>
	page
		.replace(/^```[^]*?^ *```/gm, '')
		.replace(/<!-- (\w+) -->[^]*?<!-- \/\1 -->/g, '')
		.replace(/<picture>.*?<\/picture>|<!--[^]*?-->|https?:\S+/g, '')
		.replace(/\]\([^)]*\)/g, ']')
		.split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=[|#])/)
		.flatMap((block) => (block.trim().startsWith('|') ? block.split(/(?<!\\)\|/) : [block]))
		.map((block) => block.replace(/\s+/g, ' ').trim())
		.filter((block) => block !== '');

/** The sentences of a Markdown page. A colon or semicolon before a new sentence ends one as well. */
export const sentencesOf = (page: string): string[] =>
	blocksOf(page).flatMap((block) => block.split(/(?<=[.!?:;][_*)']{0,3}) (?=["'_*`[(]*[A-Z]|`|\(\d)/));

/** How many words a text has. */
export const countWords = (text: string): number => text.split(' ').filter((word) => /\w/.test(word)).length;
