import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

/** Bytes per request for what is small: one block holds dozens of small files, or the names of thousands. */
const blockSize = 1024 ** 2;

/** Size of the block cache: 16 blocks, least recently used out first. */
const blocksHeld = 16;

/** A large file that is read by range. */
export interface Ranges {
	size: number;
	/** Returns the bytes from `start` (inclusive) to `end` (exclusive). */
	fetch(start: number, end: number): Promise<Buffer>;
	/** The same as a stream, for ranges that are larger than a block. */
	stream(start: number, end: number): Promise<AsyncIterable<Buffer>>;
	/**
	 * Takes memory for a block, in bytes, and returns a function that gives it back; undefined if there is none. Calls
	 * `giveBack` when others need it.
	 */
	spare(bytes: number, giveBack: () => void): (() => void) | undefined;
}

interface Block {
	bytes: Promise<Buffer>;
	release?: () => void;
}

/** Random access to a large file, in cached blocks. */
class BlockReader extends RandomAccessReader {
	readonly #blocks = new Map<number, Block>();

	constructor(private readonly file: Ranges) {
		super();
	}

	#drop(number: number) {
		const block = this.#blocks.get(number);
		this.#blocks.delete(number);
		block?.release?.();
	}

	#dropOldest() {
		const [oldest] = this.#blocks.keys();
		if (oldest !== undefined) this.#drop(oldest);
	}

	#fetch(number: number): Block {
		const claim = () => this.file.spare(blockSize, () => this.#drop(number));
		let release = claim();
		// Without spare memory, read one block at a time.
		while (!release && this.#blocks.size > 0) {
			this.#dropOldest();
			release = claim();
		}
		const start = number * blockSize;
		const bytes = this.file.fetch(start, Math.min(start + blockSize, this.file.size));
		// Its readers get the error.
		bytes.catch(() => this.#drop(number));
		return { bytes, release };
	}

	async #block(number: number): Promise<Buffer> {
		const block = this.#blocks.get(number) ?? this.#fetch(number);
		this.#blocks.delete(number);
		this.#blocks.set(number, block);
		if (this.#blocks.size > blocksHeld) this.#dropOldest();
		return await block.bytes;
	}

	async *#bytes(start: number, end: number): AsyncGenerator<Buffer> {
		if (end - start > blockSize) return yield* await this.file.stream(start, end);
		for (let at = start; at < end;) {
			const number = Math.floor(at / blockSize);
			const from = number * blockSize;
			yield (await this.#block(number)).subarray(at - from, end - from);
			at = from + blockSize;
		}
	}

	override _readStreamForRange(start: number, end: number): Readable {
		return Readable.from(this.#bytes(start, end), { objectMode: false });
	}

	/** Gives back the memory of all blocks. */
	release() {
		while (this.#blocks.size > 0) this.#dropOldest();
	}
}

/** Returns a reader for yauzl over a file. `release` gives back its memory in the end. */
export const blockReader = (file: Ranges): RandomAccessReader & { release(): void } => new BlockReader(file);
