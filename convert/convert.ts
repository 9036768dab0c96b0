import { errorMapping, mapping } from './outputs';
import { operationRules } from './operations';
import type { Old } from './operations';
import { convertOptions, optionsOf } from './options';
import { isRefusal, refusal } from './refusal';
import type { Members, Outputs, Target, Workflow, WorkflowNode } from './workflow';
import { freeName, isMembers, isMentioned, mainOutputs, movedBy, sourcesOf } from './workflow';

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

const ours = 'n8n-nodes-aws-s3.awsS3';

/** The types that are converted, also as tools of an agent. */
const oldTypes = /^n8n-nodes-base\.(awsS3|s3)(Tool)?$/;

const defaultOperations: Record<string, string> = { bucket: 'create', file: 'download', folder: 'create' };

const credentialTypes: Record<string, string> = { iam: 'aws', assumeRole: 'awsAssumeRole' };

const kindOf = ({ type, typeVersion }: WorkflowNode): Old['kind'] => {
	if (!/\.awsS3/.test(type)) return 's3';
	return typeVersion === 2 ? 'awsS3v2' : 'awsS3v1';
};

const oldOf = (node: WorkflowNode, id: string, parameters: Members): Old => {
	return {
		kind: kindOf(node),
		options: optionsOf(id, parameters),
		text: (name) => {
			const value = parameters[name] ?? '';
			if (typeof value === 'object') throw refusal(`'${name}' is not text`, 'Correct it first.');
			return String(value);
		},
		value: (name, otherwise) => parameters[name] ?? otherwise,
	};
};

/** The credential of the new node: n8n's own for AWS can stay, because our node takes it as well. */
const credentialOf = (node: WorkflowNode, parameters: Members) => {
	const { credentials: given } = node;
	const credentials = isMembers(given) ? given : {};
	if (kindOf(node) === 's3') {
		const { s3 } = credentials;
		const name = isMembers(s3) && typeof s3.name === 'string' ? ` '${s3.name}'` : '';
		const text = `Select a credential. Create an 'Amazon S3 API' credential with the values of the S3 credential${name}: 'S3 Endpoint' goes into 'Service URL', 'Region' into 'Region' (or 'Other' with 'Region Code'), and the other fields have the same names.`;
		return { parameters: {}, credentials: undefined, toDo: [text] };
	}
	const authentication = kindOf(node) === 'awsS3v2' ? (parameters.authentication ?? 'iam') : 'iam';
	const credentialType = credentialTypes[String(authentication)];
	if (!credentialType)
		throw refusal("'Authentication' is an expression", "Select a value in 'Authentication' and convert again.");
	const credential = credentials[credentialType];
	return {
		parameters: { credentialType },
		credentials: credential === undefined ? undefined : { [credentialType]: credential },
		toDo: [],
	};
};

/** Returns an operation as the dropdowns name it. */
export const labelOf = (id: string) => {
	const words = id.replace('getAll', 'get Many').replace('.', ': ');
	return words.replace(/(^|: | )[a-z]/g, (start) => start.toUpperCase());
};

/** Converts one node by itself, without the nodes around it. Throws for what has no counterpart. */
const convertNode = (node: WorkflowNode) => {
	const given = node.parameters ?? {};
	const resource = String(given.resource ?? 'file');
	const id = `${resource}.${String(given.operation ?? defaultOperations[resource])}`;
	const rule = operationRules[id];
	if (!rule) throw refusal(`The operation '${id}' has no counterpart`, 'Keep this node.');
	const old = oldOf(node, id, given);
	for (const [name, label] of Object.entries(rule.required))
		if (old.text(name).trim() === '') throw refusal(`'${label}' is empty`, 'Complete the node first.');
	const converted = rule.convert(old);
	const options = convertOptions(id, old.options);
	const credential = credentialOf(node, given);
	const { toolDescription, descriptionType } = given;
	const [ourResource, operation] = rule.to.split('.');
	const { authentication: _authentication, credentials: _credentials, ...settings } = node;
	const converting: WorkflowNode = {
		...settings,
		type: node.type.endsWith('Tool') ? `${ours}Tool` : ours,
		typeVersion: 1,
		parameters: {
			...credential.parameters,
			resource: ourResource,
			operation,
			...converted.parameters,
			options: { ...options.options, ...converted.options },
			...(descriptionType !== undefined && { descriptionType }),
			...(toolDescription !== undefined && { toolDescription }),
		},
		...(credential.credentials !== undefined && { credentials: credential.credentials }),
	};
	return {
		node: converting,
		output: converted.output,
		isSilent: converted.isSilent ?? false,
		lost: converted.lost ?? {},
		toDo: credential.toDo,
		changed: [...options.notes, ...(converted.notes ?? [])],
		label: `${labelOf(id)} is now ${labelOf(rule.to)}.`,
	};
};

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

const replaced = (workflow: Workflow, name: string, nodes: WorkflowNode[]): WorkflowNode[] =>
	workflow.nodes.flatMap((node) => (node.name === name ? nodes : [node]));

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
	return { workflow: { ...workflow, nodes: replaced(workflow, node.name, [input, node]), connections }, input: name };
};

const pinnedData = ({ pinData }: Workflow): Members => (isMembers(pinData) ? pinData : {});

const escaped = (text: string) =>
	new RegExp(
		JSON.stringify(text)
			.slice(1, -1)
			.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
	);

/**
 * Puts Edit Fields nodes behind a converted node that give the items of the old one. Where expressions name the old
 * node, the one of its items takes over its name, so that no other node changes.
 */
const withMapping = (
	before: Workflow,
	node: WorkflowNode,
	{ output, isSilent }: { output: Parameters<typeof mapping>[0]; isSilent: boolean },
): Workflow => {
	const sources = sourcesOf(before, node.name);
	if (output === 'input' && sources.length === 0) return before;
	const [source = ''] = sources;
	const needsInput = output === 'input' && sources.length > 1;
	const { workflow, input } = needsInput ? withInputNode(before, node) : { workflow: before, input: source };
	const isNamed = isMentioned(workflow, node, escaped(node.name));
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
		nodes: replaced(workflow, node.name, nodes),
		connections,
		...(isPinned && { pinData: { ...pinned, [ourName]: pinned[node.name] } }),
	};
};

/** Whether another node can see the items of a node. */
const isRead = (workflow: Workflow, node: WorkflowNode) =>
	mainOutputs(workflow, node.name).some((targets) => targets.length > 0) ||
	isMentioned(workflow, node, escaped(node.name));

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
	const swapped = { ...workflow, nodes: replaced(workflow, old.name, [node]) };
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
