import { runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { startGraph } from '../../support/graph';
import { mailServer } from '../../support/mailServer';
import { makeBucket } from '../../support/s3';
import { template } from '../../support/templates';
import { contentsOf } from '../../support/transfers';

const drive = 'sites/contoso.sharepoint.com:/sites/finance:/drive';

const setUp = async () => {
	const graph = await startGraph(drive);
	const bucket = await makeBucket();
	const { mails, account } = await mailServer();
	const oAuth2Api = await saveCredential('oAuth2Api', {
		...{ grantType: 'clientCredentials', accessTokenUrl: graph.tokenUrl, authentication: 'body' },
		...{ clientId: 'app', clientSecret: 'secret', scope: 'https://graph.microsoft.com/.default' },
	});
	const places = { graph: graph.url, drive, bucket, destinationPrefix: 'library/', backups: 'replaced/' };
	const settings = { ...places, reports: 'reports/', alertTo: 'somebody@example.com' };
	return {
		...{ graph, mails },
		run: async (more: object = {}) =>
			await runWorkflow(
				template(
					'back-up-sharepoint',
					{ ...settings, ...more },
					{ 'n8n-nodes-base.httpRequest': { oAuth2Api }, 'n8n-nodes-base.emailSend': { smtp: account } },
				),
			),
		there: async () => {
			const all = await contentsOf(bucket);
			const files = Object.entries(all).filter(
				([key]) => /^(library|replaced)\//.test(key) && !key.includes('.n8n-jobs/'),
			);
			return Object.fromEntries(files.map(([key, content]) => [key.replace(/\d{4}-\d\d-\d\d/, 'day'), content]));
		},
	};
};

const monday = '2026-11-23T08:00:00Z';
const tuesday = '2026-11-24T08:00:00Z';

test('copies the files of a library under their paths, then only what has changed', async () => {
	const { graph, run, there, mails } = await setUp();
	// A file may come before the folder that it is in, and a folder may get another name.
	graph.put({ id: '1', name: 'März.txt', parent: '3', content: 'march', modified: monday });
	graph.put({ id: '2', name: 'Invoices', parent: 'root' });
	graph.put({ id: '3', name: '2026', parent: '2' });
	graph.put({ id: '4', name: 'notes.txt', content: 'some notes', modified: monday });
	graph.put({ id: '5', name: 'gone.txt', content: 'gone', modified: monday, isDeleted: true });
	const first = succeeded(await run());
	expect(first.items('Result')[0]?.json).toMatchObject({ copied: 2 });
	const both = { 'library/Invoices/2026/März.txt': 'march', 'library/notes.txt': 'some notes' };
	expect(await there()).toEqual(both);

	graph.put({ id: '4', name: 'notes.txt', content: 'other notes', modified: tuesday });
	const second = succeeded(await run());
	expect(second.items('Result')[0]?.json).toMatchObject({ copied: 1 });
	expect(await there()).toEqual({
		...{ ...both, 'library/notes.txt': 'other notes' },
		'replaced/day/notes.txt': 'some notes',
	});
	// What has not changed is not downloaded.
	expect(graph.downloads).toEqual(['/content/1', '/content/4', '/content/4']);

	const below = succeeded(await run({ folder: 'Invoices/' }));
	expect(below.items('Each File').map(({ json }) => json.path)).toEqual(['Invoices/2026/März.txt']);
	expect(mails).toEqual([]);
});

test('a file that cannot be read is named in a mail, and the others are copied', async () => {
	const { graph, run, there, mails } = await setUp();
	graph.put({ id: '1', name: 'a.txt', content: 'a', modified: monday });
	graph.put({ id: '2', name: 'locked.txt', content: 'locked', modified: monday, isLocked: true });
	succeeded(await run());
	expect(await there()).toEqual({ 'library/a.txt': 'a' });
	expect(mails).toHaveLength(1);
	expect(mails[0]).toContain('locked.txt');
});

test('a library without files and a refused login are errors, and nothing is written', async () => {
	const { graph, run, there } = await setUp();
	expect((await run()).error?.message).toContain("There are no files below ''");
	graph.put({ id: '1', name: 'a.txt', content: 'a', modified: monday });
	expect((await run({ drive: 'sites/other' })).error?.message).toBeTruthy();
	expect(await there()).toEqual({});
});

test('a page of the list that is refused is an error, not the end of the list', async () => {
	const { graph, run, there } = await setUp();
	for (const id of ['1', '2', '3', '4']) graph.put({ id, name: `${id}.txt`, content: id, modified: monday });
	graph.refusedPages.push('3');
	expect(await run()).toMatchObject({ status: 'error', error: { node: { name: 'List Files' } } });
	expect(await there()).toEqual({});
});
