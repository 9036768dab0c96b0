// `node bench/commits.mjs COMMIT`: this tree beside an earlier commit. Each is packed into an n8n of its own, both use the same
// Ceph RGW, and they take turns: a slow moment of the machine meets both. `ROUNDS`, `LATENCIES` and `BIG_MIB` choose how much.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { startDelay } from '../sandbox/delay.cjs';
import { sdkAt } from './floor.mjs';
import { startMeasured } from './measure.mjs';
import { median } from './median.mjs';
import { contenders, list } from './nodes.mjs';
import { packCommit } from './packCommit.mjs';

const [commit] = process.argv.slice(2);
if (!commit) throw new Error('Name a commit: node bench/commits.mjs COMMIT');
const rounds = Number(process.env.ROUNDS ?? 7);
const latencies = (process.env.LATENCIES ?? '0,20').split(',').map(Number);
const bigMiB = Number(process.env.BIG_MIB ?? 512);
const MiB = 1024 ** 2;
const count = 1000;
const bucket = 'bench.data';
const text = randomBytes(512).toString('hex');

const scratch = mkdtempSync(join(tmpdir(), 'commits-'));
const ending = [];

/** What was measured: `{ work, who, round, ms, cpu, peak }`. */
const rows = [];

const main = async () => {
	const tarball = await packCommit(commit, scratch);
	const now = await startMeasured(join(scratch, 'now'));
	ending.push(now.stop);
	const { server } = now;
	const before = await startMeasured(join(scratch, 'before'), { server, tarball });
	ending.push(before.stop);
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const s3 = sdkAt(server);
	await s3.send(new CreateBucketCommand({ Bucket: bucket }));
	await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'big', Body: randomBytes(bigMiB * MiB) }));
	const items = list(Array.from({ length: count }, (_, index) => index));
	const node = contenders['this node'];

	const both = [
		['before', before],
		['now', now],
	];
	for (const latency of latencies) {
		// A window of 1 MiB makes 50 MiB/s of one connection where the round trip takes 20 ms.
		const delay = latency === 0 ? undefined : await startDelay(endpoint, latency, MiB);
		const keys = { region, accessKeyId, secretAccessKey, endpoint: delay?.url ?? endpoint, forcePathStyle: true };
		for (const [, place] of both) place.credentials = { awsS3Api: await place.save('awsS3Api', keys) };
		const turn = async (round, work, steps, pick) => {
			// Who begins changes with each round.
			for (const [who, place] of round % 2 ? both : [...both].reverse()) {
				const { failed, times, forget, cpu, peak } = await place.measure(steps, place.credentials);
				await forget();
				if (failed) throw new Error(`${work}, ${who}: ${failed}`);
				// Round 0 warms both up.
				if (round === 0) continue;
				for (const [name, ms] of Object.entries(pick(times)))
					rows.push({ work: `${name}, ${latency} ms`, who, round, ms, cpu, peak });
			}
		};
		for (let round = 0; round <= rounds; round++) {
			for (const [verb, step] of [
				['upload', node.uploadText(bucket, text)],
				['head', node.head(bucket)],
				['download', node.download(bucket)],
				['delete', node.delete(bucket)],
			])
				await turn(round, verb, [...items, step], ({ Work }) => ({ [`${verb} ${count} of 1 KiB`]: Work }));
			await turn(round, 'big', node.big(bucket, 'big', 'copy'), ({ Down, Up }) => ({
				[`download ${bigMiB} MiB`]: Down,
				[`upload ${bigMiB} MiB`]: Up,
			}));
			await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'copy' }));
			await now.collect();
			console.error(`${latency} ms: round ${round} of ${rounds}`);
		}
		await delay?.stop();
	}
};

const page = () => {
	const works = [...new Set(rows.map(({ work }) => work))];
	const lines = works.map((work) => {
		const of = (who) => rows.filter((row) => row.work === work && row.who === who);
		const middle = (who, field) => median(of(who).map((row) => row[field]));
		const ratios = of('now').map(({ ms, round }) => ms / of('before').find((row) => row.round === round).ms);
		const cells = [
			...['before', 'now'].map((who) => `${(middle(who, 'ms') / 1000).toFixed(2)} s`),
			...[median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2)),
			...['before', 'now'].map((who) => `${(middle(who, 'cpu') / 1000).toFixed(2)} s`),
			...['before', 'now'].map((who) => `${Math.round(middle(who, 'peak'))} MiB`),
		];
		return `| ${work} | ${cells.join(' | ')} |`;
	});
	return [
		`Medians of ${rounds} rounds; ratios are those of the same round. Processor and peak of a big object are for download and upload together.`,
		'',
		`| work | ${commit} | now | ratio | least | most | processor, ${commit} | now | peak above idle, ${commit} | now |`,
		'|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
		...lines,
	].join('\n');
};

try {
	for (const name of ['now', 'before']) mkdirSync(join(scratch, name));
	await main();
	console.log(page());
} finally {
	for (const stop of ending.reverse()) await stop();
	rmSync(scratch, { recursive: true, force: true });
}
