import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, statusOf } from '../failure';
import type { Message, QueueClient } from './sqs';

/** What the loop needs. */
export interface QueueLoop {
	/** Connects to the queue; again after a fault, because the credential may have changed. */
	connect(): Promise<QueueClient & { close(): void }>;
	/** Handles messages that are for one execution. */
	handle(queue: QueueClient, messages: Message[]): Promise<void>;
	/** How many executions may run at a time. */
	maxExecutions: number;
	/** How many messages one execution gets at most. */
	messagesPerExecution: number;
	/** Whether the first request is made before the loop begins, and throws, so that a wrong queue is known at once. */
	failsAtStart: boolean;
	/** Called once for each time of trouble. */
	onFault(error: unknown): void;
	/** Ends the loop. Messages at work continue, and messages that a request still returns go back into the queue. */
	signal: AbortSignal;
}

/** Milliseconds between two attempts: first and last. */
const [firstPause, longestPause] = [1000, 60_000];

/** Milliseconds before network problems are reported: most end earlier. */
const patience = 120_000;

/** S3 gives no code with a refused HEAD. SQS says 403 also of too many requests. */
const isRefusedByS3 = (error: unknown) => statusOf(error) === 403 && !codeOf(error)?.startsWith('SQS.');

/** Problems that a user must fix. */
const needsSomebody = (error: unknown) =>
	/^(SQS\.(AccessDenied|QueueDoesNotExist|NonExistentQueue|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|InvalidAccessKeyId|ExpiredToken|InvalidAddress|Kms.*)|AssumeRole.*|MachineRole.*|AccessDenied|NoSuchBucket|InvalidAccessKeyId)$/.test(
		codeOf(error) ?? '',
	) ||
	codeOf(error) === undefined ||
	isRefusedByS3(error);

/** Follows the troubles of a loop: reports each time once, and says how long to wait. */
const troubles = (onFault: (error: unknown) => void) => {
	let since: number | undefined;
	let attempts = 0;
	let isReported = false;
	return {
		isOver: () => {
			since = undefined;
			attempts = 0;
			isReported = false;
		},
		pauseAfter: (error: unknown) => {
			since ??= Date.now();
			if (!isReported && (needsSomebody(error) || Date.now() - since > patience)) {
				isReported = true;
				onFault(error);
			}
			const pause = Math.min(longestPause, firstPause * 2 ** attempts++);
			// So that those that failed together do not come back together.
			return pause * (0.5 + Math.random() / 2);
		},
	};
};

const groupsOf = (messages: Message[], size: number) =>
	Array.from({ length: Math.ceil(messages.length / size) }, (_, index) =>
		messages.slice(index * size, (index + 1) * size),
	);

/** Shows messages to other receivers at once. Where that fails, SQS does so after a minute. */
const giveBack = async (queue: QueueClient, messages: Message[]) => {
	for (const message of messages) await queue.hide(message, 0).catch(() => undefined);
};

/**
 * Receives messages and hands them on, until its signal fires. Continues after faults of network and permissions, with
 * longer pauses each time; the queue returns a message again that was received before a fault.
 */
export const startQueueLoop = async (loop: QueueLoop): Promise<void> => {
	const { connect, handle, maxExecutions, messagesPerExecution, onFault, signal } = loop;
	const working = new Set<Promise<void>>();
	const trouble = troubles(onFault);
	const handling = troubles(onFault);
	let queue: Awaited<ReturnType<typeof connect>> | undefined;

	const start = (client: QueueClient, messages: Message[]) => {
		const work = handle(client, messages)
			.then(handling.isOver, (error: unknown) => void handling.pauseAfter(error))
			.finally(() => working.delete(work));
		working.add(work);
	};

	const round = async (isFirst: boolean) => {
		queue ??= await connect();
		while (working.size >= maxExecutions && !signal.aborted) await Promise.race(working);
		if (signal.aborted) return;
		const free = (maxExecutions - working.size) * messagesPerExecution;
		const client = queue;
		const messages = await client.receive(free, isFirst);
		if (signal.aborted) return await giveBack(client, messages);
		for (const group of groupsOf(messages, messagesPerExecution)) start(client, group);
	};

	const goOn = async () => {
		while (!signal.aborted) {
			try {
				await round(false);
				trouble.isOver();
			} catch (error) {
				if (signal.aborted) break;
				queue = undefined;
				await sleep(trouble.pauseAfter(error), undefined, { signal }).catch(() => undefined);
			}
		}
		await Promise.allSettled(working);
		queue?.close();
	};

	if (loop.failsAtStart) await round(true);
	void goOn();
};
