import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

const MiB = 1024 ** 2;

/** What is asked for at once: enough for hundreds of small files, and little enough to hold some of it. */
const blockSize = 2 * MiB;

/** How many blocks stay at hand, the ones that were used last. */
const blocksHeld = 16;

/** Gives the bytes from `start` up to but without `end`. */
type Fetch = (start: number, end: number) => Promise<Buffer>;

/** Reads any place of a large file in blocks, of which the last ones stay at hand. */
class BlockReader extends RandomAccessReader {
	readonly #blocks = new Map<number, Promise<Buffer>>();

	constructor(
		private readonly size: number,
		private readonly fetch: Fetch,
	) {
		super();
	}

	#block(number: number): Promise<Buffer> {
		const start = number * blockSize;
		const block = this.#blocks.get(number) ?? this.fetch(start, Math.min(start + blockSize, this.size));
		this.#blocks.delete(number);
		this.#blocks.set(number, block);
		const [oldest] = this.#blocks.keys();
		if (this.#blocks.size > blocksHeld && oldest !== undefined) this.#blocks.delete(oldest);
		// Whoever reads the block hears of its failure; nobody has to yet.
		block.catch(() => this.#blocks.delete(number));
		return block;
	}

	async *#bytes(start: number, end: number): AsyncGenerator<Buffer> {
		for (let at = start; at < end;) {
			const number = Math.floor(at / blockSize);
			const from = number * blockSize;
			const block = this.#block(number);
			// The next one is on its way while this one is read.
			if (end > from + blockSize) void this.#block(number + 1);
			const bytes = await block;
			yield bytes.subarray(at - from, end - from);
			at = from + blockSize;
		}
	}

	override _readStreamForRange(start: number, end: number): Readable {
		return Readable.from(this.#bytes(start, end), { objectMode: false });
	}
}

/** A reader for the library that reads archives, over a source that gives ranges of bytes. */
export const blockReader = (size: number, fetch: Fetch): RandomAccessReader => new BlockReader(size, fetch);
