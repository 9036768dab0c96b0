import rest from '../../sandbox/rest.cjs';
import { activeWorkflows, everyFiveSeconds } from './activeWorkflows';
import { call, credential, saveCredential } from './e2e';
import type { Template } from './templates';
import { withTrigger } from './templates';

const workflows = activeWorkflows(call);
const active: string[] = [];

/** Deactivates what was activated, so that it polls no longer. */
export const deactivateAll = async () => {
	for (const id of active.splice(0)) await workflows.deactivate(id);
};

/** n8n publishes no workflow whose nodes for mail have no account. Nobody listens there. */
const withMail = async (workflow: Template): Promise<Template> => {
	const smtp = await saveCredential('smtp', { host: '127.0.0.1', port: 9, secure: false, disableStartTls: true });
	const nodes = workflow.nodes.map((node) =>
		node.type === 'n8n-nodes-base.emailSend' ? { ...node, credentials: { smtp, ...node.credentials } } : node,
	);
	return { ...workflow, nodes };
};

/** Activates a template as it is set up; its trigger gets some parameters of the test, and polls every few seconds. */
export const activate = async (template: Template, trigger: object) => {
	const chosen = withTrigger(await withMail(template), { pollTimes: everyFiveSeconds, ...trigger });
	const { id } = await rest.saveWorkflow(call, rest.withCredential(chosen, await credential()));
	await workflows.activate(id);
	active.push(id);
	/** Waits for a number of executions, and returns all of them with their status. */
	return { ranOf: async (count: number) => await workflows.ranOf(id, count) };
};
