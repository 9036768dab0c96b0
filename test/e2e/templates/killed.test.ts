import { ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { INode } from 'n8n-workflow';
import rest from '../../../sandbox/rest.cjs';
import { startSalesforce } from '../../../sandbox/salesforce.cjs';
import { credentialData, succeeded } from '../../support/e2e';
import { startGraph } from '../../support/graph';
import { ageState } from '../../support/journals';
import { startProxy } from '../../support/proxy';
import { ownN8n, restartTimeout } from '../../support/restartedN8n';
import { makeBucket, sdk, server } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf } from '../../support/transfers';

type Own = Awaited<ReturnType<Awaited<ReturnType<typeof ownN8n>>>>['own'];

/** A template that is set up, and what its bucket has to have in the end, below a prefix. */
interface Case {
	name: string;
	settings: Record<string, unknown>;
	credentials?: (own: Own) => Promise<Record<string, INode['credentials']>>;
	bucket: string;
	prefix: string;
	whole: Record<string, string>;
	/** Where its job is, if it has one. */
	job?: string;
}

const names = Array.from({ length: 30 }, (_, index) => `file ${String(index).padStart(2, '0')}.txt`);
const contentIn = (place: string) => Object.fromEntries(names.map((name) => [place + name, `content of ${name}`]));

const mirror = async (): Promise<Case> => {
	const [sourceBucket, bucket] = [await makeBucket(), await makeBucket()];
	for (const [Key, Body] of Object.entries(contentIn('f/')))
		await sdk.send(new PutObjectCommand({ Bucket: sourceBucket, Key, Body }));
	const places = { sourceBucket, sourcePrefix: 'f/', destinationBucket: bucket, destinationPrefix: 'mirror/' };
	return {
		...{ name: 'mirror-bucket-nightly', bucket, prefix: 'mirror/', whole: contentIn('mirror/') },
		...{ settings: { ...places, jobName: 'killed' }, job: 'mirror/.n8n-jobs/killed/' },
	};
};

const sharePoint = async (): Promise<Case> => {
	const drive = 'sites/contoso.sharepoint.com:/sites/finance:/drive';
	const graph = await startGraph(drive);
	for (const [index, name] of names.entries())
		graph.put({ ...{ id: String(index), name, content: `content of ${name}` }, modified: '2026-11-23T08:00:00Z' });
	const bucket = await makeBucket();
	return {
		...{ name: 'back-up-sharepoint', bucket, prefix: 'library/', whole: contentIn('library/') },
		settings: { graph: graph.url, drive, bucket, destinationPrefix: 'library/', jobName: 'killed' },
		job: 'library/.n8n-jobs/killed/',
		credentials: async (own) => ({
			'n8n-nodes-base.httpRequest': {
				oAuth2Api: await rest.saveCredential(own, 'graph', 'oAuth2Api', {
					...{ grantType: 'clientCredentials', accessTokenUrl: graph.tokenUrl, authentication: 'body' },
					...{ clientId: 'app', clientSecret: 'secret', scope: 'https://graph.microsoft.com/.default' },
				}),
			},
		}),
	};
};

const salesforce = async (): Promise<Case> => {
	const { url, client, write, stop } = await startSalesforce();
	stops.push(stop);
	const whole: Record<string, string> = {};
	for (const title of names) {
		const content = `content of ${title}`;
		const { id } = write({ title, extension: 'txt', content: Buffer.from(content), at: new Date('2026-11-23') });
		whole[`salesforce/files/${id}.txt`] = content;
	}
	const bucket = await makeBucket();
	return {
		...{ name: 'sync-salesforce-files', bucket, prefix: 'salesforce/files/', whole },
		settings: { bucket, salesforce: url, filesPerBatch: 5, requireVersioning: false },
		credentials: async (own) => ({
			'n8n-nodes-base.httpRequest': {
				oAuth2Api: await rest.saveCredential(own, 'salesforce', 'oAuth2Api', {
					...{ grantType: 'clientCredentials', accessTokenUrl: `${url}/services/oauth2/token` },
					...{ clientId: client.id, clientSecret: client.secret, scope: '', authentication: 'body' },
				}),
			},
		}),
	};
};

const tables = async (): Promise<Case> => {
	const bucket = await makeBucket();
	const rows = (name: string) => `date,precipitation,temp_max,temp_min,weather\n2026-01-01,1,8,2,${name}\n`;
	for (const name of names)
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `in/${name}.csv`, Body: rows(name) }));
	const result = (name: string) => {
		const row = { location: 'Seattle', date: '2026-01-01', precipitation: 1, meanTemperature: 5, weather: name };
		return [`out/${name}.json`, JSON.stringify({ rows: [row] })];
	};
	return {
		...{
			name: 'extract-and-transform-csv',
			bucket,
			prefix: 'out/',
			settings: { bucket, source: 'in/', target: 'out/' },
		},
		whole: Object.fromEntries(names.map(result)),
	};
};

const stops: Array<() => Promise<void>> = [];
afterAll(async () => {
	for (const stop of stops) await stop();
});

test(
	'n8n is killed in the middle of a template: the next run makes its result whole',
	async () => {
		const begin = await ownN8n();
		let n8n = await begin();
		let onWrite = () => {};
		const proxy = await startProxy(server.endpoint, ({ method }) => {
			if (method === 'PUT') onWrite();
			return 'pass';
		});
		const ours = await rest.saveCredential(n8n.own, 'ours', 'awsS3Api', { ...credentialData, endpoint: proxy.url });
		try {
			for (const setUp of [mirror, sharePoint, salesforce, tables]) {
				const { name, settings, credentials, bucket, prefix, whole, job } = await setUp();
				const there = async () => {
					const all = Object.entries(await contentsOf(bucket));
					return Object.fromEntries(all.filter(([key]) => key.startsWith(prefix) && !key.includes('.n8n-jobs/')));
				};
				const chosen = template(name, settings, await credentials?.(n8n.own));
				const saved = await rest.saveWorkflow(n8n.own, rest.withCredential(chosen, ours));

				let writes = 0;
				const killed = new Promise<void>((resolve, reject) => {
					onWrite = () => {
						if (++writes === 12) n8n.kill().then(resolve, reject);
					};
				});
				// It cannot tell how it ends.
				const run = rest.runWorkflow(n8n.own, saved).catch(() => undefined);
				await Promise.race([
					killed,
					run.then((ran) => ran && Promise.reject(new Error(`${name} ended: ${ran.error?.message}`))),
				]);
				await killed;
				const before = await there();
				expect(Object.keys(before).length).toBeLessThan(names.length);
				// What is there is whole: no object is half of one.
				expect(whole).toMatchObject(before);

				n8n = await begin();
				if (job) await ageState(sdk, bucket, job);
				succeeded(await rest.runWorkflow(n8n.own, saved));
				expect([name, await there()]).toEqual([name, whole]);
				const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
				expect(Uploads).toEqual([]);
			}
		} finally {
			// Where the test fails, it may be dead already.
			await n8n.kill().catch(() => undefined);
		}
	},
	restartTimeout,
);
