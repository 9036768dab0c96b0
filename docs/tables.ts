import { byName } from '../nodes/AwsS3/core/fields/choices';
import { resources } from '../nodes/AwsS3/core/runner/describe';
import type { Operation, Target } from '../nodes/AwsS3/core/operation';

/** The tables of the README, made of what the operations say of themselves. */

/** How a policy names what a permission applies to. */
export const arns: Record<Target, string> = {
	bucket: '`arn:aws:s3:::BUCKET`',
	object: '`arn:aws:s3:::BUCKET/KEY`',
	'*': '`*`',
};

const of = (operations: Operation[], resource: string) =>
	operations.filter((one) => one.resource === resource).sort(byName);

/** A table in Markdown. */
export const table = (head: string[], rows: string[][]) =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** What the node can do, by resource. */
export const operationsTable = (operations: Operation[]) =>
	table(
		['Resource', 'Operation', 'Does'],
		Object.entries(resources).flatMap(([resource, label]) =>
			of(operations, resource).map(({ name, description }) => [label, name, description]),
		),
	);

/** What an operation does to data, in words. */
export const effects = { read: 'reads', write: 'writes', destructive: 'can delete or overwrite' };

/** Every operation, by resource, with what it does to data and the files of the tests that run it. */
export const testsTable = (operations: Operation[], testedIn: (id: string) => string[]) =>
	Object.entries(resources)
		.map(([resource, label]) => {
			const rows = of(operations, resource).map(({ name, operation, description, effect }) => [
				name,
				`\`${operation}\``,
				description,
				effects[effect],
				testedIn(`${resource}.${operation}`).join(', '),
			]);
			return `## ${label} (\`${resource}\`)\n\n${table(['Operation', 'Id', 'Does', 'Effect', 'Tests'], rows)}`;
		})
		.join('\n\n');

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

/** What users read for each code, from the snapshot that the tests against a real server hold. */
const messagesTable = (snapshot: string) => {
	const said = [
		...snapshot.matchAll(/^exports\[`(.+) 1`\] = `\n\{\n {2}"description": "(.*)",\n {2}"message": "(.*)",\n\}\n`;$/gm),
	];
	const plain = (text = '') =>
		text
			.replaceAll('|', '\\|')
			.replace(/ ?S3 says: .*$/, '')
			.replaceAll('SERVICE', 'https://…');
	return table(
		['Code', 'What it says', 'What to do'],
		said.map(([, code = '', description, message]) => [`\`${code}\``, plain(message), plain(description)]),
	);
};

const between = (page: string, name: string, text: string) =>
	page.replace(
		new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`),
		(_, begin, end) => `${begin}\n${text}\n${end}`,
	);

/** A page with the text between the marks of each table replaced by the table. */
export const withTables = (page: string, operations: Operation[]) =>
	between(between(page, 'operations', operationsTable(operations)), 'permissions', permissionsTable(operations));

/** The same for the table of messages, made of the snapshot of their tests. */
export const withMessages = (page: string, snapshot: string) => between(page, 'messages', messagesTable(snapshot));

/** The same for the page of all operations. */
export const withTests = (page: string, operations: Operation[], testedIn: (id: string) => string[]) =>
	between(page, 'tests', testsTable(operations, testedIn));
