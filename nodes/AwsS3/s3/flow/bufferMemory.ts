import { getHeapSpaceStatistics } from 'node:v8';

const MiB = 1024 ** 2;

/** What is posted to a port whose other end is closed goes nowhere, and its memory is free at once. */
const { port1: closedPort, port2: otherEnd } = new MessageChannel();
otherEnd.close();

const ownsMemory = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> =>
	bytes.byteLength > 0 && bytes.byteLength === bytes.buffer.byteLength && !(bytes.buffer instanceof SharedArrayBuffer);

/**
 * Frees the memory of a buffer at once instead of at V8's next collection; the buffer is empty afterwards. Only for
 * buffers that no other code keeps. Leaves memory that a buffer shares with others.
 * https://nodejs.org/api/worker_threads.html#portpostmessagevalue-transferlist
 */
export const freeBuffer = (bytes: Uint8Array) => {
	if (ownsMemory(bytes)) closedPort.postMessage(null, [bytes.buffer]);
};

/** V8 looks through its whole heap, some 200 MiB in n8n, each time that 32 MiB of new buffers have come. */
const collectEvery = 24 * MiB;

/** Arrays of less than 128 KiB are made among the young objects, larger ones apart from them. */
const slots = 12_500;
const bytesPerSlot = 8;

/** Where each array is kept for a moment: V8 does not create one that no code can reach. */
const garbage: unknown[] = [];

/**
 * V8 has no call for it: it collects young objects when another one does not fit. It would make the arrays of one `new` in the code among
 * the old objects as soon as some of them have lived on, and then collect the whole heap instead; `Reflect` leaves no such trace.
 */
const collectYoungObjects = () => {
	const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
	for (let room = young?.space_available_size ?? -1; room >= 0; room -= slots * bytesPerSlot)
		garbage[0] = Reflect.construct(Array, [slots]);
	garbage.length = 0;
};

let passedOn = 0;

/**
 * Counts the bytes of buffers that others keep for a while, and makes V8 free these early, with a tenth of the work that its
 * own collections take.
 * https://v8.dev/blog/trash-talk
 */
export const countPassedOn = (bytes: number) => {
	passedOn += bytes;
	if (passedOn < collectEvery) return;
	passedOn = 0;
	collectYoungObjects();
};

const counted = new WeakSet<object>();

/** Marks a source that counts its bytes itself as they come, so that its reader does not count them again. */
export const asCounted = <T extends object>(source: T): T => {
	counted.add(source);
	return source;
};

/** Whether a source counts its bytes itself. */
export const isCounted = (source: object): boolean => counted.has(source);
