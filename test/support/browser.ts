import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { signInAt } from '../../sandbox/browser.cjs';

const n8n = process.env.TEST_N8N ?? '';

/** What n8n's editor says of itself: on the way between pages, without a licence, of a workflow that has never run, of its nodes. */
const ownTrouble =
	/injectNDVStore|dynamic banners|sessions.metadata|executions\/last-successful|external-secrets|schemas\/n8n-nodes-base/;

/** n8n's editor in a real browser, with its owner signed in. */
interface Editor {
	page: Page;
	/** What its console has complained of, apart from what n8n asks of the outside. */
	trouble: string[];
	goto(path: string): Promise<void>;
	/** Opens a workflow from the list of workflows, without loading the editor again, which takes seconds. */
	openWorkflow(workflow: { id: string; name: string }): Promise<void>;
	close(): Promise<void>;
}

/** Starts Debian's Chromium without a window and signs in, as a person does. Throws where there is no Chromium. */
const openEditor = async (): Promise<Editor> => {
	const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
	const { context, page } = await signInAt(n8n, folder);
	const trouble: string[] = [];
	const note = (said: string) => void (ownTrouble.test(said) || trouble.push(said));
	page.on('pageerror', (error) => note(String(error)));
	page.on('console', (message) => {
		const { url } = message.location();
		const isOutside = !url.startsWith(n8n) && message.text().startsWith('Failed to load resource');
		// n8n says that its database is not ready, where the machine had no time for it.
		const isBusy = url.startsWith(`${n8n}/rest/`) && message.text().includes('status of 503');
		if (message.type() === 'error' && !isOutside && !isBusy) note(`${message.text()} (${url})`);
	});
	// What it does after the start would take the page back.
	await page.waitForLoadState('networkidle');
	/** Goes to another page as a click does, and waits for its title. An editor that is busy may not notice: then it loads the page. */
	const follow = async (path: string, title: string) => {
		const isThere = `document.title.includes(${JSON.stringify(title)})`;
		await page.evaluate(
			`history.pushState({ ...history.state, current: '${path}' }, '', '${path}');
			dispatchEvent(new PopStateEvent('popstate', { state: history.state }));`,
		);
		await page.waitForFunction(isThere, undefined, { timeout: 15_000 }).catch(async () => {
			await page.goto(n8n + path);
			await page.waitForFunction(isThere);
		});
	};
	return {
		page,
		trouble,
		goto: async (path) => void (await page.goto(n8n + path)),
		openWorkflow: async ({ id, name }) => {
			await follow('/home/workflows', 'Workflows');
			await follow(`/workflow/${id}`, name);
		},
		close: async () => {
			await context.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
};

/**
 * Gives a function that returns the editor for the tests of a file: it is open before the first of them, and each of them fails
 * if something is said in its console.
 */
export const useEditor = () => {
	const opened: Editor[] = [];
	const editor = () => {
		const [first] = opened;
		if (first) return first;
		throw new Error('The editor is open in tests only');
	};
	beforeAll(async () => void opened.push(await openEditor()), 120_000);
	afterAll(async () => await editor().close());
	afterEach(() => {
		expect(editor().trouble.splice(0)).toEqual([]);
	});
	return editor;
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
	const style = await page.addStyleTag({ content: around });
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
	await style.evaluate((element) => element.parentNode?.removeChild(element));
};
