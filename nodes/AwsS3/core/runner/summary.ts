import type { Outcome } from '../../s3/flow/engine';
import { codeOf } from '../../s3/failure';

/** What became of many actions, in numbers. */
export interface Summary {
	/** Whether all of it was done or skipped. */
	complete: boolean;
	done: number;
	skipped: number;
	/** Of what was done. */
	bytes: number;
	/** Where there are any, how many failed, and the first of them. */
	failures: { failed?: number; errors?: Array<{ key: string; code: string; message: string }> };
}

/** Enough to see what goes wrong; the number says how many there are. */
const errorsShown = 10;

/** How an operation words what became of its actions. */
interface Words<A, R> {
	/** The item of one action in a dry run. */
	planned(action: A, result?: R): object;
	/** The only item otherwise. */
	summary(sum: Summary): object;
}

/** A failure as the items of an output have it. */
export const codeAndMessage = (failure: Error) => ({ code: codeOf(failure) ?? 'Unknown', message: failure.message });

const skippedFor = (result: unknown) =>
	typeof result === 'object' && result !== null && 'skipped' in result && typeof result.skipped === 'string'
		? result.skipped
		: undefined;

async function* plans<A, R>(outcomes: AsyncIterable<Outcome<A, R>>, { planned }: Words<A, R>) {
	for await (const outcome of outcomes) {
		const result = outcome.failure ? undefined : outcome.result;
		const reason = skippedFor(result);
		yield {
			...planned(outcome.action, result),
			dryRun: true,
			...(reason && { skipped: true, reason }),
			...(outcome.failure && { error: codeAndMessage(outcome.failure) }),
		};
	}
}

/** The sum of a run, the first failure in it, and what has ended it early. */
export interface Sum {
	sum: Summary;
	first?: Error;
	ended?: unknown;
}

/** Sums up what became of many actions. Does not throw: what ends the run early is a part of what it gives. */
export const sumUp = async <A extends { key: string; size?: number }, R>(
	outcomes: AsyncIterable<Outcome<A, R>>,
): Promise<Sum> => {
	const sum: Summary = { complete: true, done: 0, skipped: 0, bytes: 0, failures: {} };
	const errors: NonNullable<Summary['failures']['errors']> = [];
	let first: Error | undefined;
	try {
		for await (const outcome of outcomes) {
			const { key, size = 0 } = outcome.action;
			if (outcome.failure) {
				first ??= outcome.failure;
				sum.complete = false;
				if (errors.length < errorsShown) errors.push({ key, ...codeAndMessage(outcome.failure) });
				sum.failures = { failed: (sum.failures.failed ?? 0) + 1, errors };
			} else if (skippedFor(outcome.result)) sum.skipped++;
			else {
				sum.done++;
				sum.bytes += size;
			}
		}
	} catch (error) {
		return { sum: { ...sum, complete: false }, first, ended: error };
	}
	return { sum, first };
};

/**
 * What became of many actions, as items: their sum, or in a dry run each of them. What ends the run early is thrown behind
 * the sum of what was done before. Throws the first failure, without a sum, if nothing was done at all.
 */
export async function* reported<A extends { key: string; size?: number }, R>(
	outcomes: AsyncIterable<Outcome<A, R>>,
	isDryRun: boolean,
	words: Words<A, R>,
): AsyncGenerator<object> {
	if (isDryRun) {
		yield* plans(outcomes, words);
		return;
	}
	const { sum, first, ended } = await sumUp(outcomes);
	const reason = ended ?? (sum.done + sum.skipped === 0 ? first : undefined);
	if (sum.done + sum.skipped > 0 || !reason) yield words.summary(sum);
	if (reason) throw reason;
}
