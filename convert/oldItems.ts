import { errorMapping, mapping } from './outputs';
import type { Members } from '../nodes/AwsS3/s3/answers/members';
import { isMembers } from '../nodes/AwsS3/s3/answers/members';
import type { Outputs, Target, Workflow, WorkflowNode } from './workflow';
import { freeName, isMentioned, mainOutputs, mentionOf, movedBy, sourcesOf, withNodes } from './workflow';

/** Nodes behind a converted one, which give the items of the old one. */

const to = (node: string): Target[] => [{ node, type: 'main', index: 0 }];

/** The same, with new targets of one main output. */
const withOutput = (outputs: Outputs, index: number, targets: Target[]): Outputs => {
	const main = [...(outputs.main ?? [])];
	while (main.length <= index) main.push([]);
	main[index] = targets;
	return { ...outputs, main };
};

/** Lets all connections to the main input of one node lead to another. */
const redirected = (connections: Workflow['connections'], from: string, target: string): Workflow['connections'] => {
	const turn = (one: Target) => (one.node === from && one.type === 'main' ? { ...one, node: target } : one);
	const turned = (outputs: Outputs) =>
		Object.fromEntries(
			Object.entries(outputs).map(([type, list]) => [type, list.map((targets) => targets?.map(turn) ?? null)]),
		);
	return Object.fromEntries(Object.entries(connections).map(([name, outputs]) => [name, turned(outputs)]));
};

const editFields = (
	name: string,
	near: WorkflowNode,
	jsonOutput: string,
	position: [number, number],
): WorkflowNode => ({
	id: `${String(near.id ?? near.name)}-${name}`,
	name,
	type: 'n8n-nodes-base.set',
	// The last version whose JSON mode can pass files on without the other fields.
	typeVersion: 3.3,
	position,
	parameters: { mode: 'raw', jsonOutput, options: { includeBinary: true } },
	...(near.disabled === true && { disabled: true }),
});

/** Puts a node without effect before another, so that expressions can name its input by one name. */
const withInputNode = (workflow: Workflow, node: WorkflowNode): { workflow: Workflow; input: string } => {
	const name = freeName(workflow, `${node.name}: Input`);
	const input: WorkflowNode = {
		id: `${String(node.id ?? node.name)}-input`,
		name,
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: movedBy(node, -112, 144),
		parameters: {},
	};
	const connections = { ...redirected(workflow.connections, node.name, name), [name]: { main: [to(node.name)] } };
	return { workflow: { ...workflow, nodes: withNodes(workflow, node.name, [input, node]), connections }, input: name };
};

const pinnedData = ({ pinData }: Workflow): Members => (isMembers(pinData) ? pinData : {});

/**
 * Puts Edit Fields nodes behind a converted node that give the items of the old one. Where expressions name the old
 * node, the one of its items takes over its name, so that no other node changes.
 */
export const withMapping = (
	before: Workflow,
	node: WorkflowNode,
	{ output, isSilent }: { output: Parameters<typeof mapping>[0]; isSilent: boolean },
): Workflow => {
	const sources = sourcesOf(before, node.name);
	if (output === 'input' && sources.length === 0) return before;
	const [source = ''] = sources;
	const needsInput = output === 'input' && sources.length > 1;
	const { workflow, input } = needsInput ? withInputNode(before, node) : { workflow: before, input: source };
	const isNamed = isMentioned(workflow, node, mentionOf(node.name));
	const [followers = [], errorFollowers = []] = mainOutputs(workflow, node.name);
	const hasErrorOutput = node.onError === 'continueErrorOutput';
	const pinned = pinnedData(workflow);
	const isPinned = node.name in pinned;
	const exceptions = {
		givesErrors:
			!isSilent && !hasErrorOutput && (node.continueOnFail === true || node.onError === 'continueRegularOutput'),
		givesOthers: node.alwaysOutputData === true || isPinned,
	};

	const ourName = isNamed ? freeName(workflow, `${node.name} (Amazon S3)`) : node.name;
	const fieldsName = isNamed ? node.name : freeName(workflow, `${node.name}: Old Fields`);
	const json = mapping(output, input, exceptions);
	const fields = editFields(fieldsName, node, json, movedBy(node, 112, 144));
	const renamed = { ...node, name: ourName };
	const { [node.name]: own = {}, ...others } = redirected(workflow.connections, node.name, ourName);
	let connections: Workflow['connections'] = {
		...others,
		[ourName]: withOutput(own, 0, to(fieldsName)),
		[fieldsName]: { main: [followers] },
	};
	const nodes = [renamed, fields];
	if (hasErrorOutput && errorFollowers.length > 0) {
		const errorName = freeName(workflow, `${node.name}: Old Error`);
		nodes.push(editFields(errorName, node, errorMapping, movedBy(node, 112, 288)));
		connections = {
			...connections,
			[ourName]: withOutput(connections[ourName] ?? {}, 1, to(errorName)),
			[errorName]: { main: [errorFollowers] },
		};
	}
	return {
		...workflow,
		nodes: withNodes(workflow, node.name, nodes),
		connections,
		...(isPinned && { pinData: { ...pinned, [ourName]: pinned[node.name] } }),
	};
};
