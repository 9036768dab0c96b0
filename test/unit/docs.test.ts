import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { withMessages, withTables, withTests } from '../../docs/tables';
import gulpfile from '../../gulpfile';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';

const root = join(__dirname, '..', '..');

test('the tables of the README are those of the operations', () => {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	expect(readme).toContain('| Object | Upload |');
	expect(readme).toBe(withTables(readme, Object.values(registry)));
});

test('every operation is tested against a server, but for those that no local one can answer', () => {
	const page = readFileSync(join(root, 'docs', 'operations.md'), 'utf8');
	expect(page).toContain('| `restoreFolder` |');
	expect(page).toBe(withTests(page, Object.values(registry), gulpfile.testedIn));
	const ids = Object.values(registry).map(({ resource, operation }: Operation) => `${resource}.${operation}`);
	const level = (id: string) => gulpfile.testedIn(id)[0]?.split('/')[0];
	expect(ids.filter((id) => level(id) !== 's3' && level(id) !== 'e2e')).toEqual([
		'object.getAttributes',
		'object.restore',
	]);
	expect(ids.filter((id) => level(id) === undefined)).toEqual([]);
});

test('the table of messages is that of their tests', () => {
	const page = readFileSync(join(root, 'docs', 'troubleshooting.md'), 'utf8');
	const snapshot = readFileSync(join(root, 'test', 's3', '__snapshots__', 'refusals.test.ts.snap'), 'utf8');
	expect(page).toContain('| `AccessDenied` |');
	expect(page.match(/^\| `/gm)).toHaveLength(snapshot.match(/^exports/gm)?.length ?? 0);
	expect(page).toBe(withMessages(page, snapshot));
});

test('the README names every template', () => {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	for (const file of readdirSync(join(root, 'templates'))) expect(readme).toContain(`templates/${file}`);
});

test('links between the pages lead somewhere', () => {
	const pages = [
		'README.md',
		'CONTRIBUTING.md',
		...readdirSync(join(root, 'docs'))
			.filter((file) => file.endsWith('.md'))
			.map((file) => `docs/${file}`),
	];
	for (const page of pages) {
		const text = readFileSync(join(root, page), 'utf8');
		for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
			expect(() => readFileSync(join(root, page, '..', target))).not.toThrow();
		}
	}
});
