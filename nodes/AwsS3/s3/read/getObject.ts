import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { setTimeout, clearTimeout } from 'node:timers';
import { abortScope } from '../client/client';
import type { S3 } from '../client/client';
import { closeIdleSockets } from '../client/clientCache';
import { s3Failure, wrongAnswer } from '../failure';
import { idleFailure } from './idleTimeout';

/** A body as Node's streams give it; the SDK has other kinds for browsers. */
type Body = Extract<GetObjectCommandOutput['Body'], { pipe: unknown }>;

const isStream = (body: GetObjectCommandOutput['Body']): body is Body => body !== undefined && 'pipe' in body;

/** What a server lacks that ignores ranges. */
export const rangesOfObjects = 'ranges of objects';

/** The first byte of a range, as text; undefined for one from the end, and where there is none. */
export const startIn = (range = '') => /^bytes[ =](\d+)-/.exec(range)?.[1];

/** Whether an answer is the requested range. A server that ignores ranges begins with the first byte. */
const isAsked = ({ Range }: GetObjectCommandInput, { ContentRange }: { ContentRange?: string }) => {
	if (!Range) return true;
	// A range from the end has no start.
	return ContentRange !== undefined && [undefined, startIn(ContentRange)].includes(startIn(Range));
};

/**
 * Requests the content of an object once. Returns its headers, the stream of one connection, and the time to the
 * answer. If none comes for `idleTimeout` milliseconds, closes the idle sockets as well: a firewall that has silently
 * dropped one connection has probably dropped the others too.
 */
export const open = async (s3: S3, input: GetObjectCommandInput, idleTimeout: number) => {
	const command = new GetObjectCommand(input);
	const { s3: scoped, stop } = abortScope(s3);
	let roundTrip = { latency: 0, busy: 0 };
	let isIdle = false;
	command.middlewareStack.add(
		(next) => async (args) => {
			const sent = performance.now();
			const load = performance.eventLoopUtilization();
			const late = setTimeout(() => {
				isIdle = true;
				stop();
			}, idleTimeout);
			return await next(args).finally(() => {
				clearTimeout(late);
				const { active: busy } = performance.eventLoopUtilization(load);
				roundTrip = { latency: performance.now() - sent, busy };
			});
		},
		// For each attempt: keys, signature and earlier attempts are not the way to S3.
		{ step: 'deserialize', priority: 'high', name: 'roundTrip' },
	);
	const { Body, ...head } = await scoped.send(command).catch((error) => {
		if (!isIdle) throw error;
		closeIdleSockets(s3.connection);
		throw idleFailure();
	});
	if (!isStream(Body)) throw wrongAnswer('S3 responded without content');
	if (!isAsked(input, head)) {
		Body.destroy();
		throw s3Failure({
			...{ code: 'UnexpectedAnswer', status: 200, connection: s3.connection, operation: 'GetObject' },
			...{ bucket: input.Bucket, key: input.Key, versionId: input.VersionId },
			message: 'The server ignored the requested range',
			lacks: rangesOfObjects,
			got: 'another part of the object',
		});
	}
	return { head, stream: Body, roundTrip };
};
