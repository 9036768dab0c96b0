import { Mutex } from 'async-mutex';

const locks = new Map<string, Mutex>();

/** Does the work alone among all of the same name in this process, one after the other. */
export const alone = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
	const lock = locks.get(name) ?? new Mutex();
	locks.set(name, lock);
	return await lock.runExclusive(work).finally(() => {
		if (!lock.isLocked()) locks.delete(name);
	});
};
