import type { S3 } from '../client/client';
import type { Outcome } from '../flow/engine';
import type { Deleted, DeleteOptions, ToDeleteUnless } from './deleteObjects';
import { deleteAll } from './deleteObjects';

/** What to delete of one key. */
export interface Purge<A> {
	/** Old versions and delete markers, in any order. */
	old: A[];
	/** The current delete marker, to delete after all of `old`. */
	last?: A;
}

/** How many delete markers to hold until what they hide is gone. */
const maxHeld = 5000;

/**
 * Deletes versions of many keys, and yields an outcome for each. Deletes the current delete marker of a key only after
 * everything that it hides: if S3 refuses one of these, such as a locked version, the object would otherwise come back.
 * Throws like `runBatches`.
 */
export async function* purge<A extends ToDeleteUnless>(
	s3: S3,
	bucket: string,
	purges: AsyncIterable<Purge<A>>,
	options: DeleteOptions,
): AsyncGenerator<Outcome<A, Deleted>> {
	const iterator = purges[Symbol.asyncIterator]();
	let isExhausted = false;
	let held: A[] = [];
	async function* nextEntries() {
		while (held.length < maxHeld) {
			const { value, done } = await iterator.next();
			if (done) {
				isExhausted = true;
				return;
			}
			const { old, last } = value;
			yield* old;
			if (last && old.length === 0) yield last;
			else if (last) held.push(last);
		}
	}
	try {
		while (!isExhausted) {
			const kept = new Set<string>();
			for await (const outcome of deleteAll(s3, bucket, nextEntries(), options)) {
				if (outcome.failure) kept.add(outcome.action.key);
				yield outcome;
			}
			const free = held.filter(({ key }) => !kept.has(key));
			held = [];
			yield* deleteAll(s3, bucket, free, options);
		}
	} finally {
		await iterator.return?.();
	}
}
