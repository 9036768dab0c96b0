// `npm start`: a real n8n with this package, a local S3 server with real data, a simulated Salesforce, and the templates, one
// of them already run.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Listr } from 'listr2';
import { folderFor } from './cache.mjs';
import * as ceph from './ceph.mjs';
import * as fauxqs from './fauxqs.mjs';
import * as n8n from './n8n.mjs';
import { isFree } from './ports.mjs';
import * as rest from './rest.cjs';
import { startSalesforce } from './salesforce.cjs';
import { fill, sampleFiles } from './samples.mjs';
import { welcome } from './welcome.mjs';

const help = `npm start -- [options]

  --port PORT         port of n8n (default 5678)
  --s3-port PORT      port of the local S3 server (default 9090); the simulated Salesforce uses the next one
  --s3 URL            use this S3 server instead of a local one, with
    --access-key, --secret-key and --region (default us-east-1)
  --once              stop after the workflows have run
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
for (const [name, value, last] of [
	['--port', port, 65535],
	// The simulated Salesforce uses the next one.
	['--s3-port', s3Port, 65534],
]) {
	if (!Number.isInteger(value) || value < 1 || value > last) stopWith(`Enter a port from 1 to ${last} for ${name}.`);
	if (name === '--s3-port' && !(await isFree(value + 1)))
		stopWith(`Port ${value + 1} is in use by another program. Try: npm start -- ${name} ${value + 10}`);
	if (name === '--s3-port' && options.s3) continue;
	if (!(await isFree(value)))
		stopWith(`Port ${value} is in use by another program. Try: npm start -- ${name} ${value + 1}`);
}
if ([s3Port, s3Port + 1].includes(port))
	stopWith(`--port ${port} is already the port of the S3 server or of the simulated Salesforce. Use another one.`);
if (options.s3 && !(options['access-key'] && options['secret-key']))
	stopWith('--s3 needs --access-key and --secret-key.');

/** What to stop at the end, in reverse order. */
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
		return await ceph.start({ folder: join(await folderFor(`ceph-${s3Port}`), 'cluster'), port: s3Port });
	}
	task.title = 'fauxqs, which imitates S3 (Ceph needs Debian or Ubuntu, and root)';
	return await fauxqs.start({ port: s3Port });
};

const credentialData = ({ endpoint, region, accessKeyId, secretAccessKey }) => ({
	endpoint,
	region,
	accessKeyId,
	secretAccessKey,
	forcePathStyle: true,
});

/** Saves a credential of the demo with the addresses and keys of this start. */
const saveCredential = async (call, name, type, data) => {
	const there = (await call('GET', '/credentials')).find((one) => one.name === name && one.type === type);
	if (!there) return await rest.saveCredential(call, name, type, data);
	await call('PATCH', `/credentials/${there.id}`, { name, type, data });
	return { id: there.id, name };
};

/** Starts a simulated Salesforce with some files, for the templates that back it up. */
const simulateSalesforce = async () => {
	const salesforce = await startSalesforce({ port: s3Port + 1 });
	for (const { file, content } of await sampleFiles()) {
		const [title, extension] = file.split('.');
		salesforce.write({ title, extension, content });
	}
	return salesforce;
};

const salesforceCredential = ({ url, client: { id, secret } }) => ({
	...{ grantType: 'clientCredentials', accessTokenUrl: `${url}/services/oauth2/token` },
	...{ clientId: id, clientSecret: secret, scope: '', authentication: 'body' },
});

/** Returns a template that is set up: addresses of this demo in its *Settings*, and credentials in its nodes. */
const setUp = (template, credential, { oAuth2Api, addresses }) => {
	const ours = rest.withCredential(template, credential);
	const nodes = ours.nodes.map((node) => {
		if (node.parameters.url?.includes('.json.salesforce }}')) return { ...node, credentials: { oAuth2Api } };
		if (node.name !== 'Settings') return node;
		const assignments = node.parameters.assignments.assignments.map((one) => ({
			...one,
			value: addresses[one.name] ?? one.value,
		}));
		return { ...node, parameters: { ...node.parameters, assignments: { assignments } } };
	});
	return { ...ours, nodes };
};

/** Imports a workflow, unless it is already there: users may have changed it. */
const importWorkflow = async (call, workflow, tag) => {
	const there = (await call('GET', '/workflows')).find(({ name }) => name === workflow.name);
	if (there) return await call('GET', `/workflows/${there.id}`);
	return await rest.saveWorkflow(call, { ...workflow, tags: [tag] });
};

/** Returns the tag of the templates. n8n has folders only in registered instances. */
const tagOf = async (call) => {
	const name = 'Amazon S3';
	return ((await call('GET', '/tags')).find((one) => one.name === name) ?? (await call('POST', '/tags', { name }))).id;
};

/** The template to run: it needs nothing but S3. */
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
								context.salesforce = await simulateSalesforce();
								running.push(context.salesforce);
							},
						},
						{
							title: 'n8n with this package, built and packed',
							task: async (__, own) => {
								const userFolder = await folderFor(`demo-${port}`);
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
				const { call } = context;
				const credential = await saveCredential(call, 'Local S3', 'awsS3Api', credentialData(context.server));
				const data = salesforceCredential(context.salesforce);
				const simulated = await saveCredential(call, 'Salesforce (simulated)', 'oAuth2Api', data);
				const addresses = { salesforce: context.salesforce.url, n8nUrl: context.n8n.url };
				const own = { oAuth2Api: simulated, addresses };
				const tag = await tagOf(call);
				context.workflows = [];
				for (const file of await n8n.templates()) {
					const template = JSON.parse(await readFile(file, 'utf8'));
					context.workflows.push(await importWorkflow(call, setUp(template, credential, own), tag));
				}
				context.welcome = await importWorkflow(call, rest.withCredential(welcome, credential), tag);
				context.shown = context.workflows.find(({ name }) => name === shown);
			},
		},
		{
			title: 'A run of the template',
			task: async (_, task) => {
				task.title = `A run of «${context.welcome.name}», and of «${shown}»`;
				for (const workflow of [context.welcome, context.shown]) {
					context.run = await rest.runWorkflow(context.call, workflow);
					const { status, error } = context.run;
					if (status !== 'success')
						throw new Error(`${error?.message ?? 'The run failed'}. ${error?.description ?? ''}`);
				}
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

console.log('\nThe result of the template:\n');
console.table(
	context.run.items('Links to the Results').map(({ json: { file, rows, bytes } }) => ({ file, rows, bytes })),
);
const { url } = context.n8n;
const at = (words) => {
	const found = context.workflows.find(({ name }) => name.startsWith(words));
	return found && `${url}/workflow/${found.id}`;
};
const { endpoint, region, accessKeyId, secretAccessKey } = context.server;
// A server of the user's has keys of the user's, which belong into no log.
const keys = options.s3
	? ''
	: `         access key ${accessKeyId}   secret key ${secretAccessKey}   region ${region}\n`;
console.log(`
n8n      ${url}
login    ${rest.login.email}   password   ${rest.login.password}
S3       ${endpoint}   path style   buckets sample-data, sample-backups and sample-versions
${keys}
Begin here:          ${url}/workflow/${context.welcome.id}
A table transformed: ${url}/workflow/${context.shown.id}
Salesforce to S3:    ${at('Sync Salesforce')}   Execute it twice: the second run finds nothing new.
A form for uploads:  ${at('Upload through')}   Choose a Basic Auth credential, execute it, and fill in the form.
A clean-up:          ${at('Clean up')}   Bucket sample-versions, 0 old versions, 0 days.
All ${context.workflows.length} templates:     ${url}/home/workflows, with the tag Amazon S3

To practice making a credential, turn on 'S3-Compatible Service', enter the S3 address as 'Service URL', turn on 'Force Path Style',
and use ${options.s3 ? 'your keys' : 'the keys above'}.
Press Ctrl-C to stop n8n and the S3 server. Your workflows stay for the next start.
`);
if (options.once) await stop(0);
