import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

const MiB = 1024 ** 2;

/** Bytes per request: one block holds hundreds of small files, and several blocks fit into memory. */
const blockSize = 2 * MiB;

/** Size of the block cache: 16 blocks, least recently used out first. */
const blocksHeld = 16;

/** Returns the bytes from `start` (inclusive) to `end` (exclusive). */
type Fetch = (start: number, end: number) => Promise<Buffer>;

/** Random access to a large file, in cached blocks. */
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
		// Readers of the block get the error; a block that is only prefetched must not cause an unhandled rejection.
		block.catch(() => this.#blocks.delete(number));
		return block;
	}

	async *#bytes(start: number, end: number): AsyncGenerator<Buffer> {
		for (let at = start; at < end;) {
			const number = Math.floor(at / blockSize);
			const from = number * blockSize;
			const block = this.#block(number);
			// Prefetch the next block while this one is read.
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

/** Returns a reader for yauzl over a file of `size` bytes that `fetch` reads by range. */
export const blockReader = (size: number, fetch: Fetch): RandomAccessReader => new BlockReader(size, fetch);
