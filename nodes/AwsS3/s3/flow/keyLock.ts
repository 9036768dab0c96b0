import { Mutex } from 'async-mutex';

const locks = new Map<string, Mutex>();

/** Runs `work` exclusively: within this process, work of the same name runs one after the other. */
export const alone = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
	const lock = locks.get(name) ?? new Mutex();
	locks.set(name, lock);
	return await lock.runExclusive(work).finally(() => {
		if (!lock.isLocked()) locks.delete(name);
	});
};
