import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../sandbox/browser.cjs';

const root = join(__dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'docs-site-'));
const site = join(work, 'site');
const host = 'http://docs.test';

/** The file behind an address of the site, as a web server with clean addresses finds it. */
const fileOf = (pathname: string) => {
	const path = join(site, decodeURIComponent(pathname));
	return [path, `${path}.html`, join(path, 'index.html')].find((one) => /\.\w+$/.test(one) && existsSync(one));
};

let context: BrowserContext;
let page: Page;
beforeAll(async () => {
	const vitepress = join('node_modules', 'vitepress', 'bin', 'vitepress.js');
	// Fails if a page links to one that does not exist.
	await promisify(execFile)(process.execPath, [vitepress, 'build', 'docs', '--outDir', site], { cwd: root });
	({ context, page } = await openBrowser(join(work, 'profile')));
	await page.route(`${host}/**`, async (route) => {
		const path = fileOf(new URL(route.request().url()).pathname);
		await (path ? route.fulfill({ path }) : route.fulfill({ status: 404 }));
	});
}, 600_000);
afterAll(async () => {
	await context.close();
	rmSync(work, { recursive: true, force: true });
});

test('every link, also to a workflow or a heading, leads somewhere', () => {
	const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!404)\.html$/.test(file));
	expect(files.length).toBeGreaterThan(40);
	const dead = files.flatMap((file) =>
		[...readFileSync(join(site, file), 'utf8').matchAll(/<a [^>]*href="([^"]+)"/g)]
			.map(([, href = '']) => new URL(href, `${host}/${file}`))
			.filter((url) => url.origin === host)
			.filter(({ pathname, hash }) => {
				const target = fileOf(pathname);
				const id = `id="${decodeURIComponent(hash.slice(1))}"`;
				return !target || (hash !== '' && !readFileSync(target, 'utf8').includes(id));
			})
			.map(({ pathname, hash }) => `${file}: ${pathname}${hash}`),
	);
	expect([...new Set(dead)]).toEqual([]);
}, 120_000);

/** What axe finds, as rules with the elements concerned. */
const findings = async () => {
	await page.evaluate(axe.source);
	const { violations } = await page.evaluate<AxeResults>('axe.run()');
	return violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))]);
};

const pages = [
	'',
	...['quickstart', 'connection', 'recipes', 'sync', 'compatibility', 'troubleshooting'].map((name) => `docs/${name}`),
	'docs/resources/object',
	'docs/templates/migrate-with-approval',
	'bench/RESULTS',
];

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
	beforeAll(async () => await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

	test.each(pages)('axe finds nothing on /%s', async (path) => {
		await page.goto(`${host}/${path}`);
		await page.locator(colorScheme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
		expect(await findings()).toEqual([]);
	});
});

/** Opens a page and waits until its buttons work: what is clicked before Vue has taken over the page is lost. */
const openMounted = async (path: string) => {
	await page.goto(`${host}/${path}`);
	await page.waitForFunction("Boolean(document.querySelector('#app').__vue_app__)");
};

test('the search finds an error code', async () => {
	await openMounted('docs/quickstart');
	await page.locator('.VPNavBarSearch button').click();
	await page.locator('.VPLocalSearchBox input').fill('AccessDenied');
	await page.locator('.VPLocalSearchBox .result').filter({ hasText: 'refused' }).first().waitFor();
});

test('one of the two pictures is shown, by the scheme that the reader chooses', async () => {
	await page.emulateMedia({ colorScheme: 'light' });
	await openMounted('docs/quickstart');
	const shown = async () =>
		await page.locator('main img').evaluateAll((images) => images.map((image) => image.checkVisibility()));
	expect(await shown()).toEqual(expect.arrayContaining([true, false]));
	const before = await shown();
	await page.locator('.VPSwitchAppearance').first().click();
	await page.locator('html.dark').waitFor();
	expect(await shown()).toEqual(before.map((isShown) => !isShown));
});
