import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../sandbox/browser.cjs';
import { chain, s3, succeeded } from '../support/e2e';
import { makeBucket, sdk } from '../support/s3';

const work = mkdtempSync(join(tmpdir(), 'report-page-'));
const requests: string[] = [];
const pages: Record<string, string> = {};
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
	({ context, page } = await openBrowser(join(work, 'profile')));
	page.on('request', (request) => requests.push(request.url()));
});
afterAll(async () => {
	await context.close();
	rmSync(work, { recursive: true, force: true });
});

test('reports are files that n8n previews', async () => {
	const bucket = await makeBucket();
	const name = 'a-name-without-spaces-that-is-long'.repeat(5);
	for (const Key of ['2025/invoice.pdf', '2026/INVOICE.pdf', '2026/invoice.pdf', '2026/a:b.jpg', `2026/${name}`])
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.alloc(5000) }));
	const textOf = (from: string) => [
		s3(`Keep ${from}`, 'object.upload', {
			bucket,
			key: `${from}.html`,
			source: 'binary',
			binaryPropertyName: 'report',
		}),
		s3(`Read ${from}`, 'object.read', { bucket, key: `${from}.html`, format: 'text' }),
	];
	const ran = succeeded(
		await chain(
			s3('Statistics', 'folder.getStatistics', { bucket, folder: '2026/', options: { report: 'html' } }),
			...textOf('Statistics'),
			s3('Analysis', 'transfer.analyze', { bucket, prefix: '202', options: { report: 'html', target: 'windows' } }),
			...textOf('Analysis'),
		),
	);
	for (const from of ['Statistics', 'Analysis']) {
		const previewed = { fileType: 'html', mimeType: 'text/html', fileExtension: 'html' };
		expect(ran.items(from)[0]?.binary?.report).toMatchObject(previewed);
		pages[from] = String(ran.items(`Read ${from}`)[0]?.json.text);
	}
});

const findings = async () => {
	await page.evaluate(axe.source);
	const { violations } = await page.evaluate<AxeResults>('axe.run()');
	return violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))]);
};

describe.each(['Statistics', 'Analysis'])('the page of %s', (from) => {
	const verdicts: Record<string, string> = {
		Statistics: '4 objects',
		Analysis: '1 of 5 objects cannot move to Windows',
	};

	test.each(['light', 'dark'] as const)('axe finds nothing in %s, wide and on a phone', async (colorScheme) => {
		await page.emulateMedia({ colorScheme });
		for (const width of [1120, 360]) {
			await page.setViewportSize({ width, height: 800 });
			await page.setContent(pages[from] ?? '');
			await page.locator('.verdict').filter({ hasText: verdicts[from] }).waitFor();
			expect(await findings()).toEqual([]);
			// Nothing has to be scrolled sideways.
			expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
		}
	});

	test('has plots by type, size and age, and asks for nothing', async () => {
		await page.setContent(pages[from] ?? '');
		for (const title of ['By type', 'By size', 'By age', 'By storage class', 'Largest objects'])
			await page.getByRole('figure').filter({ hasText: title }).locator('svg').first().waitFor();
		expect(requests).toEqual([]);
	});
});
