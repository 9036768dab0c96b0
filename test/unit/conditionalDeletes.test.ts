import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../support/listen';
import { jsonOf, runNode } from '../support/n8n';

/** Objects by key, each with its ETag, on a server that checks `If-Match` of DeleteObject but no ETag in DeleteObjects. */
const startGateway = async (objects: Map<string, string>) => {
	const requests: string[] = [];
	const server = createServer((request, response) => {
		const { method = '', url = '', headers } = request;
		const key = new URL(url, 'http://server').pathname.replace(/^\/bucket\/?/, '');
		requests.push(`${method} ${key}`);
		const answer = (status: number, body = '', more: object = {}) =>
			response.writeHead(status, { server: 'VERSITYGW', ...more }).end(body);
		void text(request).then((body) => {
			if (method === 'POST') {
				const keys = [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name = '']) => name);
				for (const name of keys) objects.delete(name);
				const deleted = keys.map((name) => `<Deleted><Key>${name}</Key></Deleted>`).join('');
				return answer(200, `<DeleteResult>${deleted}</DeleteResult>`);
			}
			const etag = objects.get(key);
			if (method === 'HEAD') return etag === undefined ? answer(404) : answer(200, '', { etag: `"${etag}"` });
			const condition = headers['if-match']?.replaceAll('"', '');
			if (condition !== undefined && condition !== etag)
				return answer(412, '<Error><Code>PreconditionFailed</Code></Error>');
			objects.delete(key);
			return answer(204);
		});
	});
	return { endpoint: `http://${await listen(server)}`, taken: () => requests.splice(0) };
};

test('an object that has changed stays, also among many, on a server that ignores their ETags', async () => {
	const objects = new Map([
		['a', '1'],
		['b', '2'],
		['c', '3'],
	]);
	const { endpoint, taken } = await startGateway(objects);
	const keys = { region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'not-secret', forcePathStyle: true };
	const deleteWith = async (etags: Record<string, string>) =>
		jsonOf(
			await runNode({
				parameters: {
					...{ resource: 'object', operation: 'delete', bucket: 'bucket' },
					key: ({ json }: { json: { key?: unknown } }) => json.key,
					options: ({ json }: { json: { etag?: unknown } }) => ({ ifMatch: json.etag }),
				},
				credentials: { ...keys, endpoint },
				items: Object.entries(etags).map(([key, etag]) => ({ json: { key, etag } })),
				continueOnFail: true,
			}),
		);
	const changed = { error: expect.objectContaining({ code: 'PreconditionFailed' }) };
	const gone = (key: string) => expect.objectContaining({ deleted: true, key });
	// Before the server is known, objects are looked at.
	expect(await deleteWith({ a: '1', b: 'old' })).toEqual([gone('a'), changed]);
	expect([...objects.keys()]).toEqual(['b', 'c']);
	objects.set('a', '4');
	taken();
	expect(await deleteWith({ a: '4', b: 'old', c: 'old' })).toEqual([gone('a'), changed, changed]);
	expect([...objects.keys()]).toEqual(['b', 'c']);
	expect(taken()).toEqual(['DELETE a', 'DELETE b', 'DELETE c']);
});
