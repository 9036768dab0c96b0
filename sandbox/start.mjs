// `npm start`: a real n8n with this package in it, a local S3 with real data, and the templates, one of them run.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Listr } from 'listr2';
import * as ceph from './ceph.mjs';
import * as fauxqs from './fauxqs.mjs';
import * as n8n from './n8n.mjs';
import { isFree } from './ports.mjs';
import * as rest from './rest.cjs';
import { fill } from './samples.mjs';

const help = `npm start -- [options]

  --port PORT         of n8n, 5678 if not given
  --s3-port PORT      of the local S3 server, 9090 if not given
  --s3 URL            use this S3 server instead of a local one, with
    --access-key, --secret-key, --region (us-east-1 if not given)
  --once              stop after the template has run
`;

const read = () => {
	try {
		return parseArgs({
			options: {
				port: { type: 'string', default: '5678' },
				's3-port': { type: 'string', default: '9090' },
				s3: { type: 'string' },
				'access-key': { type: 'string' },
				'secret-key': { type: 'string' },
				region: { type: 'string', default: 'us-east-1' },
				once: { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		}).values;
	} catch (error) {
		console.error(`${error.message}\n\n${help}`);
		process.exit(2);
	}
};

const stopWith = (message) => {
	console.error(message);
	process.exit(1);
};

const options = read();
if (options.help) {
	console.log(help);
	process.exit(0);
}
const port = Number(options.port);
const s3Port = Number(options['s3-port']);
for (const [name, value] of [
	['--port', port],
	['--s3-port', s3Port],
]) {
	if (!Number.isInteger(value) || value < 1 || value > 65535) stopWith(`${name} has to be a port, from 1 to 65535.`);
	if (name === '--s3-port' && options.s3) continue;
	if (!(await isFree(value)))
		stopWith(`Port ${value} is taken by another program. Use another one: npm start -- ${name} ${value + 1}`);
}
if (options.s3 && !(options['access-key'] && options['secret-key']))
	stopWith('--s3 needs --access-key and --secret-key.');

/** What has to be stopped at the end, the last one first. */
const running = [];
let stopping = false;
const stop = async (code) => {
	if (stopping) return;
	stopping = true;
	for (const one of running.reverse()) await one.stop();
	process.exit(code);
};
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

const startServer = async (task) => {
	if (options.s3) {
		task.title = `S3 server at ${options.s3}`;
		return {
			endpoint: options.s3,
			region: options.region,
			accessKeyId: options['access-key'],
			secretAccessKey: options['secret-key'],
			stop: async () => {},
		};
	}
	if (!(await ceph.isInstalled())) {
		task.output = 'installing Ceph from Debian (69 MB, once)';
		await ceph.install();
	}
	if (await ceph.isInstalled()) {
		task.title = 'Ceph RGW, a production S3 server';
		return await ceph.start({ folder: join(await n8n.folderFor(`ceph-${s3Port}`), 'cluster'), port: s3Port });
	}
	task.title = 'fauxqs, an imitation of S3: Ceph cannot be installed here (it needs Debian or Ubuntu, and root)';
	return await fauxqs.start({ port: s3Port });
};

const credentialData = ({ endpoint, region, accessKeyId, secretAccessKey }) => ({
	endpoint,
	region,
	accessKeyId,
	secretAccessKey,
	forcePathStyle: true,
});

/** The demo's credential, with the address and keys of this start. */
const saveCredential = async (call, server) => {
	const name = 'Local S3';
	const there = (await call('GET', '/credentials')).find((one) => one.name === name && one.type === 'awsS3Api');
	const body = { name, type: 'awsS3Api', data: credentialData(server) };
	const { id } = there
		? await call('PATCH', `/credentials/${there.id}`, body)
		: await call('POST', '/credentials', body);
	return { id, name };
};

/** Imports a template as it is, with the credential chosen; one that is there already stays, with what users changed. */
const importTemplate = async (call, file, credential) => {
	const template = JSON.parse(await readFile(file, 'utf8'));
	const there = (await call('GET', '/workflows')).find(({ name }) => name === template.name);
	if (there) return await call('GET', `/workflows/${there.id}`);
	return await rest.saveWorkflow(call, rest.withCredential(template, credential));
};

/** The template that is run: it needs nothing but S3. */
const shown = 'Extract and transform CSV data from AWS S3';

const context = {};
const tasks = new Listr(
	[
		{
			title: 'The pinned n8n',
			task: async (_, task) => {
				if (!n8n.isInstalled()) task.output = 'installing it: about 5 minutes and 3 GB, once for all clones';
				await n8n.install((step) => (task.output = step));
			},
		},
		{
			title: 'S3 and n8n',
			task: (_, task) =>
				task.newListr(
					[
						{
							title: 'A local S3 server',
							task: async (__, own) => {
								context.server = await startServer(own);
								running.push(context.server);
								own.title += `, with ${await fill(context.server)} real files in 2 buckets`;
							},
						},
						{
							title: 'n8n with this package, built and packed',
							task: async (__, own) => {
								const userFolder = await n8n.folderFor(`demo-${port}`);
								own.output = 'building the package';
								await n8n.addNodes(userFolder, await n8n.pack(userFolder));
								own.output = 'starting n8n';
								context.n8n = await n8n.start({ userFolder, port, onExit: () => void stop(1) });
								running.push(context.n8n);
								context.call = await rest.signIn(context.n8n.url);
							},
						},
					],
					{ concurrent: true, exitOnError: true },
				),
		},
		{
			title: 'Credential and templates',
			task: async () => {
				const credential = await saveCredential(context.call, context.server);
				const files = await n8n.templates();
				context.workflows = [];
				for (const file of files) context.workflows.push(await importTemplate(context.call, file, credential));
				context.shown = context.workflows.find(({ name }) => name === shown);
			},
		},
		{
			title: 'A run of the template',
			task: async (_, task) => {
				task.title = `A run of «${shown}»`;
				context.run = await rest.runWorkflow(context.call, context.shown);
				if (context.run.status !== 'success')
					throw new Error(`${context.run.error?.message ?? 'The run failed'}. ${context.run.error?.description ?? ''}`);
			},
		},
	],
	{ rendererOptions: { collapseSubtasks: false } },
);

try {
	await tasks.run();
} catch (error) {
	if (!stopping) console.error(`\n${error.message}`);
	await stop(1);
}

console.log('\nIts result:\n');
console.table(
	context.run.items('Links to the Results').map(({ json: { file, rows, bytes } }) => ({ file, rows, bytes })),
);
console.log(`
n8n      ${context.n8n.url}
login    ${rest.login.email}   password   ${rest.login.password}
template ${context.n8n.url}/workflow/${context.shown.id}   and ${context.workflows.length - 1} more beside it
S3       ${context.server.endpoint}, buckets sample-data and sample-backups

Ctrl-C ends n8n and the S3 server; your workflows are kept for the next start.
`);
if (options.once) await stop(0);
