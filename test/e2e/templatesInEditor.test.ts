import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '../../sandbox/browser.cjs';
import rest from '../../sandbox/rest.cjs';
import { takeCanvas, takePicture, useEditor } from '../support/browser';
import { call, credential } from '../support/e2e';
import { readTemplate } from '../support/templates';

const editor = useEditor();

/** Imports a template, with a connection in its nodes, and opens it. */
const openTemplate = async (name: string) => {
	const template = readTemplate(name);
	const saved = await rest.saveWorkflow(call, rest.withCredential(template, await credential()));
	await editor().openWorkflow({ id: saved.id, name: template.name });
	return template;
};

const templates = readdirSync(join(__dirname, '..', '..', 'templates')).map((file) => file.replace('.json', ''));

test.each(templates)('the template %s opens, and each of its nodes is known', async (name) => {
	const { page } = editor();
	await page.setViewportSize({ width: 1920, height: 1000 });
	const template = await openTemplate(name);
	const nodes = page.getByTestId('canvas-node');
	await nodes.first().waitFor();
	const [notes, steps] = [true, false].map((isNote) =>
		template.nodes.filter(({ type }) => type.endsWith('.stickyNote') === isNote),
	);
	expect(await nodes.count()).toBe(steps?.length);
	expect(await page.getByTestId('sticky').count()).toBe(notes?.length);
	expect(await page.getByText(/not installed|Install this node/i).count()).toBe(0);
	await takeCanvas(page, `template-${name}`);
});

test('a template is executed with its button, and what came out can be read', async () => {
	const { page } = editor();
	await openTemplate('extract-and-transform-csv');
	await execute(page);
	await page.getByTestId('canvas-node').filter({ hasText: 'Links to the Results' }).first().dblclick();
	await page.getByTestId('output-panel').getByText('X-Amz-Signature').first().waitFor();
	await page.keyboard.press('Escape');
}, 180_000);

test('a tool of an agent says what it is for, and lets the model fill in what it has to', async () => {
	const { page } = editor();
	await openTemplate('ask-agent-about-files');
	await page.getByTestId('canvas-node').filter({ hasText: 'Read File' }).first().dblclick();
	await page.getByTestId('node-parameters').waitFor();
	await page.getByText('Tool Description').waitFor();
	await page.getByText("$fromAI('key'").first().waitFor();
	await takePicture(page, 'tool', page.getByTestId('ndv'));
});
