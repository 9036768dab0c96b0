import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { ILoadOptionsFunctions } from 'n8n-workflow';
import * as lists from '../../nodes/AwsS3/core/connection/listSearch';
import { jsonOf } from '../support/n8n';
import { credentials, makeBucket, s3, sdk } from '../support/s3';

/** What the lists of the editor offer for a bucket that somebody has chosen. */

type List = 'searchKeys' | 'searchFolders' | 'searchDestinationFolders' | 'searchZipKeys';

const offered = async (list: List, parameters: object, filter?: string, credential: object = credentials) => {
	const values = new Map<string, unknown>(Object.entries(parameters));
	const editor = {
		getNode: () => ({ name: 'S3', type: 'awsS3', parameters: {} }),
		getCredentials: async () => credential,
		getCurrentNodeParameter: (name: string) => values.get(name),
	};
	return await lists[list].call(editor as unknown as ILoadOptionsFunctions, filter);
};

const named = async (...given: Parameters<typeof offered>) => (await offered(...given)).results.map(({ name }) => name);

const keys = ['archive/old/weather.csv', 'readme.txt', 'weather/rainy-days.json', 'weather/sunny/July+1 ü.csv'];

let bucket: string;

beforeAll(async () => {
	bucket = await makeBucket();
	for (const Key of keys) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
});

const down = (folder: string) => `${folder} (folder: type its name to look inside)`;

test('keys: folders of the level first, then its objects, then the others', async () => {
	expect(await named('searchKeys', { bucket })).toEqual([
		...[down('archive/'), down('weather/'), 'readme.txt'],
		...['archive/old/weather.csv', 'weather/rainy-days.json', 'weather/sunny/July+1 ü.csv'],
	]);
	expect(await named('searchKeys', { bucket }, 'weather/')).toEqual([
		down('weather/sunny/'),
		'weather/rainy-days.json',
		'weather/sunny/July+1 ü.csv',
	]);
});

test('keys: a part of a name finds them, in capitals or not, and the list says what was searched', async () => {
	expect(await named('searchKeys', { bucket }, 'days')).toEqual([
		'weather/rainy-days.json',
		'days (as typed; searched all 4 keys)',
	]);
	expect(await named('searchKeys', { bucket }, 'weather/july')).toEqual([
		'weather/sunny/July+1 ü.csv',
		'weather/july (as typed; searched all 2 keys)',
	]);
	const [, , typed] = (await offered('searchKeys', { bucket }, 'WEATHER.')).results;
	expect(typed).toBeUndefined();
	// The key itself is not offered twice.
	expect(await named('searchKeys', { bucket }, 'readme.txt')).toEqual(['readme.txt']);
});

test('folders: those of the level, then those with a part of their name; what was typed can be chosen', async () => {
	expect(await named('searchFolders', { bucket })).toEqual(['archive/', 'weather/']);
	expect(await named('searchFolders', { bucket }, 'weather/')).toEqual(['weather/', 'weather/sunny/']);
	expect(await named('searchFolders', { bucket }, 'sun')).toEqual([
		'weather/sunny/',
		'sun (as typed; searched all 4 keys)',
	]);
	const { results } = await offered('searchFolders', { sourceBucket: bucket }, 'new/one');
	expect(results).toEqual([{ name: 'new/one (as typed; searched all 0 keys)', value: 'new/one' }]);
});

test('folders: a destination and an archive have buckets of their own', async () => {
	const other = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: other, Key: 'zips/all.zip', Body: 'x' }));
	const both = { bucket, zipBucket: other, destinationBucket: other };
	expect(await named('searchDestinationFolders', both)).toEqual(['zips/']);
	expect(await named('searchZipKeys', both)).toEqual([down('zips/'), 'zips/all.zip']);
});

test('names are searched below the prefix of the connection only', async () => {
	const restricted = { ...credentials, bucket, prefix: 'weather/' };
	expect(await named('searchKeys', {}, 'days', restricted)).toEqual([
		'weather/rainy-days.json',
		'weather/days (as typed; searched all 2 keys)',
	]);
	expect(await named('searchFolders', {}, undefined, restricted)).toEqual(['weather/sunny/']);
});

test.each([
	['has no region', { region: '' }, "'Region' of the credential is empty"],
	['has a wrong service URL', { endpoint: 'nonsense' }, "'Service URL' of the credential is not a URL: 'nonsense'"],
])('a credential that %s is explained', async (_, wrong, message) => {
	const refused = offered('searchKeys', { bucket }, '', { ...credentials, ...wrong });
	await expect(refused).rejects.toMatchObject({ message, httpStatusCode: 400, errorCode: 0 });
});

test('what a list gives and what was saved as text before select the same', async () => {
	const prefix = 'weather/';
	const plain = jsonOf(await s3('object.getAll', { bucket, prefix }));
	expect(plain).toHaveLength(2);
	for (const mode of ['list', 'prefix', ''])
		expect(jsonOf(await s3('object.getAll', { bucket, prefix: { __rl: true, mode, value: prefix } }))).toEqual(plain);
	const counted = jsonOf(
		await s3('folder.getStatistics', { bucket, folder: { __rl: true, mode: 'list', value: prefix } }),
	);
	expect(counted).toEqual(jsonOf(await s3('folder.getStatistics', { bucket, folder: prefix })));
});
