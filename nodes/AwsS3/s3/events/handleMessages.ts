import { clearInterval, setInterval } from 'node:timers';
import { forgetOldest } from '../flow/recentNames';
import type { S3Event } from './eventNames';
import { MalformedEvent, eventsOrFault } from './parseEvents';
import type { SeenEvents } from './seenEvents';
import { identityOf } from './seenEvents';
import type { Message, QueueClient } from './sqs';
import { hiddenSeconds } from './sqs';

/** When to delete a message: when the execution starts, ends in any way, or succeeds. */
export type RemoveWhen = 'started' | 'ended' | 'succeeded';

/** What handles the events of messages. */
export interface Receiver {
	/** Selects the events to start the workflow with. May ask S3. */
	select(events: S3Event[]): Promise<S3Event[]>;
	/** Starts the workflow with events. Resolves at its end with whether it succeeded. */
	run(events: S3Event[]): Promise<boolean>;
	/** Reports a message that stays in the queue, which moves it to the dead-letter queue. */
	onPoison(message: Message, reason: Error): void;
	removeWhen: RemoveWhen;
	/** How often the workflow may fail for a message, or an unreadable message may arrive, before it stays in the queue. */
	maxTries: number;
}

/** Seconds before the next try of a message: more each time, up to 15 minutes. */
const pauseAfter = (tries: number) => Math.min(900, 15 * 2 ** Math.min(tries, 10));

/** A message with its new events. */
interface Fresh {
	message: Message;
	events: S3Event[];
	/** The outcomes of its other events, which other executions already handle. */
	elsewhere: Array<Promise<boolean>>;
}

/** Hides messages from other receivers while the workflow runs. Returns a function that ends this. */
const keepHidden = (queue: QueueClient, messages: Message[]) => {
	const prolong = () => {
		// If this fails, the message arrives again, and is a duplicate then.
		for (const message of messages) void queue.hide(message, hiddenSeconds).catch(() => undefined);
	};
	const timer = setInterval(prolong, (hiddenSeconds / 3) * 1000).unref();
	return () => clearInterval(timer);
};

/** How many failed or reported messages to remember. A forgotten one counts as new. */
const maxNoted = 20_000;

/** Counts messages by their IDs. */
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

/** A promise, and the function that settles it. */
const openOutcome = () => {
	let settle: (isDone: boolean) => void = () => undefined;
	const outcome = new Promise<boolean>((resolve) => (settle = resolve));
	return { outcome, settle };
};

/**
 * Returns a function that handles the messages of one execution. It deletes a message only if all its events are handled, were
 * handled before, or are not wanted. Otherwise the message stays in the queue and arrives again.
 */
export const messageHandler = (receiver: Receiver, seen: SeenEvents) => {
	const { removeWhen, maxTries } = receiver;
	const atWork = new Map<string, Promise<boolean>>();
	// Not the count of the queue, which includes other receivers, such as tests in the editor.
	const failures = tallyOfMessages();
	const reports = tallyOfMessages();

	const reportOnce = (message: Message, reason: Error) => {
		if (reports.of(message) > 0) return;
		reports.add(message);
		receiver.onPoison(message, reason);
	};

	const leave = async (queue: QueueClient, messages: Message[]) => {
		// If this fails, the message arrives again earlier.
		await Promise.all(messages.map(async (one) => await queue.hide(one, pauseAfter(one.tries)).catch(() => undefined)));
	};

	const remove = async (queue: QueueClient, messages: Message[]) => {
		// If this fails, the message arrives again, and is deleted then as a duplicate.
		await Promise.all(messages.map(async (message) => await queue.remove(message).catch(() => undefined)));
	};

	/** Takes the new events of a message, and notes that this execution handles them. */
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

	/** Takes the events of a message, or returns 'left' if it has to stay in the queue. Reports an unreadable one at its last try. */
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

	/** Notes that the workflow failed for messages, and reports those that now stay in the queue. */
	const noteFailure = (messages: Message[]) => {
		const reason = new Error(`The workflow failed ${maxTries} times for this message`);
		for (const message of messages) {
			failures.add(message);
			if (failures.of(message) >= maxTries) reportOnce(message, reason);
		}
	};

	/** Runs the workflow with events. Returns whether they are done. */
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
				// Later, because each delivery brings it nearer to the dead-letter queue.
				await leave(queue, all);
				throw error;
			})
			.finally(() => {
				finish(false);
				stop();
			});
	};
};
