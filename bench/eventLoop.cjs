// Loaded into n8n before its own code: tells on SIGUSR2 how late its timers came since the last time, and how
// long the processor worked for it, in milliseconds.
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const resolution = 5;

if (process.env.EVENT_LOOP_FILE) {
	const delays = monitorEventLoopDelay({ resolution });
	delays.enable();
	let before = process.cpuUsage();
	process.on('SIGUSR2', () => {
		const { user, system } = process.cpuUsage(before);
		before = process.cpuUsage();
		const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);
		writeFileSync(
			process.env.EVENT_LOOP_FILE,
			JSON.stringify({ p99: ms(delays.percentile(99)), max: ms(delays.max), cpu: (user + system) / 1000 }),
		);
		delays.reset();
	});
}
