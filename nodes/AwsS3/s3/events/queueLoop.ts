import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, statusOf } from '../failure';
import { forgetOldest } from '../flow/recentNames';
import type { Message, QueueClient } from './sqs';

/** What the loop needs. */
export interface QueueLoop {
	/** Connects to the queue; again after a fault, because somebody may have changed the credential. */
	connect(): Promise<QueueClient & { close(): void }>;
	/** Handles messages that are for one execution. */
	handle(queue: QueueClient, messages: Message[]): Promise<void>;
	/** How many executions may run at a time. */
	maxExecutions: number;
	/** How many messages one execution gets at most. */
	messagesPerExecution: number;
	/** Whether the first request is made before the loop begins, and throws, so that a wrong queue is known at once. */
	failsAtStart: boolean;
	/** Called once for each time of trouble, of the queue and of messages. */
	onFault(error: unknown): void;
	/** Ends the loop. What is at work goes on, and what a request still brings goes back into the queue. */
	signal: AbortSignal;
}

/** Milliseconds between two attempts: first and last. */
const [firstPause, longestPause] = [1000, 60_000];

/** Milliseconds for which troubles of the network are nobody's business: most are over by then. */
const patience = 120_000;

/** S3 gives no code with a refused HEAD. SQS says 403 also of too many requests. */
const isRefusedByS3 = (error: unknown) => statusOf(error) === 403 && !codeOf(error)?.startsWith('SQS.');

/** Troubles that end only when somebody does something about them. */
const needsSomebody = (error: unknown) =>
	/^(SQS\.(AccessDenied|QueueDoesNotExist|NonExistentQueue|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|InvalidAccessKeyId|ExpiredToken|InvalidAddress|Kms.*)|AssumeRole.*|MachineRole.*|AccessDenied|NoSuchBucket|InvalidAccessKeyId)$/.test(
		codeOf(error) ?? '',
	) ||
	codeOf(error) === undefined ||
	isRefusedByS3(error);

/** Follows the troubles of the queue: reports each time once, and says how long to wait. */
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

/** Milliseconds without a failure after which a trouble is over: a message that fails comes again at least every 15 minutes. */
const longestSilence = 3_600_000;

/** How many messages are remembered for one trouble. */
const maxFailing = 20_000;

/** A trouble that messages have. */
interface HandlingTrouble {
	since: number;
	last: number;
	isReported: boolean;
	/** The IDs of the messages that wait for its end. */
	messages: Set<string>;
}

/** Follows the troubles of messages by their code: reports each once, as long as a message has it, whatever others have. */
const handlingTroubles = (onFault: (error: unknown) => void) => {
	const byCode = new Map<string, HandlingTrouble>();
	return {
		succeeded: (messages: Message[]) => {
			for (const [code, trouble] of byCode) {
				for (const { id } of messages) trouble.messages.delete(id);
				if (trouble.messages.size === 0) byCode.delete(code);
			}
		},
		failed: (messages: Message[], error: unknown) => {
			const code = codeOf(error) ?? '';
			const now = Date.now();
			const known = byCode.get(code);
			const isOn = known !== undefined && now - known.last < longestSilence;
			const trouble = isOn ? known : { since: now, last: now, isReported: false, messages: new Set<string>() };
			byCode.set(code, trouble);
			trouble.last = now;
			for (const { id } of messages) {
				trouble.messages.add(id);
				forgetOldest(trouble.messages, maxFailing);
			}
			if (trouble.isReported || (!needsSomebody(error) && now - trouble.since <= patience)) return;
			trouble.isReported = true;
			onFault(error);
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
 * Receives messages and hands them on, until its signal fires. Goes on after faults of network and permissions, with longer
 * pauses each time; a message that was received before one comes again.
 */
export const startQueueLoop = async (loop: QueueLoop): Promise<void> => {
	const { connect, handle, maxExecutions, messagesPerExecution, onFault, signal } = loop;
	const working = new Set<Promise<void>>();
	const trouble = troubles(onFault);
	const handling = handlingTroubles(onFault);
	let queue: Awaited<ReturnType<typeof connect>> | undefined;

	const start = (client: QueueClient, messages: Message[]) => {
		const work = handle(client, messages)
			.then(
				() => handling.succeeded(messages),
				(error: unknown) => handling.failed(messages, error),
			)
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
