import type { Outcome } from '../../s3/flow/engine';
import { codeOf } from '../../s3/failure';

/** Counts over the outcomes of many actions. */
export interface Summary {
	/** Whether every action was done or skipped. */
	complete: boolean;
	done: number;
	skipped: number;
	/** Total size of the objects that were done. */
	bytes: number;
	/** Empty without failures; else their number and the first of them. */
	failures: { failed?: number; errors?: Array<{ key: string; code: string; message: string }> };
}

/** Limits `errors`, not `failed`: a few show the problem. */
export const maxErrors = 10;

/** How an operation turns outcomes into items. */
interface Report<A, R> {
	/** The item of one action in a dry run. */
	planned(action: A, result?: R): object;
	/** The single item of a real run. */
	summary(sum: Summary): object;
}

/** Returns the code and the message of an error, as output items report it. */
export const codeAndMessage = (failure: Error) => ({ code: codeOf(failure) ?? 'Unknown', message: failure.message });

const skipReason = (result: unknown) =>
	typeof result === 'object' && result !== null && 'skipped' in result && typeof result.skipped === 'string'
		? result.skipped
		: undefined;

async function* dryRunItems<A, R>(outcomes: AsyncIterable<Outcome<A, R>>, { planned }: Report<A, R>) {
	for await (const outcome of outcomes) {
		const result = outcome.failure ? undefined : outcome.result;
		const reason = skipReason(result);
		yield {
			...planned(outcome.action, result),
			dryRun: true,
			...(reason && { skipped: true, reason }),
			...(outcome.failure && { error: codeAndMessage(outcome.failure) }),
		};
	}
}

/** The summary of a run, its first failure, and the error that ended it early. */
export interface Sum {
	sum: Summary;
	first?: Error;
	ended?: unknown;
}

/** Summarizes outcomes. Never throws: returns the error that ends the run early as `ended`. */
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
				if (errors.length < maxErrors) errors.push({ key, ...codeAndMessage(outcome.failure) });
				sum.failures = { failed: (sum.failures.failed ?? 0) + 1, errors };
			} else if (skipReason(outcome.result)) sum.skipped++;
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
 * Yields the items that report outcomes: one summary, or in a dry run one item per action. If an error ends the run
 * early, yields the summary first, then throws it. If every action failed, throws the first failure and yields no
 * summary.
 */
export async function* reported<A extends { key: string; size?: number }, R>(
	outcomes: AsyncIterable<Outcome<A, R>>,
	isDryRun: boolean,
	report: Report<A, R>,
): AsyncGenerator<object> {
	if (isDryRun) {
		yield* dryRunItems(outcomes, report);
		return;
	}
	const { sum, first, ended } = await sumUp(outcomes);
	const failure = ended ?? (sum.done + sum.skipped === 0 ? first : undefined);
	if (sum.done + sum.skipped > 0 || !failure) yield report.summary(sum);
	if (failure) throw failure;
}
