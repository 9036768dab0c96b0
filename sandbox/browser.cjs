// n8n's editor in a real browser. CommonJS, because both the scripts here and the tests under jest load it.
const { existsSync } = require('node:fs');
const { chromium, selectors } = require('playwright-core');
const { login } = require('./rest.cjs');

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a Chromium that this machine has, or undefined. */
const browser = () => programs.find((program) => existsSync(program));

/** Neither a graphics card nor anything of the outside is needed. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** Starts Chromium without a window, with its profile in a folder. Throws if there is no Chromium. */
const openBrowser = async (folder) => {
	const executablePath = browser();
	if (!executablePath) throw new Error('There is no browser: install the Debian package chromium');
	const viewport = { width: 1280, height: 800 };
	const context = await chromium.launchPersistentContext(folder, { executablePath, args, viewport });
	const page = context.pages()[0] ?? (await context.newPage());
	page.setDefaultTimeout(30_000);
	return { context, page };
};

/** Starts Chromium and signs in to n8n as a user does. */
const signInAt = async (url, folder) => {
	selectors.setTestIdAttribute('data-test-id');
	const { context, page } = await openBrowser(folder);
	await page.goto(`${url}/signin`);
	await page.locator('input[name=emailOrLdapLoginId]').fill(login.email);
	await page.locator('input[type=password]').fill(login.password);
	await page.locator('input[type=password]').press('Enter');
	await page.waitForURL(/home|workflow/);
	return { context, page };
};

/** Runs the workflow that is open with its button, and waits until the editor says that it has succeeded. */
const execute = async (page) => {
	await page.getByTestId('execute-workflow-button').click();
	await page.getByText('Workflow executed successfully').waitFor({ timeout: 120_000 });
};

module.exports = { browser, openBrowser, signInAt, execute };
