import type { Category } from '../../../content/report/report';
import { throughput } from '../../../content/report/throughput';
import type { Line } from '../../../content/report/report';
import type { Statistics } from '../../../s3/analysis/statistics';
import { statistics } from '../../../s3/analysis/statistics';
import type { Reason } from '../../../s3/pairs/decide';
import { isOriginalKept } from '../../../s3/sync/outcomeLine';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';
import { kindOf, outcomeKind, outcomeKinds } from './outcomeKinds';

/** The results of many objects. */
export interface OutcomeSums {
	/** By kind, most urgent first. */
	kinds: Category[];
	/** What the run copied or would copy. */
	copied: Statistics;
	/** How many of them are copies whose originals a move could not delete. */
	copiesOfKept: number;
	/** How many failures are of deletions at the destination. */
	failedDeletions: number;
	/** Whether the ages of copied objects are known. */
	hasAges: boolean;
	throughput: Line[];
	/** The times of the first and the last line. */
	first?: Date;
	last?: Date;
}

const writes = new Set<OutcomeLine['step']>(['copy', 'overwrite', 'rename']);

/** Job files are not user objects. */
const jobFile: Reason = 'jobFile';

/** Adds up lines; `now` is when the ages of objects count. Takes the same memory for any number of lines. */
export const outcomeSums = (now: Date) => {
	const kinds = new Map<string, Category>();
	const copied = statistics(now);
	const rates = throughput();
	let hasAges = false;
	let copiesOfKept = 0;
	let failedDeletions = 0;
	let [first, last] = [Infinity, -Infinity];

	const kindAt = (id: string) => {
		const kind = kinds.get(id) ?? { ...outcomeKind(id), count: 0 };
		kinds.set(id, kind);
		return kind;
	};

	return {
		/** Adds keys of which only the reason is known. */
		addSkipped: (reason: string, count: number) => {
			if (reason !== jobFile) kindAt(reason).count += count;
		},
		add: (line: OutcomeLine) => {
			const { size, key, step, result, modified, reason } = line;
			if (reason === jobFile) return;
			const kind = kindAt(kindOf(line));
			kind.count++;
			if (step === 'delete' && kind.tone === 'bad') failedDeletions++;
			kind.bytes = (kind.bytes ?? 0) + size;
			const at = Date.parse(line.at);
			[first, last] = [Math.min(first, at), Math.max(last, at)];
			const isKept = isOriginalKept(line);
			if ((result !== 'done' && result !== 'planned' && !isKept) || !writes.has(step)) return;
			if (isKept) copiesOfKept++;
			copied.add({ Key: key, Size: size, LastModified: modified === undefined ? undefined : new Date(modified) });
			hasAges ||= modified !== undefined;
			if (result !== 'planned') rates.add({ at: new Date(at), bytes: size });
		},
		result: (): OutcomeSums => {
			const known = outcomeKinds.flatMap(({ id }) => kinds.get(id) ?? []);
			const others = [...kinds.values()].filter((kind) => !known.includes(kind));
			return {
				...{
					kinds: [...known, ...others],
					copied: copied.result(),
					copiesOfKept,
					failedDeletions,
					hasAges,
					throughput: rates.plots(),
				},
				...(first <= last && { first: new Date(first), last: new Date(last) }),
			};
		},
	};
};
