import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { dimensions, startEmbeddings } from '../../support/embeddings';
import { mailServer } from '../../support/mailServer';
import { startQdrant } from '../../support/qdrant';
import { bucketName, makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import { keysOf } from '../../support/transfers';

/** A PDF of one page with a line of text, or with none, as a scan has. */
const pdf = (text: string) => {
	const content = text && `BT /F1 12 Tf 10 100 Td (${text}) Tj ET`;
	const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
	const page =
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 144] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>';
	return [
		'%PDF-1.4',
		'1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj',
		'2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj',
		`3 0 obj ${page} endobj`,
		`4 0 obj << /Length ${content.length} >> stream\n${content}\nendstream endobj`,
		`5 0 obj ${font} endobj`,
		'trailer << /Root 1 0 R >>',
		'%%EOF',
	].join('\n');
};

const setUp = async (more: object = {}) => {
	const [bucket, qdrant, embeddings, { mails, account }] = [
		...[await makeBucket(), await startQdrant(), await startEmbeddings()],
		await mailServer(),
	] as const;
	const qdrantApi = await saveCredential('qdrantApi', { qdrantUrl: qdrant.url, apiKey: 'key-of-qdrant' });
	const openAiApi = await saveCredential('openAiApi', { apiKey: 'none', url: embeddings.url });
	const settings = {
		...{ bucket, prefix: 'docs/', qdrant: qdrant.url, dimensions, alertTo: 'operator@example.com' },
		...more,
	};
	const credentials = {
		'n8n-nodes-base.httpRequest': { qdrantApi },
		'@n8n/n8n-nodes-langchain.vectorStoreQdrant': { qdrantApi },
		'@n8n/n8n-nodes-langchain.embeddingsOpenAi': { openAiApi },
		'n8n-nodes-base.emailSend': { smtp: account },
	};
	const workflow = template('files-for-vector-store', settings, credentials);
	// The test need not wait for what Qdrant will not take back.
	const nodes = workflow.nodes.map((node) => ({ ...node, ...(node.retryOnFail && { waitBetweenTries: 0 }) }));
	return {
		...{ bucket, qdrant, embeddings, mails },
		put: async (key: string, Body: string) =>
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `docs/${key}`, Body })),
		remove: async (key: string) => await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: `docs/${key}` })),
		run: async () => await runWorkflow({ ...workflow, nodes }),
		/** The chunks of each file by its key. */
		chunks: () =>
			Object.fromEntries(
				Object.entries(qdrant.chunks('files')).map(([file, texts]) => [
					file.replace(`s3://${bucket}/docs/`, ''),
					texts,
				]),
			),
	};
};

test('files are stored once, changed ones replaced, deleted ones removed, and what has not changed costs nothing', async () => {
	const { embeddings, put, remove, run, chunks, mails } = await setUp();
	await put('a.txt', 'about apples');
	await put('sub/Straße.md', '# Streets');
	await put('paper.pdf', pdf('A paper on pears'));
	await put('photo.jpg', 'no text');
	await put('long.txt', Array.from({ length: 300 }, (_, index) => `word${index}`).join(' '));
	succeeded(await run());
	const { 'long.txt': long = [], ...short } = chunks();
	expect(short).toEqual({
		'a.txt': ['about apples'],
		'sub/Straße.md': ['# Streets'],
		'paper.pdf': [expect.stringContaining('A paper on pears')],
	});
	expect(long.length).toBeGreaterThan(1);
	expect(long.join(' ')).toContain('word299');

	embeddings.texts.splice(0);
	await put('a.txt', 'about bananas');
	await remove('sub/Straße.md');
	await put('new.csv', 'name,price\nfig,3\n');
	succeeded(await run());
	expect(chunks()).toEqual({
		...{ 'a.txt': ['about bananas'], 'new.csv': ['name,price\nfig,3'] },
		...{ 'paper.pdf': short['paper.pdf'], 'long.txt': long },
	});
	expect(embeddings.texts.some((text) => text.includes('pears') || text.includes('word'))).toBe(false);

	embeddings.texts.splice(0);
	const last = succeeded(await run());
	expect(last.items('Changes')).toEqual([]);
	expect(embeddings.texts).toEqual([]);
	expect(mails).toEqual([]);
});

test('more files than a round holds are stored in rounds; what fails is told once and comes again', async () => {
	const { put, run, chunks, mails } = await setUp({ filesPerRound: 3 });
	await put('1-scan.pdf', pdf(''));
	await put('2-bad.txt', 'forbidden');
	for (const name of ['a', 'b', 'c', 'd', 'e']) await put(`${name}.txt`, `text of ${name}`);
	await put('f.pdf', 'not a PDF');
	succeeded(await run());
	const good = ['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.txt`, [`text of ${name}`]]);
	expect(chunks()).toEqual(Object.fromEntries(good));
	expect(mails).toHaveLength(1);
	expect(mails[0]).toContain('3 files are not in the collection files');
	expect(mails[0]).toContain('1-scan.pdf: It has no text');
	expect(mails[0]).toMatch(/2-bad\.txt: The model or Qdrant refused it\. Store Chunks shows why in execution \d+/);
	expect(mails[0]).toMatch(/f\.pdf: \S/);

	await put('2-bad.txt', 'allowed now');
	succeeded(await run());
	expect(chunks()['2-bad.txt']).toEqual(['allowed now']);
	expect(mails).toHaveLength(2);
	expect(mails[1]).toContain('2 files are not in the collection');
});

test('a collection without indexes, which Qdrant Cloud does not filter, gets them', async () => {
	const { qdrant, put, run, chunks, mails } = await setUp();
	qdrant.collections.set('files', { size: dimensions, points: new Map(), indexes: [] });
	await put('a.txt', 'about apples');
	succeeded(await run());
	expect(chunks()).toEqual({ 'a.txt': ['about apples'] });
	expect(mails).toEqual([]);
});

test('files that fail and fill a whole round are told, with what to do', async () => {
	const { put, run, chunks, mails } = await setUp({ filesPerRound: 2 });
	await put('1-scan.pdf', pdf(''));
	await put('2-scan.pdf', pdf(''));
	await put('3-good.txt', 'never tried');
	succeeded(await run());
	expect(chunks()).toEqual({});
	expect(mails).toHaveLength(1);
	expect(mails[0]).toContain('They fill a whole round');
});

test('a file that cannot be stored keeps its old chunks, and one that is stored half is stored once in the next run', async () => {
	const { qdrant, put, run, chunks, mails } = await setUp();
	await put('a.txt', 'first');
	succeeded(await run());
	await put('a.txt', 'second');
	qdrant.faults.push((path) => path.endsWith('/points'));
	succeeded(await run());
	expect(chunks()).toEqual({ 'a.txt': ['first'] });
	expect(mails).toHaveLength(1);

	// As many times as the node tries.
	for (let tries = 0; tries < 3; tries++) qdrant.faults.push((_, { filter }) => filter?.must_not !== undefined);
	succeeded(await run());
	expect(chunks()).toEqual({ 'a.txt': ['first', 'second'] });
	expect(mails).toHaveLength(2);
	succeeded(await run());
	expect(chunks()).toEqual({ 'a.txt': ['second'] });
	expect(mails).toHaveLength(2);
});

test('where most files are gone nothing is removed, and the mail says so', async () => {
	const { put, remove, run, chunks, mails } = await setUp();
	for (const name of ['a', 'b', 'c']) await put(`${name}.txt`, name);
	succeeded(await run());
	for (const name of ['a', 'b', 'c']) await remove(`${name}.txt`);
	succeeded(await run());
	expect(Object.keys(chunks()).sort()).toEqual(['a.txt', 'b.txt', 'c.txt']);
	expect(mails).toHaveLength(1);
	expect(mails[0]).toContain('Subject: Files for a vector store: new and changed only: not');
});

test('a bucket that S3 refuses ends the run, and nothing is stored or recorded', async () => {
	const missing = await setUp({ bucket: bucketName() });
	const refused = await missing.run();
	expect(refused.status).toBe('error');
	expect(refused.error?.node?.name).toBe('What Has Changed');
	expect(missing.chunks()).toEqual({});
	expect(await keysOf(missing.bucket)).toEqual([]);
});
