import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Conversion, Note } from './convert';
import { convert } from './convert';
import type { Workflow } from './workflow';
import { isWorkflow } from './workflow';

/** A file to convert: where it is, and its path below the folder that the user named. */
export interface Source {
	path: string;
	below: string;
}

/** A converted file: its text, and what happened to each workflow in it. */
export interface ConvertedFile {
	text: string;
	workflows: Array<{ name: string; notes: Note[] }>;
}

/** Returns the file, or all JSON files in a folder and its subfolders. */
export const sourcesAt = async (path: string): Promise<{ isFolder: boolean; sources: Source[] }> => {
	if (!(await stat(path)).isDirectory()) return { isFolder: false, sources: [{ path, below: basename(path) }] };
	const found = await readdir(path, { recursive: true });
	const files = found.filter((file) => extname(file) === '.json').sort();
	return { isFolder: true, sources: files.map((below) => ({ path: join(path, below), below })) };
};

const workflowsIn = (content: unknown): Workflow[] | undefined => {
	if (isWorkflow(content)) return [content];
	return Array.isArray(content) && content.length > 0 && content.every(isWorkflow) ? content : undefined;
};

const parsed = (text: string): unknown => {
	try {
		// Editors on Windows may begin a file with a byte order mark.
		return JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		return undefined;
	}
};

const nameOf = ({ name }: Workflow) => (typeof name === 'string' ? name : 'Workflow');

/** Converts the text of a file: a workflow, or a list of workflows. Returns undefined for any other text. */
export const convertText = (text: string): ConvertedFile | undefined => {
	const content = parsed(text);
	const workflows = workflowsIn(content);
	if (!workflows) return undefined;
	const converted: Conversion[] = workflows.map(convert);
	const results = converted.map(({ workflow }) => workflow);
	return {
		text: `${JSON.stringify(Array.isArray(content) ? results : results[0], undefined, 2)}\n`,
		workflows: converted.map(({ workflow, notes }) => ({ name: nameOf(workflow), notes })),
	};
};

/** Reads and converts a file. */
export const convertFile = async (path: string): Promise<ConvertedFile | undefined> =>
	convertText(await readFile(path, 'utf8'));
