import { createHash, randomBytes } from 'node:crypto';
import {
	GetObjectCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import rest from '../../../sandbox/rest.cjs';
import { startSalesforce } from '../../../sandbox/salesforce.cjs';
import type { Ran } from '../../support/e2e';
import { credentialData, runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { fillForms } from '../../support/forms';
import { refused, startProxy } from '../../support/proxy';
import { makeBucket, sdk, server } from '../../support/s3';
import { template } from '../../support/templates';

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

const versioningOf = async (Bucket: string) =>
	await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));

type Salesforce = Awaited<ReturnType<typeof startSalesforce>>;

const accessTo = async ({ url, client }: Salesforce) =>
	await saveCredential('oAuth2Api', {
		...{ grantType: 'clientCredentials', accessTokenUrl: `${url}/services/oauth2/token` },
		...{ clientId: client.id, clientSecret: client.secret, scope: '', authentication: 'body' },
	});

const started: Salesforce[] = [];
const start = async (options?: { pageSize: number }) => {
	const one = await startSalesforce(options);
	started.push(one);
	return one;
};
afterAll(async () => {
	for (const one of started) await one.stop();
});

let salesforce: Salesforce;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let decide: NonNullable<Parameters<typeof startProxy>[1]> = () => 'pass';
let bucket: string;
let run: (settings?: object) => Promise<Ran>;
let restore: (from: string, title: string, agree: string) => Promise<{ page: string; ran: Ran }>;
beforeAll(async () => {
	salesforce = await start();
	proxy = await startProxy(server.endpoint, (request) => decide(request));
	bucket = await makeBucket();
	await versioningOf(bucket);
	const oAuth2Api = await accessTo(salesforce);
	const ours = await saveCredential('awsS3Api', { ...credentialData, endpoint: proxy.url });
	const httpBasicAuth = await saveCredential('httpBasicAuth', { user: 'restorer', password: 'of-a-test' });
	const setUp = (name: string, settings: object) =>
		template(
			name,
			{ bucket, salesforce: salesforce.url, ...settings },
			{ 'n8n-nodes-base.httpRequest': { oAuth2Api }, 'n8n-nodes-base.formTrigger': { httpBasicAuth } },
		);
	run = async (settings = {}) => await runWorkflow(setUp('sync-salesforce-files', settings), ours);
	restore = async (from, title, agree) => {
		const workflow = rest.withCredential(setUp('restore-salesforce-files', { filesPerBatch: 1 }), ours);
		const headers = { authorization: `Basic ${Buffer.from('restorer:of-a-test').toString('base64')}` };
		return await fillForms(workflow, 'restore-salesforce', [[from, title], [agree]], headers);
	};
});

const keys = async (Prefix: string) => {
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
	return Contents.map(({ Key = '' }) => Key);
};
const content = async (Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key }));
	return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

/** What is backed up is what there is in Salesforce, byte by byte. */
const expectMirror = async () => {
	const there = salesforce.documents();
	expect((await keys('salesforce/files/')).sort()).toEqual(
		there.map((one) => `salesforce/files/${one.ContentDocumentId}.${one.FileExtension}`).sort(),
	);
	for (const one of there)
		expect(md5(await content(`salesforce/files/${one.ContentDocumentId}.${one.FileExtension}`))).toBe(one.Checksum);
};

/** The requests to S3 since the last time, by method. */
const requests = () => {
	const counts: Record<string, number> = {};
	for (const line of proxy.taken()) {
		const [method = ''] = line.split(' ');
		counts[method] = (counts[method] ?? 0) + 1;
	}
	return counts;
};

const day = (number: number) => new Date(Date.UTC(2026, 0, number));

test('three nights of a backup, and what was deleted is brought back', async () => {
	const ids = Array.from({ length: 300 }, (_, index) => {
		const extension = ['pdf', 'csv', 'png'][index % 3] ?? 'pdf';
		const title = index === 7 ? 'Angebot für Müller & Söhne (2026)' : `Contract ${index}`;
		const content = index === 11 ? randomBytes(20 * 1024 ** 2) : randomBytes(2000 + index);
		return salesforce.write({ title, extension, content, at: new Date(day(1).getTime() - (300 - index) * 600_000) }).id;
	});
	const report: object[] = [];
	const night = async () => {
		requests();
		const ran = succeeded(await run());
		const { uploaded, unchanged, deleted } = ran.items('Summary')[0]?.json ?? {};
		report.push({ uploaded, unchanged, deleted, requests: requests() });
		await expectMirror();
		return ran;
	};

	await night();
	const first = salesforce.documents()[7];
	const at = { Bucket: bucket, Key: `salesforce/files/${first?.ContentDocumentId}.csv` };
	const { Metadata = {} } = await sdk.send(new HeadObjectCommand(at));
	expect(decodeURIComponent(Metadata.title ?? '')).toBe('Angebot für Müller & Söhne (2026)');
	expect(Metadata).toMatchObject({ 'salesforce-md5': first?.Checksum, 'version-id': first?.Id });
	const { TagSet } = await sdk.send(new GetObjectTaggingCommand(at));
	expect(TagSet).toContainEqual({ Key: 'ContentDocumentId', Value: first?.ContentDocumentId });

	// Five files change and two are deleted; meanwhile the session has ended.
	for (const id of ids.slice(20, 25))
		salesforce.write({ id, title: 'Changed', extension: extensionOf(id), content: randomBytes(3000), at: day(2) });
	for (const id of ids.slice(40, 42)) salesforce.remove(id, day(2));
	salesforce.expire();
	const second = await night();
	expect(await keys('salesforce/deleted/')).toHaveLength(2);
	const manifestKey = String(second.items('Summary')[0]?.json.manifest);
	expect(JSON.parse(String(await content(manifestKey)))).toMatchObject({ uploaded: 5, deleted: { length: 2 } });
	const [batch = ''] = await keys(manifestKey.replace('.json', '/'));
	expect(JSON.parse(String(await content(batch))).uploaded).toHaveLength(5);

	// Nothing changes; then one file comes and goes between two nights.
	await night();
	const { id } = salesforce.write({ title: 'Short', extension: 'txt', content: randomBytes(10), at: day(3) });
	salesforce.remove(id, day(3));
	const fourth = succeeded(await run());
	expect(fourth.items('Manifest')[0]?.json).toMatchObject({
		uploaded: 0,
		nothingToMove: expect.arrayContaining([expect.stringContaining(id)]),
	});
	// Three batches of the first night, one of the second; the others had none.
	expect(await keys('salesforce/manifests/')).toHaveLength(4 + 3 + 1);

	// Another title alone changes the title.
	const renamed = ids[50] ?? '';
	salesforce.rename(renamed, 'Renamed ä', day(4));
	succeeded(await run());
	const renamedAt = { Bucket: bucket, Key: `salesforce/files/${renamed}.${extensionOf(renamed)}` };
	const head = await sdk.send(new HeadObjectCommand(renamedAt));
	expect(decodeURIComponent(head.Metadata?.title ?? '')).toBe('Renamed ä');
	expect(head.Metadata).toMatchObject({ 'version-number': '1' });
	await expectMirror();

	const lost = new Set(ids.slice(40, 42));
	const before = salesforce.documents().length;
	expect((await restore('Deleted files', '', 'No')).page).toContain('Nothing was sent');
	expect(salesforce.documents()).toHaveLength(before);
	const { page } = await restore('Deleted files', '', 'Yes');
	expect(page).toContain('2 files were sent to Salesforce, 0 were refused');
	const [reportKey = ''] = await keys('salesforce/restores/');
	expect(JSON.parse(String(await content(reportKey)))).toMatchObject({ restored: { length: 2 }, failed: [] });
	const restored = salesforce.documents().slice(before);
	expect(restored.map(({ Title }) => Title).sort()).toEqual(['Contract 40', 'Contract 41']);
	for (const id of lost) {
		const bytes = await content(`salesforce/deleted/${id}.${extensionOf(id)}`);
		expect(restored.map(({ Checksum }) => Checksum)).toContain(md5(bytes));
	}
	await restore('Stored versions', 'Müller', 'Yes');
	const again = salesforce.documents().find(({ ContentDocumentId }) => ContentDocumentId === first?.ContentDocumentId);
	expect(again).toMatchObject({ VersionNumber: '2', Checksum: first?.Checksum });
	expect(report).toEqual([
		// This server may ignore conditions and tags: each key is looked at before it is written, and one object for its tags.
		{ uploaded: 300, unchanged: 0, deleted: 0, requests: { GET: 2, HEAD: 302, POST: 2, PUT: 310 } },
		// What a run has seen is not fetched again.
		{ uploaded: 5, unchanged: 0, deleted: 2, requests: { DELETE: 2, GET: 6, HEAD: 15, PUT: 13 } },
		{ uploaded: 0, unchanged: 0, deleted: 0, requests: { GET: 2, HEAD: 4, PUT: 2 } },
	]);

	function extensionOf(id: string) {
		return ['pdf', 'csv', 'png'][ids.indexOf(id) % 3] ?? '';
	}
}, 300_000);

test('a run that S3 ends in the middle goes on after its last batch', async () => {
	const own = await makeBucket();
	const files = salesforce.documents().length;
	const settings = { bucket: own, filesPerBatch: 100 };
	const unsafe = await run(settings);
	expect(unsafe.error?.message).toContain('has no versioning, so a new version of a file would replace the only copy');
	await versioningOf(own);

	let stored = 0;
	decide = (request) => {
		const isFile = request.method === 'PUT' && /\/files\//.test(request.url ?? '');
		return isFile && ++stored > 150 ? refused(403, 'AccessDenied') : 'pass';
	};
	const first = await run(settings);
	expect(first).toMatchObject({ status: 'error', error: { node: { name: 'Back Up' } } });
	decide = () => 'pass';
	const second = succeeded(await run(settings)).items('Summary')[0]?.json;
	// The first batch is not sent again.
	expect(Number(second?.uploaded)).toBeLessThanOrEqual(files - 100);
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: own, Prefix: 'salesforce/files/' }));
	expect(Contents).toHaveLength(files);
}, 300_000);

/** Runs the workflow for another Salesforce and another bucket, which have files of one test only. */
const nightsOf = async (pageSize: number) => {
	const played = await start({ pageSize });
	const oAuth2Api = await accessTo(played);
	const settings = { bucket: await makeBucket(), salesforce: played.url, requireVersioning: false };
	return {
		write: (title: string, at: Date) => played.write({ title, extension: 'txt', content: Buffer.from(title), at }),
		night: async () => {
			const limits = { filesPerRun: 10, filesPerBatch: 4 };
			const credentials = { 'n8n-nodes-base.httpRequest': { oAuth2Api } };
			const workflow = template('sync-salesforce-files', { ...settings, ...limits }, credentials);
			return succeeded(await runWorkflow(workflow)).items('Summary')[0]?.json.uploaded;
		},
	};
};

test.each([
	['at the same time', 0],
	['within seconds', 1000],
])(
	'more files than a run takes, changed %s, are all backed up after some runs',
	async (_, apart) => {
		const { write, night } = await nightsOf(7);
		for (let index = 0; index < 25; index++) write(`Bulk ${index}`, new Date(day(5).getTime() + index * apart));
		const uploaded = [await night(), await night(), await night(), await night()];
		write('Later', day(6));
		uploaded.push(await night());
		expect(uploaded).toEqual([10, 10, 5, 0, 1]);
	},
	300_000,
);

test('a file that appears a little after its time is backed up', async () => {
	const { write, night } = await nightsOf(7);
	const now = Date.now();
	write('In time', new Date(now));
	const first = await night();
	write('Late', new Date(now - 120_000));
	const second = await night();
	expect([first, second]).toEqual([1, 1]);
}, 300_000);
