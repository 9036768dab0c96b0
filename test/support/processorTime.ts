/** Milliseconds of processor that some work takes: other programs of a busy machine do not count. */
export const processorTime = async (work: () => unknown) => {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
};
