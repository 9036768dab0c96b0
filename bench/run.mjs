// `npm run bench`: this node beside the one of n8n in the same n8n process, beside rclone, curl and the bare SDK, all on the
// same Ceph RGW, taking turns. Writes bench/RESULTS.md and docs/bench.svg.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	CompleteMultipartUploadCommand,
	CreateBucketCommand,
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
	GetObjectCommand,
	PutObjectCommand,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SingleBar } from 'cli-progress';
import { startDelay } from '../sandbox/delay.cjs';
import { bareBig, bareLoop, curlFor, deleteAll, inParallel, listAll, rcloneFor, sdkAt, timed } from './floor.mjs';
import { startMeasured } from './measure.mjs';
import { contenders, list } from './nodes.mjs';
import { write } from './results.mjs';

const MiB = 1024 ** 2;
const number = (name, otherwise) => Number(process.env[name] ?? otherwise);
const rounds = number('ROUNDS', 5);
/** Far away everything takes longer; the built-in node needs minutes for a thousand objects, so it gets one round there. */
const farRounds = number('FAR_ROUNDS', 3);
const latencies = (process.env.LATENCIES ?? '0,20,100').split(',').map(Number);
const works = (process.env.WORKS ?? 'small,big,keys').split(',');
const bigSizes = (process.env.BIG_MIB ?? '512,5120').split(',').map(Number);
const manyKeys = number('KEYS', 100_000);
/** Whom to measure, by name; everybody unless told. `this node` alone is enough to compare two commits. */
const chosen = process.env.WHO?.split(',');
const isChosen = ([who]) => !chosen || chosen.includes(who);
const count = 1000;
/** What one connection has under way at most; makes 50 MiB/s where the round trip is 20 ms. */
const window = MiB;

const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
// The built-in node puts the bucket into the path only where its name has a dot.
const bucket = 'bench.data';
const text = randomBytes(512).toString('hex');
const ending = [];
const format = '{bar} {value}/{total} {what} | {duration_formatted}';
const bar = new SingleBar({ format, stream: process.stderr, noTTYOutput: true, notTTYSchedule: 30_000 });

/** What was measured: `{ work, at, who, ms?, peak?, p99?, cpu?, failed? }`. */
const rows = [];
const note = (row) => {
	rows.push(row);
	bar.increment(1, { what: `${row.work}${row.at ? ` at ${row.at} ms` : ''}, ${row.who}` });
	bar.setTotal(Math.max(bar.getTotal(), rows.length));
};

const start = async () => {
	const { server, save, collect, measure, stop } = await startMeasured(scratch);
	ending.push(stop);
	const { region, accessKeyId, secretAccessKey } = server;
	const keys = { region, accessKeyId, secretAccessKey };

	const credentialsAt = async (endpoint) => ({
		awsS3Api: await save('awsS3Api', { ...keys, endpoint, forcePathStyle: true }),
		aws: await save('aws', { ...keys, customEndpoints: true, s3Endpoint: endpoint }),
	});

	/** The server behind a delay in milliseconds, and the ways to it. */
	const away = async (latency, bytes) => {
		const delay = latency === 0 ? undefined : await startDelay(server.endpoint, latency, bytes);
		const endpoint = delay?.url ?? server.endpoint;
		const there = { ...keys, endpoint };
		return { server: there, credentials: await credentialsAt(endpoint), stop: async () => await delay?.stop() };
	};
	return { server: { ...keys, endpoint: server.endpoint }, collect, measure, away };
};

const verbs = ['upload', 'head', 'download', 'delete'];

const smallObjects = async ({ measure, away }, latency) => {
	const { server, credentials, stop } = await away(latency);
	const own = latency === 0 ? rounds : farRounds;
	const items = list(Array.from({ length: count }, (_, index) => index));
	const nodes = Object.entries(contenders)
		.filter(isChosen)
		.map(([who, make]) => {
			const step = { ...make, upload: () => make.uploadText(bucket, text) };
			const runVerb = (verb) => async () => {
				const { times, failed, cpu, peak } = await measure([...items, step[verb](bucket)], credentials);
				return failed ? { failed } : { ms: times.Work, cpu, peak };
			};
			const isSlow = who === 'built-in node' && latency > 0;
			const able = (isSlow ? ['upload', 'download'] : verbs).filter((verb) => step[verb]);
			return { who, rounds: isSlow ? 1 : own, verbs: able, run: runVerb };
		});
	const given = { bucket, text, count, scratch };
	const loops = (latency >= 100 ? [64, 128] : [16, 64, 128]).map((atOnce) => [
		`bare SDK, ${atOnce} at a time`,
		bareLoop(server, given, atOnce),
	]);
	const programs = [...loops, ['curl', await curlFor(server, given)], ['rclone', await rcloneFor(server, given)]]
		.filter(([, program]) => program)
		.filter(isChosen)
		.map(([who, program]) => ({
			who,
			rounds: own,
			verbs: verbs.filter((verb) => program[verb]),
			run: (verb) => async () => ({ ms: await program[verb]() }),
		}));
	for (let round = 1; round <= own; round++)
		for (const verb of verbs)
			for (const one of [...nodes, ...programs])
				if (round <= one.rounds && one.verbs.includes(verb))
					note({ work: `${verb} ${count} files of 1 KiB`, at: latency, who: one.who, ...(await one.run(verb)()) });
	await stop();
};

/** Stores an object of a size in MiB, in parts of 16 MiB; returns its SHA-256. */
const putBig = async (s3, Key, size) => {
	const at = { Bucket: bucket, Key };
	const hash = createHash('sha256');
	const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
	const Parts = [];
	for (let number = 1; (number - 1) * 16 < size; number++) {
		const Body = randomBytes(Math.min(16, size - (number - 1) * 16) * MiB);
		hash.update(Body);
		const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: number, Body }));
		Parts.push({ PartNumber: number, ETag });
	}
	await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
	return hash.digest('hex');
};

const sha256Of = async (s3, Key) => {
	const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
	const hash = createHash('sha256');
	for await (const chunk of Body) hash.update(chunk);
	return hash.digest('hex');
};

const bigObject = async ({ server: near, collect, measure, away }, size, latency = 0) => {
	const s3 = sdkAt(near);
	// What is deleted here goes at once: the server's memory has room for two of them.
	const remove = async (Key) => {
		await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
		await collect();
	};
	const key = `big-${size}`;
	const sha256 = await putBig(s3, key, size);
	const { server, credentials, stop } = await away(latency, window);
	const name = size % 1024 === 0 ? `${size / 1024} GiB` : `${size} MiB`;
	const down = { work: `download ${name}`, at: latency };
	const up = { work: `upload ${name}`, at: latency };
	// The built-in node is known to fail above 900 parts, after minutes.
	const able = Object.entries(contenders).filter(([who]) => who === 'this node' || size <= 512);
	const nodes = able.filter(isChosen);
	const given = { bucket, text, count, scratch };
	const programs = [
		['bare SDK', bareBig(server, given)],
		['curl', await curlFor(server, given)],
		['rclone', await rcloneFor(server, given)],
	]
		.filter(([, program]) => program)
		.filter(isChosen);
	// The others need minutes far away.
	const nearRounds = size > 1024 ? 1 : rounds;
	const own = latency === 0 ? nearRounds : chosen ? farRounds : 1;
	for (let round = 1; round <= own; round++) {
		for (const [who, make] of nodes) {
			await sleep(3000);
			const copy = `${key} by ${who}`;
			const { times, failed, peak, p99, cpu, forget } = await measure(make.big(bucket, key, copy), credentials);
			await forget();
			note({ ...down, who, ms: times?.Down, peak, p99, cpu, failed });
			note({ ...up, who, ms: times?.Up, failed });
			const isSame = failed ? undefined : (await sha256Of(s3, copy)) === sha256;
			note({ work: `${name} is the same after download and upload, by SHA-256`, at: latency, who, isSame });
			await remove(copy);
		}
		for (const [who, program] of programs) {
			const file = join(scratch, 'big');
			const copy = `${key} by ${who}`;
			note({ ...down, who, ms: await program.downBig(key, file) });
			if (program.upBig) {
				note({ ...up, who, ms: await program.upBig(file, copy) });
				await remove(copy);
			}
			rmSync(file);
		}
	}
	await remove(key);
	await stop();
};

const keys = async ({ server: near, measure, away }) => {
	const s3 = sdkAt(near);
	// Deleted is near only; to list, one of them is enough.
	const isNear = latencies.includes(0);
	const deleters = isNear ? ['this node', 'rclone', 'bare SDK'] : ['this node'];
	const prefixes = deleters.map((who) => [who, `keys/${who.replace(' ', '-')}/`]);
	for (const [, prefix] of prefixes)
		await inParallel(manyKeys, 64, async (index) => {
			const Key = `${prefix}${String(index).padStart(6, '0')}`;
			await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '', ContentLength: 0 }));
		});
	const [[, prefix]] = prefixes;
	const listing = `list ${manyKeys.toLocaleString('en')} keys`;
	for (const latency of latencies) {
		const { server, credentials, stop } = await away(latency);
		const rclone = await rcloneFor(server, { bucket, text, count: 1, scratch });
		for (let round = 1; round <= (latency === 0 ? rounds : farRounds); round++) {
			for (const [who, make] of Object.entries(contenders)) {
				const { times, failed } = await measure([make.list(bucket, prefix)], credentials);
				note({ work: listing, at: latency, who, ms: times?.Work, failed });
			}
			const far = sdkAt(server);
			note({ work: listing, at: latency, who: 'bare SDK', ms: await timed(() => listAll(far, bucket, prefix)) });
			if (rclone) note({ work: listing, at: latency, who: 'rclone', ms: await rclone.list(prefix) });
		}
		await stop();
	}
	if (!isNear) return;
	const { server, credentials } = await away(0);
	const rclone = await rcloneFor(server, { bucket, text, count: 1, scratch });
	const work = `delete ${manyKeys.toLocaleString('en')} keys`;
	for (const [who, own] of prefixes) {
		if (who === 'this node') {
			const { times, failed } = await measure([contenders[who].deleteMany(bucket, own)], credentials);
			note({ work, at: 0, who, ms: times?.Work, failed });
		} else if (who === 'bare SDK') note({ work, at: 0, who, ms: await timed(() => deleteAll(s3, bucket, own)) });
		else if (rclone) note({ work, at: 0, who, ms: await rclone.deleteMany(own) });
		if ((await listAll(s3, bucket, own)) > 0) throw new Error(`${who} has left something of ${own}`);
	}
};

const main = async () => {
	const place = await start();
	await sdkAt(place.server).send(new CreateBucketCommand({ Bucket: bucket }));
	bar.start(1, 0, { what: '' });
	const done = async () => await write(rows);
	if (works.includes('small'))
		for (const latency of latencies) {
			await smallObjects(place, latency);
			await done();
		}
	if (works.includes('big')) {
		for (const size of latencies.includes(0) ? bigSizes : []) {
			await bigObject(place, size);
			await done();
		}
		for (const latency of latencies.filter((one) => one > 0)) {
			await bigObject(place, bigSizes[0], latency);
			await done();
		}
	}
	await done();
	if (works.includes('keys')) await keys(place);
	bar.stop();
	console.log(await done());
};

try {
	await main();
} finally {
	bar.stop();
	for (const stop of ending) await stop();
	rmSync(scratch, { recursive: true, force: true });
}
