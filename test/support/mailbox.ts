import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';

/** A file in a mail. */
interface Attached {
	name: string;
	content: string;
}

/** What a test says of a mail. */
export interface Mail {
	subject: string;
	from?: string;
	/** The header itself; `null` leaves it out. */
	date?: string | null;
	id?: string | null;
	files?: Attached[];
}

/** A header with any letters. https://www.rfc-editor.org/rfc/rfc2047 */
const encoded = (words: string) => `=?UTF-8?B?${Buffer.from(words).toString('base64')}?=`;

const partOf = ({ name, content }: Attached) =>
	[
		`Content-Type: application/octet-stream; name="${encoded(name)}"`,
		`Content-Disposition: attachment; filename="${encoded(name)}"`,
		'Content-Transfer-Encoding: base64',
		'',
		Buffer.from(content).toString('base64'),
	].join('\r\n');

const sourceOf = ({ subject, from = 'Ann <ann@example.com>', date, id, files = [] }: Mail) => {
	const body = ['Content-Type: text/plain', '', 'Good morning,'].join('\r\n');
	const parts = [body, ...files.map(partOf)].map((part) => `--limit\r\n${part}\r\n`).join('');
	return [
		`From: ${from}`,
		`Subject: ${encoded(subject)}`,
		...(date === null ? [] : [`Date: ${date ?? 'Mon, 23 Nov 2026 12:00:00 +0000'}`]),
		...(id === null ? [] : [`Message-ID: ${id ?? `<${randomUUID()}@example.com>`}`]),
		'MIME-Version: 1.0',
		'Content-Type: multipart/mixed; boundary=limit',
		'',
		`${parts}--limit--`,
	].join('\r\n');
};

/** A new mailbox of a real IMAP server, with what is in the credential for it. */
export const openMailbox = () => {
	const given = process.env.TEST_IMAP;
	if (!given) throw new Error('There is no IMAP server: install the Debian package dovecot-imapd, as root');
	const { host, port, password, config }: { host: string; port: number; password: string; config: string } =
		JSON.parse(given);
	const user = randomUUID();
	const run = async (command: string, args: string[], input = '') => {
		const child = execFile('doveadm', ['-c', config, command, '-u', user, ...args]);
		// A command that takes no input may end before it gets the end of it.
		child.stdin?.once('error', () => undefined).end(input);
		const [output, errors, code] = await Promise.all([
			child.stdout ? text(child.stdout) : '',
			child.stderr ? text(child.stderr) : '',
			new Promise((resolve) => child.once('close', resolve)),
		]);
		if (code !== 0) throw new Error(`doveadm ${command} ended with ${String(code)}: ${errors}`);
		return output;
	};
	return {
		server: { user, password, host, port, secure: false, allowUnauthorizedCerts: false },
		deliver: async (mail: Mail) => void (await run('save', [], sourceOf(mail))),
		/** Does what a person does in a mail program, to all mails. */
		markAsUnread: async () => void (await run('flags remove', ['\\Seen', 'ALL'])),
		/** How many mails there are, and how many of them are unread. */
		count: async () => {
			const of = async (query: string) => (await run('search', query.split(' '))).split('\n').filter(Boolean).length;
			return { all: await of('ALL'), unread: await of('UNSEEN') };
		},
	};
};
