import type { Readable } from 'node:stream';

/** The reason of signals that end work that is no longer needed. Without one, Node writes a stack trace each time. */
export const notNeeded = Object.assign(new Error('Not needed any more'), { name: 'AbortError' });

/** The stops after which other signals fire, by those. */
const stops = new WeakMap<AbortSignal, AbortSignal>();

/** Notes that `late` fires some time after `stop`. */
export const firesAfter = (late: AbortSignal, stop: AbortSignal) => void stops.set(late, stop);

/** The stop after which a signal fires; undefined for one that is a stop itself. */
export const stopBefore = (signal: AbortSignal | undefined) => signal && stops.get(signal);

/**
 * The result of something that may take long, or the reason of the signal as soon as that fires. What arrives after
 * that goes to `discard`, because no other code receives it.
 */
export const abortable = async <T>(
	pending: Promise<T>,
	signal: AbortSignal | undefined,
	discard: (late: T) => unknown,
): Promise<T> => {
	if (!signal) return await pending;
	const discardLate = () => void pending.then(discard).catch(() => undefined);
	if (signal.aborted) discardLate();
	signal.throwIfAborted();
	return await new Promise<T>((resolve, reject) => {
		const onStop = () => {
			discardLate();
			reject(signal.reason);
		};
		signal.addEventListener('abort', onStop, { once: true });
		void pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', onStop));
	});
};

/**
 * Destroys the stream when the signal fires, so that nothing stays open for a reader who has left, and returns it. Who
 * reads it meets a premature close. An error before that waits for its reader; otherwise Node.js would end the process.
 */
export const closedBy = <S extends Readable>(signal: AbortSignal, stream: S): S => {
	const close = () => void stream.destroy();
	if (signal.aborted) close();
	else signal.addEventListener('abort', close);
	stream.on('error', () => undefined);
	stream.once('close', () => signal.removeEventListener('abort', close));
	return stream;
};
