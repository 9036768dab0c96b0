// How late the timers of another process come.
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The variables of a process that is to be watched, and writes its delays to a file. */
export const watching = (file) => ({
	NODE_OPTIONS: `--require=${fileURLToPath(new URL('eventLoop.cjs', import.meta.url))}`,
	EVENT_LOOP_FILE: file,
});

/** The delays of a watched process since it was last asked. */
export const delaysOf = async (pid, file) => {
	rmSync(file, { force: true });
	process.kill(pid, 'SIGUSR2');
	for (;;) {
		await sleep(50);
		try {
			return JSON.parse(readFileSync(file, 'utf8'));
		} catch {
			// It is being written.
		}
	}
};
