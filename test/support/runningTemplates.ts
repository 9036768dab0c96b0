import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { INode } from 'n8n-workflow';
import rest from '../../sandbox/rest.cjs';
import { startSalesforce } from '../../sandbox/salesforce.cjs';
import { startGraph } from './graph';
import type { mailServer } from './mailServer';
import type { ownN8n } from './restartedN8n';
import { makeBucket, sdk } from './s3';

/** An n8n of one test. */
export type Started = Awaited<ReturnType<Awaited<ReturnType<typeof ownN8n>>>>;

type Objects = Record<string, string>;

/** A template that is set up, and what its bucket has to have in the end, below a prefix. */
export interface RunningTemplate {
	name: string;
	settings: Record<string, unknown>;
	credentials?: Record<string, INode['credentials']>;
	bucket: string;
	prefix: string;
	whole: Objects | (() => Promise<Objects>);
	/** How many objects are stored before n8n ends, unless it is about a third of all. */
	stored?: number;
	/** What counts of the objects, under names that are the same in each run. */
	counted?: (objects: Objects) => Objects;
	/** Where its job is, if it has one. */
	job?: string;
	/** Ends the server that it reads from. */
	stop?: () => Promise<void>;
}

type SetUp = (n8n: Started, mailing: Awaited<ReturnType<typeof mailServer>>) => Promise<RunningTemplate>;

const names = Array.from({ length: 30 }, (_, index) => `file ${String(index).padStart(2, '0')}.txt`);
const contentIn = (place: string) => Object.fromEntries(names.map((name) => [place + name, `content of ${name}`]));

const put = async (bucket: string, objects: Objects) => {
	for (const [Key, Body] of Object.entries(objects))
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
};

const mirror: SetUp = async () => {
	const [sourceBucket, bucket] = [await makeBucket(), await makeBucket()];
	await put(sourceBucket, contentIn('f/'));
	const places = { sourceBucket, sourcePrefix: 'f/', destinationBucket: bucket, destinationPrefix: 'mirror/' };
	return {
		...{ name: 'mirror-bucket-nightly', bucket, prefix: 'mirror/', whole: contentIn('mirror/') },
		...{ settings: { ...places, jobName: 'killed' }, job: 'mirror/.n8n-jobs/killed/' },
	};
};

const sharePoint: SetUp = async ({ own }) => {
	const drive = 'sites/contoso.sharepoint.com:/sites/finance:/drive';
	const graph = await startGraph(drive);
	for (const [index, name] of names.entries())
		graph.put({ ...{ id: String(index), name, content: `content of ${name}` }, modified: '2026-11-23T08:00:00Z' });
	const oAuth2Api = await rest.saveCredential(own, 'graph', 'oAuth2Api', {
		...{ grantType: 'clientCredentials', accessTokenUrl: graph.tokenUrl, authentication: 'body' },
		...{ clientId: 'app', clientSecret: 'secret', scope: 'https://graph.microsoft.com/.default' },
	});
	const bucket = await makeBucket();
	return {
		...{ name: 'back-up-sharepoint', bucket, prefix: 'library/', whole: contentIn('library/') },
		settings: { graph: graph.url, drive, bucket, destinationPrefix: 'library/', jobName: 'killed' },
		job: 'library/.n8n-jobs/killed/',
		credentials: { 'n8n-nodes-base.httpRequest': { oAuth2Api } },
	};
};

const salesforce: SetUp = async ({ own }) => {
	const { url, client, write, stop } = await startSalesforce();
	const whole: Objects = {};
	for (const title of names) {
		const content = `content of ${title}`;
		const { id } = write({ title, extension: 'txt', content: Buffer.from(content), at: new Date('2026-11-23') });
		whole[`salesforce/files/${id}.txt`] = content;
	}
	const oAuth2Api = await rest.saveCredential(own, 'salesforce', 'oAuth2Api', {
		...{ grantType: 'clientCredentials', accessTokenUrl: `${url}/services/oauth2/token` },
		...{ clientId: client.id, clientSecret: client.secret, scope: '', authentication: 'body' },
	});
	const bucket = await makeBucket();
	return {
		...{ name: 'sync-salesforce-files', bucket, prefix: 'salesforce/files/', whole, stop },
		settings: { bucket, salesforce: url, filesPerBatch: 5, requireVersioning: false },
		credentials: { 'n8n-nodes-base.httpRequest': { oAuth2Api } },
	};
};

const tables: SetUp = async () => {
	const bucket = await makeBucket();
	const rows = (name: string) => `date,precipitation,temp_max,temp_min,weather\n2026-01-01,1,8,2,${name}\n`;
	await put(bucket, Object.fromEntries(names.map((name) => [`in/${name}.csv`, rows(name)])));
	const result = (name: string) => {
		const row = { location: 'Seattle', date: '2026-01-01', precipitation: 1, meanTemperature: 5, weather: name };
		return [`out/${name}.json`, JSON.stringify({ rows: [row] })];
	};
	return {
		...{ name: 'extract-and-transform-csv', bucket, prefix: 'out/' },
		settings: { bucket, source: 'in/', target: 'out/' },
		whole: Object.fromEntries(names.map(result)),
	};
};

const extract: SetUp = async () => {
	const bucket = await makeBucket();
	await put(bucket, { 'in/a.csv': 'name\nx\n', 'in/b.csv': 'name\ny\n' });
	const rows = ['a x', 'b y'].map((both) => ({ source: `in/${both[0]}.csv`, name: both[2] }));
	return {
		...{ name: 'extract-data-as-json', bucket, prefix: 'out/', stored: 0 },
		settings: { bucket, source: 'in/', target: 'out/all.json' },
		whole: { 'out/all.json': JSON.stringify({ rows }) },
	};
};

const report: SetUp = async ({ own }, { server }) => {
	const bucket = await makeBucket();
	await put(bucket, { 'in/prices.csv': 'symbol,price\nA,1\nB,2\nA,3\n' });
	const smtp = await rest.saveCredential(own, 'mail', 'smtp', server);
	return {
		...{ name: 'send-report-as-link', bucket, prefix: 'out/', stored: 0 },
		settings: { bucket, table: 'in/prices.csv', report: 'out/prices.csv' },
		credentials: { 'n8n-nodes-base.emailSend': { smtp } },
		// The month is in the name.
		counted: (objects) =>
			Object.fromEntries(Object.entries(objects).map(([key, content]) => [key.replace(/-\d{4}-\d\d/, ''), content])),
		whole: { 'out/prices.csv': 'min_price,max_price,average_price,symbol\n1,3,2,A\n2,2,2,B' },
	};
};

/** A folder counts as soon as it has the object that says so. */
const onlyComplete = (objects: Objects) => {
	const folders = Object.keys(objects).flatMap((key) => /^(.*\/)complete\.json$/.exec(key)?.[1] ?? []);
	return Object.fromEntries(
		folders.flatMap((folder) =>
			Object.entries(objects)
				.filter(([key]) => key.startsWith(folder))
				.map(([key, content]) => [key.slice(folder.length), content.replace(folder, '')]),
		),
	);
};

const database: SetUp = async ({ own }) => {
	const given = process.env.TEST_POSTGRES;
	if (!given) throw new Error('There is no PostgreSQL: install the Debian package postgresql');
	const connection: object = JSON.parse(given);
	const data = { ...connection, ssl: 'disable', allowUnauthorizedCerts: false };
	const postgres = await rest.saveCredential(own, 'database', 'postgres', data);
	const bucket = await makeBucket();
	const parts = [1, 2, 3].flatMap((id) => [
		[`part-000${id}.csv`, `id\n${id}`],
		[`part-000${id}.jsonl`, `{"id":${id}}\n`],
	]);
	return {
		...{ name: 'back-up-database-query', bucket, prefix: 'orders/', stored: 3 },
		settings: { bucket, folder: 'orders/', query: 'SELECT generate_series(1, 3) AS id', rowsPerPage: 1 },
		credentials: { 'n8n-nodes-base.postgres': { postgres } },
		counted: onlyComplete,
		whole: { ...Object.fromEntries(parts), 'complete.json': '{"pages":3,"rows":3,"folder":""}' },
	};
};

const workflows: SetUp = async ({ own, url }) => {
	const scopes = ['workflow:create', 'workflow:list', 'workflow:read'];
	const { rawApiKey } = await own('POST', '/api-keys', { label: 'killed', scopes, expiresAt: null });
	const n8nApi = await rest.saveCredential(own, 'n8n', 'n8nApi', { apiKey: rawApiKey, baseUrl: `${url}/api/v1` });
	const bucket = await makeBucket();
	return {
		...{ name: 'back-up-workflows', bucket, prefix: 'n8n/', stored: 3 },
		settings: { bucket, n8nUrl: url },
		credentials: { 'n8n-nodes-base.httpRequest': { n8nApi } },
		counted: (objects) =>
			Object.fromEntries(Object.entries(objects).map(([key, content]) => [key, String(JSON.parse(content).name)])),
		whole: async () => {
			const all = (await own('GET', '/workflows')) as unknown as Array<{ id: string; name: string }>;
			return Object.fromEntries(all.map(({ id, name }) => [`n8n/workflows/${id}.json`, name]));
		},
	};
};

/** Templates that store objects without asking anybody, to be set up in an n8n. */
export const runningTemplates: SetUp[] = [
	...[mirror, sharePoint, salesforce, tables, extract, report, database, workflows],
];
