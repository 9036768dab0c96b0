import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { chain, onOneDay, runWorkflow, s3, saveCredential, succeeded, today } from '../../support/e2e';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';

beforeEach(onOneDay, 180_000);

test('rows of a real PostgreSQL in pages as CSV and JSON Lines, and an empty result is an error', async () => {
	const given = process.env.TEST_POSTGRES;
	if (!given) throw new Error('There is no PostgreSQL: install the Debian package postgresql');
	const connection: object = JSON.parse(given);
	const postgres = await saveCredential('postgres', { ...connection, ssl: 'disable', allowUnauthorizedCerts: false });
	const rows = `(1, 'Müller, "A" & Söhne'), (2, E'two\\nlines'), (3, '日本')`;
	const query = `DROP TABLE IF EXISTS orders; CREATE TABLE orders (id integer, customer text); INSERT INTO orders VALUES ${rows};`;
	const type = 'n8n-nodes-base.postgres';
	const parameters = { operation: 'executeQuery', query, options: {} };
	succeeded(await chain({ name: 'Fill', type, typeVersion: 2.6, parameters, credentials: { postgres } }));
	const bucket = await makeBucket();
	const workflow = (settings: Record<string, unknown>) =>
		template('back-up-database-query', { bucket, ...settings }, { 'n8n-nodes-base.postgres': { postgres } });
	const ran = succeeded(await runWorkflow(workflow({ rowsPerPage: 2 })));
	expect(ran.items('Complete')).toHaveLength(1);
	const { pages, rows: stored, folder } = ran.items('Result')[0]?.json ?? {};
	expect([pages, stored]).toEqual([2, 3]);
	expect(folder).toMatch(new RegExp(`^database/orders/${today()}/orders-\\d{6}/$`));
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	const names = ['complete.json', 'part-0001.csv', 'part-0001.jsonl', 'part-0002.csv', 'part-0002.jsonl'];
	expect(Contents.map(({ Key }) => Key)).toEqual(names.map((name) => `${String(folder)}${name}`));
	for (const ending of ['csv', 'jsonl']) {
		const all: unknown[] = [];
		for (const part of ['part-0001', 'part-0002']) {
			const key = `${String(folder)}${part}.${ending}`;
			const read = await chain(s3('Read', 'object.read', { bucket, key, returnAll: true }));
			all.push(
				...succeeded(read)
					.items('Read')
					.map(({ json: { id, customer } }) => [Number(id), customer]),
			);
		}
		expect(all).toEqual([
			[1, 'Müller, "A" & Söhne'],
			[2, 'two\nlines'],
			[3, '日本'],
		]);
	}

	const empty = await runWorkflow(workflow({ query: 'SELECT * FROM orders WHERE id > 9 ORDER BY id;' }));
	expect(empty.error?.message).toBe("The query 'orders' gave no rows, so nothing was stored");
	const { KeyCount } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	expect(KeyCount).toBe(Contents.length);
});
