// A trigger that is active in a real n8n, and the executions that it has started.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as rest from '../sandbox/rest.cjs';

export const until = async (isSo, limit = 300_000) => {
	for (const since = Date.now(); !(await isSo()); await sleep(100))
		if (Date.now() - since > limit) throw new Error('This takes too long');
};

/** Saves and activates a workflow of a trigger and a node that does nothing. */
export const activate = async (call, name, type, parameters, data) => {
	const credentialType = 'awsS3Api';
	const credential = await rest.saveCredential(call, name, credentialType, { ...data, forcePathStyle: true });
	const webhookId = randomUUID();
	const node = {
		...{ id: randomUUID(), name: 'Trigger', type: `n8n-nodes-aws-s3.${type}`, typeVersion: 1, position: [0, 0] },
		...{ parameters, credentials: { [credentialType]: credential }, webhookId },
	};
	const after = {
		...{ id: 'n', name: 'Next', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [200, 0], parameters: {} },
	};
	const connections = { Trigger: { main: [[{ node: 'Next', type: 'main', index: 0 }]] } };
	const { id } = await rest.saveWorkflow(call, { name, nodes: [node, after], connections });
	const { versionId } = await call('GET', `/workflows/${id}`);
	await call('POST', `/workflows/${id}/activate`, { versionId });
	await until(async () => (await call('GET', `/workflows/${id}/publication-status`)).status === 'published');
	return { id, webhookId };
};

/** Returns all executions of a workflow, the newest first. */
export const executionsOf = async (call, { id }) => {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	const all = [];
	for (let next = ''; ;) {
		const page = await call('GET', `/executions?filter=${filter}&limit=100${next}`);
		all.push(...page.results);
		if (!page.nextCursor) return all;
		next = `&cursor=${encodeURIComponent(page.nextCursor)}`;
	}
};
