// Loaded into each process of a run (`node --import`): records its requests to AWS, for test/support/aws/cost.mjs.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { kindOf } from './cost.mjs';

/** The file of the record, and a pattern of the hosts whose requests cost something. */
const { file, hosts } = JSON.parse(process.env.TEST_AWS_COUNT ?? '{}');

/** At once, because most of these processes are killed in the end. */
const note = (line) => appendFileSync(file, `${line}\n`);

const header = (request, name) => {
	const value = request.getHeader(name);
	return value === undefined ? undefined : String(value);
};

/** What a socket has carried by its last response. Requests follow each other on it, so the sum of differences is right. */
const carried = new WeakMap();

const noteBytes = (socket) => {
	const { sent = 0, received = 0 } = carried.get(socket) ?? {};
	carried.set(socket, { sent: socket.bytesWritten, received: socket.bytesRead });
	note(`= ${socket.bytesWritten - sent} ${socket.bytesRead - received}`);
};

if (file) {
	const isMeant = (host) => new RegExp(hosts).test(host);
	// https://nodejs.org/api/diagnostics_channel.html#http
	subscribe('http.client.request.start', ({ request }) => {
		const host = header(request, 'host') ?? '';
		if (!isMeant(host)) return;
		const { method, path } = request;
		const storageClass = header(request, 'x-amz-storage-class');
		note(`+ ${kindOf({ method, host, path, storageClass, authorization: header(request, 'authorization') })}`);
	});
	subscribe('http.client.response.finish', ({ request, response }) => {
		const { socket } = response;
		if (isMeant(header(request, 'host') ?? '')) response.once('close', () => noteBytes(socket));
	});
	// `fetch`: https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
	subscribe('undici:request:create', ({ request: { method, origin, path } }) => {
		const { host } = new URL(origin);
		if (isMeant(host)) note(`+ ${kindOf({ method, host, path })}`);
	});
}
