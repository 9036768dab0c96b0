/**
 * Milliseconds that a stop may take in tests. Where fifteen programs share two processors, one has taken more than a second;
 * what no stop ends takes at least as long as the shortest timeout, which is 30 seconds.
 */
export const soon = 5000;
