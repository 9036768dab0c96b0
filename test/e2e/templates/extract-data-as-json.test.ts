import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { runWorkflow, succeeded } from '../../support/e2e';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf } from '../../support/transfers';

test('every format becomes rows of one JSON, each with its source', async () => {
	const bucket = await makeBucket();
	const objects: Record<string, string | Buffer> = {
		'in/a.csv': 'name,value\nä,1\n',
		'in/b.json': '[{"name":"b","value":2},{"name":"c","value":3}]',
		'in/c.jsonl': '{"name":"d"}\n{"name":"e"}\n',
		'in/d.csv.gz': gzipSync('name\nf\n'),
		'other/x.csv': 'name\nnot this\n',
	};
	for (const [Key, Body] of Object.entries(objects))
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
	const workflow = template('extract-data-as-json', { bucket, source: 'in/', target: 'out/all.json' });
	const [result] = succeeded(await runWorkflow(workflow)).items('Result');
	expect(result?.json).toMatchObject({ object: 'out/all.json', rows: 6, objects: 4 });
	const response = await fetch(String(result?.json.url));
	expect(await response.json()).toEqual({
		rows: [
			{ source: 'in/a.csv', name: 'ä', value: '1' },
			{ source: 'in/b.json', name: 'b', value: 2 },
			{ source: 'in/b.json', name: 'c', value: 3 },
			{ source: 'in/c.jsonl', name: 'd' },
			{ source: 'in/c.jsonl', name: 'e' },
			{ source: 'in/d.csv.gz', name: 'f' },
		],
	});
});

test('objects without rows fail the run, and the old result stays', async () => {
	const bucket = await makeBucket();
	const put = async (Key: string, Body: string) =>
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Buffer.byteLength(Body) }));
	await put('in/empty.csv', '');
	await put('in/only a header.csv', 'name,value\n');
	await put('out/all.json', 'old');
	const run = async () =>
		await runWorkflow(template('extract-data-as-json', { bucket, source: 'in/', target: 'out/all.json' }));
	expect(await run()).toMatchObject({
		status: 'error',
		error: { message: `The objects in 'in/' of the bucket '${bucket}' have no rows` },
	});
	expect(await contentsOf(bucket)).toMatchObject({ 'out/all.json': 'old' });
	await put('in/rows.json', '[{},{"name":"a"}]');
	expect(succeeded(await run()).items('Result')[0]?.json).toMatchObject({ rows: 2, objects: 3 });
});

// 344 penguins, and all earthquakes in one object of GeoJSON.
test('real data, as it is imported', async () => {
	const [result] = succeeded(await runWorkflow(template('extract-data-as-json'))).items('Result');
	expect(result?.json).toMatchObject({ objects: 2, rows: 345 });
});
