import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import type { BuildMiddleware, FinalizeRequestMiddleware } from '@smithy/types';
import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from '../command';
import { s3Failure } from '../failure';
import { countPassedOn } from '../flow/bufferMemory';
import type { MemoryClaims } from '../flow/memoryBudget';
import { claimsOn, memoryBudget } from '../flow/memoryBudget';

const GiB = 1024 ** 3;

/** What an upload may hold in temporary files: 1 GiB, or two parts, if those are larger. */
const roomInFiles = GiB;

/** Content that waits in a temporary file, and that can be read as often as it takes. */
export interface Spooled {
	size: number;
	read(): Readable;
	/** The content in pieces of this number of bytes; each is valid only until the next one. */
	pieces(size: number): AsyncGenerator<Buffer>;
	remove(): Promise<void>;
}

const orNoFile = (error: unknown): never => {
	const message = error instanceof Error ? error.message : String(error);
	throw s3Failure({ code: 'NoTemporaryFile', message });
};

/** A file that has lost its name, so that the system removes it with this process, however that ends. */
export const unnamedFile = async (folder: string): Promise<FileHandle> => {
	const path = join(folder, `n8n-nodes-aws-s3-${randomUUID()}`);
	const file = await open(path, 'wx+', 0o600);
	return await rm(path).then(
		() => file,
		async (error: unknown) => {
			await file.close();
			throw error;
		},
	);
};

const chunkSize = 256 * 1024;

/** A stream of Node's own would close the file at its end. */
async function* contentOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
	for (let position = 0; position < size;) {
		const length = Math.min(chunkSize, size - position);
		const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, position);
		if (bytesRead === 0) throw new Error('A temporary file has become shorter');
		position += bytesRead;
		countPassedOn(bytesRead);
		yield buffer.subarray(0, bytesRead);
	}
}

/** The same in one piece of memory: what many files are read into at a time must not wait for V8's next collection. */
async function* piecesOf(file: FileHandle, size: number, pieceSize: number): AsyncGenerator<Buffer> {
	const memory = Buffer.allocUnsafeSlow(Math.min(pieceSize, size));
	for (let position = 0; position < size;) {
		const { bytesRead } = await file.read(memory, 0, Math.min(pieceSize, size - position), position);
		if (bytesRead === 0) throw new Error('A temporary file has become shorter');
		position += bytesRead;
		yield memory.subarray(0, bytesRead);
	}
}

/**
 * Writes content into a file, and returns its size in bytes. Outside of the functions below, which would hold on to the content,
 * and all that it comes from, for as long as the file is there.
 */
const filled = async (file: FileHandle, content: AsyncIterable<Uint8Array>): Promise<number> => {
	let size = 0;
	for await (const chunk of content) {
		await file.appendFile(chunk).catch(orNoFile);
		size += chunk.length;
	}
	return size;
};

/** The temporary files of one task. */
export interface TemporaryFiles {
	/** Waits for room, and writes content of about `size` bytes into a file. */
	write(content: AsyncIterable<Uint8Array>, size: number, signal?: AbortSignal): Promise<Spooled>;
	/** Removes all of them, however the task ended. */
	close(): Promise<void>;
}

/** Opens a scope of temporary files. Creates none before they are needed. */
export const temporaryFiles = (signal?: AbortSignal, folder?: string): TemporaryFiles => {
	let room: MemoryClaims | undefined;
	const files = new Set<FileHandle>();
	const write: TemporaryFiles['write'] = async (content, expected, own) => {
		room ??= claimsOn(memoryBudget(roomInFiles), signal);
		const release = await room.take(Math.min(expected, roomInFiles / 2), own);
		const file = await unnamedFile(folder ?? tmpdir()).catch(orNoFile);
		files.add(file);
		const remove = async () => {
			if (files.delete(file)) await file.close();
			release();
		};
		const size = await filled(file, content).catch(async (error: unknown) => {
			await remove();
			throw error;
		});
		const read = () => Readable.from(contentOf(file, size), { objectMode: false });
		const pieces = (pieceSize: number) => piecesOf(file, size, pieceSize);
		return { size, read, pieces, remove };
	};
	const close = async () => {
		room?.close();
		await Promise.all([...files].map(async (file) => await file.close()));
	};
	return { write, close };
};

/** What the SDK itself sends for streams. Without the first header it would sign an empty body. */
const headersOfStream = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', Expect: '100-continue' };

/**
 * Gives a command the content of a file as its body, from the beginning each time that it is sent. The SDK sends a stream only
 * once: neither again after a failure, nor whole to the region to which S3 redirects. The command itself must have no body,
 * but its length and a checksum.
 */
export const withBodyFrom = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	command: Command<I, O>,
	{ read }: Pick<Spooled, 'read'>,
): Command<I, O> => {
	const opened: FinalizeRequestMiddleware<I, O> = (next) => async (args) => {
		const body = read();
		const broken = new Promise<never>((_, reject) => body.on('error', reject));
		const { request } = args;
		const whole = HttpRequest.isInstance(request) ? Object.assign(HttpRequest.clone(request), { body }) : request;
		return await Promise.race([next({ ...args, request: whole }), broken]).finally(() => body.destroy());
	};
	const streamed: BuildMiddleware<I, O> = (next) => async (args) => {
		if (HttpRequest.isInstance(args.request)) Object.assign(args.request.headers, headersOfStream);
		return await next(args);
	};
	command.middlewareStack.add(streamed, { step: 'build', name: 'streamed', override: true });
	// After the retries, so that each attempt has a body.
	command.middlewareStack.add(opened, { step: 'finalizeRequest', name: 'opened', override: true });
	return command;
};
