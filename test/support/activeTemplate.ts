import rest from '../../sandbox/rest.cjs';
import { activeWorkflows, everyFiveSeconds } from './activeWorkflows';
import { call, credential } from './e2e';
import type { Template } from './templates';
import { withTrigger } from './templates';

const workflows = activeWorkflows(call);
const active: string[] = [];

/** Deactivates what was activated, so that it polls no longer. */
export const deactivateAll = async () => {
	for (const id of active.splice(0)) await workflows.deactivate(id);
};

/** Activates a template as it is set up; its trigger gets some parameters of the test, and polls every few seconds. */
export const activate = async (template: Template, trigger: object) => {
	const chosen = withTrigger(template, { pollTimes: everyFiveSeconds, ...trigger });
	const { id } = await rest.saveWorkflow(call, rest.withCredential(chosen, await credential()));
	await workflows.activate(id);
	active.push(id);
	/** Waits for a number of executions, and returns all of them with their status. */
	return { ranOf: async (count: number) => await workflows.ranOf(id, count) };
};
