import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import type { MemoryBudget } from '../../../nodes/AwsS3/s3/flow/memoryBudget';
import { longestCleanup } from '../../../nodes/AwsS3/s3/write/afterStop';
import { leftBy, showingBudgets } from '../../support/leftovers';
import { jsonOf, keepBinary, runNode } from '../../support/n8n';
import type { Decision } from '../../support/proxy';
import { refused, startProxy } from '../../support/proxy';
import { credentials, makeBucket, sdk, server, isKnown } from '../../support/s3';
import { soon } from '../../support/soon';

const MiB = 1024 ** 2;

/** As 50 MiB are to the budget of 64 MiB. */
const memoryMib = 16;
const content = randomBytes(12.5 * MiB);
const atOnce = 20;

let file: INodeExecutionData;
beforeAll(async () => {
	file = { json: {}, binary: { data: await keepBinary(content) } };
});

const begin = ({ method, url = '' }: IncomingMessage) => method === 'POST' && url.includes('uploads');
const part =
	(number: number) =>
	({ method, url = '' }: IncomingMessage) =>
		method === 'PUT' && url.includes(`partNumber=${number}&`);
const complete = ({ method, url = '' }: IncomingMessage) => method === 'POST' && url.includes('uploadId=');

/** Uploads many large files at once, and looks at what that leaves. */
const uploadMany = async (
	decide: (request: IncomingMessage, stop: () => void) => Decision,
	{ count = 40, continueOnFail = false }: { count?: number; continueOnFail?: boolean } = {},
) => {
	const bucket = await makeBucket();
	const cancel = new AbortController();
	let turned: number | undefined;
	const proxy = await startProxy(server.endpoint, (request) => {
		const decision = decide(request, () => cancel.abort());
		if (decision !== 'pass' || cancel.signal.aborted) turned ??= performance.now();
		return decision;
	});
	const budgets = new Set<MemoryBudget>();
	const connection = { ...credentials, endpoint: proxy.url };
	const outcome = await runNode({
		parameters: {
			...{ resource: 'object', operation: 'upload', bucket },
			key: (_: unknown, index: number) => `${index}.bin`,
			options: { memoryMib, concurrency: atOnce },
		},
		credentials: connection,
		items: Array.from({ length: count }, () => file),
		continueOnFail,
		cancel: cancel.signal,
		operations: showingBudgets(budgets),
	}).catch(({ message }: Error) => message);
	const late = performance.now() - (turned ?? 0);
	expect(await leftBy(proxy, budgets)).toEqual([]);
	const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
	const known = await Promise.all(Uploads.map(async (upload) => await isKnown(bucket, upload)));
	expect(known).not.toContain(true);
	return { outcome, late };
};

/** Calls back at a certain request of those that match. */
const nth = (number: number, is: (request: IncomingMessage) => boolean) => {
	let seen = 0;
	return (request: IncomingMessage) => is(request) && ++seen === number;
};

describe('many large uploads, more of them than fit into memory', () => {
	test.each([
		['begins the first one', nth(1, begin)],
		['gets the first part', nth(1, part(1))],
		['gets the last part of one', nth(1, part(2))],
		['gets a part of the twelfth', nth(12, part(1))],
		['completes the third', nth(3, complete)],
	])('a stop while S3 %s ends them all', async (_, is) => {
		const { outcome, late } = await uploadMany((request, stop) => {
			if (is(request)) stop();
			return 'pass';
		});
		expect(outcome).toBe('The execution was stopped');
		expect(late).toBeLessThan(longestCleanup + soon);
	});

	const isOf =
		(item: number, is: (request: IncomingMessage) => boolean) =>
		(request: IncomingMessage): Decision =>
			is(request) && request.url?.includes(`/${item}.bin`) ? refused(403, 'AccessDenied') : 'pass';

	test.each([
		['the first one, at its beginning', isOf(0, begin)],
		['the first one, at its end', isOf(0, complete)],
		['the eighth, at its first part', isOf(7, part(1))],
		['the fourteenth, at its last part', isOf(13, part(2))],
		['the last of the first twenty, at its last part', isOf(19, part(2))],
		['one that begins later, at its first part', isOf(25, part(1))],
	])('a failure of one ends them all: %s', async (_, decide) => {
		const { outcome, late } = await uploadMany(decide);
		expect(outcome).toMatch(/denied/);
		expect(late).toBeLessThan(longestCleanup + soon);
	});

	test.each([
		['at its first part', isOf(3, part(1))],
		['at its last part', isOf(3, part(2))],
	])("a failure of one leaves the others alone with 'Continue On Fail': %s", async (_, decide) => {
		const { outcome } = await uploadMany(decide, { count: 21, continueOnFail: true });
		expect(typeof outcome === 'string' ? outcome : jsonOf(outcome).map((one) => one.uploaded === true)).toEqual(
			Array.from({ length: 21 }, (_one, index) => index !== 3),
		);
	});
});
