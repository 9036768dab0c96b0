import type { Readable } from 'node:stream';
import { setTimeout, clearTimeout } from 'node:timers';

const hasStalled = () => Object.assign(new Error('S3 has stopped sending'), { name: 'TimeoutError' });

/**
 * The chunks of a stream. A server that sends nothing for so many milliseconds is an error, but only while something is
 * waited for: whoever reads slowly may take their time.
 */
export async function* withIdleTimeout(stream: Readable, patience: number): AsyncGenerator<Buffer> {
	const chunks = stream[Symbol.asyncIterator]();
	let isWaiting = false;
	const late = setTimeout(() => {
		if (isWaiting) stream.destroy(hasStalled());
	}, patience).unref();
	try {
		for (;;) {
			isWaiting = true;
			late.refresh();
			const { value, done } = await chunks.next();
			isWaiting = false;
			if (done) return;
			yield value;
		}
	} finally {
		clearTimeout(late);
		await chunks.return?.();
	}
}
