// Plays as much of Salesforce's REST API as a backup of files needs, answering as its documentation says. CommonJS, because
// both the demo and the tests under jest load it.
// https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
const { createHash, randomBytes } = require('node:crypto');
const { createServer } = require('node:http');
const { buffer } = require('node:stream/consumers');

const client = { id: 'demo-client', secret: 'demo-secret' };

/** Salesforce gives times like 2026-11-22T10:00:00.000+0000. */
const timestamp = (date) => date.toISOString().replace('Z', '+0000');

const newId = (prefix) => prefix + randomBytes(8).toString('hex').slice(0, 12).toUpperCase() + 'AAA';

/** What a SOQL query asks for, as far as the backup asks; undefined where it is another one. */
const parse = (soql) => {
	const pattern =
		/^SELECT (.+) FROM (\w+) WHERE (\w+) = (true|false) AND SystemModstamp >= (\S+)(?: AND \(SystemModstamp > (\S+) OR Id > '(\w+)'\))? ORDER BY SystemModstamp ASC(?:, Id ASC)?(?: LIMIT (\d+))?$/;
	const [, fields, object, flag, value, since, behind = since, afterId = '', limit = Infinity] =
		pattern.exec(soql) ?? [];
	if (!fields || Number.isNaN(Date.parse(since)) || Number.isNaN(Date.parse(behind))) return undefined;
	const at = { since: new Date(since), behind: new Date(behind), afterId, limit: Number(limit) };
	return { fields: fields.split(', '), object, flag, value: value === 'true', ...at };
};

/** Starts it, with no documents. `pageSize` is how many records an answer has, as in Salesforce. */
const startSalesforce = async ({ port = 0, pageSize = 2000 } = {}) => {
	const documents = new Map();
	const tokens = new Set();
	const requests = [];

	const write = ({ id = newId('069'), title, extension, content, at = new Date() }) => {
		const before = documents.get(id);
		const version = {
			...{ Id: newId('068'), ContentDocumentId: id, Title: title, FileExtension: extension, IsLatest: true },
			...{ ContentSize: content.length, Checksum: createHash('md5').update(content).digest('hex') },
			...{
				VersionNumber: String(Number(before?.version.VersionNumber ?? 0) + 1),
				SystemModstamp: timestamp(at),
				content,
			},
		};
		const document = {
			Id: id,
			Title: title,
			FileExtension: extension,
			IsDeleted: false,
			SystemModstamp: timestamp(at),
		};
		documents.set(id, { document, version });
		return { id, versionId: version.Id };
	};

	/** Gives a document another title; its content and its version stay. */
	const rename = (id, title, at = new Date()) => {
		for (const record of Object.values(documents.get(id)))
			Object.assign(record, { Title: title, SystemModstamp: timestamp(at) });
	};

	const remove = (id, at = new Date()) => {
		const { document } = documents.get(id);
		Object.assign(document, { IsDeleted: true, SystemModstamp: timestamp(at) });
	};

	const recordsOf = ({ fields, object, flag, value, since, behind, afterId, limit }, withDeleted) => {
		const isAsked = ({ Id, SystemModstamp }) =>
			new Date(SystemModstamp) >= since && (new Date(SystemModstamp) > behind || Id > afterId);
		const all = [...documents.values()].filter(({ document }) => withDeleted || !document.IsDeleted);
		return all
			.map(({ document, version }) => (object === 'ContentVersion' ? version : document))
			.filter((record) => record[flag] === value && isAsked(record))
			.sort((a, b) => a.SystemModstamp.localeCompare(b.SystemModstamp) || (a.Id < b.Id ? -1 : 1))
			.slice(0, limit)
			.map((record) => ({
				attributes: { type: object, url: `/services/data/v62.0/sobjects/${object}/${record.Id}` },
				...Object.fromEntries(fields.map((field) => [field, record[field] ?? null])),
			}));
	};

	const cursors = new Map();
	const page = (records, from, path) => {
		const done = from + pageSize >= records.length;
		const answer = { totalSize: records.length, done, records: records.slice(from, from + pageSize) };
		if (done) return answer;
		const cursor = `${newId('01g')}-${from + pageSize}`;
		cursors.set(cursor, { records, from: from + pageSize });
		return { ...answer, nextRecordsUrl: `${path}/${cursor}` };
	};

	const refuse = (status, errorCode, message) => ({ status, json: [{ message, errorCode }] });

	const token = async (request) => {
		const form = new URLSearchParams(String(await buffer(request)));
		const [, basic] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
		const [id, secret] = basic
			? Buffer.from(basic, 'base64').toString().split(':')
			: [form.get('client_id'), form.get('client_secret')];
		if (form.get('grant_type') !== 'client_credentials' || id !== client.id || secret !== client.secret)
			return { status: 400, json: { error: 'invalid_client', error_description: 'invalid client credentials' } };
		const access_token = randomBytes(16).toString('hex');
		tokens.add(access_token);
		const instance_url = `http://${request.headers.host}`;
		return { status: 200, json: { access_token, instance_url, token_type: 'Bearer', issued_at: String(Date.now()) } };
	};

	const create = async (request) => {
		const body = await buffer(request);
		const form = await new Response(body, { headers: { 'content-type': request.headers['content-type'] } }).formData();
		const entity = form.get('entity_content');
		const file = form.get('VersionData');
		if (typeof file === 'string' || !file || !entity || entity.type !== 'application/json')
			return refuse(400, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [VersionData]');
		const { Title, PathOnClient, ContentDocumentId } = JSON.parse(await entity.text());
		if (ContentDocumentId && documents.get(ContentDocumentId)?.document.IsDeleted !== false)
			return refuse(400, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
		const content = Buffer.from(await file.arrayBuffer());
		const written = write({ id: ContentDocumentId, title: Title, extension: PathOnClient.split('.').at(-1), content });
		return { status: 201, json: { id: written.versionId, success: true, errors: [] } };
	};

	const answer = async (request) => {
		const url = new URL(request.url, 'http://localhost');
		if (url.pathname === '/services/oauth2/token') return await token(request);
		if (!tokens.has((request.headers.authorization ?? '').replace(/^Bearer /, '')))
			return refuse(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
		const [, path, kind, cursor] =
			/^(\/services\/data\/v\d+\.\d\/(query|queryAll))(?:\/(.+))?$/.exec(url.pathname) ?? [];
		if (cursor) {
			const { records, from } = cursors.get(cursor) ?? { records: [], from: 0 };
			return { status: 200, json: page(records, from, path) };
		}
		if (kind) {
			const query = parse(url.searchParams.get('q') ?? '');
			if (!query) return refuse(400, 'MALFORMED_QUERY', 'unexpected token');
			return { status: 200, json: page(recordsOf(query, kind === 'queryAll'), 0, path) };
		}
		const [, id] = /\/sobjects\/ContentVersion\/(\w+)\/VersionData$/.exec(url.pathname) ?? [];
		const found = id && [...documents.values()].find(({ version }) => version.Id === id);
		if (found) return { status: 200, content: found.version.content };
		if (request.method === 'POST' && url.pathname.endsWith('/sobjects/ContentVersion')) return await create(request);
		return refuse(404, 'NOT_FOUND', 'The requested resource does not exist');
	};

	const server = createServer((request, response) => {
		requests.push(`${request.method} ${request.url}`);
		void answer(request).then(({ status, json, content }) => {
			const type = content ? 'application/octetstream' : 'application/json;charset=UTF-8';
			const body = content ?? JSON.stringify(json);
			response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
		});
	});
	await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${server.address().port}`,
		client,
		requests,
		write,
		rename,
		remove,
		/** The documents that are not deleted, with their content. */
		documents: () =>
			[...documents.values()].filter(({ document }) => !document.IsDeleted).map(({ version }) => version),
		/** Ends all sessions, as Salesforce does after some hours. */
		expire: () => tokens.clear(),
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
};

module.exports = { startSalesforce };
