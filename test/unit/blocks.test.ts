import { buffer } from 'node:stream/consumers';
import { blockReader } from '../../nodes/AwsS3/content/blocks';

const MiB = 1024 ** 2;

/** A file of so many MiB whose bytes tell where they are, and the ranges that are asked of it. */
const fileOf = (length: number) => {
	const whole = Buffer.alloc(length);
	for (let at = 0; at < length; at += 4096) whole.writeUInt32LE(at, at);
	const asked: string[] = [];
	const faults: Error[] = [];
	let underWay = 0;
	let most = 0;
	const content = (start: number, end: number) => whole.subarray(start, end);
	const reader = blockReader(length, async (start, end) => {
		asked.push(`${start / MiB}-${end / MiB}`);
		most = Math.max(most, ++underWay);
		await new Promise((resolve) => setTimeout(resolve, 1));
		underWay--;
		const fault = faults.shift();
		if (fault) throw fault;
		return content(start, end);
	});
	const read = async (start: number, end: number) => await buffer(reader.createReadStream({ start, end }));
	return { asked, faults, content, read, most: () => most };
};

test.each<[string, number, number, string[]]>([
	['inside of a block', 10, 2000, ['0-2']],
	['a whole block', 2 * MiB, 4 * MiB, ['2-4']],
	['over the edge of a block', 2 * MiB - 1, 2 * MiB + 1, ['0-2', '2-4']],
	['several blocks', MiB, 5 * MiB, ['0-2', '2-4', '4-5']],
	['to the end, which is no whole block', 4 * MiB + 1, 5 * MiB, ['4-5']],
])('%s', async (_, start, end, ranges) => {
	const { asked, content, read } = fileOf(5 * MiB);
	expect((await read(start, end)).equals(content(start, end))).toBe(true);
	expect(asked).toEqual(ranges);
});

test('the next block is on its way while one is read', async () => {
	const { read, most } = fileOf(10 * MiB);
	await read(0, 10 * MiB);
	expect(most()).toBe(2);
});

test('blocks that were used last are not fetched again', async () => {
	const { asked, read } = fileOf(100 * MiB);
	const touch = async (block: number) => await read(block * 2 * MiB, block * 2 * MiB + 1);
	for (let block = 0; block < 16; block++) await touch(block);
	await touch(0);
	expect(asked).toHaveLength(16);
	await touch(16);
	// Block 1 had to go, which was not used for the longest time; block 0 stays.
	await touch(0);
	expect(asked).toHaveLength(17);
	await touch(1);
	expect(asked).toHaveLength(18);
});

test('what could not be fetched is told, and fetched again', async () => {
	const { asked, faults, read } = fileOf(3 * MiB);
	faults.push(new Error('gone'));
	await expect(read(0, 1)).rejects.toThrow('gone');
	expect(await read(0, 1)).toHaveLength(1);
	expect(asked).toEqual(['0-2', '0-2']);
});
