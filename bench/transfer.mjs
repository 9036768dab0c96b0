// `node bench/transfer.mjs`: a transfer of this node in a real n8n beside rclone and s5cmd, in turns, on the same server and from
// one to another. Writes bench/TRANSFER.md. The server is a Ceph RGW, or with `STORE=minio` a MinIO: then bench/TRANSFER-minio.md.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { startDelay } from '../sandbox/delay.cjs';
import { anchors } from './anchors.mjs';
import { bareCopies } from './bareCopies.mjs';
import { deleteAll, inParallel, listAll, sdkAt } from './floor.mjs';
import { startMeasured } from './measure.mjs';
import { ours } from './nodes.mjs';
import { median } from './median.mjs';
import { inProject } from './results.mjs';

const KiB = 1024;
const list = (name, otherwise) => (process.env[name] ?? otherwise).split(',');
const rounds = Number(process.env.ROUNDS ?? 3);
const latencies = list('LATENCIES', '0,20').map(Number);
const servers = list('SERVERS', 'one,two');
const loads = {
	small: { count: Number(process.env.SMALL ?? 10_000), bytes: KiB },
	big: { count: Number(process.env.BIG ?? 200), bytes: 8 * KiB * KiB },
};
const works = list('WORKS', 'small,big');
const chosen = process.env.WHO?.split(',');
const store = process.env.STORE ?? 'ceph';
const { start, title, install } = await import(`../sandbox/servers/${store}.mjs`);
const file = store === 'ceph' ? 'bench/TRANSFER.md' : `bench/TRANSFER-${store}.md`;

const scratch = mkdtempSync(join(tmpdir(), 'transfer-'));
const ending = [];
const source = 'transfer-source';
const target = 'transfer-target';

const keyOf = (index) => `${String(index % 100).padStart(2, '0')}/${index}`;

const put = async (s3, prefix, indexes, bytes) => {
	const body = randomBytes(bytes);
	await inParallel(indexes.length, 32, async (at) => {
		const Key = `${prefix}${keyOf(indexes[at])}`;
		body.writeUInt32LE(indexes[at]);
		await s3.send(new PutObjectCommand({ Bucket: source, Key, Body: Buffer.from(body) }));
	});
};

const main = async () => {
	await install();
	const first = await start({ folder: join(scratch, 'first') });
	ending.push(first.stop);
	const place = await startMeasured(scratch, { server: first });
	ending.push(place.stop);
	const other = servers.includes('two') ? await start({ folder: join(scratch, 'other') }) : undefined;
	if (other) ending.push(other.stop);
	const programs = await anchors(scratch, store === 'ceph' ? 'Ceph' : 'Minio');
	const rows = [];

	const ourRun = async ({ from, to, isOneServer }) => {
		const keysOf = ({ endpoint, region, accessKeyId, secretAccessKey }) => ({
			...{ endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true },
		});
		const credentials = {
			awsS3Api: await place.save('awsS3Api', keysOf(from.server)),
			...(!isOneServer && { awsS3DestinationApi: await place.save('awsS3DestinationApi', keysOf(to.server)) }),
		};
		const step = ours('Work', 'transfer.run', {
			...{ bucket: from.bucket, prefix: from.prefix, destinationBucket: to.bucket, destinationPrefix: to.prefix },
			...(!isOneServer && { destination: 'destinationConnection' }),
		});
		const { times, failed, first, ...figures } = await place.measure([step], credentials);
		if (failed || !first.Work?.done) return { failed: failed ?? JSON.stringify(first.Work) };
		return { ms: times.Work, ...figures };
	};
	const bare = bareCopies(scratch);
	const bareRun = async ({ what, count, bytes, ...sides }) => {
		if (what !== 'first run') return undefined;
		const keys = Array.from({ length: count }, (_, index) => keyOf(index));
		return await bare(sides, keys, bytes).catch((error) => ({ failed: error.message }));
	};
	const contenders = Object.entries({
		'this node': ourRun,
		'bare requests': bareRun,
		...Object.fromEntries(
			Object.entries(programs).map(([who, run]) => [
				who,
				async (sides) =>
					await run(sides).then(
						(ms) => ms !== undefined && { ms },
						(error) => ({ failed: error.message }),
					),
			]),
		),
	}).filter(([who]) => !chosen || chosen.includes(who));

	const near = { from: sdkAt(place.server), other: other && sdkAt(other) };
	for (const s3 of [near.from, near.other])
		for (const Bucket of [source, target]) await s3?.send(new CreateBucketCommand({ Bucket }));

	for (const load of works)
		for (const kind of servers)
			for (const latency of latencies)
				for (let round = 1; round <= rounds; round++) {
					const isOneServer = kind === 'one';
					const { count, bytes } = loads[load];
					const prefix = `${load}-${kind}-${latency}-${round}/`;
					const indexes = Array.from({ length: count }, (_, index) => index);
					await put(near.from, prefix, indexes, bytes);
					const delays = [];
					const away = async (server) => {
						if (latency === 0) return server;
						const delay = await startDelay(server.endpoint, latency);
						delays.push(delay);
						return { ...server, endpoint: delay.url };
					};
					const from = { server: await away(place.server), bucket: source, prefix };
					const toServer = isOneServer ? from.server : await away(other);
					const targetS3 = isOneServer ? near.from : near.other;
					const prefixOf = (at) => `${prefix}${at}/`;
					const each = async (what) => {
						// Whoever is first has a colder server, so they take turns in that as well.
						for (const at of contenders.keys()) {
							const turn = (at + round) % contenders.length;
							const [who, run] = contenders[turn];
							const to = { server: toServer, bucket: target, prefix: prefixOf(turn) };
							const row = await run({ what, count, bytes, from, to, isOneServer });
							if (!row) continue;
							const arrived = row.failed ? 0 : await listAll(targetS3, target, to.prefix);
							const whole = row.failed
								? row
								: { ...row, ...(arrived !== count && { failed: `${arrived} of ${count} arrived` }) };
							rows.push({ load, kind, latency, what, who, ...whole });
							console.error(load, kind, latency, what, who, whole.failed ?? `${Math.round(whole.ms)} ms`);
						}
					};
					await each('first run');
					await each('nothing to do');
					const hundredth = indexes.filter((index) => index % 100 === 7);
					await put(near.from, prefix, hundredth, bytes + 1);
					await each('1 % changed');
					for (const delay of delays) await delay.stop();
					await deleteAll(near.from, source, prefix);
					await deleteAll(targetS3, target, prefix);
					// Ceph keeps what is deleted until then.
					if (store === 'ceph') await place.collect();
				}
	return rows;
};

const cell = (all) => {
	const failed = all.find((row) => row.failed)?.failed;
	return failed ? `fails: ${failed}` : `${(median(all.map(({ ms }) => ms)) / 1000).toFixed(2)} s`;
};

const page = (rows) => {
	const names = [...new Set(rows.map(({ who }) => who))];
	const groups = new Map();
	for (const row of rows) {
		const key = [row.load, row.kind, row.latency, row.what].join('|');
		groups.set(key, [...(groups.get(key) ?? []), row]);
	}
	const lines = [...groups].map(([key, all]) => {
		const [load, kind, latency, what] = key.split('|');
		const of = (who) => all.filter((row) => row.who === who);
		const own = of('this node');
		const most = (name) => Math.round(Math.max(...own.map((row) => row[name] ?? 0)));
		const cells = names.map((who) => (of(who).length > 0 ? cell(of(who)) : ''));
		const { count, bytes } = loads[load];
		const size = bytes > KiB ? '8 MiB' : '1 KiB';
		const idle = all.map(({ idleP99 }) => idleP99).filter((delay) => delay !== undefined);
		const floor = idle.length > 0 ? `${Math.round(Math.max(...idle))} ms` : '';
		return `| ${count.toLocaleString('en')} of ${size}, ${kind} server${kind === 'two' ? 's' : ''}, ${latency} ms | ${what} | ${cells.join(' | ')} | ${most('peak')} MiB | ${most('p99')} ms | ${floor} |`;
	});
	return [
		'# Transfers side by side',
		'',
		`Made by \`node bench/transfer.mjs\`: medians of ${rounds} rounds in turns, on ${title}, with 64 changes at a time for everybody. The node runs in a real n8n. *Bare requests* are the floor: the requests of a first run over Node's own HTTP, already signed, without listings, checks or the SDK. The last columns are the node's own peak and delay, and the delay of a process that does nothing beside the bare requests.`,
		'',
		`| load | work | ${names.join(' | ')} | peak above idle | event-loop delay, p99 | delay of an idle process, p99 |`,
		`|---|---|${names.map(() => '--:|').join('')}--:|--:|--:|`,
		...lines,
		'',
	].join('\n');
};

try {
	const rows = await main();
	writeFileSync(inProject(file), page(rows));
	console.log(page(rows));
} finally {
	for (const stop of ending.reverse()) await stop();
	rmSync(scratch, { recursive: true, force: true });
}
