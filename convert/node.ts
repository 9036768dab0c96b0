import { operationRules } from './operations';
import type { Old } from './operations';
import { convertOptions, optionsOf } from './options';
import { refusal } from './refusal';
import type { Members } from '../nodes/AwsS3/s3/answers/members';
import { isMembers } from '../nodes/AwsS3/s3/answers/members';
import type { WorkflowNode } from './workflow';

const ours = 'n8n-nodes-aws-s3.awsS3';

const defaultOperations: Record<string, string> = { bucket: 'create', file: 'download', folder: 'create' };

const credentialTypes: Record<string, string> = { iam: 'aws', assumeRole: 'awsAssumeRole' };

const kindOf = ({ type, typeVersion }: WorkflowNode): Old['kind'] => {
	if (!/\.awsS3/.test(type)) return 's3';
	return typeVersion === 2 ? 'awsS3v2' : 'awsS3v1';
};

const oldOf = (node: WorkflowNode, id: string, parameters: Members): Old => ({
	kind: kindOf(node),
	options: optionsOf(id, parameters),
	text: (name) => {
		const value = parameters[name] ?? '';
		if (typeof value === 'object') throw refusal(`'${name}' is not text`, 'Correct it first.');
		return String(value);
	},
	value: (name, otherwise) => parameters[name] ?? otherwise,
});

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
export const convertNode = (node: WorkflowNode) => {
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
