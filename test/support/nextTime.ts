import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until the server tells another time, as some tell whole seconds only, and so that `new Date()` lies between what was
 * written before and after, though its clock is not quite ours.
 */
export const nextTime = async (seconds = 1) => await sleep(seconds * 1000 + 100);
