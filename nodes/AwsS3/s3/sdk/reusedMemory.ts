import type { Agent } from 'node:http';
import { get } from 'node:http';
import { Duplex } from 'node:stream';

/** Bytes; what Node itself reads at a time. */
const size = 64 * 1024;

/**
 * Whether Node's HTTP parser returns bodies in separate memory, as it does today; its documentation does not promise
 * this.
 */
const copiesBodies = async (): Promise<boolean> => {
	const answer = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n${'-'.repeat(size)}`);
	const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
	const body = new Promise<Buffer>((resolve, reject) => {
		get({ host: 'none', createConnection: () => socket })
			.once('response', (response) => response.once('data', resolve))
			.once('error', reject)
			.once('socket', () => socket.push(answer));
	});
	return await body.then(
		({ buffer }) => buffer !== answer.buffer,
		() => false,
	);
};

let isCopied = false;
let asked: Promise<void> | undefined;

/**
 * Has each socket of an agent read into one piece of memory for as long as it lives. Otherwise Node makes a new buffer for
 * whatever arrives, from which its parser copies the body into another one, and V8 looks through n8n's whole heap each time
 * that 32 MiB of buffers have come.
 * https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
 */
export const withReusedMemory = <A extends Agent>(agent: A): A => {
	asked ??= copiesBodies().then((isSo) => void (isCopied = isSo));
	const connect = agent.createConnection.bind(agent);
	agent.createConnection = (options, callback) => {
		const onread = {
			buffer: Buffer.allocUnsafeSlow(size),
			callback: (length: number, memory: Uint8Array) => {
				const bytes = Buffer.from(memory.buffer, 0, length);
				socket?.emit('data', isCopied ? bytes : Buffer.from(bytes));
				return true;
			},
		};
		const given = { ...options, onread };
		const socket = connect(given, callback);
		return socket;
	};
	return agent;
};
