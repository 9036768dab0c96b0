import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { startSalesforce } from '../../../sandbox/salesforce.cjs';
import type { Ran } from '../../support/e2e';
import { credentialData, runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { startProxy } from '../../support/proxy';
import { makeBucket, sdk, server } from '../../support/s3';
import { template } from '../../support/templates';

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

let salesforce: Awaited<ReturnType<typeof startSalesforce>>;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let bucket: string;
let run: (name: string, settings?: object) => Promise<Ran>;
beforeAll(async () => {
	salesforce = await startSalesforce({ pageSize: 200 });
	proxy = await startProxy(server.endpoint);
	bucket = await makeBucket();
	const oAuth2Api = await saveCredential('oAuth2Api', {
		...{ grantType: 'clientCredentials', accessTokenUrl: `${salesforce.url}/services/oauth2/token` },
		...{ clientId: salesforce.client.id, clientSecret: salesforce.client.secret, scope: '', authentication: 'body' },
	});
	const ours = await saveCredential('awsS3Api', { ...credentialData, endpoint: proxy.url });
	run = async (name, settings = {}) => {
		const credentials = { 'n8n-nodes-base.httpRequest': { oAuth2Api } };
		const workflow = template(name, { bucket, salesforce: salesforce.url, ...settings }, credentials);
		return succeeded(await runWorkflow(workflow, ours));
	};
});
afterAll(async () => await salesforce.stop());

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
		const ran = await run('sync-salesforce-files');
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
	const manifest = JSON.parse(String(await content(String(second.items('Summary')[0]?.json.manifest))));
	expect(manifest.uploaded).toHaveLength(5);
	expect(manifest.deleted).toHaveLength(2);

	// Nothing changes; then one file comes and goes between two nights.
	await night();
	const { id } = salesforce.write({ title: 'Short', extension: 'txt', content: randomBytes(10), at: day(3) });
	salesforce.remove(id, day(3));
	const fourth = await run('sync-salesforce-files');
	expect(fourth.items('Manifest')[0]?.json).toMatchObject({
		uploaded: [],
		nothingToMove: expect.arrayContaining([expect.stringContaining(id)]),
	});
	expect(await keys('salesforce/manifests/')).toHaveLength(4);

	const lost = new Set(ids.slice(40, 42));
	const before = salesforce.documents().length;
	await run('restore-salesforce-files', { from: 'deleted/' });
	const restored = salesforce.documents().slice(before);
	expect(restored.map(({ Title }) => Title).sort()).toEqual(['Contract 40', 'Contract 41']);
	for (const id of lost) {
		const bytes = await content(`salesforce/deleted/${id}.${extensionOf(id)}`);
		expect(restored.map(({ Checksum }) => Checksum)).toContain(md5(bytes));
	}
	await run('restore-salesforce-files', { from: 'files/', title: 'Müller' });
	const again = salesforce.documents().find(({ ContentDocumentId }) => ContentDocumentId === first?.ContentDocumentId);
	expect(again).toMatchObject({ VersionNumber: '2', Checksum: first?.Checksum });
	expect(report).toEqual([
		// This server may ignore conditions and tags: each key is looked at before it is written, and one object for its tags.
		{ uploaded: 300, unchanged: 0, deleted: 0, requests: { GET: 1, HEAD: 302, POST: 2, PUT: 304 } },
		// What has the time of the last record that was seen is looked at again, not sent again.
		{ uploaded: 5, unchanged: 1, deleted: 2, requests: { DELETE: 2, GET: 5, HEAD: 16, PUT: 11 } },
		{ uploaded: 0, unchanged: 5, deleted: 0, requests: { GET: 1, HEAD: 9, PUT: 2 } },
	]);

	function extensionOf(id: string) {
		return ['pdf', 'csv', 'png'][ids.indexOf(id) % 3] ?? '';
	}
}, 300_000);
