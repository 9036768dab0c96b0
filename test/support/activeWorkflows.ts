import rest from '../../sandbox/rest.cjs';
import type { Ran } from './e2e';
import { major } from './e2e';
import { until } from './until';

type Call = (method: string, path: string, body?: unknown) => Promise<{ id: string } & Record<string, unknown>>;

interface Listed {
	results: Array<{ id: string; status: string; finished: boolean }>;
}

/** Polls every five seconds: n8n takes no expression that is shorter than a minute, but as many as one likes. */
export const everyFiveSeconds = {
	item: Array.from({ length: 12 }, (_, index) => ({ mode: 'custom', cronExpression: `${index * 5} * * * * *` })),
};

/** n8n 2 tries five times to activate a trigger, and these are its pauses between them, in milliseconds. */
const ownPauses = 1000 + 2000 + 4000 + 8000;

const doesNothing = { type: 'n8n-nodes-base.noOp', parameters: {} };

/** Workflows that a polling trigger starts, in an n8n. */
export const activeWorkflows = (call: Call) => {
	const executionsOf = async (id: string) => {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		const { results } = (await call('GET', `/executions?filter=${filter}&limit=100`)) as unknown as Listed;
		// One that ends just then is listed twice: among those that run, and among those that have ended.
		return [...new Set(results.map((one) => one.id))].sort((a, b) => Number(a) - Number(b));
	};
	/** n8n 2 answers first, and begins then. */
	const becomes = async (id: string, expected: string) => {
		let now: Record<string, unknown> = {};
		const isOver = async () => {
			now = await call('GET', `/workflows/${id}/publication-status`);
			return now.status !== 'in_progress';
		};
		await until(isOver, { delay: ownPauses });
		if (now.status !== expected) throw new Error(JSON.stringify(now));
	};
	return {
		/** Saves a workflow of the trigger and a node after it, which does nothing unless given; gives its id. */
		save: async (parameters: object, credential: object, after: object = doesNothing) => {
			const nodes = [
				{
					...{ id: 'trigger', name: 'Watch', type: 'n8n-nodes-aws-s3.awsS3Trigger', typeVersion: 1 },
					...{ position: [0, 0], parameters: { pollTimes: everyFiveSeconds, ...parameters } },
					credentials: { awsS3Api: credential },
				},
				{ id: 'end', name: 'End', typeVersion: 1, position: [200, 0], ...after },
			];
			const connections = { Watch: { main: [[{ node: 'End', type: 'main', index: 0 }]] } };
			const workflow = { name: expect.getState().currentTestName, nodes, connections };
			return (await rest.saveWorkflow(call, workflow)).id;
		},
		/** Activates a workflow, and waits until its first poll has ended. Throws with what n8n says if it has failed. */
		activate: async (id: string) => {
			const { versionId } = await call('GET', `/workflows/${id}`);
			if (major === 1) {
				await call('PATCH', `/workflows/${id}`, { active: true, versionId });
				return;
			}
			await call('POST', `/workflows/${id}/activate`, { versionId });
			await becomes(id, 'published');
		},
		/** Deactivates a workflow, and waits until its trigger has ended. */
		deactivate: async (id: string) => {
			if (major === 1) {
				await call('PATCH', `/workflows/${id}`, { active: false });
				return;
			}
			await call('POST', `/workflows/${id}/deactivate`);
			await becomes(id, 'not_published');
		},
		executionsOf,
		/** Waits for a number of executions, and returns all of them with their status. */
		ranOf: async (id: string, count: number): Promise<Ran[]> => {
			let ids: string[] = [];
			await until(async () => (ids = await executionsOf(id)).length >= count);
			return await Promise.all(ids.map(async (one) => await rest.ended(call, one)));
		},
	};
};
