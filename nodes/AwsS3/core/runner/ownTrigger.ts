import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Members } from '../../s3/answers/members';
import { isMembers, memberOf } from '../../s3/answers/members';
import { filterOptions } from '../filters/filters';
import type { Operation } from '../operation';

/** The parameters of the polling triggers that this node comes after, as entered. */
const triggersBefore = (n8n: IExecuteFunctions): Members[] =>
	n8n
		.getParentNodes(n8n.getNode().name, { includeNodeParameters: true })
		.filter(({ type, disabled }) => /\.awsS3Trigger$/.test(type) && !disabled)
		.map(({ parameters = {} }) => ({ ...parameters }));

/** The ID of the workflow, if its trigger ignores what it writes: then its nodes mark that. */
export const writerIn = (n8n: IExecuteFunctions): string | undefined =>
	triggersBefore(n8n).some((trigger) => memberOf(trigger, 'options').ignoreOwnWrites === true)
		? n8n.getWorkflow().id
		: undefined;

/** The text in a parameter; undefined for an expression. */
const textIn = (parameter: unknown): string | undefined => {
	const value = isMembers(parameter) ? parameter.value : (parameter ?? '');
	return typeof value === 'string' && !value.startsWith('=') ? value : undefined;
};

/** Options of the trigger that may exclude what the workflow writes. */
const excluding = [
	'ignoreOwnWrites',
	'skipMetadata',
	'doneSuffix',
	'startAfter',
	...filterOptions.map(({ name }) => name),
];

/** Returns a function that tells whether a trigger certainly reports a new object. */
const reports = (trigger: Members) => {
	const { events, recursive } = trigger;
	const [bucket, prefix] = [textIn(trigger.bucket), textIn(trigger.prefix)];
	const isWanted = Array.isArray(events) && events.some((event) => event === 'created');
	const isCertain = isWanted && prefix !== undefined && !excluding.some((name) => name in memberOf(trigger, 'options'));
	return ({ json }: INodeExecutionData) =>
		isCertain &&
		json.bucket === bucket &&
		typeof json.key === 'string' &&
		json.key.startsWith(prefix) &&
		(recursive !== false || !json.key.slice(prefix.length).includes('/'));
};

/** Returns a hint if the node wrote an object that starts its own workflow again. */
export const startsItself = (
	n8n: IExecuteFunctions,
	{ writesTo }: Operation,
	output: INodeExecutionData[],
): string[] => {
	if (!writesTo || writesTo.isFolder || writesTo.isPrefix) return [];
	const tests = triggersBefore(n8n).map(reports);
	const found = output
		.filter(({ json: { error, skipped, dryRun } }) => !error && !skipped && !dryRun)
		.find((item) => tests.some((test) => test(item)));
	if (!found) return [];
	return [
		`The trigger of this workflow watches '${String(found.json.key)}', so this write starts the workflow again. To prevent this, add the option 'Ignore Own Writes' to the trigger, or write below another prefix.`,
	];
};
