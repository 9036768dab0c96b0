// Loaded into n8n before its own code: tells on SIGUSR2 how late its timers came since the last time, how long the processor
// worked for it, in milliseconds, and how many MiB are left after a garbage collection.
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const resolution = 5;

if (process.env.EVENT_LOOP_FILE) {
	const delays = monitorEventLoopDelay({ resolution });
	delays.enable();
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc');
	let before = process.cpuUsage();
	process.on('SIGUSR2', () => {
		const { user, system } = process.cpuUsage(before);
		const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);
		const late = { p99: ms(delays.percentile(99)), max: ms(delays.max) };
		collect();
		const { heapUsed, external } = process.memoryUsage();
		const held = (heapUsed + external) / 1024 ** 2;
		writeFileSync(process.env.EVENT_LOOP_FILE, JSON.stringify({ ...late, cpu: (user + system) / 1000, held }));
		// The collection is not part of the work.
		before = process.cpuUsage();
		delays.reset();
	});
}
