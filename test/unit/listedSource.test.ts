import { startFakeS3 } from '../support/fakeS3';
import { startIgnorantServer } from '../support/ignorantServer';
import { jsonOf, runNode } from '../support/n8n';

const manifest = (keys: string[]) => ({
	json: {},
	binary: {
		data: { data: Buffer.from(keys.join('\n')).toString('base64'), mimeType: 'text/plain', fileName: 'k.txt' },
	},
});

const listed = {
	...{ resource: 'transfer', operation: 'run', source: 'list', keysFrom: 'binary', manifestField: 'data' },
	...{ bucket: 'here', prefix: 'from/', destinationBucket: 'there', destinationPrefix: 'to/' },
};

test.each(['run', 'verify', 'plan'])('%s says that the bucket of a list of keys does not exist', async (operation) => {
	const server = await startIgnorantServer();
	server.makeBucket('there');
	const output = runNode({
		...{ parameters: { ...listed, operation, bucket: 'typo' }, credentials: server.credentials },
		items: [manifest(['from/a', 'from/b'])],
	});
	await expect(output).rejects.toThrow("The bucket 'typo' does not exist");
});

test('keys that do not exist are said to be missing', async () => {
	const fake = await startFakeS3();
	fake.put('here/from/b', 'two');
	const output = await runNode({
		...{ parameters: listed, credentials: fake.connection, items: [manifest(['from/a', 'from/b', 'from/c'])] },
	});
	expect(jsonOf(output)).toMatchObject([{ copied: 1, reasons: { missing: 2 } }]);
	expect(fake.requests.filter(({ line }) => /^HEAD \/here\/$/.test(line))).toHaveLength(1);
});

test("'Max Failures' counts keys that may not be looked at, and ends the run before the rest of the list", async () => {
	const keys = Array.from({ length: 400 }, (_, index) => `from/k${String(index).padStart(3, '0')}`);
	const fake = await startFakeS3((line) => (/\/from\/k/.test(line) ? 403 : undefined));
	for (const key of keys) fake.put(`here/${key}`, 'x');
	const output = runNode({
		...{ parameters: { ...listed, options: { maxFailures: 1 } }, credentials: fake.connection },
		items: [manifest(keys)],
	});
	await expect(output).rejects.toThrow("Access to object 'from/k000' in bucket 'here' was denied");
	const looked = new Set(fake.requests.map(({ line }) => /\/from\/k\d+/.exec(line)?.[0]).filter(Boolean));
	expect(looked.size).toBeGreaterThan(0);
	expect(looked.size).toBeLessThan(300);
});

test("what is found before 'Max Failures' is copied, and the next run gets further", async () => {
	const fake = await startFakeS3((line) => (/\/from\/(c|d)/.test(line) ? 403 : undefined));
	for (const key of ['a', 'b', 'c', 'd', 'e']) fake.put(`here/from/${key}`, key);
	const output = await runNode({
		...{ parameters: { ...listed, options: { maxFailures: 1 } }, credentials: fake.connection },
		items: [manifest(['from/a', 'from/b', 'from/c', 'from/d', 'from/e'])],
	});
	expect(jsonOf(output)[0]).toMatchObject({ done: false, stoppedBy: 'failures', copied: 2, failed: 1 });
	expect(Object.keys(fake.contents()).filter((path) => path.startsWith('there/'))).toEqual([
		'there/to/a',
		'there/to/b',
	]);
});

test("'Max Failures' counts refused looks and refused copies together", async () => {
	const keys = Array.from({ length: 300 }, (_, index) => `k${String(index).padStart(3, '0')}`);
	const refuses = /^(HEAD \/here\/from\/k000|PUT \/there\/to\/k001)(\?|$)/;
	const run = async (maxFailures: number) => {
		const fake = await startFakeS3((line) => (refuses.test(line) ? 403 : undefined));
		for (const key of keys) fake.put(`here/from/${key}`, key);
		const output = await runNode({
			...{ parameters: { ...listed, options: { maxFailures } }, credentials: fake.connection },
			items: [manifest(keys.map((key) => `from/${key}`))],
		});
		return jsonOf(output)[0];
	};
	const stopped = await run(2);
	expect(stopped).toMatchObject({ done: false, stoppedBy: 'failures', failed: 2 });
	expect(Number(stopped?.copied)).toBeLessThan(298);
	const finished = await run(3);
	expect(finished).toMatchObject({ failed: 2, copied: 298 });
	expect(finished).not.toHaveProperty('stoppedBy');
});
