import { clearInterval, setInterval } from 'node:timers';
import { forgetOldest } from '../flow/recentNames';
import type { S3Event } from './eventNames';
import { MalformedEvent, eventsOrFault } from './parseEvents';
import type { SeenEvents } from './seenEvents';
import { identityOf } from './seenEvents';
import type { Message, QueueClient } from './sqs';
import { hiddenSeconds } from './sqs';

/** When a message is deleted: once the workflow was started, has ended in any way, or has succeeded. */
export type RemoveWhen = 'started' | 'ended' | 'succeeded';

/** What the receiver does with events. */
export interface Receiver {
	/** The events to start the workflow with, of those that are new: filters, and what they need from S3. */
	select(events: S3Event[]): Promise<S3Event[]>;
	/** Starts the workflow with events. Resolves when it has ended: whether it succeeded. */
	run(events: S3Event[]): Promise<boolean>;
	/** Tells the user of a message that is left to the dead-letter queue. */
	onPoison(message: Message, reason: Error): void;
	removeWhen: RemoveWhen;
	/** How often the workflow may fail for a message, or a message without events be received, before it is left. */
	maxTries: number;
}

/** Seconds after which a message is tried again: longer each time, up to 15 minutes. */
const pauseAfter = (tries: number) => Math.min(900, 15 * 2 ** Math.min(tries, 10));

/** A message with its events that are not handled yet. */
interface Fresh {
	message: Message;
	events: S3Event[];
	/** The outcome of its events that are already being handled, in this execution or in others. */
	elsewhere: Array<Promise<boolean>>;
}

/** Keeps messages hidden from other receivers as long as they are worked on. Gives a function that ends it. */
const keepHidden = (queue: QueueClient, messages: Message[]) => {
	const prolong = () => {
		// One that fails shows the message too early: it is known then as a duplicate.
		for (const message of messages) void queue.hide(message, hiddenSeconds).catch(() => undefined);
	};
	const timer = setInterval(prolong, (hiddenSeconds / 3) * 1000).unref();
	return () => clearInterval(timer);
};

/** How many messages are remembered that failed or were reported. One that is forgotten counts as a new one. */
const maxNoted = 20_000;

/** Counts something of messages, by their IDs. */
const tallyOfMessages = () => {
	const counts = new Map<string, number>();
	return {
		of: ({ id }: Message) => counts.get(id) ?? 0,
		add: ({ id }: Message) => {
			counts.set(id, (counts.get(id) ?? 0) + 1);
			forgetOldest(counts, maxNoted);
		},
	};
};

/** A promise that other code settles. */
const openOutcome = () => {
	let settle: (isDone: boolean) => void = () => undefined;
	const outcome = new Promise<boolean>((resolve) => (settle = resolve));
	return { outcome, settle };
};

/**
 * Gives a function that handles messages which are for one execution. A message is deleted only when all of its events were
 * handled, were handled before, or are not wanted. What goes wrong leaves it in the queue, which shows it again.
 */
export const messageHandler = (receiver: Receiver, seen: SeenEvents) => {
	const { removeWhen, maxTries } = receiver;
	const atWork = new Map<string, Promise<boolean>>();
	// Not the count of the queue: others have received messages too, such as tests in the editor.
	const failures = tallyOfMessages();
	const reports = tallyOfMessages();

	const reportOnce = (message: Message, reason: Error) => {
		if (reports.of(message) > 0) return;
		reports.add(message);
		receiver.onPoison(message, reason);
	};

	const leave = async (queue: QueueClient, messages: Message[]) => {
		// One that cannot be hidden comes again earlier.
		await Promise.all(messages.map(async (one) => await queue.hide(one, pauseAfter(one.tries)).catch(() => undefined)));
	};

	const remove = async (queue: QueueClient, messages: Message[]) => {
		// One that stays in the queue comes again, and is deleted then as a duplicate.
		await Promise.all(messages.map(async (message) => await queue.remove(message).catch(() => undefined)));
	};

	/** Takes the events of a message that are new. From now on they are at work. */
	const take = (message: Message, events: S3Event[], outcome: Promise<boolean>): Fresh => {
		const fresh: Fresh = { message, events: [], elsewhere: [] };
		for (const event of events) {
			const identity = identityOf(event);
			const other = identity === undefined ? undefined : atWork.get(identity);
			if (other) fresh.elsewhere.push(other);
			if (other || seen.why(event)) continue;
			fresh.events.push(event);
			if (identity !== undefined) atWork.set(identity, outcome);
		}
		return fresh;
	};

	/** Why a message is not handled; undefined if it is. Reports it the last time. */
	const refusal = (message: Message, outcome: Promise<boolean>, taken: Fresh[]): 'left' | undefined => {
		if (failures.of(message) >= maxTries) return 'left';
		const events = eventsOrFault(message.body);
		if (!(events instanceof MalformedEvent)) {
			taken.push(take(message, events, outcome));
			return undefined;
		}
		if (message.tries >= maxTries) reportOnce(message, events);
		return 'left';
	};

	/** Notes that the workflow has failed for messages, and reports those that are left from now on. */
	const noteFailure = (messages: Message[]) => {
		const reason = new Error(`The workflow failed ${maxTries} times for this message`);
		for (const message of messages) {
			failures.add(message);
			if (failures.of(message) >= maxTries) reportOnce(message, reason);
		}
	};

	/** Runs the workflow with events. Returns whether they are handled. */
	const runWith = async (events: S3Event[], onStart: () => Promise<void>) => {
		const wanted = events.length > 0 ? await receiver.select(events) : [];
		if (wanted.length === 0) return true;
		for (const event of events) seen.begin(event);
		const ended = receiver.run(wanted);
		if (removeWhen === 'started') await onStart();
		return (await ended) || removeWhen !== 'succeeded';
	};

	return async (queue: QueueClient, messages: Message[]): Promise<void> => {
		const { outcome, settle } = openOutcome();
		const taken: Fresh[] = [];
		const left = messages.filter((message) => refusal(message, outcome, taken));
		const events = taken.flatMap((one) => one.events);
		const all = taken.map(({ message }) => message);
		const stop = keepHidden(queue, all);
		let isFinished = false;
		const finish = (isDone: boolean) => {
			if (isFinished) return;
			isFinished = true;
			if (isDone) for (const event of events) seen.add(event);
			for (const event of events) atWork.delete(identityOf(event) ?? '');
			settle(isDone);
		};
		const work = async () => {
			await leave(queue, left);
			let isRemoved = false;
			const onStart = async () => {
				for (const event of events) seen.add(event);
				await remove(queue, all);
				isRemoved = true;
			};
			const isDone = await runWith(events, onStart);
			finish(isDone);
			if (isRemoved) return;
			if (!isDone) noteFailure(taken.filter((one) => one.events.length > 0).map(({ message }) => message));
			const ends = await Promise.all(taken.map(async ({ elsewhere }) => (await Promise.all(elsewhere)).every(Boolean)));
			const isHandled = (_: Message, index: number) => isDone && ends[index] === true;
			await remove(queue, all.filter(isHandled));
			await leave(
				queue,
				all.filter((message, index) => !isHandled(message, index)),
			);
		};
		await work()
			.catch(async (error) => {
				// Not sooner: each time that it is received brings it nearer to the dead-letter queue.
				await leave(queue, all);
				throw error;
			})
			.finally(() => {
				finish(false);
				stop();
			});
	};
};
