import { convertNode } from './node';
import { withMapping } from './oldItems';
import { isRefusal, refusal } from './refusal';
import type { Workflow, WorkflowNode } from './workflow';
import { isMentioned, mainOutputs, mentionOf, withNodes } from './workflow';

/** What a user should know of a node: it was converted, needs a hand, behaves differently, or stays as it was. */
export interface Note {
	node: string;
	kind: 'converted' | 'toDo' | 'changed' | 'kept';
	text: string;
}

export interface Conversion {
	workflow: Workflow;
	notes: Note[];
}

/** The types that are converted, also as tools of an agent. */
const oldTypes = /^n8n-nodes-base\.(awsS3|s3)(Tool)?$/;

/** Whether another node can see the items of a node. */
const isRead = (workflow: Workflow, node: WorkflowNode) =>
	mainOutputs(workflow, node.name).some((targets) => targets.length > 0) ||
	isMentioned(workflow, node, mentionOf(node.name));

const fieldAccess = (name: string) => new RegExp(`\\.${name}\\b|\\[\\\\?["']${name}\\\\?["']\\]`);

const convertInto = (workflow: Workflow, old: WorkflowNode): Conversion => {
	const { node, output, isSilent, lost, toDo, changed, label } = convertNode(old);
	const noteOf = (kind: Note['kind']) => (text: string) => ({ node: old.name, kind, text });
	const missing = Object.entries(isRead(workflow, old) ? lost : {});
	const [used] = missing.find(([name]) => isMentioned(workflow, old, fieldAccess(name))) ?? [];
	if (used)
		throw refusal(
			`Another node reads '${used}', which the new node does not give`,
			'Change that node and convert again, or keep this node.',
		);
	const swapped = { ...workflow, nodes: withNodes(workflow, old.name, [node]) };
	const isTool = node.type.endsWith('Tool');
	const isMapped = !isTool && output !== undefined && isRead(workflow, old);
	const notGiven = missing.map(([, text]) => text);
	const isNewFailure = isSilent && old.onError === 'continueErrorOutput';
	const ofFailures = isNewFailure
		? ["Failed items go to the error output now. Version 1 of n8n's node gives no error."]
		: [];
	const ofTool = isTool ? ['The agent sees other field names: key, size, lastModified and so on.'] : [];
	return {
		workflow: isMapped ? withMapping(swapped, node, { output, isSilent }) : swapped,
		notes: [
			noteOf('converted')(label),
			...toDo.map(noteOf('toDo')),
			...[...changed, ...notGiven, ...ofFailures, ...ofTool].map(noteOf('changed')),
		],
	};
};

/**
 * Converts n8n's AWS S3 and S3 nodes in a workflow into nodes of this package. Everything else stays as it is, and so
 * does a node that has no exact counterpart: the notes say why, and what to do.
 */
export const convert = (workflow: Workflow): Conversion =>
	workflow.nodes
		.filter(({ type }) => oldTypes.test(type))
		.reduce<Conversion>(
			({ workflow: current, notes }, node) => {
				try {
					const converted = convertInto(current, node);
					return { workflow: converted.workflow, notes: [...notes, ...converted.notes] };
				} catch (error) {
					if (!isRefusal(error)) throw error;
					const text = `${error.message}. ${error.advice}`;
					return { workflow: current, notes: [...notes, { node: node.name, kind: 'kept', text }] };
				}
			},
			{ workflow, notes: [] },
		);
