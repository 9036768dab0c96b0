// Programs that end with us, whatever ends us, with all that they have started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What runs, and the signal that ends it. */
const alive = new Map();

const signalGroup = ({ pid }, signal) => {
	try {
		process.kill(process.platform === 'win32' ? pid : -pid, signal);
	} catch (error) {
		// Nothing of it is left.
		if (error.code !== 'ESRCH') throw error;
	}
};

process.once('exit', () => {
	for (const [child, signal] of alive) signalGroup(child, signal);
});

/**
 * Starts a program in a group of its own, so that Ctrl-C in the terminal reaches only us and we end programs in order.
 * `lastSignal` is for a program that has to tidy up where we end without `stop`.
 */
export const start = (program, args, { lastSignal = 'SIGKILL', ...options } = {}) => {
	const child = spawn(program, args, { ...options, detached: true });
	if (child.pid === undefined) return child;
	alive.set(child, lastSignal);
	child.once('exit', () => {
		alive.delete(child);
		signalGroup(child, 'SIGKILL');
	});
	return child;
};

/** Asks a program to end, and insists after ten seconds. */
export const stop = async (child, signal = 'SIGKILL') => {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.kill(signal);
	const late = setTimeout(() => signalGroup(child, 'SIGKILL'), 10_000);
	await ended;
	clearTimeout(late);
};

/** Runs a program to its end; gives what it has written, or throws with it. */
export const run = async (program, args, options = {}) => {
	const child = start(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
	const [[code, signal], stdout, stderr] = await Promise.all([
		once(child, 'exit'),
		text(child.stdout),
		text(child.stderr),
	]);
	if (code === 0) return { stdout, stderr };
	throw new Error(`${program} ${args.join(' ')} ended with ${code ?? signal}:\n${(stderr + stdout).slice(-4000)}`);
};
