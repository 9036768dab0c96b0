import { abortScope } from '../client/client';
import { freeBuffer } from '../flow/bufferMemory';
import type { Extent } from './resumableRead';
import { resumableRead } from './resumableRead';

/** A range that is being brought into memory. */
export interface IncomingRange {
	bytes: Promise<Buffer>;
	/** When it was requested. */
	since: number;
	/** Asks for what has not arrived over another connection as well: whichever is there first ends the other. */
	askAgain(): void;
	stop(): void;
}

/** Begins to bring a range into `room`, which may serve for something else once the range is there or was stopped. */
export const incomingRange = (room: Buffer, extent: Extent & { length: number }): IncomingRange => {
	const { start, length } = extent;
	const { s3, stop } = abortScope(extent.s3);
	let arrived = 0;
	const bring = async (from: number) => {
		let at = from;
		for await (const chunk of resumableRead({ ...extent, s3, start: start + from, length: length - from })) {
			// The other one was first, and its reader may have passed the memory on.
			s3.signal?.throwIfAborted();
			if (at + chunk.length > length) throw new Error(`Received more than the requested ${length} bytes`);
			room.set(chunk, at);
			at += chunk.length;
			freeBuffer(chunk);
			arrived = Math.max(arrived, at);
		}
	};
	let attempts = 0;
	let failures = 0;
	let askAgain = () => {};
	const bytes = new Promise<Buffer>((resolve, reject) => {
		const ask = async () => {
			attempts++;
			try {
				await bring(arrived);
				resolve(room.subarray(0, length));
				stop();
			} catch (error) {
				if (++failures === attempts) reject(error);
			}
		};
		askAgain = () => {
			if (attempts === 1) void ask();
		};
		void ask();
	});
	// The reader of this range gets its failure later; until then no one handles it.
	bytes.catch(() => undefined);
	return { bytes, since: performance.now(), askAgain, stop };
};
