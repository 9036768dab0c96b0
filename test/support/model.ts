import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { listen } from './listen';

interface Asked {
	tools?: Array<{ function: { name: string; description: string; parameters: { properties: object } } }>;
	messages: Array<{ role: string; content: unknown }>;
}

/** What the model does next: which tool it calls, the first one if none is named, and with which arguments. */
export interface Step {
	tool?: string;
	given: object;
}

/**
 * A language model as n8n's OpenAI node talks to one, which does as it is told: it calls one tool after the other, then says
 * that it is done. Everything else is n8n's own machinery for agents.
 */
export const startModel = async (steps: Step[]) => {
	const asked: Asked[] = [];
	const answer = async (request: IncomingMessage) => {
		const question = (await json(request)) as Asked;
		asked.push(question);
		const step = steps[question.messages.filter(({ role }) => role === 'tool').length];
		const name = step?.tool ?? question.tools?.[0]?.function.name;
		const calls = [
			{ id: `call_${asked.length}`, type: 'function', function: { name, arguments: JSON.stringify(step?.given) } },
		];
		const message = step
			? { role: 'assistant', content: null, tool_calls: calls }
			: { role: 'assistant', content: 'done' };
		const choice = { index: 0, message, finish_reason: step ? 'tool_calls' : 'stop' };
		return {
			id: '1',
			object: 'chat.completion',
			created: 1,
			model: 'scripted',
			choices: [choice],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
	};
	const server = createServer((request, response) => {
		void answer(request).then((body) =>
			response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
		);
	});
	return { asked, url: `http://${await listen(server)}/v1` };
};
