import { PutObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { makeBucket, one, refusal, s3, sdk } from '../support/s3';
import { contentsOf } from '../support/transfers';

const names = ['A.txt', 'CON', 'a.txt', 'docs/1', 'Docs/2', 'fine.txt', 'what?.csv'];

/** A source with names that Windows does not take, beside some that it does. */
const setUp = async (keys = names) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	for (const key of keys) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `from/${key}`, Body: key }));
	return { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
};

const there = async ({ destinationBucket }: { destinationBucket: string }) =>
	Object.keys(await contentsOf(destinationBucket)).map((key) => key.slice('to/'.length));

const found = [
	...['caseCollision', 'mergedFolders', 'forbiddenCharacters', 'reservedName'].map((id) => ({
		...{ id, count: 1 },
	})),
];

test('fail: nothing is written, and it says which names they are', async () => {
	const parameters = await setUp();
	const options = { checkNamesFor: 'windows', ifNameNotAllowed: 'fail' };
	for (const operation of ['transfer.run', 'transfer.plan'] as const) {
		const { message, description } = await refusal(s3(operation, { ...parameters, options }));
		expect(message).toMatch(/^4 names do not fit Windows, so nothing was written: /);
		for (const name of ["'to/CON'", "'to/what?.csv'", "'to/a.txt'"]) expect(message).toContain(name);
		expect(description).toContain("'If Name Not Allowed'");
	}
	expect(await there(parameters)).toEqual([]);
	const fine = await setUp(['a', 'b/c']);
	expect(await one('transfer.run', { ...fine, options })).toMatchObject({ done: true, copied: 2, hazards: [] });
});

test('skip: these are left out, also in the plan, and everything else is copied', async () => {
	const parameters = await setUp();
	const options = { checkNamesFor: 'windows', ifNameNotAllowed: 'skip', includeSkipped: true };
	const counts = { copied: 4, skipped: 3, reasons: { nameNotAllowed: 3 } };
	const [plan, ...items] = jsonOf(await s3('transfer.plan', { ...parameters, returnAll: true, options }));
	expect(plan).toMatchObject(counts);
	expect(items.filter(({ reason }) => reason === 'nameNotAllowed').map(({ key }) => key)).toEqual([
		...['to/CON', 'to/a.txt', 'to/what?.csv'],
	]);
	const run = await one('transfer.run', { ...parameters, options });
	expect(run).toMatchObject({ ...counts, done: true });
	expect(run.hazards).toEqual(expect.arrayContaining(found.map((hazard) => expect.objectContaining(hazard))));
	expect(await there(parameters)).toEqual(['A.txt', 'Docs/2', 'docs/1', 'fine.txt']);
	// A mirror keeps what a name has at the destination, because the source has it.
	await sdk.send(new PutObjectCommand({ Bucket: parameters.destinationBucket, Key: 'to/CON', Body: 'x' }));
	const mirror = { ...parameters, mode: 'mirror', options };
	expect(await one('transfer.run', mirror)).toMatchObject({ done: true, deleted: 0 });
});

test('report, which is also what is done without a choice: all are copied, and said', async () => {
	const parameters = await setUp();
	const run = await one('transfer.run', { ...parameters, options: { checkNamesFor: 'windows' } });
	expect(run).toMatchObject({ done: true, copied: 7 });
	expect(run.hazards).toHaveLength(4);
	expect(await one('transfer.run', parameters)).not.toHaveProperty('hazards');
});

test('filters leave names out of the check', async () => {
	const parameters = await setUp();
	const options = { checkNamesFor: 'windows', ifNameNotAllowed: 'fail', glob: '**/fine.txt' };
	expect(await one('transfer.run', { ...parameters, options })).toMatchObject({ done: true, copied: 1, hazards: [] });
});
