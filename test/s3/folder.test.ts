import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { makeBucket, one, s3, sdk } from '../support/s3';

const upload = async (bucket: string, keys: string[]) =>
	await s3(
		'object.upload',
		{
			bucket,
			key: (_: unknown, index: number) => keys[index],
			source: 'text',
			text: 'x',
			options: { concurrency: 32 },
		},
		{ items: keys.map(() => ({ json: {} })) },
	);

test('create adds the slash', async () => {
	const bucket = await makeBucket();
	expect(await one('folder.create', { bucket, folder: 'a/ü b' })).toEqual({ created: true, bucket, folder: 'a/ü b/' });
	expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a/ü b/' }))).toMatchObject({ ContentLength: 0 });
});

test('getAll lists one level', async () => {
	const bucket = await makeBucket();
	await upload(bucket, ['top.txt', 'a/1.txt', 'a/b/2.txt', 'a/c/3.txt', 'd e/4.txt']);
	expect(jsonOf(await s3('folder.getAll', { bucket, returnAll: true }))).toEqual([
		{ bucket, folder: 'a/', name: 'a' },
		{ bucket, folder: 'd e/', name: 'd e' },
	]);
	expect(jsonOf(await s3('folder.getAll', { bucket, parentFolder: 'a' })).map(({ name }) => name)).toEqual(['b', 'c']);
});

test('delete takes everything below, and nothing beside', async () => {
	const bucket = await makeBucket();
	await upload(bucket, [...Array.from({ length: 2500 }, (_, index) => `big/${index}`), 'big', 'bigger/x']);
	const dry = await s3('folder.delete', { bucket, folder: 'big', options: { dryRun: true } });
	expect(dry).toHaveLength(2500);
	expect(await one('folder.delete', { bucket, folder: 'big' })).toEqual({
		deleted: true,
		bucket,
		folder: 'big/',
		objects: 2500,
	});
	expect(jsonOf(await s3('object.getAll', { bucket })).map(({ key }) => key)).toEqual(['big', 'bigger/x']);
});
