/** Milliseconds of processor that some work takes: other programs of a busy machine do not count. */
export const processorTime = (work: () => void) => {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
};
