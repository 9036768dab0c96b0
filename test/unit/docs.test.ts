import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { withMessages, withTables } from '../../docs/tables';
import * as registry from '../../nodes/AwsS3/operations';

const root = join(__dirname, '..', '..');

test('the tables of the README are those of the operations', () => {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	expect(readme).toContain('| Object | Upload |');
	expect(readme).toBe(withTables(readme, Object.values(registry)));
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
	const pages = ['README.md', 'CONTRIBUTING.md', 'docs/connection.md', 'docs/troubleshooting.md'];
	for (const page of pages) {
		const text = readFileSync(join(root, page), 'utf8');
		for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
			expect(() => readFileSync(join(root, page, '..', target))).not.toThrow();
		}
	}
});
