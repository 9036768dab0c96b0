import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { saveCredential } from './e2e';
import { listen } from './listen';

/** A server for mail, whose mails are read as their lines were written, with the credential for it and what is in that. */
export const mailServer = async () => {
	const mails: string[] = [];
	const smtp = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS', 'AUTH'],
		onData: (stream, _, done) =>
			void text(stream).then((source) => {
				mails.push(source.replaceAll('=\r\n', '').replaceAll('=3D', '='));
				done();
			}),
	});
	const [host, port] = (await listen(smtp.server)).split(':');
	const server = { host, port: Number(port), secure: false, disableStartTls: true };
	return { mails, server, account: await saveCredential('smtp', server) };
};
