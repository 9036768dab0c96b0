// `npm run soak`: half an hour of mixed work in one n8n process, failures and stops included. Its memory, sockets and open
// files have to stay level. Writes bench/SOAK.md and docs/soak.svg.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SingleBar } from 'cli-progress';
import * as rest from '../sandbox/rest.cjs';
import { sdkAt } from './floor.mjs';
import { resident } from './memory.mjs';
import { list, ours, workflow } from './nodes.mjs';
import { startPlace } from './place.mjs';
import { median } from './median.mjs';
import { inProject, picture } from './results.mjs';

const MiB = 1024 ** 2;
const minutes = Number(process.env.SOAK_MINUTES ?? 30);
const scratch = mkdtempSync(join(tmpdir(), 'soak-'));
const bucket = 'soak';
const ending = [];

const items = list(Array.from({ length: 200 }, (_, index) => index));
const entry = '={{ "small/" + $json.entry }}';

/** Workflows by what they do; some of them must fail, and one is stopped. */
const jobs = {
	'small files up and down': [
		...items,
		ours('Up', 'object.upload', { bucket, key: entry, source: 'json' }),
		ours('Down', 'object.download', { bucket, key: '={{ $json.key }}' }),
	],
	'a big file down and up': [
		ours('Down', 'object.download', { bucket, key: 'big' }),
		ours('Up', 'object.upload', { bucket, key: 'big copy' }),
	],
	'a table': [ours('Read', 'object.read', { bucket, key: 'table.csv', returnAll: true })],
	'zip and unzip': [
		ours('Zip', 'folder.zip', { bucket, folder: 'small', zipBucket: bucket, zipKey: 'small.zip' }),
		ours('Unzip', 'folder.unzip', { zipBucket: bucket, zipKey: 'small.zip', bucket, folder: 'unzipped' }),
	],
	'copy and delete a folder': [
		ours('Copy', 'folder.copy', {
			...{ sourceBucket: bucket, sourceFolder: 'small', destinationBucket: bucket, destinationFolder: 'copied' },
		}),
		ours('Delete', 'folder.delete', { bucket, folder: 'copied' }),
	],
	'list and look': [
		ours('List', 'object.getAll', { bucket, prefix: 'small/', returnAll: true }),
		ours('Look', 'object.get', { bucket, key: '={{ $json.key }}' }),
	],
	'a key that is not there': [ours('Down', 'object.download', { bucket, key: 'no such key' })],
	'a server that is not there': [ours('Down', 'object.download', { bucket, key: 'big' })],
	'a stop in the middle': [
		ours('Down', 'object.download', { bucket, key: 'big' }),
		ours('Up', 'object.upload', { bucket, key: 'never' }),
	],
};

const fails = new Set(['a key that is not there', 'a server that is not there', 'a stop in the middle']);

/** What n8n's process holds: memory in MiB, sockets, and all open files. */
const held = (pid) => {
	const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${fd}`);
		} catch {
			return '';
		}
	});
	return {
		memory: resident(pid),
		sockets: links.filter((link) => link.startsWith('socket:')).length,
		files: links.length,
	};
};

const main = async () => {
	const { server, pid, call, save, collect, stop } = await startPlace(scratch);
	ending.push(stop);
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const connection = { region, accessKeyId, secretAccessKey, forcePathStyle: true };
	const at = async (address) => ({ awsS3Api: await save('awsS3Api', { ...connection, endpoint: address }) });
	const [near, nowhere] = [await at(endpoint), await at('http://127.0.0.1:9')];
	const s3 = sdkAt(server);
	await s3.send(new CreateBucketCommand({ Bucket: bucket }));
	await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'big', Body: randomBytes(64 * MiB) }));
	const rows = Array.from({ length: 20_000 }, (_, index) => `${index},name ${index},${index * 7}`);
	await s3.send(
		new PutObjectCommand({ Bucket: bucket, Key: 'table.csv', Body: ['id,name,value', ...rows].join('\n') }),
	);

	const saved = {};
	for (const [what, steps] of Object.entries(jobs))
		saved[what] = await rest.saveWorkflow(
			call,
			workflow(what, steps, what === 'a server that is not there' ? nowhere : near),
		);
	const stopped = async (what) => {
		const { executionId } = await call('POST', `/workflows/${saved[what].id}/run`, {
			workflowData: saved[what],
			triggerToStartFrom: { name: 'Start' },
		});
		await sleep(300);
		await call('POST', `/executions/${executionId}/stop`).catch(() => undefined);
		return { executionId, status: 'canceled' };
	};

	const counts = Object.fromEntries(Object.keys(jobs).map((what) => [what, 0]));
	const samples = [];
	const format = '{bar} {value}/{total} min {what}';
	const bar = new SingleBar({ format, stream: process.stderr, noTTYOutput: true, notTTYSchedule: 60_000 });
	bar.start(minutes, 0, { what: '' });
	const started = performance.now();
	const elapsed = () => (performance.now() - started) / 60_000;
	for (let minute = 0; minute < minutes;) {
		for (const what of Object.keys(jobs)) {
			const { executionId, status, error } = await (what === 'a stop in the middle'
				? stopped(what)
				: rest.runWorkflow(call, saved[what]));
			if ((status === 'success') === fails.has(what)) throw new Error(`${what}: ${error?.message ?? status}`);
			counts[what]++;
			await call('POST', '/executions/delete', { ids: [executionId] }).catch(() => undefined);
		}
		if (elapsed() < minute + 1) continue;
		await collect();
		minute = Math.floor(elapsed());
		// What idles is looked at when nothing is under way.
		await sleep(2000);
		samples.push({ minute, ...held(pid) });
		bar.update(minute, { what: JSON.stringify(samples.at(-1)) });
	}
	bar.stop();
	const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
	return { counts, samples, unfinished: Uploads.length };
};

const third = (samples, name, which) => {
	const size = Math.ceil(samples.length / 3);
	return median((which === 'first' ? samples.slice(0, size) : samples.slice(-size)).map((sample) => sample[name]));
};

const report = async ({ counts, samples, unfinished }) => {
	const lines = ['memory', 'sockets', 'files'].map((name) => {
		const [first, last] = [third(samples, name, 'first'), third(samples, name, 'last')];
		return `| ${name}${name === 'memory' ? ', MiB' : ''} | ${Math.round(first)} | ${Math.round(last)} | ${(last / first).toFixed(2)} |`;
	});
	const text = [
		'# Result of `npm run soak`',
		`${minutes} minutes of mixed work in one n8n process. It holds, each time nothing is under way (medians):`,
		['| | first third | last third | ratio |', '|---|--:|--:|--:|', ...lines].join('\n'),
		'![Memory and sockets over time](../docs/soak.svg)',
		['| work | times |', '|---|--:|', ...Object.entries(counts).map(([what, times]) => `| ${what} | ${times} |`)].join(
			'\n',
		),
		`Unfinished uploads left behind: ${unfinished}.`,
	].join('\n\n');
	writeFileSync(inProject('bench/SOAK.md'), `${text}\n`);
	const line = (field, title, color) => ({
		...{ width: 480, height: 110, mark: { type: 'line', color } },
		encoding: {
			x: { field: 'minute', type: 'quantitative', title: null },
			y: { field, type: 'quantitative', title, scale: { zero: true } },
		},
	});
	const spec = {
		data: { values: samples },
		vconcat: [line('memory', 'memory, MiB', '#3a8f4d'), line('sockets', 'sockets', '#8f5b3a')],
		config: { background: 'white', font: 'sans-serif', padding: 12 },
	};
	writeFileSync(inProject('docs/soak.svg'), await picture(spec));
	return text;
};

try {
	console.log(await report(await main()));
} finally {
	for (const stop of ending) await stop();
	rmSync(scratch, { recursive: true, force: true });
}
