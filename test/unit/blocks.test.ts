import { buffer } from 'node:stream/consumers';
import { blockReader } from '../../nodes/AwsS3/content/blocks';

const MiB = 1024 ** 2;

/** A file whose bytes tell where they are, what is asked of it, and how many blocks there is memory for. */
const fileOf = (length: number, blocks = Infinity) => {
	const whole = Buffer.alloc(length);
	for (let at = 0; at < length; at += 4096) whole.writeUInt32LE(at, at);
	const asked: string[] = [];
	const faults: Error[] = [];
	const held = new Set<() => void>();
	const content = (start: number, end: number) => whole.subarray(start, end);
	const fetch = async (start: number, end: number) => {
		asked.push(`${start / MiB}-${end / MiB}`);
		await new Promise((resolve) => setTimeout(resolve, 1));
		const fault = faults.shift();
		if (fault) throw fault;
		return content(start, end);
	};
	let streams = 0;
	async function* pieces(start: number, end: number) {
		streams++;
		try {
			for (let at = start; at < end; at += 1000) yield content(at, Math.min(at + 1000, end));
		} finally {
			streams--;
		}
	}
	const stream = async (start: number, end: number) => {
		asked.push(`stream ${start / MiB}-${end / MiB}`);
		return pieces(start, end);
	};
	const spare = (bytes: number, giveBack: () => void) => {
		expect(bytes).toBe(MiB);
		if (held.size >= blocks) return undefined;
		held.add(giveBack);
		return () => held.delete(giveBack);
	};
	const reader = blockReader({ size: length, fetch, stream, spare });
	const read = async (start: number, end: number) => await buffer(reader.createReadStream({ start, end }));
	const touch = async (...numbers: number[]) => {
		for (const number of numbers) await read(number * MiB, number * MiB + 1);
		return asked.splice(0).length;
	};
	return { reader, asked, faults, held, content, read, touch, streams: () => streams };
};

test.each<[string, number, number, string[]]>([
	['inside of a block', 10, 2000, ['0-1']],
	['a whole block', MiB, 2 * MiB, ['1-2']],
	['over the edge of a block', MiB - 1, MiB + 1, ['0-1', '1-2']],
	['to the end, which is no whole block', 4 * MiB + 1, 4.5 * MiB, ['4-4.5']],
	['more than a block, as a stream', MiB, 2.5 * MiB, ['stream 1-2.5']],
])('%s', async (_, start, end, ranges) => {
	const { asked, content, read } = fileOf(4.5 * MiB);
	expect((await read(start, end)).equals(content(start, end))).toBe(true);
	expect(asked).toEqual(ranges);
});

test('who reads a stream no further closes it', async () => {
	const { reader, streams } = fileOf(5 * MiB);
	const stream = reader.createReadStream({ start: 0, end: 5 * MiB });
	for await (const _chunk of stream) break;
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(streams()).toBe(0);
});

test('blocks that were used last are not fetched again', async () => {
	const { touch } = fileOf(100 * MiB);
	expect(await touch(...Array(16).keys())).toBe(16);
	expect(await touch(0)).toBe(0);
	expect(await touch(16)).toBe(1);
	// Block 1 had to go, which was not used for the longest time; block 0 stays.
	expect(await touch(0)).toBe(0);
	expect(await touch(1)).toBe(1);
});

test('there are as many blocks as there is memory for, and one at least', async () => {
	const { touch, held } = fileOf(100 * MiB, 2);
	expect(await touch(0, 1, 0, 1, 2, 1)).toBe(3);
	expect(held.size).toBe(2);
	const none = fileOf(100 * MiB, 0);
	expect(await none.touch(0, 0, 1, 1, 0)).toBe(3);
});

test('memory that others need is given back, and all of it in the end', async () => {
	const { touch, held, reader } = fileOf(100 * MiB);
	await touch(0, 1, 2);
	expect(held.size).toBe(3);
	const [first] = held;
	first?.();
	expect(held.size).toBe(2);
	expect(await touch(1, 2)).toBe(0);
	expect(await touch(0)).toBe(1);
	reader.release();
	expect(held.size).toBe(0);
});

test('what could not be fetched is told, and fetched again', async () => {
	const { asked, faults, read } = fileOf(3 * MiB);
	faults.push(new Error('gone'));
	await expect(read(0, 1)).rejects.toThrow('gone');
	expect(await read(0, 1)).toHaveLength(1);
	expect(asked).toEqual(['0-1', '0-1']);
});
