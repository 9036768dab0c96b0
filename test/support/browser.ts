import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { signInAt } from '../../sandbox/browser.cjs';

const n8n = process.env.TEST_N8N ?? '';

/** What the editor of n8n 1.x misses without its licence, of a workflow that has never run, and of its own nodes. */
const ownTrouble =
	/dynamic banners|sessions.metadata|executions\/last-successful|external-secrets|schemas\/n8n-nodes-base/;

/** n8n's editor in a real browser, with its owner signed in. */
export interface Editor {
	page: Page;
	/** What its console has complained of, apart from what n8n asks of the outside. */
	trouble: string[];
	goto(path: string): Promise<void>;
	close(): Promise<void>;
}

/** Starts Debian's Chromium without a window and signs in, as a person does. Throws where there is no Chromium. */
export const openEditor = async (): Promise<Editor> => {
	const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
	const { context, page } = await signInAt(n8n, folder);
	const trouble: string[] = [];
	page.on('pageerror', (error) => trouble.push(String(error)));
	page.on('console', (message) => {
		const { url } = message.location();
		const said = `${message.text()} (${url})`;
		const isOutside = !url.startsWith(n8n) && message.text().startsWith('Failed to load resource');
		if (message.type() === 'error' && !isOutside && !ownTrouble.test(said)) trouble.push(said);
	});
	return {
		page,
		trouble,
		goto: async (path) => void (await page.goto(n8n + path)),
		close: async () => {
			await context.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
};

const pictures = join(__dirname, '..', '..', 'docs', 'images');

type Clip = NonNullable<Parameters<Page['screenshot']>[0]>['clip'];

const takesPictures = Boolean(process.env.PICTURES);

/**
 * Takes a picture for the docs in light and dark, of a part of the page, where the variable PICTURES is set. Elsewhere tests
 * only check that a picture can be taken: they take one in light and discard it.
 */
export const takePicture = async (page: Page, name: string, part: Locator | Clip) => {
	const take = async (path?: string) => {
		if (part && 'screenshot' in part) await part.screenshot({ path, animations: 'disabled' });
		else await page.screenshot({ path, animations: 'disabled', clip: part });
	};
	if (!takesPictures) return await take();
	mkdirSync(pictures, { recursive: true });
	for (const colorScheme of ['dark', 'light'] as const) {
		await page.emulateMedia({ colorScheme });
		await page.waitForTimeout(500);
		await take(join(pictures, `${name}${colorScheme === 'dark' ? '.dark' : ''}.png`));
	}
	return undefined;
};

/** n8n's buttons around a workflow, which pictures leave out. */
const around =
	'[data-test-id="canvas-controls"], .vue-flow__panel, [data-test-id="canvas-minimap"], [class*="executionButtons"], [class*="nodeButtonsWrapper"], [data-test-id="execute-workflow-button"] { visibility: hidden !important }';

/** Takes a picture of a whole workflow, as far as its nodes and notes reach. */
export const takeCanvas = async (page: Page, name: string) => {
	await page.getByTestId('zoom-to-fit').click();
	await page.addStyleTag({ content: around });
	// The canvas glides to its place, and some of it fades in.
	await (await page.locator('.vue-flow__node').first().elementHandle())?.waitForElementState('stable');
	if (takesPictures) await page.waitForTimeout(1000);
	const boxes = await page.locator('.vue-flow__node').evaluateAll((nodes) =>
		nodes.map((node) => {
			const { left, top, right, bottom } = node.getBoundingClientRect();
			return { left, top, right, bottom };
		}),
	);
	const margin = 30;
	const label = 40;
	const x = Math.max(Math.min(...boxes.map(({ left }) => left)) - margin, 0);
	const y = Math.max(Math.min(...boxes.map(({ top }) => top)) - margin, 0);
	const width = Math.max(...boxes.map(({ right }) => right)) + margin - x;
	const height = Math.max(...boxes.map(({ bottom }) => bottom)) + margin + label - y;
	await takePicture(page, name, { x, y, width, height });
};
