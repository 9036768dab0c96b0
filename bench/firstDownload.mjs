// A newcomer's path in n8n's editor, from an empty canvas to a file on the own machine, as a hand would go it: each click and
// each key is counted, and the path that the list of actions has to be scrolled.
import { statSync } from 'node:fs';
import { join } from 'node:path';

/** A hand on a page: it clicks and types, counts that, and takes a picture after each step if it is given a folder. */
const handOn = (page, pictures) => {
	const count = { clicks: 0, keys: 0, scrolled: 0 };
	let step = 0;
	return {
		count,
		click: async (target) => {
			await target.click();
			count.clicks++;
		},
		type: async (text) => {
			await page.keyboard.type(text);
			count.keys += text.length;
		},
		/** Pixels to scroll until the target is seen, in the part of the page that scrolls. */
		scrollTo: async (target) => {
			count.scrolled += await target.evaluate((element) => {
				const box = element.getBoundingClientRect();
				return Math.max(0, Math.round(box.bottom - window.innerHeight));
			});
		},
		look: async (name) => {
			step++;
			if (pictures) await page.screenshot({ path: join(pictures, `${step}-${name}.png`), animations: 'disabled' });
		},
	};
};

/** Chooses a value from the list of a field, which may have another mode at first, by the beginning of its name. */
const chooseFromList = async (page, hand, parameter, { typed, value }) => {
	const field = page.getByTestId(`resource-locator-${parameter}`);
	const mode = await field.getByTestId('rlc-mode-selector').locator('input').inputValue();
	if (mode !== 'From list') {
		await hand.click(field.getByTestId('rlc-mode-selector'));
		await hand.click(page.getByTestId('mode-list').last());
	}
	await hand.click(field.getByTestId('rlc-input'));
	await page.getByTestId('rlc-item').first().waitFor();
	await hand.type(typed);
	const item = page.getByTestId('rlc-item').filter({ hasText: value }).first();
	await item.waitFor();
	await hand.look(`list-of-${parameter}`);
	await hand.click(item);
};

/** What the action is called, also in older versions. */
const action = /^Download (a file|an object)/;

/** Goes the path in an editor that is signed in to a demo: gives clicks, keys, pixels to scroll, and the bytes that came. */
export const firstDownload = async (page, origin, pictures) => {
	const hand = handOn(page, pictures);
	await page.goto(`${origin}/workflow/new`);
	const first = page.getByTestId('canvas-plus-button');
	await first.waitFor();
	await hand.click(first);
	await page.getByTestId('node-creator-search-bar').waitFor();
	await hand.type('s3');
	const found = page.getByTestId('node-creator-item-name').filter({ hasText: /^Amazon S3$/ });
	await found.first().waitFor();
	await hand.look('search');
	await hand.click(found.first());
	const actions = page.getByTestId('node-creator-category-item').filter({ hasText: /^Actions/ });
	const chosen = page.getByTestId('item-iterator-item').filter({ hasText: action }).first();
	await actions.waitFor();
	if (!(await chosen.isVisible())) await hand.click(actions);
	await chosen.waitFor();
	await hand.look('actions');
	await hand.scrollTo(chosen);
	await hand.click(chosen);
	await page.getByTestId('node-parameters').waitFor();
	await hand.look('node');
	await chooseFromList(page, hand, 'bucket', { typed: '', value: 'sample-data' });
	await chooseFromList(page, hand, 'key', { typed: 'weather', value: 'weather.csv' });
	await hand.click(page.getByTestId('node-execute-button'));
	const output = page.getByTestId('output-panel');
	await output.getByText('weather.csv').first().waitFor();
	await hand.look('output');
	const download = output.getByTestId('ndv-download-binary-data');
	if (!(await download.isVisible())) await hand.click(output.getByTestId('radio-button-binary'));
	const [file] = await Promise.all([page.waitForEvent('download'), hand.click(download)]);
	const path = await file.path();
	return { ...hand.count, bytes: statSync(path).size };
};
