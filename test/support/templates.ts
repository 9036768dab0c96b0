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

/** A template with other parameters in its trigger. */
export const withTrigger = (workflow: Template, parameters: object): Template => ({
	...workflow,
	nodes: workflow.nodes.map((node) =>
		node.type.endsWith('.awsS3Trigger') ? { ...node, parameters: { ...node.parameters, ...parameters } } : node,
	),
});

const start = 'Start';

/** A template whose trigger has just given an item, to be run by hand. */
export const startedWith = (workflow: Template, item: object): Template => {
	const trigger = workflow.nodes.find(({ type }) => type.endsWith('.awsS3Trigger'));
	if (!trigger) throw new Error(`${workflow.name} has no trigger of ours`);
	const given = {
		...{ ...trigger, type: 'n8n-nodes-base.set', typeVersion: 3.4 },
		parameters: { mode: 'raw', jsonOutput: JSON.stringify(item), options: {} },
	};
	const manual = { ...trigger, id: start, name: start, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1 };
	return {
		...workflow,
		nodes: [{ ...manual, parameters: {} }, ...workflow.nodes.map((node) => (node === trigger ? given : node))],
		connections: { ...workflow.connections, [start]: { main: [[{ node: trigger.name, type: 'main', index: 0 }]] } },
	};
};

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
