import { GetObjectCommand } from '@aws-sdk/client-s3';
import { runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { startModel } from '../../support/model';
import { sdk } from '../../support/s3';
import { template } from '../../support/templates';

test('the agent lists, reads, writes a note and makes a link', async () => {
	const model = await startModel([
		{ tool: 'List_Files', given: { prefix: 'finance/' } },
		{ tool: 'Read_File', given: { key: 'finance/stocks.csv' } },
		{ tool: 'Write_Note', given: { name: 'summary.txt', text: 'Five companies.' } },
		{ tool: 'Make_Link', given: { key: 'notes/summary.txt' } },
	]);
	const openAiApi = await saveCredential('openAiApi', { apiKey: 'none', url: model.url });
	const type = '@n8n/n8n-nodes-langchain.lmChatOpenAi';
	const workflow = template('ask-agent-about-files', {}, { [type]: { openAiApi } });
	const json = { sessionId: '1', action: 'sendMessage', chatInput: 'What is in finance?' };
	const ran = succeeded(await runWorkflow(workflow, undefined, { json }));
	expect(ran.items('Agent')[0]?.json).toMatchObject({ output: 'done' });
	const [list = '', rows = '', note = '', link = ''] = (model.asked.at(-1)?.messages ?? [])
		.filter(({ role }) => role === 'tool')
		.map(({ content }) => String(content));
	expect(list).toContain('finance/stocks.csv');
	// As many rows as 'Limit' says, of 560.
	expect(rows.match(/"symbol"/g)).toHaveLength(100);
	expect(note).toContain('"uploaded":true');
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: 'sample-data', Key: 'notes/summary.txt' }));
	expect(await Body?.transformToString()).toBe('Five companies.');
	const url = /http[^"\\]+X-Amz[^"\\]+/.exec(link)?.[0] ?? '';
	expect(await (await fetch(url)).text()).toBe('Five companies.');
});
