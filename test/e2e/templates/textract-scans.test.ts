import { PutObjectCommand } from '@aws-sdk/client-s3';
import { activate, deactivateAll } from '../../support/activeTemplate';
import type { Ran } from '../../support/e2e';
import { call, runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { mailServer } from '../../support/mailServer';
import { makeBucket, sdk } from '../../support/s3';
import type { Template } from '../../support/templates';
import { startedWith, template, withTrigger } from '../../support/templates';
import { startTextract } from '../../support/textract';
import { contentsOf, keysOf } from '../../support/transfers';
import { until } from '../../support/until';

afterEach(deactivateAll);

/** A scan with the first bytes of its type; the rest is what Textract reads in it. */
const scanOf = (beginning: string, ...pages: string[]) =>
	Buffer.concat([Buffer.from(`${beginning}\n`, 'latin1'), Buffer.from(pages.join('\f'))]);

const pdf = (...pages: string[]) => scanOf('%PDF-1.7', ...pages);

/** The part of a key that is the time of the upload. */
const withoutTime = (key: string) => key.replace(/\d{4}-\d\d-\d\d\/\d{6}/, 'time');

const aws = async () =>
	await saveCredential('aws', { region: 'us-east-1', accessKeyId: 'AKEYOFTHETEST', secretAccessKey: 'secret' });

const setUp = async (more: object = {}) => {
	const [bucket, textract, { mails, account }] = [await makeBucket(), await startTextract(), await mailServer()];
	const settings = { textract: textract.url, secondsBetween: 1, alertTo: 'operator@example.com', ...more };
	const workflow = template('textract-scans', settings, {
		'n8n-nodes-base.httpRequest': { aws: await aws() },
		'n8n-nodes-base.emailSend': { smtp: account },
	});
	const there = async () => {
		const all = await contentsOf(bucket);
		return Object.fromEntries(Object.entries(all).map(([key, body]) => [withoutTime(key), body]));
	};
	return {
		...{ bucket, textract, mails, workflow, there },
		put: async (Key: string, Body: string | Buffer) =>
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Buffer.byteLength(Body) })),
		has: async (key: string) => (await keysOf(bucket)).map(withoutTime).includes(key),
		begin: async (prefix = 'in/') => await activate(workflow, { bucket, prefix }),
		/** What runs at night, now. */
		night: async (prefix = 'in/') => {
			const chosen = { __rl: true, mode: 'name', value: bucket };
			return succeeded(await runWorkflow(atNight(withTrigger(workflow, { bucket: chosen, prefix }))));
		},
	};
};

/** The template where its nightly part is started by hand. */
const atNight = (workflow: Template): Template => {
	const night = workflow.nodes.find(({ name }) => name === 'Every Night');
	if (!night) throw new Error('The template has no nightly part');
	const start = { ...night, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
	return { ...workflow, nodes: [start, ...workflow.nodes.filter((node) => node !== night)] };
};

const statesOf = (ran: Ran[]) => ran.map(({ status }) => status).sort();

test('the text of scans is stored beside them, of many pages too, and what the workflow writes starts nothing', async () => {
	const { bucket, textract, put, there, has, begin, mails } = await setUp();
	await put('in/old letter.pdf', pdf('Dear Ms Ono,\nthank you.', 'Page two?', 'Page three'));
	await put('in/', '');
	const { ranOf } = await begin();
	await until(async () => await has('scanned/time/old letter.pdf'));
	await put('in/2026/photo.png', scanOf('\u0089PNG', 'One line'));
	await until(async () => await has('scanned/time/2026/photo.png'));
	const ran = await ranOf(3);
	expect(statesOf(ran)).toEqual(['success', 'success', 'success']);
	const {
		'texts/time/old letter.pdf.json': letter = '',
		'texts/time/2026/photo.png.json': photo = '',
		...rest
	} = await there();
	expect(JSON.parse(letter)).toEqual({
		source: expect.objectContaining({
			bucket,
			key: 'in/old letter.pdf',
			etag: expect.stringMatching(/^[0-9a-f]{32}$/),
		}),
		scan: expect.stringMatching(/^scanned\/.*\/old letter\.pdf$/),
		...{ readAt: expect.any(String), jobId: expect.any(String), status: 'SUCCEEDED', pageCount: 3 },
		lowestConfidence: 40,
		pages: [
			{ page: 1, text: 'Dear Ms Ono,\nthank you.' },
			{ page: 2, text: 'Page two?' },
			{ page: 3, text: 'Page three' },
		],
		warnings: [],
	});
	expect(JSON.parse(photo)).toMatchObject({ pageCount: 1, pages: [{ page: 1, text: 'One line' }] });
	expect(Object.keys(rest).sort()).toEqual(['in/', 'scanned/time/2026/photo.png', 'scanned/time/old letter.pdf']);
	expect(mails).toEqual([]);
	// n8n downloads no scan: Textract gets its place, in requests that are signed.
	expect(textract.started()).toHaveLength(2);
	for (const { type, signature } of textract.requests) {
		expect(type).toBe('application/x-amz-json-1.1');
		expect(signature).toMatch(/^AWS4-HMAC-SHA256 Credential=AKEYOFTHETEST\//);
	}
});

test('fields of forms are read where the settings say so', async () => {
	const { textract, put, there, has, begin } = await setUp({ readFields: true });
	await put('in/form.tiff', scanOf('II*', 'Name: Ada\nSigned', 'City: Köln'));
	await begin();
	await until(async () => await has('scanned/time/form.tiff'));
	// A move copies before it deletes.
	await until(async () => !(await has('in/form.tiff')));
	const { 'texts/time/form.tiff.json': form = '' } = await there();
	expect(JSON.parse(form)).toMatchObject({
		pages: [
			{ page: 1, text: 'Name: Ada\nSigned' },
			{ page: 2, text: 'City: Köln' },
		],
		fields: [
			{ page: 1, name: 'Name', value: 'Ada', confidence: 99 },
			{ page: 2, name: 'City', value: 'Köln', confidence: 99 },
		],
	});
	expect(textract.started().map(({ target, asked }) => [target, asked.FeatureTypes])).toEqual([
		['Textract.StartDocumentAnalysis', ['FORMS']],
	]);
});

test('scans that Textract refuses go to the failed folder with the reason and a mail, and hold up no other', async () => {
	const { put, there, has, begin, mails } = await setUp();
	await put('in/letter.docx', 'PK of a Word file');
	await put('in/huge.pdf', pdf('enormous'));
	await put('in/broken.pdf', pdf('broken'));
	await put('in/half.pdf', pdf('good', 'blurred'));
	await put('in/good.jpg', scanOf('\u00ff\u00d8\u00ff', 'good'));
	const { ranOf } = await begin();
	expect(statesOf(await ranOf(5))).toEqual(Array.from({ length: 5 }, () => 'success'));
	await until(async () => await has('scanned/time/half.pdf'));
	const all = await there();
	expect(Object.keys(all).sort()).toEqual([
		...['broken.pdf', 'broken.pdf.reason.json', 'huge.pdf', 'huge.pdf.reason.json'].map(
			(name) => `failed/time/${name}`,
		),
		...['letter.docx', 'letter.docx.reason.json'].map((name) => `failed/time/${name}`),
		...['scanned/time/good.jpg', 'scanned/time/half.pdf', 'texts/time/good.jpg.json', 'texts/time/half.pdf.json'],
	]);
	const reasonOf = (name: string) => String(JSON.parse(all[`failed/time/${name}.reason.json`] ?? '').reason);
	expect(reasonOf('letter.docx')).toBe('UnsupportedDocumentException: Request has unsupported document format');
	expect(reasonOf('huge.pdf')).toBe('DocumentTooLargeException: Document exceeds the limit');
	expect(reasonOf('broken.pdf')).toBe('INVALID_DOCUMENT');
	expect(all['failed/time/letter.docx']).toBe('PK of a Word file');
	await until(() => mails.length === 4);
	expect(mails).toContainEqual(expect.stringContaining('Subject: Textract refused a scan: in/letter.docx'));
	expect(mails).toContainEqual(
		expect.stringMatching(/Reason: INVALID_DOCUMENT\r\nIt is now failed\/.*\/broken\.pdf\./),
	);
	expect(mails).toContainEqual(expect.stringContaining('INTERNAL_ERROR: page 2'));
	expect(JSON.parse(all['texts/time/half.pdf.json'] ?? '')).toMatchObject({ status: 'PARTIAL_SUCCESS' });
});

test('a busy Textract is asked again; one that may not be asked stops the run with a mail, and the night repeats it', async () => {
	const { textract, put, there, has, begin, night, mails } = await setUp({ hoursUntilRepeat: 0 });
	textract.faults.push(
		{ target: /Start/, status: 400, error: 'LimitExceededException' },
		{ target: /Start/, status: 500, error: 'InternalServerError' },
		{ target: /Get/, status: 400, error: 'ThrottlingException' },
	);
	await put('in/a.pdf', pdf('a'));
	const { ranOf } = await begin();
	await until(async () => await has('scanned/time/a.pdf'));
	expect(textract.started()).toHaveLength(3);
	expect(textract.jobs.size).toBe(1);

	textract.faults.push({ target: /Start/, status: 400, error: 'AccessDeniedException', message: 'not authorized' });
	await put('in/b.pdf', pdf('b'));
	const failed = (await ranOf(2)).find(({ status }) => status === 'error');
	expect(failed?.error?.message).toBe('Textract did not start to read in/b.pdf: AccessDeniedException: not authorized');
	await until(() => mails.length === 1);
	expect(mails[0]).toContain('Subject: Textract a scan on upload: a run failed');
	expect(await there()).toMatchObject({ 'in/b.pdf': expect.any(String) });

	expect((await night()).items('Try Again').map(({ json }) => json.key)).toEqual(['in/b.pdf']);
	await until(async () => await has('scanned/time/b.pdf'));
	// A move copies before it deletes.
	await until(async () => !(await has('in/b.pdf')));
	expect((await night()).items('Scans Left')).toEqual([]);
});

test('a run that is stopped half-way leaves the scan, which the night repeats', async () => {
	const { bucket, textract, put, has, begin, night } = await setUp({ hoursUntilRepeat: 0 });
	textract.pace.askedBefore = 1000;
	await put('in/a.pdf', pdf('a'));
	await begin();
	await until(() => textract.requests.some(({ target }) => target.endsWith('GetDocumentTextDetection')));
	const running = async () =>
		(
			(await call(
				'GET',
				`/executions?filter=${encodeURIComponent('{"status":["running","waiting"]}')}`,
			)) as unknown as {
				results: Array<{ id: string; workflowName: string }>;
			}
		).results.filter(({ workflowName }) => workflowName === 'Textract a scan on upload');
	for (const { id } of await running()) await call('POST', `/executions/${id}/stop`);
	await until(async () => (await running()).length === 0);
	expect(await keysOf(bucket)).toEqual(['in/a.pdf']);
	textract.pace.askedBefore = 0;
	await night();
	await until(async () => await has('scanned/time/a.pdf'));
	// A move copies before it deletes.
	await until(async () => !(await has('in/a.pdf')));
});

test('a scan that is overwritten while it is read stays, and S3 says so', async () => {
	const { bucket, put, there, workflow } = await setUp();
	const { ETag: etag } = await put('in/a.pdf', pdf('first'));
	await put('in/a.pdf', pdf('second'));
	const item = { bucket, key: 'in/a.pdf', etag: etag?.replaceAll('"', ''), lastModified: '2026-11-27T16:30:05.000Z' };
	const given = startedWith(withTrigger(workflow, { bucket, prefix: 'in/' }), item);
	expect(await runWorkflow(given)).toMatchObject({
		status: 'error',
		error: { message: expect.stringContaining('has changed, or already exists') },
	});
	expect(await there()).toMatchObject({ 'in/a.pdf': String(pdf('second')) });
});

test('a scan is not read where a folder of the settings is empty, and the run fails', async () => {
	const { bucket, textract, put, there, workflow } = await setUp({ scanned: '' });
	const { ETag: etag } = await put('in/a.pdf', pdf('a'));
	const item = { bucket, key: 'in/a.pdf', etag: etag?.replaceAll('"', ''), lastModified: '2026-11-27T16:30:05.000Z' };
	expect(await runWorkflow(startedWith(withTrigger(workflow, { bucket, prefix: 'in/' }), item))).toMatchObject({
		status: 'error',
		error: { message: expect.stringMatching(/^Enter a folder in each of 'texts', 'scanned' and 'failed'/) },
	});
	expect(textract.requests).toEqual([]);
	expect(Object.keys(await there())).toEqual(['in/a.pdf']);
});

test('the whole bucket can be watched, and the host of AWS gets a signature for Textract in its region', async () => {
	const { bucket, put, has, begin } = await setUp();
	await put('a.pdf', pdf('a'));
	const { ranOf } = await begin('');
	await until(async () => await has('scanned/time/a.pdf'));
	expect(statesOf(await ranOf(3))).toEqual(['success', 'success', 'success']);
	expect((await keysOf(bucket)).map(withoutTime)).toEqual(['scanned/time/a.pdf', 'texts/time/a.pdf.json']);

	const host = template('textract-scans', {}, { 'n8n-nodes-base.httpRequest': { aws: await aws() } });
	const item = { bucket, key: 'a.pdf', etag: 'e', lastModified: '2026-11-27T16:30:05.000Z' };
	// The S3 server of the tests answers there.
	await runWorkflow(startedWith(withTrigger(host, { bucket, prefix: '' }), item));
	const seen = (await (await fetch(`${process.env.TEST_AWS}/requests`)).json()) as Array<{
		host: string;
		headers: Record<string, string>;
	}>;
	const [request] = seen.filter((one) => one.host.startsWith('textract.'));
	expect(request?.host).toBe('textract.us-east-1.amazonaws.com');
	expect(request?.headers['x-amz-target']).toBe('Textract.StartDocumentTextDetection');
	expect(request?.headers.authorization).toMatch(/\/us-east-1\/textract\/aws4_request/);
});
