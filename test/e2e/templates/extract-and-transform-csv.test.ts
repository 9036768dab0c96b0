import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { runWorkflow, succeeded } from '../../support/e2e';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';

const rowsOf = async (Bucket: string, Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key }));
	return JSON.parse((await Body?.transformToString()) ?? '').rows;
};

test('wet days of two tables, as JSON with a link', async () => {
	const ran = succeeded(await runWorkflow(template('extract-and-transform-csv')));
	const links = ran.items('Links to the Results').map(({ json }) => json);
	expect(links).toEqual([
		expect.objectContaining({ file: 'reports/weather/seattle-weather.json', rows: 623 }),
		expect.objectContaining({ file: 'reports/weather/weather.json', rows: 1093 }),
	]);
	const rows = await rowsOf('sample-data', 'reports/weather/weather.json');
	expect(rows[0]).toEqual({
		location: 'Seattle',
		date: '2012-01-02',
		precipitation: 10.9,
		meanTemperature: 6.7,
		weather: 'rain',
	});
	const response = await fetch(String(links[1]?.url));
	expect(await response.json()).toEqual({ rows });
});

const header = 'date,precipitation,temp_max,temp_min,weather';
const day = (rain: number) => `${header}\n2026-01-01,${rain},8,2,rain\n`;

const bucketWith = async (files: Record<string, string | Buffer>) => {
	const Bucket = await makeBucket();
	for (const [Key, Body] of Object.entries(files))
		await sdk.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(Body) }));
	return Bucket;
};

const settings = { source: 'in/', target: 'out/' };

test('files of one name keep their folders, and a file without rows to keep does not end the loop', async () => {
	const files = {
		'in/a/days.csv': day(1),
		'in/b/days.csv': day(2),
		'in/dry.csv': day(0),
		'in/empty.csv': '',
		'in/header.csv': `${header}\n`,
		'in/last.csv': day(3),
		// An earlier run has left rows that the file no longer has.
		'out/dry.json': '{"rows":[{"date":"2025-01-01"}]}',
	};
	const bucket = await bucketWith(files);
	const ran = succeeded(await runWorkflow(template('extract-and-transform-csv', { bucket, ...settings })));
	expect(ran.items('Links to the Results').map(({ json: { file, rows } }) => [file, rows])).toEqual([
		['out/a/days.json', 1],
		['out/b/days.json', 1],
		['out/dry.json', 0],
		['out/empty.json', 0],
		['out/header.json', 0],
		['out/last.json', 1],
	]);
	for (const [key, rain] of [
		['a/days', 1],
		['b/days', 2],
		['last', 3],
	] as const)
		expect(await rowsOf(bucket, `out/${key}.json`)).toMatchObject([{ precipitation: rain }]);
	expect(await rowsOf(bucket, 'out/dry.json')).toEqual([]);
});

test('a file that cannot be read is named at the end, and the others are done', async () => {
	const files = { 'in/a.csv': Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), 'in/b.csv': day(4) };
	const bucket = await bucketWith(files);
	const ran = await runWorkflow(template('extract-and-transform-csv', { bucket, ...settings }));
	expect(ran.status).toBe('error');
	expect(ran.error?.message).toContain('in/a.csv: ');
	expect(await rowsOf(bucket, 'out/b.json')).toMatchObject([{ precipitation: 4 }]);
});

test('a folder without CSV files is an error, and writes nothing', async () => {
	const bucket = await bucketWith({ 'in/a.txt': 'no table' });
	const ran = await runWorkflow(template('extract-and-transform-csv', { bucket, ...settings }));
	expect(ran.error?.message).toBe(`There are no CSV files in 'in/' of the bucket '${bucket}'`);
	const { KeyCount } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	expect(KeyCount).toBe(1);
});
