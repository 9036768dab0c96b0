import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { DeserializeMiddleware } from '@smithy/types';
import type { Expected } from './subresources';

/** The most bytes of XML that are read; a full page of a listing has about 4 MiB. */
const maxBytes = 32 * 1024 ** 2;

/** The most bytes of an error message that are read. */
const maxErrorBytes = 1024 ** 2;

/** The most bytes before the root element: declarations and comments. */
const maxProlog = 64 * 1024;

const prolog = /^(?:\ufeff|\s+|<\?[^]*?\?>|<!--[^]*?-->|<!doctype[^>]*>)/i;

/**
 * The root element at the beginning of an answer, without its namespace prefix; `{` for JSON, an empty text for anything
 * else, and undefined if more of the answer is needed.
 */
export const rootOf = (beginning: string): string | undefined => {
	let rest = beginning;
	for (let match = prolog.exec(rest); match; match = prolog.exec(rest)) rest = rest.slice(match[0].length);
	if (rest === '') return undefined;
	if (rest.startsWith('{')) return '{';
	if (!rest.startsWith('<')) return '';
	const name = /^<(?:[\w.-]+:)?([\w.-]+)[\s/>]/.exec(rest)?.[1];
	// Half a tag or an unfinished comment.
	return name ?? (/^<(?:[\w.:-]*$|[?!])/.test(rest) ? undefined : '');
};

interface Response {
	statusCode: number;
	headers: Record<string, string | undefined>;
	body: unknown;
}

const isResponse = (value: unknown): value is Response =>
	typeof value === 'object' && value !== null && 'statusCode' in value && 'headers' in value && 'body' in value;

const isStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/**
 * Reads an answer as long as `accepts` agrees with what has come so far; otherwise closes its connection, because the rest
 * may be gigabytes, and returns undefined.
 */
const readWhile = async (
	body: AsyncIterable<Uint8Array>,
	accepts: (chunks: Uint8Array[], size: number) => boolean,
): Promise<Buffer | undefined> => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		size += chunk.length;
		if (!accepts(chunks, size)) return undefined;
	}
	return Buffer.concat(chunks);
};

/** Whether headers are those of an object's content. */
const isContent = ({ headers }: Response) => /^"/.test(headers.etag ?? '') && headers['last-modified'] !== undefined;

const nameOf = (root: string | undefined) => {
	if (root === undefined) return 'nothing';
	if (root === '') return 'something that is not XML';
	return root === '{' ? 'JSON' : `'${root}'`;
};

/** Reads a successful answer that has to have a certain root element; returns what came instead otherwise. */
const expectedBody = async (
	response: Response,
	{ root: pattern, isBare, mayBeEmpty }: Expected,
): Promise<Buffer | string> => {
	const { body } = response;
	if (!isStream(body)) return 'nothing';
	let root: string | undefined;
	let isTooLarge = false;
	// An object may have been overwritten by such a request before, and look like the answer to it.
	const isDisguised = isBare === true && isContent(response);
	const isWanted = () =>
		pattern === undefined || (root !== undefined && ((pattern.test(root) && !isDisguised) || root === 'Error'));
	const read = await readWhile(body, (chunks, size) => {
		root ??= rootOf(Buffer.concat(chunks).toString());
		isTooLarge = size > maxBytes;
		return !isTooLarge && (root === undefined ? size <= maxProlog || isWanted() : isWanted());
	});
	if (isTooLarge) return `more than ${maxBytes / 1024 ** 2} MiB`;
	if (read && (isWanted() || (mayBeEmpty && read.length === 0))) return read;
	return isContent(response) ? 'the content of the object' : nameOf(root);
};

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** In characters. The first words of a page say what it is about, and reading many tags that nothing closes takes long. */
const maxPage = 16 * 1024;

/** The words of a page in HTML, such as that of a proxy. */
const wordsOf = (page: string) =>
	page
		.slice(0, maxPage)
		.replace(/<(style|script|title)\b[^]*?<\/\1>/gi, ' ')
		.replace(/<[^<>]*>/g, ' ')
		.replace(/\p{Cc}|\ufffd/gu, ' ')
		.replace(/\s+/g, ' ')
		.trim()
		.slice(0, 200);

/** Reads the body of a refusal. What is not XML, such as the page of a proxy, becomes XML with its words as message. */
const refusalBody = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
	const kept: Uint8Array[] = [];
	await readWhile(body, (chunks, size) => {
		const last = chunks.at(-1);
		if (last) kept.push(last);
		return size <= maxErrorBytes;
	});
	const all = Buffer.concat(kept);
	const text = all.toString();
	if (all.length === 0 || /^Error(Response)?$/.test(rootOf(text) ?? '')) return all;
	return Buffer.from(`<Error><Message>${escaped(wordsOf(text))}</Message></Error>`);
};

/**
 * Checks an answer before the SDK parses it, because servers answer requests that they do not know with something else,
 * such as the content of an object of any size. Throws what `fail` returns for what came instead.
 */
export const checkAnswer =
	<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
		expected: Expected | undefined,
		fail: (got: string) => Error,
	): DeserializeMiddleware<I, O> =>
	(next) =>
	async (args) => {
		const result = await next(args);
		const { response } = result;
		if (!isResponse(response) || !isStream(response.body)) return result;
		if (response.statusCode >= 300) response.body = await refusalBody(response.body);
		else if (expected) {
			const body = await expectedBody(response, expected);
			if (typeof body === 'string') throw fail(body);
			response.body = body;
		}
		return result;
	};
