import { byName } from '../nodes/AwsS3/core/fields/choices';
import { resources } from '../nodes/AwsS3/core/runner/describe';
import { triggers } from '../nodes/AwsS3/operations/access/triggers';
import type { Operation, Permission, Target } from '../nodes/AwsS3/core/operation';

/** Generates the tables of the README and of docs from the operations. */

/** The ARN pattern of each permission target, as Markdown. */
export const arns: Record<Target, string> = {
	bucket: '`arn:aws:s3:::BUCKET`',
	object: '`arn:aws:s3:::BUCKET/KEY`',
	kmsKey: '`arn:aws:kms:REGION:ACCOUNT:key/ID`',
	triggerState: '`arn:aws:s3:::BUCKET/.n8n-triggers/*`',
	queue: '`arn:aws:sqs:REGION:ACCOUNT:QUEUE`',
	'*': '`*`',
};

const ofResource = (operations: Operation[], resource: string) =>
	operations.filter((one) => one.resource === resource).sort(byName);

/** Returns a Markdown table. */
export const table = (head: string[], rows: string[][]) =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Returns the table of resources, each with a link to its page and the names of its operations. */
const operationsTable = (operations: Operation[]) =>
	table(
		['Resource', 'Operations'],
		Object.entries(resources).map(([resource, label]) => [
			`[${label}](docs/resources/${resource}.md)`,
			ofResource(operations, resource)
				.map(({ name }) => name)
				.join(', '),
		]),
	);

/** The effect of an operation on data, as text. */
export const effects = { read: 'reads', write: 'writes', destructive: 'can delete' };

/** Returns one table per resource: its operations with their effect and the test files that run them. */
const testsTable = (operations: Operation[], testedIn: (id: string) => string[]) =>
	Object.entries(resources)
		.map(([resource, label]) => {
			const rows = ofResource(operations, resource).map(({ name, operation, description, effect }) => [
				name,
				`\`${operation}\``,
				description,
				effects[effect],
				testedIn(`${resource}.${operation}`).join(', '),
			]);
			return `## ${label} (\`${resource}\`)\n\n${table(['Operation', 'Id', 'Does', 'Effect', 'Tests'], rows)}`;
		})
		.join('\n\n');

/** Returns the rows of IAM permissions that something needs, with the ARN of each; its name is in the first one. */
const permissionRows = (name: string, permissions: Permission[]) =>
	permissions.map(({ action, on, when }, index) => [
		index === 0 ? name : '',
		`\`${action}\`${when ? `, ${when}` : ''}`,
		arns[on],
	]);

/** Returns the table of IAM permissions that each operation and each trigger needs. */
const permissionsTable = (operations: Operation[]) =>
	table(
		['Operation or trigger', 'Permission', 'On'],
		[
			...Object.entries(resources).flatMap(([resource, label]) =>
				ofResource(operations, resource).flatMap(({ name, permissions }) =>
					permissionRows(`${label}: ${name}`, permissions),
				),
			),
			...triggers.flatMap(({ name, permissions }) => permissionRows(name, permissions)),
		],
	);

/** Returns the table of IAM permissions that one trigger needs. */
const triggerPermissionsTable = (id: string) =>
	table(
		['Permission', 'On'],
		triggers
			.filter((one) => one.id === id)
			.flatMap(({ permissions }) => permissionRows('', permissions))
			.map(([, ...cells]) => cells),
	);

/** The table of error messages by code, from the snapshot of the refusal tests. */
const messagesTable = (snapshot: string) => {
	const entries = [
		...snapshot.matchAll(/^exports\[`(.+) 1`\] = `\n\{\n {2}"description": "(.*)",\n {2}"message": "(.*)",\n\}\n`;$/gm),
	];
	const toCell = (text = '') =>
		text
			.replaceAll('|', '\\|')
			.replace(/ ?S3 says: .*$/, '')
			.replaceAll('SERVICE', 'https://…');
	return table(
		['Code', 'What it says', 'What to do'],
		entries.map(([, code = '', description, message]) => [`\`${code}\``, toCell(message), toCell(description)]),
	);
};

const replaceBetween = (page: string, name: string, text: string) =>
	page.replace(
		new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`),
		(_, begin, end) => `${begin}\n${text}\n${end}`,
	);

/** Returns the page with the table of operations inserted. */
export const withOperations = (page: string, operations: Operation[]) =>
	replaceBetween(page, 'operations', operationsTable(operations));

/** Returns the page with the table of permissions inserted. */
export const withPermissions = (page: string, operations: Operation[]) =>
	replaceBetween(page, 'permissions', permissionsTable(operations));

/** Returns the page of a trigger with the table of its permissions inserted. */
export const withTriggerPermissions = (page: string, id: string) =>
	replaceBetween(page, 'permissions', triggerPermissionsTable(id));

/** Returns the page with the table of error messages inserted. */
export const withMessages = (page: string, snapshot: string) =>
	replaceBetween(page, 'messages', messagesTable(snapshot));

/** Returns the page with the table of operations and their tests inserted. */
export const withTests = (page: string, operations: Operation[], testedIn: (id: string) => string[]) =>
	replaceBetween(page, 'tests', testsTable(operations, testedIn));
