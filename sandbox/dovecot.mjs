// Debian's mail server Dovecot in one folder, on loopback only, for the template that stores mail attachments.
import { once } from 'node:events';
import { access, chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installPackages } from './apt.mjs';
import { freePort } from './ports.mjs';
import * as program from './program.mjs';

const binary = '/usr/sbin/dovecot';

/** Its processes change to users of Debian's, which only root can do. */
export const isInstalled = async () =>
	process.getuid?.() === 0 &&
	(await access(binary).then(
		() => true,
		() => false,
	));

/** Installs Debian's package where that can be done. Debian also starts it as a service, open to the network: that one ends. */
export const install = async () => {
	if (!(await installPackages(['dovecot-imapd']))) return;
	const disable = ['disable', '--now', 'dovecot.service', 'dovecot.socket'];
	// A machine without systemd has not started it.
	await program.run('systemctl', disable).catch(() => undefined);
};

/** Dovecot refuses to open mailboxes as root; Debian has a user for mail. */
const owner = async () => {
	const id = async (flag) => (await program.run('id', [flag, 'mail'])).stdout.trim();
	return { uid: await id('-u'), gid: await id('-g') };
};

/** Every user has the same password, and gets a mailbox with the first login. */
const password = 'n8n';

const settingsOf = ({ folder, port, uid, gid }) => `
base_dir = ${join(folder, 'run')}
log_path = ${join(folder, 'log')}
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${join(folder, 'mail')}/%u
mail_fsync = never
first_valid_uid = 1
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${join(folder, 'mail')}/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`;

/** Starts it in a folder; gives its address, the file of its settings, with which `doveadm` reaches the mailboxes, and `stop`. */
export const start = async ({ folder }) => {
	const [port, { uid, gid }] = [await freePort(), await owner()];
	const mail = join(folder, 'mail');
	await mkdir(mail, { recursive: true });
	await chmod(folder, 0o755);
	await chown(mail, Number(uid), Number(gid));
	const config = join(folder, 'dovecot.conf');
	await writeFile(config, settingsOf({ folder, port, uid, gid }));
	const server = program.start(binary, ['-F', '-c', config], { stdio: 'ignore', lastSignal: 'SIGTERM' });
	const stop = async () => {
		await program.stop(server, 'SIGTERM');
		await rm(folder, { recursive: true, force: true });
	};
	const isReady = async () => {
		const socket = connect(port, '127.0.0.1');
		// Its first line is a greeting.
		const isGreeted = await once(socket, 'data').then(
			() => true,
			() => false,
		);
		socket.destroy();
		return isGreeted;
	};
	for (let tries = 0; !(await isReady()); tries++) {
		if (tries > 300 || server.exitCode !== null) {
			await stop();
			throw new Error('Dovecot did not start');
		}
		await sleep(100);
	}
	return { host: '127.0.0.1', port, password, config, stop };
};
