import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, statusOf } from '../failure';
import { forgetOldest } from '../flow/recentNames';
import type { Message, QueueClient } from './sqs';
import { giveBack } from './sqs';

/** What the loop needs. */
interface QueueLoop {
	/** Connects to the queue. Called again after an error, because the user may have changed the credential. */
	connect(): Promise<QueueClient & { close(): void }>;
	/** Handles the messages of one execution. */
	handle(queue: QueueClient, messages: Message[]): Promise<void>;
	/** The maximum number of concurrent executions. */
	maxExecutions: number;
	/** The maximum number of messages per execution. */
	messagesPerExecution: number;
	/** Whether to send the first request before the loop starts, and throw if it fails, so that the user sees a wrong queue at once. */
	failsAtStart: boolean;
	/** Reports a trouble of the queue or of messages, once until it ends. */
	onFault(error: unknown): void;
	/** Ends the loop. Running executions continue, and messages of a pending request go back into the queue. */
	signal: AbortSignal;
}

/** Milliseconds between two attempts: the shortest and the longest pause. */
const [firstPause, longestPause] = [1000, 60_000];

/** Milliseconds before reporting network errors, most of which are over by then. */
const patience = 120_000;

/** A refused HEAD has no code. SQS also answers too many requests with 403. */
const isRefusedByS3 = (error: unknown) => statusOf(error) === 403 && !codeOf(error)?.startsWith('SQS.');

/** Whether an error lasts until a user does something about it. */
const needsSomebody = (error: unknown) =>
	/^(SQS\.(AccessDenied|QueueDoesNotExist|NonExistentQueue|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|InvalidAccessKeyId|ExpiredToken|InvalidAddress|Kms.*)|AssumeRole.*|MachineRole.*|AccessDenied|NoSuchBucket|InvalidAccessKeyId)$/.test(
		codeOf(error) ?? '',
	) ||
	codeOf(error) === undefined ||
	isRefusedByS3(error);

/** Reports a trouble of the queue once until it ends, and tells how long to wait. */
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
			// Spreads the retries of triggers that failed together.
			return pause * (0.5 + Math.random() / 2);
		},
	};
};

/** Milliseconds without a failure that end a trouble: failing messages arrive again after 15 minutes at most. */
const longestSilence = 3_600_000;

/** How many messages to remember per trouble. */
const maxFailing = 20_000;

/** An error that messages have. */
interface HandlingTrouble {
	since: number;
	last: number;
	isReported: boolean;
	/** The IDs of messages that had it last. */
	messages: Set<string>;
}

/** Reports a trouble of messages once, by its code, until no message has it any more. */
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

/**
 * Receives and handles messages until its signal fires. Continues after errors of the network or of permissions, with longer
 * pauses each time. Messages received before an error arrive again.
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

	/** Work that has begun still hides and deletes its messages. */
	const closeAfterWork = (client: typeof queue) => void Promise.allSettled(working).then(() => client?.close());

	const goOn = async () => {
		while (!signal.aborted) {
			try {
				await round(false);
				trouble.isOver();
			} catch (error) {
				if (signal.aborted) break;
				closeAfterWork(queue);
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
