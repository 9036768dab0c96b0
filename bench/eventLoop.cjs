// Loaded into n8n before its own code: tells on SIGUSR2 how late its timers came since the last time, in milliseconds.
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const resolution = 5;

if (process.env.EVENT_LOOP_FILE) {
	const delays = monitorEventLoopDelay({ resolution });
	delays.enable();
	process.on('SIGUSR2', () => {
		const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);
		writeFileSync(process.env.EVENT_LOOP_FILE, JSON.stringify({ p99: ms(delays.percentile(99)), max: ms(delays.max) }));
		delays.reset();
	});
}
