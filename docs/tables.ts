import { resources } from '../nodes/AwsS3/core/describe';
import type { Operation, Target } from '../nodes/AwsS3/core/operation';

/** The tables of the README, made of what the operations say of themselves. */

const arns: Record<Target, string> = {
	bucket: '`arn:aws:s3:::BUCKET`',
	object: '`arn:aws:s3:::BUCKET/KEY`',
	'*': '`*`',
};

const byName = (a: Operation, b: Operation) => a.name.localeCompare(b.name, 'en');

const of = (operations: Operation[], resource: string) =>
	operations.filter((one) => one.resource === resource).sort(byName);

const table = (head: string[], rows: string[][]) =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** What the node can do, by resource. */
export const operationsTable = (operations: Operation[]) =>
	table(
		['Resource', 'Operation', 'Does'],
		Object.entries(resources).flatMap(([resource, label]) =>
			of(operations, resource).map(({ name, description }) => [label, name, description]),
		),
	);

/** Which permissions of IAM each operation needs, and on what. */
export const permissionsTable = (operations: Operation[]) =>
	table(
		['Operation', 'Permission', 'On'],
		Object.entries(resources).flatMap(([resource, label]) =>
			of(operations, resource).flatMap(({ name, permissions }) =>
				permissions.map(({ action, on, when }, index) => [
					index === 0 ? `${label}: ${name}` : '',
					`\`${action}\`${when ? `, ${when}` : ''}`,
					arns[on],
				]),
			),
		),
	);

/** A page with the text between the marks of each table replaced by the table. */
export const withTables = (page: string, operations: Operation[]) =>
	Object.entries({ operations: operationsTable, permissions: permissionsTable }).reduce(
		(text, [name, make]) =>
			text.replace(
				new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`),
				(_, begin, end) => `${begin}\n${make(operations)}\n${end}`,
			),
		page,
	);
