import { ObjectStorageClass } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import { isOwnFile } from '../ownFiles';
import { countsIn, fileVersion, originalIn, sideIn } from '../job/journalLines';
import type { Counts } from '../sync/tally';
import type { Members } from '../answers/members';
import { isMembers, textOf } from '../answers/members';
import { countOf, dateOf, fileFault } from '../read/jsonLines';
import type { Mode, Step } from '../pairs/decide';
import type { Entry, Pair } from '../pairs/march';

/** The first line of a plan: what binds it. */
export interface PlanHeader {
	plan: number;
	made: string;
	jobName: string;
	/** Bucket and prefix of both sides. */
	source: { bucket: string; prefix: string };
	destination: { bucket: string; prefix: string };
	mode: Mode;
	/** Whether the bucket of the source is asked for a key before it is deleted at the destination. */
	asksSource: boolean;
	/** Where what is overwritten or deleted is copied to before. */
	backupPrefix?: string;
	/** The storage class of all copies, if one was chosen. */
	storageClass?: string;
	/** A digest of the grants on folders that it would keep, if it keeps any. */
	grants?: string;
	/** The options of copies that it was made with, with which it is applied. */
	kept: Record<string, unknown>;
	/** The other parameters of the plan, for the person who approves it. */
	rules: Record<string, unknown>;
}

/** One action of a plan. */
export interface PlannedAction extends Pair {
	step: Step;
}

/** The last line of a plan. */
export interface PlanTotals {
	actions: number;
	totals: Counts;
	/** Of all lines before, in hexadecimal. */
	sha256: string;
}

const modes: readonly Mode[] = ['copy', 'mirror', 'move', 'migrate'];
const steps: readonly Step[] = ['copy', 'overwrite', 'rename', 'delete', 'deleteSource'];
const classes = Object.values(ObjectStorageClass);

/** The first line of a plan. Throws if it is none, or is one of another version. */
export const planHeaderOf = (at: ObjectAt, members: Members): PlanHeader => {
	const [source, destination, made] = [sideIn(members.source), sideIn(members.destination), dateOf(members.made)];
	const mode = modes.find((one) => one === members.mode);
	if (countOf(members.plan) === undefined) throw fileFault(at, 'is not a plan');
	if (members.plan !== fileVersion)
		throw fileFault(at, `is a plan of version ${String(members.plan)}, but this node supports version ${fileVersion}`);
	if (!source || !destination || !made || !mode) throw fileFault(at, 'is not a plan');
	const [backupPrefix, storageClass] = [textOf(members.backupPrefix), textOf(members.storageClass)];
	const grants = textOf(members.grants);
	return {
		...{ plan: fileVersion, made: made.toISOString(), jobName: textOf(members.jobName) ?? '' },
		...{ source, destination, mode, asksSource: members.asksSource !== false },
		rules: isMembers(members.rules) ? members.rules : {},
		kept: isMembers(members.kept) ? members.kept : {},
		...(backupPrefix !== undefined && { backupPrefix }),
		...(storageClass !== undefined && { storageClass }),
		...(grants !== undefined && { grants }),
	};
};

const listed = ({ from, size, etag, lastModified, storageClass }: Entry) => ({
	...{ from, size, etag, lastModified, storageClass },
});

/** An action as a line of a plan. */
export const planLine = ({ step, key, source, destination }: PlannedAction): string =>
	`${JSON.stringify({ step, key, source: source && listed(source), destination: destination && listed(destination) })}\n`;

const entryIn = (key: string, value: unknown): Entry | undefined => {
	if (!isMembers(value)) return undefined;
	const size = countOf(value.size);
	if (size === undefined) return undefined;
	const storageClass = classes.find((one) => one === value.storageClass);
	const from = originalIn(value.from);
	const entry = { key, size, etag: textOf(value.etag), lastModified: dateOf(value.lastModified), storageClass };
	return { ...entry, ...(from && { from }) };
};

/** Whether an action has what it needs: both sides, or one of them. */
const isWhole = ({ step, source, destination }: PlannedAction) =>
	(step === 'delete' || source !== undefined) && (!/^(delete|overwrite)$/.test(step) || destination !== undefined);

/** A line of a plan as an action. Throws if it is none. */
export const plannedActionOf = (at: ObjectAt, members: Members): PlannedAction => {
	const step = steps.find((one) => one === members.step);
	const key = textOf(members.key);
	if (step && key !== undefined && !isOwnFile(key)) {
		const action = { step, key, source: entryIn(key, members.source), destination: entryIn(key, members.destination) };
		if (isWhole(action)) return action;
	}
	throw fileFault(at, 'contains a line that is not valid in a plan');
};

/** The last line of a plan; undefined if it is another one. */
export const planTotalsOf = (members: Members): PlanTotals | undefined => {
	const [actions, sha256] = [countOf(members.actions), textOf(members.sha256)];
	if (actions === undefined || sha256 === undefined) return undefined;
	return { actions, totals: countsIn(members.totals), sha256 };
};
