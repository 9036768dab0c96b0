// Real data for the demo and the tests of templates, from the npm package vega-datasets.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

// The package exports its code only.
const data = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', 'vega-datasets', 'data');

const types = { csv: 'text/csv', json: 'application/json', png: 'image/png', jpg: 'image/jpeg' };

/** Bucket -> key -> file of the package. */
const buckets = {
	'sample-data': {
		'weather/seattle-weather.csv': 'seattle-weather.csv',
		'weather/weather.csv': 'weather.csv',
		'finance/stocks.csv': 'stocks.csv',
		'inbox/stocks.csv': 'stocks.csv',
		'finance/sp500.csv': 'sp500.csv',
		'nature/penguins.json': 'penguins.json',
		'nature/earthquakes.json': 'earthquakes.json',
		'places/airports.csv': 'airports.csv',
		'movies.json': 'movies.json',
	},
	'sample-backups': {},
};

/** The same files, for what else the demo fills: their names and contents. */
export const sampleFiles = async () =>
	await Promise.all(
		Object.values(buckets['sample-data']).map(async (file) => ({ file, content: await readFile(join(data, file)) })),
	);

/** Makes the sample buckets and fills them; gives the number of objects. */
export const fill = async ({ endpoint, region, accessKeyId, secretAccessKey }) => {
	const s3 = new S3Client({
		endpoint,
		region,
		credentials: { accessKeyId, secretAccessKey },
		forcePathStyle: true,
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	let objects = 0;
	for (const [Bucket, files] of Object.entries(buckets)) {
		await s3.send(new CreateBucketCommand({ Bucket })).catch((error) => {
			if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
		});
		for (const [Key, file] of Object.entries(files)) {
			const ContentType = types[file.split('.').at(-1)];
			await s3.send(new PutObjectCommand({ Bucket, Key, Body: await readFile(join(data, file)), ContentType }));
			objects++;
		}
	}
	s3.destroy();
	return objects;
};
