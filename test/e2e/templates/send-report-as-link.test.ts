import { SMTPServer } from 'smtp-server';
import { text } from 'node:stream/consumers';
import { runWorkflow, saveCredential, succeeded } from '../../support/e2e';
import { listen } from '../../support/listen';
import { template } from '../../support/templates';

test('the mail has a link, and the link the report', async () => {
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
	const workflow = template(
		'send-report-as-link',
		{ to: 'somebody@example.com' },
		{ 'n8n-nodes-base.emailSend': { smtp: account } },
	);
	succeeded(await runWorkflow(workflow));
	expect(mails.map(({ to }) => to)).toEqual([['somebody@example.com']]);
	// Lines of a mail are short: what is longer goes on after `=` at the end.
	const body = (mails[0]?.source ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
	const url = /href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? '';
	const report = await (await fetch(url)).text();
	const [header, ...rows] = report.trim().split('\n');
	expect(header).toContain('symbol');
	expect(rows).toHaveLength(5);
	expect(report).toContain('AAPL');
});
