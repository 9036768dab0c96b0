import { HttpRequest } from '@smithy/core/protocols';
import { Readable } from 'node:stream';
import { turnToProcess } from '../flow/rateLimit';

/** In bytes. More pieces would take more processor time than the requests themselves. */
const pieceSize = 256 * 1024;

async function* piecesOf(body: Buffer) {
	for (let at = 0; at < body.length; at += pieceSize) {
		const piece = body.subarray(at, at + pieceSize);
		const turn = turnToProcess(piece.length);
		if (turn) await turn;
		yield piece;
	}
}

/**
 * A request that hands its body to the socket piece by piece. Node.js would write as much of a whole body as the system takes, often
 * 4 MiB, to each of its sockets in one turn of the event loop.
 */
export const inPieces = (request: HttpRequest): HttpRequest => {
	if (!Buffer.isBuffer(request.body) || request.body.length <= pieceSize) return request;
	return new HttpRequest({ ...request, body: Readable.from(piecesOf(request.body)) });
};
