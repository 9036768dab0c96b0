import type { Members } from '../nodes/AwsS3/s3/answers/members';
import { isMembers } from '../nodes/AwsS3/s3/answers/members';

/** A workflow as n8n exports it, as far as a conversion looks at it. Everything else stays as it is. */

export interface WorkflowNode extends Members {
	name: string;
	type: string;
	parameters: Members;
}

export interface Target {
	node: string;
	type: string;
	index: number;
}

/** Of each kind of connection, the targets of each output. */
export type Outputs = Record<string, Array<Target[] | null>>;

export interface Workflow extends Members {
	nodes: WorkflowNode[];
	connections: Record<string, Outputs>;
}

const isNode = (value: unknown): value is WorkflowNode =>
	isMembers(value) &&
	typeof value.name === 'string' &&
	typeof value.type === 'string' &&
	(value.parameters === undefined || isMembers(value.parameters));

/** Whether a value is a workflow: nodes and the connections between them. */
export const isWorkflow = (value: unknown): value is Workflow =>
	isMembers(value) && Array.isArray(value.nodes) && value.nodes.every(isNode) && isMembers(value.connections);

/** Returns the targets of the main outputs of a node, by output. */
export const mainOutputs = ({ connections }: Workflow, name: string): Target[][] =>
	(connections[name]?.main ?? []).map((targets) => targets ?? []);

/** Returns the names of the nodes whose main outputs lead to a node. */
export const sourcesOf = (workflow: Workflow, name: string): string[] =>
	Object.keys(workflow.connections).filter((source) =>
		mainOutputs(workflow, source).some((targets) => targets.some(({ node, type }) => node === name && type === 'main')),
	);

/** Whether the parameters of a node other than this one contain a text. */
export const isMentioned = ({ nodes }: Workflow, by: WorkflowNode, text: RegExp): boolean =>
	nodes.some((node) => node.name !== by.name && text.test(JSON.stringify(node.parameters ?? {})));

/** Returns the name, or with a number behind it if a node has it. */
export const freeName = ({ nodes }: Workflow, name: string): string => {
	const isTaken = (candidate: string) => nodes.some((node) => node.name === candidate);
	for (let number = 1; ; number++) {
		const candidate = number === 1 ? name : `${name}${number}`;
		if (!isTaken(candidate)) return candidate;
	}
};

/** Returns the position of a node, moved. */
export const movedBy = ({ position }: WorkflowNode, x: number, y: number): [number, number] => {
	const [left, top]: unknown[] = Array.isArray(position) ? position : [];
	return [(typeof left === 'number' ? left : 0) + x, (typeof top === 'number' ? top : 0) + y];
};

/** Returns what finds the name of a node in the JSON of parameters. */
export const mentionOf = (text: string) =>
	new RegExp(
		JSON.stringify(text)
			.slice(1, -1)
			.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
	);

/** Returns the nodes of a workflow, with others in the place of one. */
export const withNodes = (workflow: Workflow, name: string, nodes: WorkflowNode[]): WorkflowNode[] =>
	workflow.nodes.flatMap((node) => (node.name === name ? nodes : [node]));
