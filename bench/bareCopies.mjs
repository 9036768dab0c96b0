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

/** As many as this node has at most, of small and of large objects. */
const atOnceFor = (bytes) => (bytes > 1024 ** 2 ? 8 : 64);

const signed = async ({ from, to, isOneServer }, key) => {
	const at = { Bucket: to.bucket, Key: `${to.prefix}${key}` };
	const original = { Bucket: from.bucket, Key: `${from.prefix}${key}` };
	if (!isOneServer)
		return {
			get: await getSignedUrl(sdkAt(from.server), new GetObjectCommand(original), { expiresIn }),
			put: await getSignedUrl(sdkAt(to.server), new PutObjectCommand(at), { expiresIn }),
		};
	const headers = { 'x-amz-copy-source': `${original.Bucket}/${original.Key}` };
	const command = new CopyObjectCommand({ ...at, CopySource: headers['x-amz-copy-source'] });
	const unhoistableHeaders = new Set(Object.keys(headers));
	return { put: await getSignedUrl(sdkAt(to.server), command, { expiresIn, unhoistableHeaders }), headers };
};

/** Copies the keys of a first run, and gives its milliseconds and the delay of a process that does nothing else. */
export const bareCopies = (scratch) => async (sides, keys, bytes) => {
	const copies = [];
	for (const key of keys) copies.push(await signed(sides, key));
	const file = join(scratch, 'bare-copies.json');
	writeFileSync(file, JSON.stringify({ copies, atOnce: atOnceFor(bytes) }));
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
