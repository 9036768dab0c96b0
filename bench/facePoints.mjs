// What a person sees of the node in n8n's editor, point by point: the node that shows it, and the part of the page to look at.

const bucket = { __rl: true, mode: 'list', value: 'sample-data' };
const weather = { __rl: true, mode: 'key', value: 'weather/seattle-weather.csv' };

/** A parameter in the panel of a node: a list with other ways to enter it, or any other. */
const fieldOf = (page, name) =>
	page.locator(`[data-test-id="resource-locator-${name}"], [data-test-id="parameter-input-${name}"]`).first();

/** A picture of a part of the panel of a node, from above a target to below it. */
const pictureOf = async (page, target, { above = 36, height }) => {
	const panel = await page.getByTestId('node-parameters').boundingBox();
	const { y } = await target.boundingBox();
	const clip = { x: panel.x, y: y - above, width: panel.width, height };
	return await page.screenshot({ clip, animations: 'disabled' });
};

/** A field as it is, and what is below it. */
const field = (name, height) => async (page) => await pictureOf(page, fieldOf(page, name), { height });

/** A field that a person has clicked on. Where it begins with a list, the list is open. */
const clickedField = (name, height) => async (page) => {
	const target = fieldOf(page, name);
	const mode = target.getByTestId('rlc-mode-selector').locator('input');
	const isList = (await mode.count()) > 0 && (await mode.inputValue()) === 'From list';
	await target.locator('input, .cm-content').last().click();
	if (isList) await page.getByTestId('rlc-item').first().waitFor();
	return await pictureOf(page, target, { height });
};

/** A dropdown, open, from its first choice. */
const openDropdown = (name, height) => async (page) => {
	const target = fieldOf(page, name);
	await target.click();
	const choice = page.getByRole('option').first();
	await choice.waitFor();
	await choice.scrollIntoViewIfNeeded();
	return await pictureOf(page, target, { height });
};

/** The upper part of the panel, where n8n puts the credential. */
const beginning = (height) => async (page) =>
	await pictureOf(page, page.getByTestId('node-parameters'), { above: 0, height });

/** The heading of the options, at the end of the panel. */
const optionsOf = (page) => page.getByTestId('node-parameters').getByText('Options', { exact: true }).last();

/** The options as they are. */
const options = (height) => async (page) => await pictureOf(page, optionsOf(page), { above: 10, height });

/** *Concurrency*, just added to the options. */
const addedConcurrency = (height) => async (page) => {
	await page.getByTestId('collection-parameter-add').click();
	await fieldOf(page, 'concurrency').waitFor();
	return await pictureOf(page, optionsOf(page), { above: 10, height });
};

/** The rows that *Read* has given, and what n8n says above them. */
const output = (height) => async (page) => {
	await page.getByTestId('node-execute-button').click();
	const panel = page.getByTestId('output-panel');
	await panel.getByText('2012-01-01').first().waitFor();
	const box = await panel.boundingBox();
	return await page.screenshot({ clip: { ...box, height }, animations: 'disabled' });
};

/** n8n limits the height of this dialog and scrolls the form in it; the picture has the whole form. */
const wholeForm = `[data-test-id="editCredential-modal"], [data-test-id="editCredential-modal"] * { max-height: none !important }
[data-test-id="editCredential-modal"] { height: 2900px !important; margin-top: 0 !important }`;

/** A new credential, from its first field to its last. */
const newCredential = async (page, url) => {
	await page.setViewportSize({ width: 1280, height: 3000 });
	await page.goto(`${url}/home/credentials/create`);
	await page.getByTestId('new-credential-type-select').locator('input').fill('Amazon S3 API');
	await page.getByTestId('new-credential-type-select-option').filter({ hasText: 'Amazon S3 API' }).first().click();
	await page.getByTestId('new-credential-type-button').click();
	await fieldOf(page, 'accessKeyId').waitFor();
	await page.addStyleTag({ content: wholeForm });
	const first = await fieldOf(page, 'authentication').boundingBox();
	const last = await page.locator('[data-test-id^="parameter-input-"]:visible').last().boundingBox();
	const [x, y] = [first.x - 12, first.y - 40];
	const clip = { x, y, width: first.width + 24, height: last.y + last.height + 16 - y };
	return await page.screenshot({ clip, animations: 'disabled' });
};

/** A node on the canvas with the text below it. */
const onCanvas = async (page) => {
	const box = await page.locator('.vue-flow__node').last().boundingBox();
	const clip = { x: box.x - 80, y: box.y - 10, width: box.width + 160, height: box.height + 70 };
	return await page.screenshot({ clip, animations: 'disabled' });
};

/**
 * The points: what has changed, and how it is looked at. `parameters` are those of the node whose panel is open; `canvas` stays
 * on the canvas with it; without both, `look` goes where it has to.
 */
export const points = [
	{
		what: "'Key' begins with a list of the bucket's keys",
		parameters: { resource: 'object', operation: 'download', bucket },
		look: clickedField('key', 300),
	},
	{
		what: "'Prefix' is a list of folders",
		parameters: { resource: 'object', operation: 'getAll', bucket },
		look: clickedField('prefix', 300),
	},
	{
		what: "'Folder' is a list of folders",
		parameters: { resource: 'folder', operation: 'getStatistics', bucket },
		look: clickedField('folder', 300),
	},
	{
		what: 'The operations of Object begin with the most used',
		parameters: { resource: 'object', operation: 'download', bucket },
		look: openDropdown('operation', 340),
	},
	{
		what: "Read says when it stopped at 'Limit'",
		parameters: { resource: 'object', operation: 'read', bucket, key: weather, limit: 3 },
		look: output(330),
	},
	{ what: 'A new credential shows a few fields, and switches open the others', look: newCredential },
	{
		what: "The credential is above 'Resource' and 'Operation', not between them",
		parameters: { resource: 'object', operation: 'download', bucket },
		look: beginning(300),
	},
	{
		what: 'Options have their family in front',
		parameters: {
			...{ resource: 'object', operation: 'upload', bucket, key: 'reports/2026.csv' },
			options: { serverSideEncryption: 'aws:kms', kmsKeyId: '', lockMode: 'GOVERNANCE', lockUntil: '' },
		},
		look: options(420),
	},
	{
		what: 'Storage classes are in the order of use, not of the alphabet',
		parameters: { resource: 'object', operation: 'setStorageClass', bucket, key: weather },
		look: openDropdown('storageClass', 340),
	},
	{
		what: "'Expires In' has a unit, as it had before",
		parameters: { resource: 'presignedUrl', operation: 'download', bucket, key: weather },
		look: field('expiresIn', 80),
	},
	{
		what: "'Concurrency' begins with the node's own default",
		parameters: { resource: 'access', operation: 'getIdentity' },
		look: addedConcurrency(150),
	},
	{
		what: "An operation with 'Concurrency' as its only option: not changed",
		parameters: { resource: 'access', operation: 'getIdentity' },
		look: options(110),
	},
	{
		what: 'The text below a node has labels',
		parameters: { resource: 'presignedUrl', operation: 'download', bucket, key: weather },
		canvas: true,
		look: onCanvas,
	},
];

const idOf = (index) => `point${index}`;

/** A workflow with a trigger and a node. */
const workflowOf = ({ what, parameters }, index, awsS3Api) => ({
	name: what,
	nodes: [
		{
			...{ id: 'start', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1 },
			...{ position: [0, 0], parameters: {} },
		},
		{
			...{ id: idOf(index), name: 'Amazon S3', type: 'n8n-nodes-aws-s3.awsS3', typeVersion: 1 },
			...{ position: [240, 0], parameters, credentials: { awsS3Api } },
		},
	],
	connections: { Start: { main: [[{ node: 'Amazon S3', type: 'main', index: 0 }]] } },
});

/** Takes a picture of each point in an editor that is signed in. `save` saves a workflow in its n8n. */
export const lookAt = async (page, { url, save, credential }, chosen = points) => {
	const pictures = [];
	for (const [index, point] of chosen.entries()) {
		await page.setViewportSize({ width: 1280, height: 1250 });
		if (point.parameters) {
			const { id } = await save(workflowOf(point, index, credential));
			await page.goto(`${url}/workflow/${id}${point.canvas ? '' : `/${idOf(index)}`}`);
			await page
				.getByTestId(point.canvas ? 'canvas-node' : 'node-parameters')
				.last()
				.waitFor();
			await page.waitForLoadState('networkidle');
		}
		pictures.push(await point.look(page, url));
	}
	return pictures;
};
