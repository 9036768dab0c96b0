import { createHash } from 'node:crypto';
import { s3Failure } from '../failure';
import type { JobSide } from '../job/jobPlace';
import { fileFault, linesOf, parsed } from '../read/jsonLines';
import { bareEtag } from '../contentIdentity';
import { headObject } from '../list/headObject';
import type { PlanHeader, PlannedAction, PlanTotals } from './planLines';
import { planHeaderOf, plannedActionOf, planTotalsOf } from './planLines';

/** A plan that was read to its end and is as it was written. */
export interface CheckedPlan {
	side: JobSide;
	key: string;
	/** The ETag that was checked, under which it is read again. */
	etag: string;
	header: PlanHeader;
	totals: PlanTotals;
}

const etagOf = async ({ s3, bucket }: JobSide, key: string, approved?: string): Promise<string> => {
	const head = await headObject(s3, { bucket, key });
	if (!head)
		throw s3Failure({
			code: 'NoSuchPlan',
			message: `The plan '${key}' in bucket '${bucket}' does not exist`,
			bucket,
			key,
		});
	const etag = head.ETag ?? '';
	if (approved === undefined || bareEtag(approved) === bareEtag(etag)) return etag;
	throw s3Failure({
		...{ code: 'PlanReplaced', bucket, key },
		message: `The plan '${key}' has the ETag ${bareEtag(etag)}, but the approved one is ${bareEtag(approved)}`,
	});
};

/**
 * Reads a plan to its end, and checks each line and the totals in the last line. Throws for a file that is no plan, is
 * cut off or was changed, and if it has another ETag than `approved`.
 */
export const checkPlan = async (side: JobSide, key: string, approved?: string): Promise<CheckedPlan> => {
	const at = { bucket: side.bucket, key };
	const etag = await etagOf(side, key, approved);
	const hash = createHash('sha256');
	let header: PlanHeader | undefined;
	let totals: PlanTotals | undefined;
	let actions = 0;
	for await (const line of linesOf(side, key, etag)) {
		if (totals) throw fileFault(at, 'continues after the totals of the plan');
		const members = parsed(at, line);
		if (!header) header = planHeaderOf(at, members);
		else {
			totals = planTotalsOf(members);
			if (!totals) {
				plannedActionOf(at, members);
				actions++;
			}
		}
		if (!totals) hash.update(`${line}\n`);
	}
	if (!header) throw fileFault(at, 'is empty, so it is not a plan');
	if (!totals) throw fileFault(at, 'is an incomplete plan: its totals are missing');
	if (totals.actions !== actions || totals.sha256 !== hash.digest('hex'))
		throw fileFault(at, 'is a plan that has changed since its creation: its lines do not match its totals');
	return { side, key, etag, header, totals };
};

/** Reads the actions of a checked plan. Throws if the object has changed since. */
export async function* actionsOf({ side, key, etag }: CheckedPlan, signal: AbortSignal): AsyncGenerator<PlannedAction> {
	const at = { bucket: side.bucket, key };
	let isFirst = true;
	for await (const line of linesOf({ bucket: side.bucket, s3: side.s3.endedBy(signal) }, key, etag)) {
		const members = parsed(at, line);
		if (!isFirst && !planTotalsOf(members)) yield plannedActionOf(at, members);
		isFirst = false;
	}
}
