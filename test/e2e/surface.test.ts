import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { chain, onOneDay, s3, succeeded, today } from '../support/e2e';
import { listen } from '../support/listen';
import { makeBucket, sdk } from '../support/s3';

beforeEach(onOneDay, 180_000);

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const put = async (Key: string, Body: string) => await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
const content = async (Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key }));
	return await Body?.transformToString();
};

test('object.upload takes what a URL gives, with the HTTP client of n8n', async () => {
	const web = createServer(({ url }, answer) =>
		url === '/gone'
			? answer.writeHead(404).end()
			: answer.writeHead(200, { 'content-type': 'text/csv' }).end('a,b\n1,2\n'),
	);
	const address = `http://${await listen(web)}`;
	const from = (path: string) => ({ bucket, key: 'from-url.csv', source: 'url', url: address + path });
	const ran = succeeded(
		await chain(
			s3('Up', 'object.upload', from('/report.csv')),
			s3('Read', 'object.read', { bucket, key: '={{ $json.key }}', returnAll: true }),
		),
	);
	expect(ran.items('Up')[0]?.json).toMatchObject({ uploaded: true, contentType: 'text/csv', size: 8 });
	expect(ran.items('Read').map(({ json }) => json)).toEqual([{ a: '1', b: '2' }]);
	const failed = await chain(s3('Up', 'object.upload', from('/gone')));
	expect(failed.error?.message).toBe(`The address in 'URL' responded with 404: ${address}/gone`);
});

test('folder.zip makes an archive that n8n itself unpacks', async () => {
	await put('in/a.txt', 'one');
	await put('in/b/ü.txt', 'two');
	const ran = succeeded(
		await chain(
			s3('Zip', 'folder.zip', { bucket, folder: 'in', zipBucket: bucket, zipKey: 'all.zip' }),
			s3('Down', 'object.download', { bucket, key: '={{ $json.key }}' }),
			{
				name: 'Unpack',
				type: 'n8n-nodes-base.compression',
				typeVersion: 1.1,
				parameters: { operation: 'decompress', binaryPropertyName: 'data', outputPrefix: 'file_' },
			},
		),
	);
	const files = Object.values(ran.items('Unpack')[0]?.binary ?? {});
	expect(files.map(({ fileName }) => fileName).sort()).toEqual(['a.txt', 'ü.txt']);
});

test('a dry run shows its plan, and its total beside the output', async () => {
	await put('in/a.txt', 'one');
	const ran = succeeded(await chain(s3('Plan', 'folder.delete', { bucket, folder: 'in', options: { dryRun: true } })));
	expect(ran.items('Plan')[0]?.json).toMatchObject({ deleted: false, dryRun: true, key: 'in/a.txt' });
	expect(ran.runData.Plan?.[0]?.hints?.[0]?.message).toContain('1 change is planned, nothing was changed');
	expect(await content('in/a.txt')).toBe('one');
});

describe('the expressions of docs/keys.md give the names that it says', () => {
	const page = readFileSync(join(__dirname, '..', '..', 'docs', 'keys.md'), 'utf8');
	const rows = [...page.matchAll(/^\| ([A-Z][^|]*?) +\| `(.+)` +\| `(.+)` +\|$/gm)];

	test('there are some', () => expect(rows.length).toBeGreaterThan(5));

	test('each of them', async () => {
		await put('report.pdf', '%PDF');
		const day = today();
		const set = {
			mode: 'raw',
			jsonOutput: JSON.stringify({ id: 7, title: 'Q1 / Plan: Ä', text: 'hello' }),
			includeOtherFields: true,
			options: { stripBinary: false },
		};
		for (const [, what, expression, example = ''] of rows) {
			const ran = succeeded(
				await chain(
					s3('Down', 'object.download', { bucket, key: 'report.pdf' }),
					{ name: 'Item', type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: set },
					s3('Up', 'object.upload', { bucket, key: `=${expression}`, source: 'text', text: 'x' }),
				),
			);
			const key = String(ran.items('Up')[0]?.json.key)
				.replace(day, '2026/11/22')
				.replace(/^runs\/\d+/, 'runs/1');
			expect([what, key]).toEqual([what, example]);
		}
	});
});
