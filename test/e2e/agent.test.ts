import { PutObjectCommand } from '@aws-sdk/client-s3';
import { credential, major, runWorkflow, s3, saveCredential } from '../support/e2e';
import { startModel } from '../support/model';
import { makeBucket, sdk } from '../support/s3';

const runAgent = async (operation: `${string}.${string}`, parameters: object, given: object) => {
	const model = await startModel([{ given }]);
	const openAiApi = await saveCredential('openAiApi', { apiKey: 'none', url: model.url });
	const { parameters: own } = s3('Files', operation, parameters);
	const nodes = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			...{ name: 'Agent', type: '@n8n/n8n-nodes-langchain.agent', typeVersion: 3 },
			parameters: { promptType: 'define', text: 'Do it.', options: { returnIntermediateSteps: true } },
		},
		{
			...{ name: 'Model', type: '@n8n/n8n-nodes-langchain.lmChatOpenAi', typeVersion: 1.2 },
			parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
			credentials: { openAiApi },
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
	expect(tool?.description).toContain('List objects');
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
	// n8n 1.x ends the workflow with what went wrong; n8n 2 tells the model.
	expect(JSON.stringify(major === 1 ? bad.ran.error : bad.asked[1]?.messages)).toContain(
		'more than the 1024 that S3 allows',
	);
});
