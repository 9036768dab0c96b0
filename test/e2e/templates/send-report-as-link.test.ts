import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SMTPServer } from 'smtp-server';
import { text } from 'node:stream/consumers';
import { major, onOneDay, runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { listen } from '../../support/listen';
import { sdk } from '../../support/s3';
import { template } from '../../support/templates';

beforeEach(onOneDay, 180_000);

test('the mail has a link, and the link the report, of each month', async () => {
	await sdk.send(new PutObjectCommand({ Bucket: 'sample-data', Key: 'no-rows.csv', Body: 'symbol,price\n' }));
	const mails: Array<{ to: string[]; source: string }> = [];
	const smtp = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS', 'AUTH'],
		onData: (stream, { envelope }, done) =>
			void text(stream).then((source) => {
				mails.push({ to: envelope.rcptTo.map(({ address }) => address), source });
				done();
			}),
	});
	const [host, port] = (await listen(smtp.server)).split(':');
	const account = await saveCredential('smtp', { host, port: Number(port), secure: false, disableStartTls: true });
	const workflow = (settings: Record<string, unknown>) =>
		template('send-report-as-link', settings, { 'n8n-nodes-base.emailSend': { smtp: account } });
	const month = new Date().toLocaleDateString('sv').slice(0, 7);
	const to = 'somebody@example.com';
	// Both versions of n8n have one S3 server.
	const folder = `monthly-${major}`;
	for (const copy of ['', ' (2)']) {
		const ran = succeeded(await runWorkflow(workflow({ to, report: `${folder}/stocks.csv` })));
		expect(ran.items('Keep Report')[0]?.json.key).toBe(`${folder}/stocks-${month}${copy}.csv`);
	}
	const empty = await runWorkflow(workflow({ to, table: 'no-rows.csv' }));
	expect(empty.error?.message).toBe("The table 'no-rows.csv' has no rows, so no report was sent");
	expect(mails.map(({ to }) => to)).toEqual([['somebody@example.com'], ['somebody@example.com']]);
	// Lines of a mail are short: what is longer goes on after `=` at the end.
	const body = (mails[0]?.source ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
	const url = /href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? '';
	const report = await (await fetch(url)).text();
	const [header, ...rows] = report.trim().split('\n');
	expect(header).toContain('symbol');
	expect(rows).toHaveLength(5);
	expect(report).toContain('AAPL');
});
