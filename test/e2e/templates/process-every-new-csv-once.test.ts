import { PutObjectCommand } from '@aws-sdk/client-s3';
import { activate, deactivateAll } from '../../support/activeTemplate';
import type { Ran } from '../../support/e2e';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf, keysOf } from '../../support/transfers';
import { until } from '../../support/until';

afterEach(deactivateAll);

const csv = (...rows: string[]) => ['symbol,price', ...rows, ''].join('\n');

const withoutDay = (key: string) => key.replace(/\d{4}-\d\d-\d\d/, 'day');

const setUp = async () => {
	const bucket = await makeBucket();
	const put = async (Key: string, Body: string) => await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
	const there = async () => {
		const all = await contentsOf(bucket);
		return Object.fromEntries(Object.entries(all).map(([key, body]) => [withoutDay(key), body]));
	};
	const isProcessed = async (name: string) =>
		(await keysOf(bucket)).some((key) => withoutDay(key) === `processed/day/${name}`);
	const begin = async (prefix = 'in/') => await activate(template('process-every-new-csv-once'), { bucket, prefix });
	return { put, there, isProcessed, begin };
};

const filesOf = (ran: Ran[]) => ran.map((one) => one.items('New CSV File').map(({ json }) => json.key));
const statesOf = (ran: Ran[]) => ran.map(({ status }) => status);

test('each file is processed once, those that were there too, and what the workflow writes starts nothing', async () => {
	const { put, there, isProcessed, begin } = await setUp();
	await put('in/old.csv', csv('A,1', 'A,3', 'B,5'));
	await put('in/note.txt', 'no table');
	const { ranOf } = await begin();
	await until(async () => await isProcessed('old.csv'));
	await put('in/sub/new.csv', csv('C,7'));
	await until(async () => await isProcessed('sub/new.csv'));
	// Another file of the same name, and one without rows, which come with later polls.
	await put('in/old.csv', csv('A,10'));
	await until(async () => await isProcessed('old (2).csv'));
	await put('in/empty.csv', csv());
	await until(async () => await isProcessed('empty.csv'));
	const ran = await ranOf(4);
	expect(filesOf(ran)).toEqual([['in/old.csv'], ['in/sub/new.csv'], ['in/old.csv'], ['in/empty.csv']]);
	expect(statesOf(ran)).toEqual(Array.from(ran, () => 'success'));
	const { 'totals/old.json': old, 'totals/sub/new.json': sub, ...files } = await there();
	expect(JSON.parse(old ?? '')).toEqual([{ symbol: 'A', count_price: 1, average_price: 10, max_price: 10 }]);
	expect(JSON.parse(sub ?? '')).toEqual([{ symbol: 'C', count_price: 1, average_price: 7, max_price: 7 }]);
	expect(Object.keys(files).sort()).toEqual([
		'in/note.txt',
		'processed/day/empty.csv',
		'processed/day/old (2).csv',
		'processed/day/old.csv',
		'processed/day/sub/new.csv',
	]);
});

test('a file that cannot be read stays and holds up no other; uploaded again, it is processed', async () => {
	const { put, there, isProcessed, begin } = await setUp();
	await put('in/broken.csv', 'symbol,price\n"A,1\n');
	await put('in/good.csv', csv('A,1'));
	const { ranOf } = await begin();
	const ran = await ranOf(2);
	expect(statesOf(ran).sort()).toEqual(['error', 'success']);
	expect(ran.find(({ status }) => status === 'error')?.error?.message).toContain("Cannot read 'in/broken.csv'");
	expect(Object.keys(await there()).sort()).toEqual(['in/broken.csv', 'processed/day/good.csv', 'totals/good.json']);
	await put('in/broken.csv', csv('B,2'));
	await until(async () => await isProcessed('broken.csv'));
	expect(statesOf(await ranOf(3)).filter((status) => status === 'success')).toHaveLength(2);
	expect(JSON.parse((await there())['totals/broken.json'] ?? '')).toMatchObject([{ symbol: 'B', count_price: 1 }]);
});

test('what it has moved is left alone, also where the whole bucket is watched', async () => {
	const { put, there, begin } = await setUp();
	await put('a.csv', csv('A,1'));
	const { ranOf } = await begin('');
	const ran = await ranOf(2);
	expect(filesOf(ran)).toEqual([['a.csv'], [expect.stringMatching(/^processed\/.*\/a\.csv$/)]]);
	expect(statesOf(ran)).toEqual(['success', 'success']);
	expect(Object.keys(await there()).sort()).toEqual(['processed/day/a.csv', 'totals/a.json']);
});
