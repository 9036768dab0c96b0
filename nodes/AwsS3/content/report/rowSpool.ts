import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lines } from '../lines';
import type { ReportRow } from './report';

/** In characters. */
const chunkLength = 256 * 1024;

const parsed: (line: string) => ReportRow = JSON.parse;

/** A file that has lost its name, so that the system removes it with this process, however that ends. */
const unnamedFile = () => {
	const path = join(tmpdir(), `n8n-nodes-aws-s3-${randomUUID()}`);
	const file = openSync(path, 'wx+', 0o600);
	unlinkSync(path);
	return file;
};

/** Rows that wait for the end of a run, because a report begins with its totals. */
export interface RowSpool {
	add(row: ReportRow): void;
	/** The rows in their order. Can be read more than once. */
	rows(): AsyncGenerator<ReportRow>;
	/** How many rows did not fit. */
	left(): number;
	close(): void;
}

/**
 * Keeps up to so many rows: few in memory, more in a temporary file, so that a million take the memory of a thousand. Writes
 * are synchronous, because nothing else holds back who adds rows; 256 KiB take less than a millisecond.
 */
export const rowSpool = (maxRows: number): RowSpool => {
	let waiting: string[] = [];
	let length = 0;
	let file: number | undefined;
	let [count, left] = [0, 0];

	const flush = () => {
		file ??= unnamedFile();
		appendFileSync(file, `${waiting.join('\n')}\n`);
		[waiting, length] = [[], 0];
	};

	async function* text(from: number): AsyncGenerator<string> {
		const decoder = new TextDecoder();
		const buffer = Buffer.allocUnsafeSlow(chunkLength);
		let position = 0;
		for (;;) {
			const read = readSync(from, buffer, 0, chunkLength, position);
			if (read === 0) return;
			position += read;
			yield decoder.decode(buffer.subarray(0, read), { stream: true });
		}
	}

	return {
		add: (row) => {
			if (count >= maxRows) {
				left++;
				return;
			}
			count++;
			const line = JSON.stringify(row);
			length += line.length;
			waiting.push(line);
			if (length >= chunkLength) flush();
		},
		rows: async function* () {
			if (file !== undefined) for await (const line of lines(text(file))) yield parsed(line);
			for (const line of waiting) yield parsed(line);
		},
		left: () => left,
		close: () => {
			if (file !== undefined) closeSync(file);
			file = undefined;
		},
	};
};
