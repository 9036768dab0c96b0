// `node scripts/pictureOfWorkflow.mjs URL`: takes the first picture of the README, light and dark, from the first workflow of
// a running demo (`npm start` prints its address).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execute, signInAt } from '../sandbox/browser.cjs';

const [workflow] = process.argv.slice(2);
if (!workflow) {
	console.error('Usage: node scripts/pictureOfWorkflow.mjs http://127.0.0.1:5678/workflow/ID');
	process.exit(2);
}

const buttons = ['canvas-controls', 'execute-workflow-button'].map((id) => `[data-test-id="${id}"]`);
const hidden = [...buttons, '[class*="executionButtons"]', '[class*="nodeButtonsWrapper"]', '.el-notification'];

/** Without the header and the menu of n8n. */
const clip = { x: 42, y: 86, width: 1238, height: 774 };

const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
const { context, page } = await signInAt(new URL(workflow).origin, profile);
try {
	await page.setViewportSize({ width: 1280, height: 860 });
	await page.goto(workflow);
	await page.getByTestId('canvas-node').first().waitFor();
	await execute(page);
	await page.getByTestId('logs-overview-header').click();
	const row = page.getByTestId('logs-overview-body').getByText('Read Rows').first();
	await row.click();
	await sleep(1000);
	if (!(await page.getByTestId('log-details').isVisible()))
		await page.getByTestId('radio-button-details').dispatchEvent('click');
	await sleep(1000);
	await row.click();
	await page.getByTestId('log-details-output').getByText('precipitation').first().waitFor();
	await page.addStyleTag({ content: `${hidden.join(', ')} { visibility: hidden !important }` });
	await page.getByTestId('zoom-to-fit').dispatchEvent('click');
	await page.mouse.move(900, 30);
	await sleep(1500);
	for (const [colorScheme, ending] of [
		['dark', '.dark'],
		['light', ''],
	]) {
		await page.emulateMedia({ colorScheme });
		await sleep(700);
		await page.screenshot({ path: join('docs', 'images', `workflow-with-result${ending}.png`), clip });
	}
} finally {
	await context.close();
	rmSync(profile, { recursive: true, force: true });
}
