import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { listen } from './listen';
import { sdk } from './s3';

interface Block {
	Id: string;
	BlockType: string;
	Page: number;
	Confidence?: number;
	Text?: string;
	EntityTypes?: string[];
	Relationships?: Array<{ Type: string; Ids: string[] }>;
}

interface Asked {
	DocumentLocation?: { S3Object: { Bucket: string; Name: string } };
	ClientRequestToken?: string;
	FeatureTypes?: string[];
	JobId?: string;
	NextToken?: string;
}

/** A request as Textract got it. */
interface Seen {
	target: string;
	type?: string;
	signature?: string;
	asked: Asked;
}

/** An answer instead of Textract's own. */
interface Fault {
	target: RegExp;
	status: number;
	error: string;
	message?: string;
}

interface Job {
	text: string;
	blocks: Block[];
	/** How many more times it is asked for before it has ended. */
	remaining: number;
}

const block = (BlockType: string, Page: number, more: Partial<Block> = {}): Block => ({
	...{ Id: randomUUID(), BlockType, Page, Confidence: 99 },
	...more,
});

const child = (Id: string) => [{ Type: 'CHILD', Ids: [Id] }];

/** A line `Name: value` as a field of a form: two sets, each with its words. */
const fieldOf = (line: string, page: number): Block[] => {
	const [name = '', value] = line.split(': ');
	if (value === undefined) return [];
	const [nameWord, valueWord] = [name, value].map((Text) => block('WORD', page, { Text }));
	if (!nameWord || !valueWord) return [];
	const valueSet = block('KEY_VALUE_SET', page, { EntityTypes: ['VALUE'], Relationships: child(valueWord.Id) });
	const nameSet = block('KEY_VALUE_SET', page, {
		EntityTypes: ['KEY'],
		Relationships: [...child(nameWord.Id), { Type: 'VALUE', Ids: [valueSet.Id] }],
	});
	return [nameWord, valueWord, nameSet, valueSet];
};

const blocksOf = (text: string, hasFields: boolean): Block[] =>
	text.split('\f').flatMap((page, index) => {
		const lines = page.split('\n').filter((line) => line !== '');
		return [
			block('PAGE', index + 1),
			...lines.map((Text) => block('LINE', index + 1, { Text, Confidence: Text.includes('?') ? 40 : 99 })),
			...(hasFields ? lines.flatMap((line) => fieldOf(line, index + 1)) : []),
		];
	});

/** What a file begins with that Textract reads: PDF, PNG, JPEG, and TIFF in both orders. */
const readable = /^(%PDF-|\u0089PNG|\u00ff\u00d8\u00ff|II\*|MM\u0000\*)/;

const blocksAtOnce = 3;

/**
 * Plays the part of Textract that reads documents of many pages: jobs that take some time, the same job for the same token, and
 * results in pages. It reads the scan from S3: after the first line, which has the type, pages stand between form feeds. A scan
 * with `blurred` in it is read in part, and one with `broken` fails.
 * https://docs.aws.amazon.com/textract/latest/dg/API_StartDocumentTextDetection.html
 */
export const startTextract = async () => {
	const requests: Seen[] = [];
	const faults: Fault[] = [];
	const jobs = new Map<string, Job>();
	const idOfToken = new Map<string, string>();
	/** How many times a new job is asked for before it has ended. */
	const pace = { askedBefore: 1 };

	const refuse = (error: string, message = `${error} of the test`, status = 400) => ({
		status,
		body: { __type: error, Message: message },
	});

	const start = async ({ DocumentLocation, ClientRequestToken = '', FeatureTypes }: Asked) => {
		const known = idOfToken.get(ClientRequestToken);
		if (known !== undefined) return { status: 200, body: { JobId: known } };
		const { Bucket, Name: Key } = DocumentLocation?.S3Object ?? {};
		const object = await sdk.send(new GetObjectCommand({ Bucket, Key })).catch(() => undefined);
		const content = await object?.Body?.transformToString('latin1');
		if (content === undefined) return refuse('InvalidS3ObjectException', 'Unable to get object metadata from S3.');
		if (!readable.test(content))
			return refuse('UnsupportedDocumentException', 'Request has unsupported document format');
		if (content.includes('enormous')) return refuse('DocumentTooLargeException', 'Document exceeds the limit');
		const id = randomUUID();
		const text = Buffer.from(content.slice(content.indexOf('\n') + 1), 'latin1').toString();
		const blocks = blocksOf(text, FeatureTypes?.includes('FORMS') === true);
		jobs.set(id, { text, blocks, remaining: pace.askedBefore });
		idOfToken.set(ClientRequestToken, id);
		return { status: 200, body: { JobId: id } };
	};

	const get = ({ JobId = '', NextToken = '0' }: Asked) => {
		const job = jobs.get(JobId);
		if (!job) return refuse('InvalidJobIdException');
		if (job.remaining-- > 0) return { status: 200, body: { JobStatus: 'IN_PROGRESS' } };
		if (job.text.includes('broken'))
			return { status: 200, body: { JobStatus: 'FAILED', StatusMessage: 'INVALID_DOCUMENT' } };
		const { blocks } = job;
		const from = Number(NextToken);
		const next = from + blocksAtOnce;
		const isPartial = job.text.includes('blurred');
		return {
			status: 200,
			body: {
				JobStatus: isPartial ? 'PARTIAL_SUCCESS' : 'SUCCEEDED',
				DocumentMetadata: { Pages: job.text.split('\f').length },
				Blocks: blocks.slice(from, next),
				...(isPartial && from === 0 && { Warnings: [{ ErrorCode: 'INTERNAL_ERROR', Pages: [2] }] }),
				...(next < blocks.length && { NextToken: String(next) }),
			},
		};
	};

	const answer = async (seen: Seen) => {
		requests.push(seen);
		const index = faults.findIndex(({ target }) => target.test(seen.target));
		const [fault] = index < 0 ? [] : faults.splice(index, 1);
		if (fault) return refuse(fault.error, fault.message, fault.status);
		return /\.Start/.test(seen.target) ? await start(seen.asked) : get(seen.asked);
	};

	const server = createServer((request, response) => {
		const { headers } = request;
		void json(request).then(async (asked) => {
			const seen = {
				...{ target: String(headers['x-amz-target']), type: headers['content-type'] },
				...{ signature: headers.authorization, asked: asked as Asked },
			};
			const { status, body } = await answer(seen);
			response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
		});
	});
	return {
		...{ url: `http://${await listen(server)}`, requests, faults, jobs, pace },
		started: () => requests.filter(({ target }) => /\.Start/.test(target)),
	};
};
