import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import { welcome } from '../../sandbox/welcome.mjs';

interface Node {
	name: string;
	type: string;
	parameters: Record<string, unknown>;
}

const nodes: Node[] = welcome.nodes;
const operations: Operation[] = Object.values(registry);
const ours = nodes
	.filter(({ type }) => type === 'n8n-nodes-aws-s3.awsS3')
	.map((node) => {
		const { resource, operation, ...parameters } = node.parameters;
		const fields = operations.find((one) => one.resource === resource && one.operation === operation)?.fields ?? [];
		return { ...node, parameters, fields };
	});

test('the nodes of the demo use parameters that exist', () => {
	expect(ours.length).toBeGreaterThan(1);
	for (const { name, parameters, fields } of ours) {
		const known = fields.map((field) => field.name);
		expect([name, Object.keys(parameters).filter((parameter) => !known.includes(parameter))]).toEqual([name, []]);
	}
});

test('the notes of the demo name nodes and fields that exist', () => {
	const notes = nodes.filter(({ type }) => type.endsWith('.stickyNote')).map(({ parameters }) => parameters.content);
	const named = notes.flatMap((note) =>
		[...String(note).matchAll(/(?<!\*)\*([^*]+)\*(?!\*)/g)].map(([, name]) => name),
	);
	expect(named.length).toBeGreaterThan(4);
	const known = [
		...nodes.map(({ name }) => name),
		...ours.flatMap(({ fields }) => fields.map(({ displayName }) => displayName)),
		'Amazon S3',
	];
	expect(named.filter((name = '') => !known.includes(name))).toEqual([]);
});
