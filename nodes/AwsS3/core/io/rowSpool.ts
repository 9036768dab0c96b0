import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { lines } from '../../content/lines';
import { unnamedFile } from '../../s3/parts/temporaryFile';
import type { ReportRow } from '../../content/report/report';

/** In characters, and in bytes when they are read. */
const chunkLength = 256 * 1024;

const parsed: (line: string) => ReportRow = JSON.parse;

async function* textOf(file: FileHandle): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let position = 0;
	for (;;) {
		const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkLength), 0, chunkLength, position);
		if (bytesRead === 0) return;
		position += bytesRead;
		yield decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
	}
}

/** Rows that wait for the end of a run, because a report starts with its totals. */
interface RowSpool {
	/** Adds a row. Returns a promise if the caller must wait for the file. */
	add(row: ReportRow): Promise<void> | undefined;
	/** The rows in order, any number of times. Throws if writing the file failed. */
	rows(): AsyncGenerator<ReportRow>;
	/** How many rows did not fit. */
	left(): number;
	close(): Promise<void>;
}

/**
 * Keeps a limited number of rows: few in memory, more in a temporary file, so that a million take the memory of a
 * thousand. Reading the rows throws disk errors, because these must not end the run itself.
 */
export const rowSpool = (maxRows: number, folder = tmpdir()): RowSpool => {
	let waiting: string[] = [];
	let length = 0;
	let file: FileHandle | undefined;
	let writing: Promise<void> = Promise.resolve();
	let fault: unknown;
	let [count, left] = [0, 0];

	const write = async (text: string) => {
		if (fault !== undefined) return;
		file ??= await unnamedFile(folder);
		await file.appendFile(text);
	};
	const flush = () => {
		const text = `${waiting.join('\n')}\n`;
		[waiting, length] = [[], 0];
		writing = writing.then(async () => await write(text)).catch((error: unknown) => void (fault ??= error));
		return writing;
	};

	return {
		add: (row) => {
			if (count >= maxRows) {
				left++;
				return undefined;
			}
			count++;
			const line = JSON.stringify(row);
			length += line.length;
			waiting.push(line);
			return length >= chunkLength ? flush() : undefined;
		},
		rows: async function* () {
			await writing;
			if (fault !== undefined) throw fault;
			if (file) for await (const line of lines(textOf(file))) yield parsed(line);
			for (const line of waiting) yield parsed(line);
		},
		left: () => left,
		close: async () => {
			await writing;
			await file?.close();
			file = undefined;
		},
	};
};
