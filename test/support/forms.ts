import type { Ran } from './e2e';
import rest from '../../sandbox/rest.cjs';
import { call, ended } from './e2e';
import type { Template } from './templates';

/** What somebody fills into a page: values by the order of the fields, files as Blobs with a name. */
type Filled = Array<string | File>;

/** The n8n of the tests, and its address. */
const shared = { own: call, url: process.env.TEST_N8N ?? '' };

/**
 * Runs a workflow that begins with a form, as somebody does who opens its test address in a browser and fills in one page
 * after the other. Gives the text of the last page, and the run, which may go on after that page.
 */
export const openForms = async (
	workflow: Template,
	path: string,
	pages: Filled[],
	headers: Record<string, string> = {},
	{ own, url: base } = shared,
): Promise<{ page: string; executionId: string }> => {
	const { id, ...saved } = await rest.saveWorkflow(own, workflow);
	await own('POST', `/workflows/${id}/run`, {
		workflowData: { id, ...saved },
		triggerToStartFrom: { name: workflow.nodes.find(({ type }) => type.endsWith('.formTrigger'))?.name },
	});
	let address = `${base}/form-test/${path}`;
	let page = '';
	for (const filled of pages) {
		const form = new FormData();
		filled.forEach((value, index) => form.append(`field-${index}`, value));
		const answer = await rest.answered(address, {
			method: 'POST',
			body: form,
			headers,
			signal: AbortSignal.timeout(60_000),
		});
		const said = await answer.text();
		if (!answer.ok) throw new Error(`The form answered ${answer.status}: ${said.slice(0, 500)}`);
		const { formWaitingUrl = '' }: { formWaitingUrl?: string } = said.startsWith('{') ? JSON.parse(said) : {};
		address = formWaitingUrl.replace(/^https?:\/\/[^/]+/, base) || address;
		page = await pageAt(address, headers);
	}
	// The last page's script tells n8n that it was shown; the workflow waits for that.
	await rest.answered(address, { method: 'POST', headers });
	return { page, executionId: /form-waiting\/(\d+)/.exec(address)?.[1] ?? '' };
};

/** Fills in the forms of a workflow; gives the text of the last page, and the run as it ended. */
export const fillForms = async (...given: Parameters<typeof openForms>): Promise<{ page: string; ran: Ran }> => {
	const { page, executionId } = await openForms(...given);
	return { page, ran: await ended(executionId) };
};

/** The page, once the workflow has come so far, for which the test sets the limit; asked for before, n8n would never answer. */
const pageAt = async (address: string, headers: Record<string, string>) => {
	const status = new URL(address);
	status.pathname += '/n8n-execution-status';
	const end = Date.now() + 600_000;
	for (;;) {
		const said = await (await rest.answered(status, { headers })).text();
		if (said !== 'running' && said !== 'new') break;
		if (Date.now() > end) throw new Error(`The workflow is still ${said}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	const answer = await rest.answered(address, { headers });
	const page = await answer.text();
	if (!answer.ok) throw new Error(`The page answered ${answer.status}: ${page.slice(0, 500)}`);
	return page;
};
