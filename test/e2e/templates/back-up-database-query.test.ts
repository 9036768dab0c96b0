import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { chain, runWorkflow, s3, saveCredential, succeeded, today } from '../../support/e2e';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';

test('rows of a real PostgreSQL as CSV and JSON Lines, and nothing is overwritten', async () => {
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
	const workflow = template('back-up-database-query', { bucket }, { 'n8n-nodes-base.postgres': { postgres } });
	for (const copy of ['', ' (2)']) {
		const ran = succeeded(await runWorkflow(workflow));
		const day = today();
		expect(ran.items('Result').map(({ json }) => [json.object, json.rows])).toEqual([
			[`database/orders/${day}/orders${copy}.csv`, 3],
			[`database/orders/${day}/orders${copy}.jsonl`, 3],
		]);
	}
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	for (const { Key } of Contents) {
		const read = await chain(s3('Read', 'object.read', { bucket, key: Key, returnAll: true }));
		const there = succeeded(read).items('Read');
		expect(there.map(({ json: { id, customer } }) => [Number(id), customer])).toEqual([
			[1, 'Müller, "A" & Söhne'],
			[2, 'two\nlines'],
			[3, '日本'],
		]);
	}
	expect(Contents).toHaveLength(4);
});
