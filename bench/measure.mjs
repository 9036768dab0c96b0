// How long the nodes of a workflow take in a real n8n, and what they cost it.
import { join } from 'node:path';
import * as rest from '../sandbox/rest.cjs';
import { delaysOf, watching } from './delays.mjs';
import { peakFromNow, resident } from './memory.mjs';
import { workflow } from './nodes.mjs';
import { startPlace } from './place.mjs';

/** Starts Ceph and n8n, as `startPlace` does, and gives `measure` besides. */
export const startMeasured = async (scratch, given) => {
	const eventLoopFile = join(scratch, 'event-loop.json');
	const place = await startPlace(scratch, watching(eventLoopFile), given);
	const { call, pid } = place;

	const delays = async () => await delaysOf(pid, eventLoopFile);

	/**
	 * Runs a workflow; gives milliseconds of its nodes by name, the first item of each, n8n's delays, its memory above what
	 * it held before, and what of that a garbage collection leaves. Its files stay until `forget`: ext4 without a journal
	 * gives away no inode that was freed within the last minute, and its search for others would take longer than the work.
	 */
	const measure = async (steps, credentials) => {
		const saved = await rest.saveWorkflow(call, workflow('bench', steps, credentials));
		const { held } = await delays();
		const before = resident(pid);
		const peak = peakFromNow(pid);
		const ran = await rest.runWorkflow(call, saved);
		const most = peak();
		const after = await delays();
		const figures = { peak: most - before, p99: after.p99, cpu: after.cpu, kept: after.held - held };
		const forget = async () =>
			await call('POST', '/executions/delete', { ids: [ran.executionId] }).catch(() => undefined);
		if (ran.status !== 'success') return { ...figures, forget, failed: ran.error?.message ?? ran.status };
		const byNode = (pick) => Object.fromEntries(Object.entries(ran.runData).map(([node, [run]]) => [node, pick(run)]));
		return {
			...{ ...figures, forget, times: byNode(({ executionTime }) => executionTime) },
			first: byNode(({ data }) => data?.main?.[0]?.[0]?.json),
		};
	};
	return { ...place, measure, delays };
};
