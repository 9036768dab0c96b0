import { getHeapSpaceStatistics } from 'node:v8';

const MiB = 1024 ** 2;

/** V8 looks through its whole heap, some 200 MiB in n8n, each time that 32 MiB of new buffers have come. */
const enough = 24 * MiB;

/**
 * V8's memory for young objects in a process that has been busy. Where it is smaller, it is full and collected often enough,
 * and the buffers that have passed are freed with it.
 */
const roomy = 16 * MiB;

/** Arrays of less than 128 KiB are made among the young objects, larger ones apart from them. */
const slots = 12_500;
const bytesPerSlot = 8;

let passed = 0;

/** V8 has no call for it: it collects young objects when there is no room for another one. */
const collectYoung = () => {
	const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
	if (!young || young.space_size < roomy) return;
	for (let room = young.space_available_size; room >= 0;) room -= bytesPerSlot * new Array(slots).length;
};

/**
 * Hears of bytes that pass in buffers of their own, and has V8 free them at a tenth of the work that it makes of it otherwise.
 * https://v8.dev/blog/trash-talk
 */
export const passing = (bytes: number) => {
	passed += bytes;
	if (passed < enough) return;
	passed = 0;
	collectYoung();
};
