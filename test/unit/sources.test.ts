import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { File } from '../../nodes/AwsS3/core/io/binary';
import { storeBinary } from '../../nodes/AwsS3/core/io/binary';
import { contentOf } from '../../nodes/AwsS3/core/io/sources';
import { sendAsPart } from '../../nodes/AwsS3/operations/multipartUpload/onePart';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { download } from '../../nodes/AwsS3/s3/read/download';
import { conditionalUpload } from '../../nodes/AwsS3/s3/write/conditionalUpload';
import { upload } from '../../nodes/AwsS3/s3/write/upload';
import { listen } from '../support/listen';
import { inPieces } from '../support/pieces';
import { soon } from '../support/soon';
import { until } from '../support/until';

const MiB = 1024 ** 2;
const never = async <T>() => await new Promise<T>(() => undefined);
const stuckStream = () => new Readable({ read: () => undefined });
const nothing = { Bucket: 'b', Key: 'k', UploadId: 'u', PartNumber: 1 };
const items: INodeExecutionData[] = [
	{
		json: {},
		binary: { data: { id: 'kept', data: 'filesystem-v2', mimeType: 'text/plain' } },
	},
];
const binary = { source: 'binary', binaryPropertyName: 'data' } as const;

/** n8n, whose file storage does what a test says. */
const n8nWith = (helpers: object) =>
	({
		helpers: {
			getBinaryMetadata: async () => ({ fileSize: 100 }),
			getBinaryStream: async () => stuckStream(),
			httpRequest: async ({ url, abortSignal }: { url: string; abortSignal: AbortSignal }) => {
				const answer = await fetch(url, { signal: abortSignal });
				return { body: Readable.fromWeb(answer.body as never), headers: Object.fromEntries(answer.headers) };
			},
			...helpers,
		},
	}) as unknown as IExecuteFunctions;

const nowhere = { region: 'us-east-1', accessKeyId: 'a', secretAccessKey: 'b', endpoint: 'http://127.0.0.1:1' };

/** Opens a file of n8n. */
const opened = async (signal: AbortSignal, helpers: object = {}) =>
	await (await contentOf(binary, { n8n: n8nWith(helpers), items, signal })).open();

/** Reads a file to upload it, in each of the ways in which operations do. */
const uses: Record<string, (file: File, signal: AbortSignal) => Promise<unknown>> = {
	'an upload': async (file, signal) =>
		await upload(connect(nowhere, { signal }), {
			input: { Bucket: 'b', Key: 'k' },
			body: await file.open(),
			budget: memoryBudget(16 * MiB),
		}),
	'an upload that compares': async (file, signal) =>
		await conditionalUpload(
			connect(nowhere, { signal }),
			{ ...file, input: { Bucket: 'b', Key: 'k' }, budget: memoryBudget(16 * MiB) },
			'skipIfSame',
		),
	'a part': async (file, signal) =>
		await sendAsPart(connect(nowhere, { signal }), file, nothing, { budget: memoryBudget(16 * MiB), signal }),
};

/** Stops what runs soon after it has begun; gives its error, and the milliseconds that it took to end. */
const stopped = async (run: (signal: AbortSignal) => Promise<unknown>) => {
	const stop = new AbortController();
	const running = run(stop.signal).catch((error: unknown) => error);
	await sleep(20);
	const since = performance.now();
	stop.abort();
	return { error: await running, took: performance.now() - since };
};

const expectStop = ({ error, took }: Awaited<ReturnType<typeof stopped>>) => {
	expect(error).toMatchObject({ name: 'AbortError' });
	expect(took).toBeLessThan(soon);
};

describe("a stop ends the wait for n8n's own storage", () => {
	test('for what it knows of a file', async () => {
		expectStop(await stopped(async (signal) => await opened(signal, { getBinaryMetadata: never })));
	});

	test('for its stream, which is closed if it comes later', async () => {
		const late = stuckStream();
		let come = (_stream: Readable) => {};
		const getBinaryStream = async () => await new Promise<Readable>((resolve) => (come = resolve));
		expectStop(await stopped(async (signal) => await opened(signal, { getBinaryStream })));
		come(late);
		await until(() => late.destroyed);
	});

	test.each(Object.keys(uses))('for the bytes of its stream, which it closes: %s', async (use) => {
		const stream = stuckStream();
		const run = async (signal: AbortSignal) => {
			const n8n = n8nWith({ getBinaryStream: async () => stream });
			await uses[use]?.(await contentOf(binary, { n8n, items, signal }), signal);
		};
		expectStop(await stopped(run));
		expect(stream.destroyed).toBe(true);
	});

	test('for a stream that does not even close', async () => {
		const stream = new Readable({ read: () => undefined, destroy: () => undefined });
		for (const use of Object.values(uses)) {
			const run = async (signal: AbortSignal) => {
				const n8n = n8nWith({ getBinaryStream: async () => stream });
				await use(await contentOf(binary, { n8n, items, signal }), signal);
			};
			expectStop(await stopped(run));
		}
	});

	test('that keeps a download', async () => {
		const n8n = n8nWith({ prepareBinaryData: never });
		const body = () => inPieces(Buffer.from('x'));
		expectStop(await stopped(async (signal) => await storeBinary(n8n, { body: body(), key: 'a', length: 1, signal })));
	});

	test('and the one for memory', async () => {
		const budget = memoryBudget(16 * MiB);
		await budget.take(16 * MiB);
		const file = { open: async () => stuckStream(), length: 1 };
		expectStop(
			await stopped(
				async (signal) => await sendAsPart(connect(nowhere, { signal }), file, nothing, { budget, signal }),
			),
		);
	});
});

test('a stream that is open and not read yet takes a stop without an uncaught exception', async () => {
	const stop = new AbortController();
	const body = await opened(stop.signal);
	stop.abort();
	await sleep(10);
	await expect(body[Symbol.asyncIterator]().next()).rejects.toThrow('Premature close');
});

describe('a download that nobody reads is closed', () => {
	/** S3 with one object of 100 MiB, and its connections. */
	const endlessObject = async () => {
		const open = new Set<object>();
		const server = createServer((request, response) => {
			open.add(request.socket);
			request.socket.once('close', () => open.delete(request.socket));
			response.writeHead(200, { 'content-length': 100 * MiB, etag: '"e"' }).write(Buffer.alloc(MiB));
		});
		const endpoint = `http://${await listen(server)}`;
		const { body } = await download(connect({ ...nowhere, endpoint, forcePathStyle: true }), { Bucket: 'b', Key: 'k' });
		expect(open.size).toBe(1);
		return { body, open };
	};

	test('where its reader leaves', async () => {
		const { body, open } = await endlessObject();
		Readable.from(body).destroy();
		await until(() => open.size === 0);
	});

	test("where n8n's storage fails", async () => {
		const { body, open } = await endlessObject();
		const n8n = n8nWith({ prepareBinaryData: async () => await Promise.reject(new Error('The disk is full')) });
		const { signal } = new AbortController();
		await expect(storeBinary(n8n, { body, key: 'k', length: 100 * MiB, signal })).rejects.toThrow('The disk is full');
		await until(() => open.size === 0);
	});

	test('and after its beginning', async () => {
		const { body, open } = await endlessObject();
		for await (const _chunk of body) break;
		await until(() => open.size === 0);
	});
});

test('a stream that fails before it is read ends with its reader, not with the process', async () => {
	const stream = stuckStream();
	const body = await opened(new AbortController().signal, { getBinaryStream: async () => stream });
	stream.destroy(new Error('The disk is gone'));
	await sleep(10);
	await expect(body[Symbol.asyncIterator]().next()).rejects.toThrow('The disk is gone');
});

describe('a URL', () => {
	/** A website whose answer never ends, and how many of its connections are open. */
	const website = async () => {
		const open = new Set<object>();
		const server = createServer((request, response) => {
			open.add(request.socket);
			request.socket.once('close', () => open.delete(request.socket));
			response.writeHead(200).write('x'.repeat(100_000));
		});
		return { url: `http://${await listen(server)}`, open };
	};

	test.each(['skip', 'fail'] as const)('whose content is not needed is not kept open: %s', async (onConflict) => {
		const { url, open } = await website();
		// A server that conditional writes look at first, and where every key is taken.
		const s3Server = createServer((_request, response) => response.writeHead(200).end());
		const s3 = connect({ ...nowhere, endpoint: `http://${await listen(s3Server)}`, forcePathStyle: true });
		const { signal } = new AbortController();
		const file = await contentOf({ source: 'url', url }, { n8n: n8nWith({}), items, signal });
		expect(open.size).toBe(1);
		const given = { ...file, input: { Bucket: 'b', Key: 'k' }, budget: memoryBudget(16 * MiB) };
		const result = await conditionalUpload(s3, given, onConflict).catch((error: unknown) => error);
		expect(result).toMatchObject(onConflict === 'skip' ? { skipped: 'exists' } : { code: 'PreconditionFailed' });
		await until(() => open.size === 0);
	});

	const refusalOf = async (url: string, helpers: object = {}) => {
		const { signal } = new AbortController();
		const { message, description }: { message: string; description: string } = await contentOf(
			{ source: 'url', url },
			{ n8n: n8nWith(helpers), items, signal },
		).then(
			() => Promise.reject(new Error('It was not refused')),
			(error) => error,
		);
		return { message, description };
	};

	test.each(['http://[::ffff:169.254.169.254]/latest', 'http://169.254.169.254', 'http://metadata.google.internal'])(
		'of the metadata of the machine is refused without a request: %s',
		async (url) => {
			const httpRequest = jest.fn();
			expect((await refusalOf(url, { httpRequest })).message).toContain(
				"'URL' is an address of the machine's own metadata",
			);
			expect(httpRequest).not.toHaveBeenCalled();
		},
	);

	const presigned = 'https://me:secret@example.com/a%20b?X-Amz-Credential=AKIA&X-Amz-Signature=c0ffee#part';

	test.each<[string, string, object]>([
		['that fails', presigned, { response: { status: 403 } }],
		['of an unknown kind', presigned.replace('https', 'ftp'), {}],
	])('%s is named without its signature', async (_, url, more) => {
		const httpRequest = async () => await Promise.reject(Object.assign(new Error(`Refused: ${url}`), more));
		const { message, description } = await refusalOf(url, { httpRequest });
		expect(message).toMatch(/:\/\/example\.com\/a%20b'?$/);
		expect(message + description).not.toMatch(/c0ffee|secret|AKIA/);
	});

	test('is closed by a stop', async () => {
		const { url, open } = await website();
		const run = async (signal: AbortSignal) => {
			const file = await contentOf({ source: 'url', url }, { n8n: n8nWith({}), items, signal });
			await uses['an upload']?.(file, signal);
		};
		expectStop(await stopped(run));
		await until(() => open.size === 0);
	});
});
