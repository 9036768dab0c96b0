// Memory of a process as Linux keeps it. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
import { readFileSync, writeFileSync } from 'node:fs';

const MiB = 1024 ** 2;

const line = (pid, name) => {
	const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
	return (Number(found?.[1]) * 1024) / MiB;
};

/** What a process holds now, in MiB. */
export const resident = (pid) => line(pid, 'VmRSS');

/** Forgets the peak so far, and gives a function that tells the peak since then, in MiB. */
export const peakFromNow = (pid) => {
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
	return () => line(pid, 'VmHWM');
};
