// n8n's REST API as its editor uses it. CommonJS, because both the scripts here and the tests under jest load it.
const { setTimeout: sleep } = require('node:timers/promises');
const { parse } = require('flatted');

/** The account that the sandbox makes; it is good for this machine only. */
const login = { email: 'demo@example.com', password: 'Demo-2026' };

const notReady = /Database is not ready/;

/** Where n8n's event loop stood still for longer than n8n keeps a connection, it closes that one with the request in it. */
const isReset = ({ cause }) => cause?.code === 'ECONNRESET';

/**
 * What n8n answers to a request, which is sent again for up to 30 seconds while n8n has no time for it. n8n says of its database
 * that it is not ready before it looks at the request. It may have carried out what it closes, so only a GET is repeated then.
 *
 * @param {string | URL} url
 * @param {RequestInit} [options]
 */
const answered = async (url, { method = 'GET', ...options } = {}) => {
	const end = Date.now() + 30_000;
	for (;;) {
		const answer = await fetch(url, { method, ...options }).catch((error) => {
			if (method !== 'GET' || !isReset(error) || Date.now() > end) throw error;
		});
		if (answer) {
			const isBusy = answer.status === 503 && notReady.test(await answer.clone().text());
			if (!isBusy || Date.now() > end) return answer;
		}
		await sleep(100);
	}
};

/** The settings that n8n tells its editor. Throws until it has started; on a busy machine its first answers have none. */
const settings = async (url) => {
	const ask = async () => await answered(`${url}/rest/settings`);
	// n8n may close an idle connection just as it is used again.
	const { data } = await (await ask().catch(ask)).json();
	if (!data?.userManagement) throw new Error('n8n has not started yet');
	return data;
};

/** Gives calls to n8n's REST API as its editor makes them, with the owner's account made if there is none. */
const signIn = async (url) => {
	// n8n may close an idle connection just as it is used again, and what was sent then is not sent again.
	const headers = { 'content-type': 'application/json', 'browser-id': 'sandbox', connection: 'close' };
	const call = async (method, path, body) => {
		const response = await answered(`${url}/rest${path}`, { method, headers, body: body && JSON.stringify(body) });
		const cookie = response.headers.getSetCookie().find((one) => one.startsWith('n8n-auth='));
		if (cookie) headers.cookie = cookie.split(';')[0];
		const text = await response.text();
		if (!response.ok) throw new Error(`n8n answered ${response.status} to ${method} ${path}: ${text.slice(0, 1000)}`);
		return text === '' ? undefined : JSON.parse(text).data;
	};
	const { userManagement } = await settings(url);
	if (userManagement.showSetupOnFirstLoad)
		await call('POST', '/owner/setup', { ...login, firstName: 'Demo', lastName: 'Owner' });
	else await call('POST', '/login', { emailOrLdapLoginId: login.email, password: login.password });
	return call;
};

const first = (nodes) => nodes.find(({ type }) => /trigger$/i.test(type)) ?? nodes[0];

/** Saves a new workflow, as n8n's import does. Gives it as n8n keeps it. */
const saveWorkflow = async (call, { name, nodes, connections, settings = {}, tags = [] }) =>
	// n8n 1.x insists on `active`.
	await call('POST', '/workflows', { name, nodes, connections, settings, tags, active: false });

/** Saves a new credential. Gives what a node needs to use it. */
const saveCredential = async (call, name, type, data) => ({
	id: (await call('POST', '/credentials', { name, type, data })).id,
	name,
});

/** A template with a credential chosen in each of our nodes, as users do it after an import. */
const withCredential = (workflow, credential) => ({
	...workflow,
	nodes: workflow.nodes.map((node) =>
		node.type.startsWith('n8n-nodes-aws-s3.')
			? { ...node, credentials: { ...node.credentials, awsS3Api: credential } }
			: node,
	),
});

/**
 * Runs a saved workflow as its *Execute workflow* button does, or as a chat does, which gives the trigger an item. Gives the
 * status, and of each node its runs and its items.
 */
const runWorkflow = async (call, workflow, item) => {
	const data = item && { startTime: 0, executionTime: 0, executionIndex: 0, source: [], data: { main: [[item]] } };
	const { executionId } = await call('POST', `/workflows/${workflow.id}/run`, {
		workflowData: workflow,
		triggerToStartFrom: { name: first(workflow.nodes).name, ...(data && { data }) },
	});
	return await ended(call, executionId);
};

/** Whether n8n still had no time to answer. An n8n that is no more refuses the next connection instead. */
const isBusy = (error) => notReady.test(error.message) || isReset(error);

/**
 * What became of an execution, once it has ended; throws where it does not within ten minutes. Each question costs n8n time, so
 * it asks less often where an execution takes long.
 */
const ended = async (call, executionId) => {
	const since = Date.now();
	for (let pause = 50; ; pause = Math.min(1.5 * pause, 500)) {
		const { status, data } = await call('GET', `/executions/${executionId}`).catch((error) => {
			if (isBusy(error)) return { status: 'running' };
			throw error;
		});
		const isOver = !['new', 'running', 'waiting'].includes(status);
		// n8n 1.x has the status a moment before the data.
		const resultData = isOver && data ? parse(data)?.resultData : undefined;
		if (!resultData) {
			if (Date.now() - since > 600_000) throw new Error(`Execution ${executionId} is still ${status}`);
			await sleep(pause);
			continue;
		}
		const { runData, error } = resultData;
		const items = (node) => (runData[node] ?? []).flatMap((one) => one.data?.main?.[0] ?? []);
		return { executionId, status, error, runData, items };
	}
};

module.exports = {
	login,
	answered,
	settings,
	signIn,
	saveCredential,
	saveWorkflow,
	withCredential,
	runWorkflow,
	ended,
};
