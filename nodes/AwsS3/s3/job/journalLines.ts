import type { ObjectAt } from '../address';
import type { Original } from '../pairs/march';
import type { HeldBackDeletions } from '../sync/deletionLimits';
import { heldBackReasons } from '../sync/deletionLimits';
import type { OutcomeLine } from '../sync/outcomeLine';
import type { Counts } from '../sync/tally';
import { noCounts } from '../sync/tally';
import type { Members } from '../answers/members';
import { isMembers, textOf } from '../answers/members';
import { countOf, dateOf, fileFault } from '../read/jsonLines';

/** The version of journals, plans and states that this node writes. */
export const fileVersion = 1;

const countNames = [
	...(['copied', 'overwritten', 'renamed', 'deleted', 'moved', 'skipped', 'changed', 'failed', 'bytes'] as const),
] as const;

/** The counts among the members of an object; 0 for what is not there. */
export const countsIn = (value: unknown): Counts => {
	const members = isMembers(value) ? value : {};
	const counts = noCounts();
	for (const name of countNames) counts[name] = countOf(members[name]) ?? 0;
	return counts;
};

/** The sum of two counts. */
export const sumOf = (one: Counts, other: Counts): Counts => {
	const sum = noCounts();
	for (const name of countNames) sum[name] = one[name] + other[name];
	return sum;
};

/** The first line of a journal: what the run is. */
export interface JournalHeader {
	journal: number;
	runId: string;
	jobName: string;
	category: string;
	operation: string;
	started: string;
	/** Bucket and prefix of both sides. */
	source: { bucket: string; prefix: string };
	destination: { bucket: string; prefix: string };
	/** The parameters that decide what is done. */
	rules: Record<string, unknown>;
	/** The run that it continues. */
	continues?: string;
}

/** How many keys were skipped since the last such line, by reason. */
interface SkippedLine {
	skipped: Record<string, number>;
}

/** The last line of a journal. A run that was killed has none. */
export interface JournalTotals {
	totals: Counts;
	reasons: Record<string, number>;
	ended: string;
	/** How it ended, and by which limit. */
	how: string;
	stoppedBy?: string;
	/** What a mirror did not delete. Journals of earlier releases do not say it. */
	heldBack?: HeldBackDeletions;
}

/** A line of a journal. */
export type JournalLine = JournalHeader | SkippedLine | JournalTotals | OutcomeLine;

const steps: ReadonlyArray<OutcomeLine['step']> = ['copy', 'overwrite', 'rename', 'delete', 'deleteSource', 'skip'];
const results: ReadonlyArray<OutcomeLine['result']> = ['planned', 'done', 'changed', 'skipped', 'failed'];

/** The texts of a line that it need not have. */
const texts = ['modified', 'targetKey', 'reason', 'code', 'message', 'advice', 'sourceEtag', 'etag'] as const;

const numbersIn = (value: unknown): Record<string, number> =>
	Object.fromEntries(
		Object.entries(isMembers(value) ? value : {}).flatMap(([name, one]) => {
			const count = countOf(one);
			return count === undefined ? [] : [[name, count]];
		}),
	);

/** Where an original is, as a file of a job says it; undefined if it says nothing. */
export const originalIn = (value: unknown): Original | undefined => {
	if (!isMembers(value)) return undefined;
	const [key, versionId, item] = [textOf(value.key), textOf(value.versionId), countOf(value.item)];
	return {
		...(key !== undefined && { key }),
		...(versionId !== undefined && { versionId }),
		...(item !== undefined && { item }),
	};
};

const outcomeIn = (members: Members): OutcomeLine | undefined => {
	const step = steps.find((one) => one === members.step);
	const result = results.find((one) => one === members.result);
	const [at, key, size] = [textOf(members.at), textOf(members.key), countOf(members.size)];
	if (!step || !result || at === undefined || key === undefined || size === undefined) return undefined;
	const from = originalIn(members.from);
	const line: OutcomeLine = { at, step, key, size, result, ...(from && { from }) };
	for (const name of texts) {
		const text = textOf(members[name]);
		if (text !== undefined) line[name] = text;
	}
	return line;
};

/** A side as a file of a job names it; undefined if it is none. */
export const sideIn = (value: unknown) => {
	const { bucket, prefix } = isMembers(value) ? value : {};
	return typeof bucket === 'string' && typeof prefix === 'string' ? { bucket, prefix } : undefined;
};

const headerIn = (members: Members): JournalHeader | undefined => {
	const { journal, runId, jobName, operation } = members;
	const [source, destination] = [sideIn(members.source), sideIn(members.destination)];
	if (journal !== fileVersion || !source || !destination) return undefined;
	const continues = textOf(members.continues);
	return {
		...{
			journal,
			runId: textOf(runId) ?? '',
			jobName: textOf(jobName) ?? '',
			category: textOf(members.category) ?? '',
		},
		...{ operation: textOf(operation) ?? '', started: textOf(members.started) ?? '', source, destination },
		rules: isMembers(members.rules) ? members.rules : {},
		...(continues !== undefined && { continues }),
	};
};

/** What a mirror did not delete, as a journal says it; undefined for nothing, and for a reason of a later release. */
const heldBackIn = (value: unknown): HeldBackDeletions | undefined => {
	if (!isMembers(value)) return undefined;
	const reason = heldBackReasons.find((one) => one === value.reason);
	const deletions = countOf(value.deletions);
	return reason && deletions !== undefined ? { reason, deletions } : undefined;
};

const totalsIn = (members: Members): JournalTotals | undefined => {
	const [ended, how, stoppedBy] = [dateOf(members.ended), textOf(members.how), textOf(members.stoppedBy)];
	if (!ended || how === undefined) return undefined;
	const heldBack = heldBackIn(members.heldBack);
	return {
		...{ totals: countsIn(members.totals), reasons: numbersIn(members.reasons), ended: ended.toISOString(), how },
		...(stoppedBy !== undefined && { stoppedBy }),
		...(heldBack && { heldBack }),
	};
};

/** A parsed line as a line of a journal. Throws if it is none. */
export const journalLineOf = (at: ObjectAt, members: Members): JournalLine => {
	const line =
		'journal' in members
			? headerIn(members)
			: 'totals' in members
				? totalsIn(members)
				: isMembers(members.skipped)
					? { skipped: numbersIn(members.skipped) }
					: outcomeIn(members);
	if (line) return line;
	throw fileFault(at, 'contains a line that is not valid in a journal of this version');
};

/** Whether a line is the outcome of a key. */
export const isOutcome = (line: JournalLine): line is OutcomeLine => 'step' in line;
