/**
 * Milliseconds that a stop may take in tests. Where fifteen programs share two processors, one has taken more than a second;
 * what no stop ends takes at least as long as the shortest timeout, which is 10 seconds for a connection. A stop that also
 * aborts uploads may take `longestCleanup` more.
 */
export const soon = 5000;
