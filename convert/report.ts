import type { Note } from './convert';

const labels: Record<Note['kind'], string> = {
	converted: 'Converted',
	toDo: 'To do',
	changed: 'Note',
	kept: 'Not converted',
};

const kinds: Array<Note['kind']> = ['converted', 'kept', 'toDo', 'changed'];

/** Returns what happened to a workflow, for people: each text once, with the nodes that it concerns. */
export const report = (name: string, notes: Note[]): string => {
	if (notes.length === 0) return `${name}: no AWS S3 or S3 nodes of n8n\n`;
	const lines = kinds.flatMap((kind) => {
		const own = notes.filter((note) => note.kind === kind);
		const texts = [...new Set(own.map(({ text }) => text))];
		return texts.map((text) => {
			const nodes = own.filter((note) => note.text === text).map(({ node }) => `'${node}'`);
			return `  ${labels[kind]}: ${nodes.join(', ')}. ${text}`;
		});
	});
	return `${[name, ...lines].join('\n')}\n`;
};
