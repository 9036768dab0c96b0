// The floor of a first run: the time of its requests alone, and how late the timers of another process come meanwhile that does nothing.
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { nodeFor } from '../sandbox/n8n.mjs';
import { delaysOf, watching } from './delays.mjs';
import { sdkAt } from './floor.mjs';

const run = promisify(execFile);
const program = fileURLToPath(new URL('bareRequests.mjs', import.meta.url));
const expiresIn = 86_400;

/** As many as this node has at most. Large objects that stream are limited by its memory. */
const atOnceFor = (bytes, isOneServer) => (bytes > 1024 ** 2 && !isOneServer ? 8 : 64);

/** The requests of a copy; `reading` and `writing` sign them. */
const signed = async ({ from, to, isOneServer }, { reading, writing }, key) => {
	const at = { Bucket: to.bucket, Key: `${to.prefix}${key}` };
	const original = { Bucket: from.bucket, Key: `${from.prefix}${key}` };
	if (!isOneServer)
		return {
			get: await getSignedUrl(reading, new GetObjectCommand(original), { expiresIn }),
			put: await getSignedUrl(writing, new PutObjectCommand(at), { expiresIn }),
		};
	const headers = { 'x-amz-copy-source': `${original.Bucket}/${original.Key}` };
	const command = new CopyObjectCommand({ ...at, CopySource: headers['x-amz-copy-source'] });
	const unhoistableHeaders = new Set(Object.keys(headers));
	return { put: await getSignedUrl(writing, command, { expiresIn, unhoistableHeaders }), headers };
};

/** Copies the keys of a first run, and gives its milliseconds and the delay of a process that does nothing else. */
export const bareCopies = (scratch) => async (sides, keys, bytes) => {
	const copies = [];
	const signing = { reading: sdkAt(sides.from.server), writing: sdkAt(sides.to.server) };
	for (const key of keys) copies.push(await signed(sides, signing, key));
	const file = join(scratch, 'bare-copies.json');
	writeFileSync(file, JSON.stringify({ copies, atOnce: atOnceFor(bytes, sides.isOneServer) }));
	const eventLoopFile = join(scratch, 'idle-event-loop.json');
	const idle = spawn(nodeFor(), ['-e', 'setInterval(() => {}, 1000)'], {
		env: { ...process.env, ...watching(eventLoopFile) },
		stdio: 'ignore',
	});
	try {
		await sleep(1000);
		await delaysOf(idle.pid, eventLoopFile);
		const { stdout } = await run(nodeFor(), [program, file]);
		const { p99 } = await delaysOf(idle.pid, eventLoopFile);
		return { ms: Number(stdout), idleP99: p99 };
	} finally {
		idle.kill();
	}
};
