import { Mutex } from 'async-mutex';
import { abortable } from './abortable';

const locks = new Map<string, Mutex>();

/**
 * Runs `work` exclusively: within this process, work of the same name runs one after the other. Throws if the signal fires
 * while it waits for its turn.
 */
export const alone = async <T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> => {
	const lock = locks.get(name) ?? new Mutex();
	locks.set(name, lock);
	const end = (release: () => void) => {
		release();
		if (!lock.isLocked()) locks.delete(name);
	};
	const release = await abortable(lock.acquire(), signal, end);
	return await work().finally(() => end(release));
};
