import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from './listen';

/** What a server between n8n and S3 does instead of passing a request on. */
export interface Fault {
	status: number;
	headers?: OutgoingHttpHeaders;
	body?: string;
}

/** An answer of S3 that refuses. */
export const refused = (status: number, code: string, message = '', more: Record<string, string> = {}): Fault => ({
	status,
	headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'REQUEST' },
	body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message>${Object.entries(
		more,
	)
		.map(([name, value]) => `<${name}>${value}</${name}>`)
		.join('')}<RequestId>REQUEST</RequestId></Error>`,
});

/** What happens to an answer of S3 on its way: to its body, at a byte of it, or to all of it. */
export interface Tamper {
	at: number;
	how: 'reset' | 'stall' | 'flip' | 'end' | 'lost';
}

/** What happens to the body of a request on its way to S3. */
export interface Spoil {
	flipRequestAt: number;
}

/** S3 gets the request at once, and its answer arrives later. */
export interface Late {
	/** Milliseconds, or what the answer waits for. */
	answerAfter: number | Promise<unknown>;
}

/** `silence`: the request arrives, and no answer ever comes. */
export type Decision = Fault | Tamper | Spoil | Late | 'reset' | 'silence' | 'pass';

/** A promise holds the request back until it is decided. */
type Decide = (request: IncomingMessage) => Decision | Promise<Decision>;

/** A request, and how many bytes of the body of its answer have passed so far. */
interface Noted {
	method?: string;
	url?: string;
	headers: IncomingMessage['headers'];
	body: string;
	bytesPassed: number;
}

/** Passes a body on with one bit changed. */
const flipped = (at: number, onward: Writable) => {
	let passed = 0;
	return (chunk: Buffer) => {
		const here = at - passed;
		passed += chunk.length;
		const changed = Buffer.from(chunk);
		if (here >= 0 && here < chunk.length) changed.writeUInt8(changed.readUInt8(here) ^ 1, here);
		onward.write(changed);
	};
};

/**
 * Passes a body on up to a byte, and lets what is to happen there happen. A body that is no longer than that stays whole, but
 * one that is to stall does so before its end: a test that nothing happens to would not notice it.
 */
const tamper = ({ at: wanted, how }: Tamper, answer: IncomingMessage, outgoing: ServerResponse) => {
	const { 'content-length': length = Infinity } = answer.headers;
	const at = how === 'stall' ? Math.min(wanted, Number(length) - 1) : wanted;
	let passed = 0;
	answer.on('data', (chunk: Buffer) => {
		const from = passed;
		passed += chunk.length;
		if (passed <= at || from > at) {
			if (from <= at || how === 'flip') outgoing.write(chunk);
			return;
		}
		const here = at - from;
		if (how === 'flip') {
			const changed = Buffer.from(chunk);
			changed.writeUInt8(changed.readUInt8(here) ^ 1, here);
			outgoing.write(changed);
			return;
		}
		outgoing.write(chunk.subarray(0, here), () => {
			if (how === 'reset') outgoing.socket?.resetAndDestroy();
			if (how === 'end') outgoing.socket?.end();
		});
	});
	answer.once('end', () => (how === 'flip' || (how !== 'stall' && passed <= at)) && outgoing.end());
	outgoing.once('close', () => answer.destroy());
};

/** The answer's headers without those that `hidden` names. */
const visible = (headers: IncomingMessage['headers'], hidden: RegExp | undefined) =>
	Object.fromEntries(Object.entries(headers).filter(([name]) => !hidden?.test(name)));

/**
 * Starts a server in front of another one. It notes every request, and answers those itself that `decide` says. `rewrite`
 * changes the bodies of answers; headers that `hidden` names stay behind.
 */
export const startProxy = async (
	target: string,
	decide: Decide = () => 'pass',
	rewrite?: (body: Buffer) => Buffer,
	hidden?: RegExp,
) => {
	const { hostname, port } = new URL(target);
	const requests: Noted[] = [];
	let bytesPassed = 0;
	let underWay = 0;
	let atOnce = 0;
	const handle = (incoming: IncomingMessage, outgoing: ServerResponse, decision: Decision, note: Noted) => {
		const { method, url, headers } = incoming;
		const count = (chunk: Buffer) => {
			bytesPassed += chunk.length;
			note.bytesPassed += chunk.length;
		};
		if (decision === 'silence') return incoming.resume();
		if (decision === 'reset') return incoming.socket.destroy();
		if (decision !== 'pass' && 'status' in decision) {
			// Whoever sends a body expects it to be read, refused or not.
			incoming.resume().once('end', () => outgoing.writeHead(decision.status, decision.headers).end(decision.body));
			return undefined;
		}
		const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
			if (decision !== 'pass' && 'answerAfter' in decision) {
				const { answerAfter } = decision;
				const until = typeof answerAfter === 'number' ? sleep(answerAfter) : answerAfter;
				void until.then(() => {
					outgoing.writeHead(answer.statusCode ?? 502, visible(answer.headers, hidden));
					answer.pipe(outgoing);
				});
				return;
			}
			if (decision !== 'pass' && 'how' in decision && decision.how === 'lost') {
				incoming.socket.resetAndDestroy();
				return;
			}
			if (decision !== 'pass' && 'how' in decision) {
				outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
				tamper(decision, answer.on('data', count), outgoing);
				return;
			}
			if (!rewrite) {
				outgoing.writeHead(answer.statusCode ?? 502, visible(answer.headers, hidden));
				answer.on('data', count).pipe(outgoing);
				outgoing.once('close', () => answer.destroy());
				return;
			}
			const chunks: Buffer[] = [];
			answer.on('data', (chunk: Buffer) => chunks.push(chunk));
			answer.once('end', () => {
				const body = rewrite(Buffer.concat(chunks));
				const isHead = method === 'HEAD';
				const { 'transfer-encoding': _chunked, ...kept } = visible(answer.headers, hidden);
				outgoing.writeHead(
					answer.statusCode ?? 502,
					isHead || kept['content-length'] === '0' ? kept : { ...kept, 'content-length': body.length },
				);
				outgoing.end(isHead ? undefined : body);
			});
		});
		onward.once('error', () => incoming.socket.destroy());
		// Who is gone sends no more of a body that S3 would wait for.
		outgoing.once('close', () => outgoing.writableFinished || onward.destroy());
		if (decision !== 'pass' && 'flipRequestAt' in decision)
			incoming.on('data', flipped(decision.flipRequestAt, onward)).once('end', () => onward.end());
		else incoming.pipe(onward);
		return undefined;
	};
	const server = createServer((incoming, outgoing) => {
		const { method, url, headers } = incoming;
		const note: Noted = { method, url, headers, body: '', bytesPassed: 0 };
		requests.push(note);
		atOnce = Math.max(atOnce, ++underWay);
		outgoing.once('close', () => underWay--);
		// Documents and the forms of the token service, not the content of objects.
		if (/xml|form|json/.test(headers['content-type'] ?? ''))
			incoming.on('data', (chunk) => (note.body += String(chunk)));
		const decided = decide(incoming);
		if (decided instanceof Promise) {
			// What the note has taken of the body by then would not reach S3.
			incoming.pause();
			void decided.then((decision) => handle(incoming, outgoing, decision, note));
		} else handle(incoming, outgoing, decided, note);
	});
	return {
		url: `http://${await listen(server)}`,
		requests,
		/** The requests since the last call. */
		taken: () => requests.splice(0).map(({ method, url }) => `${method} ${url}`),
		/** Bytes of bodies that S3 has sent so far, arrived or not. */
		bytesPassed: () => bytesPassed,
		/** How many requests were under way at the same time at most. */
		atOnce: () => atOnce,
		/** How many requests are under way now. */
		underWay: () => underWay,
	};
};
