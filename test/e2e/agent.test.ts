import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { call, credential, runWorkflow, s3 } from '../support/e2e';
import { makeBucket, sdk } from '../support/s3';

interface Asked {
	tools?: Array<{ function: { name: string; description: string; parameters: { properties: object } } }>;
	messages: Array<{ role: string; content: unknown }>;
}

/**
 * A language model as n8n's OpenAI node talks to one, which does as it is told: it calls the first tool with these
 * arguments, then says that it is done. Everything else is n8n's own machinery for agents.
 */
const startModel = async (given: object) => {
	const asked: Asked[] = [];
	const answer = async (request: IncomingMessage) => {
		const question = (await json(request)) as Asked;
		asked.push(question);
		const isDone = question.messages.some(({ role }) => role === 'tool');
		const [tool] = question.tools ?? [];
		const calls = [
			{ id: 'call_1', type: 'function', function: { name: tool?.function.name, arguments: JSON.stringify(given) } },
		];
		const message = isDone
			? { role: 'assistant', content: 'done' }
			: { role: 'assistant', content: null, tool_calls: calls };
		const choice = { index: 0, message, finish_reason: isDone ? 'stop' : 'tool_calls' };
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
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { asked, url: `http://127.0.0.1:${port}/v1`, close: () => server.close() };
};

const runAgent = async (operation: `${string}.${string}`, parameters: object, given: object) => {
	const model = await startModel(given);
	const { id } = await call('POST', '/credentials', {
		name: 'Model',
		type: 'openAiApi',
		data: { apiKey: 'none', url: model.url },
	});
	const { parameters: own } = s3('Files', operation, parameters);
	const nodes = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			...{ name: 'Agent', type: '@n8n/n8n-nodes-langchain.agent', typeVersion: 3.1 },
			parameters: { promptType: 'define', text: 'Do it.', options: { returnIntermediateSteps: true } },
		},
		{
			...{ name: 'Model', type: '@n8n/n8n-nodes-langchain.lmChatOpenAi', typeVersion: 1.2 },
			parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
			credentials: { openAiApi: { id, name: 'Model' } },
		},
		{
			...{ name: 'Files', type: 'n8n-nodes-aws-s3.awsS3Tool', typeVersion: 1, parameters: own },
			credentials: { awsS3Api: await credential() },
		},
	].map((node, index) => ({ id: `n${index}`, position: [index * 200, 0], ...node }));
	const to = (node: string, type: string) => ({ [type]: [[{ node, type, index: 0 }]] });
	const connections = {
		Start: to('Agent', 'main'),
		Model: to('Agent', 'ai_languageModel'),
		Files: to('Agent', 'ai_tool'),
	};
	const ran = await runWorkflow({ name: 'Agent', nodes, connections, settings: { executionOrder: 'v1' } });
	model.close();
	return { ran, asked: model.asked };
};

test('an agent lists objects, and gets little back', async () => {
	const bucket = await makeBucket();
	for (let index = 0; index < 60; index++)
		await sdk.send(
			new PutObjectCommand({ Bucket: bucket, Key: `reports/${String(index).padStart(2, '0')}.csv`, Body: 'a\n1\n' }),
		);
	const { ran, asked } = await runAgent(
		'object.getAll',
		{ bucket, prefix: "={{ $fromAI('prefix', 'What the keys begin with', 'string') }}" },
		{ prefix: 'reports/' },
	);
	expect(ran.status).toBe('success');
	const tool = asked[0]?.tools?.[0]?.function;
	expect(tool?.description).toContain('Get many objects');
	expect(Object.keys(tool?.parameters.properties ?? {})).toContain('prefix');
	const result = String(asked[1]?.messages.find(({ role }) => role === 'tool')?.content);
	expect(result).toContain('reports/00.csv');
	// The limit of the operation holds for agents as well.
	expect(result.match(/reports\//g)).toHaveLength(50);
	expect(result.length).toBeLessThan(16 * 1024);
	expect(ran.items('Agent')[0]?.json).toMatchObject({ output: 'done' });
});

test('an agent stores a text, and is told what is wrong with a key', async () => {
	const bucket = await makeBucket();
	const parameters = {
		...{ bucket, source: 'text' },
		key: "={{ $fromAI('key', 'The full name of the object', 'string') }}",
		text: "={{ $fromAI('text', 'The content', 'string') }}",
	};
	const good = await runAgent('object.upload', parameters, { key: 'notes/1.txt', text: 'hello' });
	expect(good.ran.status).toBe('success');
	expect(String(good.asked[1]?.messages.find(({ role }) => role === 'tool')?.content)).toContain('"uploaded":true');
	const bad = await runAgent('object.upload', parameters, { key: 'x'.repeat(1025), text: 'hello' });
	expect(JSON.stringify(bad.asked[1]?.messages)).toContain('more than the 1024 that S3 allows');
});
