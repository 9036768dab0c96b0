// AWS takes only requests that are signed for its own name. The proxies of the tests have other names, so what comes through
// them goes on through this gateway, which checks its signature and signs it again for AWS. A request whose signature is wrong
// goes on as it is, so that AWS refuses it.
import { randomBytes } from 'node:crypto';
import { createServer, request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import { buffer, json } from 'node:stream/consumers';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

const authorizationPattern =
	/^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** The parts of the header of a signed request; undefined for one that is not signed in this way. */
const partsOf = (authorization = '') => {
	const [, accessKeyId, region, service, names, signature] = authorizationPattern.exec(authorization) ?? [];
	return signature && { accessKeyId, region, service, names: names.split(';'), signature };
};

const dateOf = (text = '') => {
	const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
	const [year, month, ...rest] = parts.map(Number);
	return new Date(Date.UTC(year, month - 1, ...rest));
};

const queryOf = (text) => {
	const query = {};
	for (const part of text.split('&').filter(Boolean)) {
		const [name, ...value] = part.split('=');
		query[decodeURIComponent(name)] = decodeURIComponent(value.join('='));
	}
	return query;
};

/** Signs a request with the same headers and at the same time as it was signed before, for a host and a region. */
const sign = async ({ method, path, headers }, { names, service }, keys, { host, region }) => {
	const signer = new SignatureV4({ service, region, credentials: keys, sha256: Sha256, uriEscapePath: false });
	const [pathname, query = ''] = path.split(/\?(.*)/s);
	const covered = Object.fromEntries(names.map((name) => [name, headers[name] ?? '']));
	const signed = await signer.sign(
		{ method, protocol: 'http:', hostname: host, path: pathname, query: queryOf(query), headers: { ...covered, host } },
		{ signingDate: dateOf(headers['x-amz-date']), signableHeaders: new Set(names) },
	);
	return signed.headers.authorization;
};

/** A request line as sent to a server: a proxy gets the whole address, and a host may begin with the bucket. */
const targetOf = ({ url, headers }) => {
	const [, absolute, rest] = /^https?:\/\/([^/]+)(.*)$/s.exec(url) ?? [];
	const host = absolute ?? headers.host ?? '';
	const bucket = /^(.+)\.localhost(:\d+)?$/.exec(host)?.[1];
	const path = absolute === undefined ? url : rest || '/';
	return { host, path, onward: bucket ? `/${bucket}${path}` : path };
};

const textOf = (xml, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

/** Answers what the tests ask this program for; gives what was made. */
const answer = async (make, incoming, outgoing) => {
	const { name } = await json(incoming);
	const [status, body] = await make(name).then(
		(made) => [200, made],
		(error) => [500, { message: error.message }],
	);
	outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	return body;
};

/**
 * Starts the gateway. It has the addresses of S3 and STS and a region; `keys` are the access keys that it knows from the start,
 * and `make` has functions for what the tests ask for at `makers`, which nobody else on this machine can guess.
 */
export const startGateway = async ({ s3, sts, region }, keys, make = {}) => {
	const known = new Map([[keys.accessKeyId, keys]]);
	const learn = (own) => known.set(own.accessKeyId, own);
	const secret = `/.${randomBytes(16).toString('hex')}/`;

	const handle = async (incoming, outgoing) => {
		if (incoming.url.startsWith(secret)) {
			const made = await answer(make[incoming.url.slice(secret.length)], incoming, outgoing);
			if (made.accessKeyId) learn(made);
			return;
		}
		const { method, headers } = incoming;
		const { host, path, onward } = targetOf(incoming);
		const signed = partsOf(headers.authorization);
		const isSts = signed?.service === 'sts';
		const target = new URL(isSts ? sts : s3);
		const own = signed && known.get(signed.accessKeyId);
		const isRight =
			own &&
			partsOf(await sign({ method, path, headers }, signed, own, { host, region: signed.region }))?.signature ===
				signed.signature;
		const authorization = isRight
			? await sign({ method, path: onward, headers }, signed, own, { host: target.host, region })
			: headers.authorization;
		const send = target.protocol === 'https:' ? tlsRequest : plainRequest;
		const { connection: _connection, 'proxy-connection': _proxy, ...kept } = headers;
		const passedOn = send(
			{
				hostname: target.hostname,
				port: target.port,
				method,
				path: onward,
				headers: { ...kept, host: target.host, ...(authorization && { authorization }) },
				...(target.protocol === 'https:' && { agent }),
			},
			(response) => {
				outgoing.writeHead(response.statusCode, response.headers);
				if (!isSts) {
					response.pipe(outgoing);
					outgoing.once('close', () => response.destroy());
					return;
				}
				// The keys of a role sign what comes next.
				void buffer(response).then(
					(body) => {
						const accessKeyId = textOf(body, 'AccessKeyId');
						const secretAccessKey = textOf(body, 'SecretAccessKey');
						const sessionToken = textOf(body, 'SessionToken');
						if (accessKeyId) learn({ accessKeyId, secretAccessKey, sessionToken });
						outgoing.end(body);
					},
					() => incoming.socket.destroy(),
				);
			},
		);
		passedOn.once('error', () => incoming.socket.destroy());
		outgoing.once('close', () => outgoing.writableFinished || passedOn.destroy());
		incoming.pipe(passedOn);
	};

	const server = createServer(
		(incoming, outgoing) => void handle(incoming, outgoing).catch(() => incoming.socket.destroy()),
	);
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${server.address().port}`;
	return {
		url,
		/** Where users and roles are asked for: `user` and `role` below it. */
		makers: `${url}${secret}`,
		stop: () => {
			server.close();
			server.closeAllConnections();
		},
	};
};
