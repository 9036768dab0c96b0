import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { GetBucketLocationCommand } from '@aws-sdk/client-s3';
import { sendAsPart } from '../../nodes/AwsS3/operations/multipartUpload/onePart';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { maxObjectSize } from '../../nodes/AwsS3/s3/parts/partSize';
import { conditionalUpload } from '../../nodes/AwsS3/s3/write/conditionalUpload';
import { temporaryFiles } from '../../nodes/AwsS3/s3/parts/temporaryFile';
import { upload } from '../../nodes/AwsS3/s3/write/upload';
import { listen } from '../support/listen';
import { cut } from '../support/pieces';
import { until } from '../support/until';

const MiB = 1024 ** 2;

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const md5 = (bytes: Buffer) => createHash('md5').update(bytes);
const crcOf = (bytes: Buffer) => {
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(crc32(bytes));
	return sum.toString('base64');
};

/** Says whether it has answered a part instead of the server. */
type Instead = (number: number, request: IncomingMessage, response: ServerResponse) => boolean;

const kinds = { MinIO: { server: 'MinIO' }, Ceph: { 'x-rgw-object-type': 'Normal' } };

/** A server that keeps parts with the right checksum: on MinIO the CRC32, on Ceph, which has none, the MD5. */
const startServer = async (instead: Instead = () => false, kind: keyof typeof kinds = 'MinIO') => {
	const parts = new Map<number, Buffer>();
	const requests: string[] = [];
	const take = async (request: IncomingMessage, response: ServerResponse) => {
		const { searchParams } = new URL(request.url ?? '', 'http://s3');
		const number = Number(searchParams.get('partNumber') ?? 0);
		response.setHeaders(new Map(Object.entries(kinds[kind])));
		if (request.method === 'GET') return response.end(`<LocationConstraint ${namespace}/>`);
		requests.push(`${request.method}${number === 0 ? '' : ` ${number}`}`);
		const body = await buffer(request);
		if (request.method === 'POST' && searchParams.has('uploads'))
			return response.end(
				`<InitiateMultipartUploadResult ${namespace}><UploadId>u</UploadId></InitiateMultipartUploadResult>`,
			);
		if (request.method === 'POST')
			return response.end(
				`<CompleteMultipartUploadResult ${namespace}><ETag>"e"</ETag></CompleteMultipartUploadResult>`,
			);
		if (request.method === 'DELETE') return response.writeHead(204).end();
		if (instead(number, request, response)) return undefined;
		const { 'x-amz-checksum-crc32': crc, 'content-md5': sum, 'content-length': length } = request.headers;
		const isRight = kind === 'MinIO' ? crc === crcOf(body) : sum === md5(body).digest('base64');
		if (!isRight || length !== String(body.length)) return response.writeHead(400).end();
		parts.set(number, body);
		return response.writeHead(200, { etag: `"${md5(body).digest('hex')}"` }).end();
	};
	const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
	const endpoint = `http://${await listen(server)}`;
	const keys = { accessKeyId: 'a', secretAccessKey: 's', region: 'us-east-1', forcePathStyle: true };
	const s3 = connect({ ...keys, endpoint });
	// Its answer shows the kind of server.
	await s3.send(new GetBucketLocationCommand({ Bucket: 'other' }));
	const content = () => Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, body]) => body));
	return { s3, parts, requests, content };
};

const input = { Bucket: 'bucket', Key: 'k' };
const bytes = randomBytes(20 * MiB + 1);
const body = () => cut(bytes, 100_000);

/** So little that each part is too large for it; and the largest claim on it. */
const littleMemory = () => {
	const budget = memoryBudget(MiB);
	const claims = [0];
	const take: typeof budget.take = async (claim, signal) => {
		claims.push(claim);
		return await budget.take(claim, signal);
	};
	return { budget: { ...budget, take }, largestClaim: () => Math.max(...claims) };
};

/** The temporary files that this process has open. Their names are gone. */
const filesOpen = () =>
	readdirSync('/proc/self/fd').filter((fd) => {
		try {
			return /n8n-nodes-aws-s3-.*\(deleted\)$/.test(readlinkSync(`/proc/self/fd/${fd}`));
		} catch {
			return false;
		}
	}).length;
afterEach(async () => {
	await until(() => filesOpen() === 0);
});

test.each(['MinIO', 'Ceph'] as const)('parts that are larger than the memory arrive: %s', async (kind) => {
	const { s3, requests, content } = await startServer(undefined, kind);
	const { budget, largestClaim } = littleMemory();
	const stored = await upload(s3, { input, body: body(), length: bytes.length, budget });
	expect(stored).toMatchObject({ size: bytes.length, parts: 3 });
	expect(content().equals(bytes)).toBe(true);
	expect(requests[0]).toBe('POST');
	expect(requests.slice(1, -1).sort()).toEqual(['PUT 1', 'PUT 2', 'PUT 3']);
	expect(largestClaim()).toBe(0);
});

test('so do those of content whose length is not known, and those that are multiples of a part', async () => {
	const { s3, content } = await startServer();
	const { budget } = littleMemory();
	const whole = bytes.subarray(0, 16 * MiB);
	await upload(s3, { input, body: cut(whole, 100_000), budget });
	expect(content().equals(whole)).toBe(true);
});

test('where the most is known that the length can be, parts are large from the beginning', async () => {
	const { s3, parts } = await startServer();
	const { budget } = littleMemory();
	const atMost = async () => 100_000 * MiB;
	await upload(s3, { input, body: body(), atMost, budget });
	expect([...parts.values()].map(({ length }) => length).sort((a, b) => b - a)).toEqual([10 * MiB, 10 * MiB, 1]);
});

test('all uploads of an execution share the memory of their parts', async () => {
	const { s3 } = await startServer();
	const budget = memoryBudget(16 * MiB);
	const sizes: number[] = [];
	const allocate = Buffer.allocUnsafeSlow;
	const spy = jest.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => {
		sizes.push(size);
		return allocate(size);
	});
	async function* slowBody() {
		for await (const piece of cut(bytes, MiB)) {
			await sleep(Math.random() * 5);
			yield piece;
		}
	}
	const uploads = Array.from({ length: 6 }, async () => {
		await upload(s3, { input, body: slowBody(), length: bytes.length, budget });
	});
	await Promise.all(uploads);
	spy.mockRestore();
	expect(sizes.filter((size) => size > MiB).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(16 * MiB);
});

const code = (error: string) => `<Error><Code>${error}</Code><Message>${error}</Message></Error>`;

/** What happens to the first attempts at part 2. */
const faults: Array<[string, (response: ServerResponse, request: IncomingMessage) => unknown]> = [
	['the connection breaks off', (response) => response.destroy()],
	['S3 is too busy', (response) => response.writeHead(503).end(code('SlowDown'))],
	[
		'S3 names another region',
		(response) => response.writeHead(301, { 'x-amz-bucket-region': 'eu-west-1' }).end(code('PermanentRedirect')),
	],
];

test.each(faults)('a part is sent again from its beginning where %s', async (_, fault) => {
	let attempts = 0;
	const { s3, requests, content } = await startServer((number, request, response) => {
		if (number !== 2 || ++attempts > 1) return false;
		fault(response, request);
		return true;
	});
	await upload(s3, { input, body: body(), length: bytes.length, budget: littleMemory().budget });
	expect(content().equals(bytes)).toBe(true);
	expect(requests.filter((request) => request === 'PUT 2')).toHaveLength(2);
});

test('a refused part ends the upload, and no file stays', async () => {
	const { s3, requests } = await startServer((number, _, response) => {
		if (number === 2) response.writeHead(403).end(code('AccessDenied'));
		return number === 2;
	});
	const uploading = upload(s3, { input, body: body(), length: bytes.length, budget: littleMemory().budget });
	await expect(uploading).rejects.toMatchObject({ code: 'AccessDenied' });
	expect(requests.at(-1)).toBe('DELETE');
});

test('a stop ends it while the source brings nothing, and no file stays', async () => {
	const { s3 } = await startServer();
	const stop = new AbortController();
	async function* stuck() {
		yield bytes.subarray(0, 9 * MiB);
		await new Promise(() => undefined);
	}
	const { budget } = littleMemory();
	const uploading = upload(s3.endedBy(stop.signal), { input, body: stuck(), length: bytes.length, budget });
	await until(() => filesOpen() > 0);
	stop.abort();
	await expect(uploading).rejects.toMatchObject({ name: 'AbortError' });
});

test('a source that breaks off ends it', async () => {
	const { s3 } = await startServer();
	async function* broken() {
		yield bytes.subarray(0, 9 * MiB);
		throw new Error('broken');
	}
	const { budget } = littleMemory();
	await expect(upload(s3, { input, body: broken(), length: bytes.length, budget })).rejects.toThrow('broken');
});

test('where no file can be written, the failure names the folder', async () => {
	const writing = temporaryFiles(undefined, '/proc/none').write(body(), bytes.length);
	await expect(writing).rejects.toMatchObject({
		code: 'NoTemporaryFile',
		message: expect.stringMatching(/ENOENT.*\/proc\/none/),
	});
});

test.each([true, false])(
	'content that no object can hold is refused before anything is sent; dry run: %s',
	async (dry) => {
		const { s3, requests } = await startServer();
		const open = async () => body();
		const uploading = conditionalUpload(
			{ ...s3, isDryRun: dry },
			{ input, open, length: maxObjectSize + 1, budget: littleMemory().budget },
			'overwrite',
		);
		await expect(uploading).rejects.toMatchObject({ code: 'EntityTooLarge', key: 'k' });
		expect(requests).toEqual([]);
	},
);

describe('one part of a multipart upload', () => {
	const at = { ...input, UploadId: 'u', PartNumber: 1 };
	const send = async (s3: ReturnType<typeof connect>, length: number | undefined, of = bytes) => {
		const { signal } = new AbortController();
		const open = async () => cut(of, 100_000);
		return await sendAsPart(s3, { open, length }, at, { budget: littleMemory().budget, signal });
	};

	test.each([bytes.length, undefined])('that is larger than the memory arrives; its length: %s', async (length) => {
		const { s3, content } = await startServer();
		expect(await send(s3, length)).toMatchObject({ size: bytes.length });
		expect(content().equals(bytes)).toBe(true);
	});

	test.each(faults)(
		'is sent again from its beginning where %s',
		async (_, fault) => {
			let attempts = 0;
			const { s3, content } = await startServer((_number, request, response) => {
				if (++attempts > 1) return false;
				fault(response, request);
				return true;
			});
			await send(s3, bytes.length);
			expect(content().equals(bytes)).toBe(true);
		},
		20_000,
	);

	test.each([
		[-1, 'The content exceeds the parts that S3 allows'],
		[1, 'instead of the announced'],
	])('is refused if it has another length than announced: %i', async (more, message) => {
		const { s3, requests } = await startServer();
		await expect(send(s3, bytes.length + more)).rejects.toThrow(message);
		expect(requests).toEqual([]);
	});

	test('is refused if it is larger than S3 takes', async () => {
		const { s3, requests } = await startServer();
		await expect(send(s3, 5 * 1024 * MiB + 1)).rejects.toMatchObject({ code: 'EntityTooLarge' });
		expect(requests).toEqual([]);
	});
});
