// Hosts of AWS on this machine: a proxy that terminates TLS for *.amazonaws.com and passes requests on to a local S3 server,
// with their `Host`, so that signatures stay valid. Reaches nothing else.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { regions } from '../../sandbox/awsRegions.mjs';

const names = ['*.s3.us-east-1', ...regions.map((region) => `*.${region}`)].map((name) => `${name}.amazonaws.com`);

/** Makes the certificate of these hosts in a folder; gives its file, for NODE_EXTRA_CA_CERTS, and the file of its key. */
export const makeCertificate = async (folder) => {
	const files = { cert: join(folder, 'amazonaws.pem'), key: join(folder, 'amazonaws.key') };
	const subject = [
		'-subj',
		'/CN=amazonaws.com',
		'-addext',
		`subjectAltName=${names.map((one) => `DNS:${one}`).join()}`,
	];
	const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1'];
	await promisify(execFile)('openssl', ['req', ...kind, ...subject, '-keyout', files.key, '-out', files.cert]);
	return files;
};

/** What the local S3 server has no answer to. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const callerIdentity =
	'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
	'<Arn>arn:aws:iam::111122223333:user/n8n</Arn><UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account>' +
	'</GetCallerIdentityResult><ResponseMetadata><RequestId>REQUEST</RequestId></ResponseMetadata></GetCallerIdentityResponse>';

const answerOf = ({ url, body }) =>
	/Action=GetCallerIdentity/.test(`${url} ${body}`)
		? { status: 200, headers: { 'content-type': 'text/xml' }, body: callerIdentity }
		: undefined;

/**
 * @typedef {{ host?: string, method?: string, url?: string, headers: Record<string, string>, body: string }} Seen
 * @typedef {{ status: number, headers?: Record<string, string>, body?: string }} Answer
 */

/**
 * Starts the hosts in front of a server. Gives the address for HTTPS_PROXY, which also tells the requests so far at
 * `/requests`. `decide` may answer a request instead of the server.
 * @param {{ target: string, cert: string, key: string, decide?: (seen: Seen) => Promise<Answer | undefined> | Answer | undefined }} settings
 */
export const startSimulatedAws = async ({ target, cert, key, decide = answerOf }) => {
	const { hostname, port } = new URL(target);
	/** @type {Seen[]} */
	const requests = [];
	const handle = (incoming, outgoing) => {
		const { method, url, headers } = incoming;
		const note = { host: headers.host, method, url, headers, body: '' };
		requests.push(note);
		const isForm = /form|xml|json/.test(headers['content-type'] ?? '');
		const chunks = [];
		incoming.on('data', (chunk) => chunks.push(chunk));
		incoming.once('end', async () => {
			const body = Buffer.concat(chunks);
			if (isForm) note.body = String(body);
			const answer = await decide(note);
			if (answer) return outgoing.writeHead(answer.status, answer.headers).end(answer.body);
			const onward = request({ hostname, port, method, path: url, headers }, (got) => {
				outgoing.writeHead(got.statusCode, got.headers);
				got.pipe(outgoing);
			});
			onward.once('error', () => incoming.socket.destroy());
			return onward.end(body);
		});
	};
	const secure = createTlsServer({ cert: await readFile(cert), key: await readFile(key) }, handle);
	const sockets = new Set();
	const proxy = createServer((incoming, outgoing) => {
		outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(requests));
	}).on('connect', ({ url = '' }, socket) => {
		socket.on('error', () => socket.destroy());
		if (!/^[\w.-]+\.amazonaws\.com:443$/.test(url)) {
			socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
			return;
		}
		socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
		secure.emit('connection', socket);
	});
	proxy.on('connection', (socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${proxy.address().port}`,
		requests,
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => proxy.close(resolve));
		},
	};
};
