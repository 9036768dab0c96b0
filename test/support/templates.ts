import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';

/** A workflow as n8n exports it. */
export interface Template {
	name: string;
	nodes: INode[];
	connections: object;
	settings: object;
}

const folder = join(__dirname, '..', '..', 'templates');

export const readTemplate = (name: string): Template => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

interface Assignment {
	name: string;
	value: unknown;
}

/**
 * A template as a user sets it up: other values in its node *Settings*, and credentials chosen in the nodes of a type. The
 * credentials of our own nodes are chosen by `runWorkflow`.
 */
export const template = (
	name: string,
	settings: Record<string, unknown> = {},
	credentials: Record<string, INode['credentials']> = {},
): Template => {
	const read = readTemplate(name);
	const nodes = read.nodes.map((node) => {
		const chosen = { ...node, ...(credentials[node.type] && { credentials: credentials[node.type] }) };
		if (node.name !== 'Settings') return chosen;
		const { assignments } = node.parameters.assignments as unknown as { assignments: Assignment[] };
		const known = new Set(assignments.map((one) => one.name));
		for (const own of Object.keys(settings)) if (!known.has(own)) throw new Error(`${name} has no setting '${own}'`);
		const set = assignments.map((one) => ({ ...one, value: settings[one.name] ?? one.value }));
		return { ...chosen, parameters: { ...node.parameters, assignments: { assignments: set } } } as unknown as INode;
	});
	return { ...read, nodes };
};
