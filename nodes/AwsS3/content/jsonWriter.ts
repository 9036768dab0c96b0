/** In characters. Rows are joined into chunks of about this size, because many small ones cost time. */
const chunkLength = 64 * 1024;

async function* encoded(pieces: Iterable<string>): AsyncGenerator<Buffer> {
	let chunk = '';
	for (const piece of pieces) {
		chunk += piece;
		if (chunk.length < chunkLength) continue;
		yield Buffer.from(chunk);
		chunk = '';
	}
	if (chunk !== '') yield Buffer.from(chunk);
}

function* listOf(rows: Iterable<object>) {
	let before = '[\n';
	for (const row of rows) {
		yield before + JSON.stringify(row);
		before = ',\n';
	}
	yield before === '[\n' ? '[]\n' : '\n]\n';
}

function* linesOf(rows: Iterable<object>) {
	for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** Writes rows as a JSON list, one element per line, as UTF-8 in chunks. */
export const jsonArrayOf = (rows: Iterable<object>): AsyncIterable<Buffer> => encoded(listOf(rows));

/** Writes rows as JSON Lines: one JSON value per line, as UTF-8 in chunks. https://jsonlines.org */
export const jsonLinesOf = (rows: Iterable<object>): AsyncIterable<Buffer> => encoded(linesOf(rows));
