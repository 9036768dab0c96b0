import type { Spooled } from '../parts/temporaryFile';
import { temporaryFiles } from '../parts/temporaryFile';
import { compareKeys } from '../list/compareKeys';
import type { Entry, Pages } from '../pairs/march';
import type { Order } from './mergedPages';
import { mergedPages } from './mergedPages';

/** Entries that are sorted in memory; more of them go through files. */
const mostInMemory = 20_000;

/** Entries that are sorted for a file. So few are gone before V8 takes them for old objects, which it frees late. */
const runSize = 4000;

/** Characters that are written at a time. */
const writtenAtOnce = 64 * 1024;

/** Bytes of each file that are read at a time; for the same reason few. */
const pieceSize = 16 * 1024;

/** The number of files that become one, so that few are open and read at the same time. */
const filesAtOnce = 16;

/** An entry as a line of a file. */
type Line = [
	key: string,
	size: number,
	lastModified: number | null,
	etag: Entry['etag'] | null,
	storageClass: Entry['storageClass'] | null,
	from: Entry['from'] | null,
];

const lineOf = ({ key, size, lastModified, etag, storageClass, from }: Entry) => {
	const line: Line = [key, size, lastModified?.getTime() ?? null, etag ?? null, storageClass ?? null, from ?? null];
	return `${JSON.stringify(line)}\n`;
};

const entryOf = (text: string): Entry => {
	const [key, size, lastModified, etag, storageClass, from]: Line = JSON.parse(text);
	return {
		key,
		size,
		lastModified: lastModified === null ? undefined : new Date(lastModified),
		etag: etag ?? undefined,
		storageClass: storageClass ?? undefined,
		...(from && { from }),
	};
};

async function* written(pages: Pages): AsyncGenerator<Buffer> {
	let lines = '';
	for await (const page of pages) {
		for (const entry of page) lines += lineOf(entry);
		if (lines.length < writtenAtOnce) continue;
		yield Buffer.from(lines);
		lines = '';
	}
	yield Buffer.from(lines);
}

async function* readBack({ pieces }: Spooled): AsyncGenerator<Entry[]> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of pieces(pieceSize)) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		yield lines.map(entryOf);
	}
}

async function* onePage(page: Entry[]): AsyncGenerator<Entry[]> {
	yield page;
}

/** The key of an original below the prefix of its side. */
export const originalKey = ({ key, from }: Entry) => from?.key ?? key;

/** By the UTF-8 bytes of the keys at the destination, then of those of the originals. */
export const byKeys: Order<Entry> = (one, other) =>
	compareKeys(one.key, other.key) || compareKeys(originalKey(one), originalKey(other));

/**
 * Sorts entries in any number. Holds up to 20,000 of them, and more of them in temporary files, which are removed at the end,
 * also of a process that is killed. Throws if the files cannot be written.
 */
export async function* sortedPages(
	pages: Pages,
	order: Order<Entry>,
	{ signal, inMemory = mostInMemory }: { signal?: AbortSignal; inMemory?: number } = {},
): AsyncGenerator<Entry[]> {
	const files = temporaryFiles(signal);
	/** Files by how often their entries were merged. */
	const levels: Spooled[][] = [];
	const store = async (runs: Pages[], level: number): Promise<void> => {
		// They need no room in memory, and nothing takes them away before all is there.
		const file = await files.write(written(mergedPages(runs, order)), 0, signal);
		const same = [...(levels[level] ?? []), file];
		levels[level] = same.length < filesAtOnce ? same : [];
		if (same.length < filesAtOnce) return;
		await store(same.map(readBack), level + 1);
		await Promise.all(same.map(async ({ remove }) => await remove()));
	};
	try {
		let held: Entry[][] = [];
		let count = 0;
		for await (const page of pages) {
			held.push([...page].sort(order));
			count += page.length;
			if (count < (levels.length > 0 ? Math.min(runSize, inMemory) : inMemory)) continue;
			await store(held.map(onePage), 0);
			[held, count] = [[], 0];
		}
		const older = [...levels].reverse().flatMap((level) => level ?? []);
		yield* mergedPages([...older.map(readBack), ...held.map(onePage)], order);
	} finally {
		await files.close();
	}
}
