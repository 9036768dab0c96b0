import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listen } from './listen';

/** Makes an untrusted certificate and its file. */
export const certificate = async () => {
	const folder = await mkdtemp(join(tmpdir(), 'tls-'));
	const key = join(folder, 'key');
	const cert = join(folder, 'cert');
	const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
	const files = ['-keyout', key, '-out', cert];
	await promisify(execFile)('openssl', [
		'req',
		'-x509',
		'-newkey',
		'rsa:2048',
		'-nodes',
		'-days',
		'1',
		...subject,
		...files,
	]);
	return { key: await readFile(key), cert: await readFile(cert), file: cert };
};

/** Starts a server with a certificate of its own in front of another one. */
export const startTls = async (target: string) => {
	const { key, cert, file } = await certificate();
	const { hostname, port } = new URL(target);
	const server = createServer({ key, cert }, (incoming, outgoing) => {
		const { method, url: path, headers } = incoming;
		const onward = request({ hostname, port, method, path, headers }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(outgoing);
		});
		incoming.pipe(onward);
	});
	return {
		/** The file of the certificate, for who is to trust it. */
		cert: file,
		url: `https://${await listen(server)}`,
	};
};
