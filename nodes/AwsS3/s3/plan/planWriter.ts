import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { Counts } from '../sync/tally';
import { newId, planKeyOf } from '../job/jobPlace';
import type { JobPlace } from '../job/jobPlace';
import { bareEtag } from '../contentIdentity';
import { upload } from '../write/upload';
import type { PlanHeader, PlannedAction, PlanTotals } from './planLines';
import { planLine } from './planLines';

/** A stored plan. `planEtag` is that of the object, without quotes. */
interface StoredPlan {
	planKey: string;
	planEtag: string;
	planActions: number;
}

/** A plan that is being written. */
export interface PlanWriter {
	/** Adds an action. Returns a promise where the upload has to catch up. Rejects if it was refused. */
	add(action: PlannedAction): Promise<void> | undefined;
	/** Writes the totals. Throws if the plan could not be stored. */
	end(totals: Counts): Promise<StoredPlan>;
	/** Gives it up, and leaves nothing. */
	discard(): Promise<void>;
}

/** Begins a plan, which is uploaded while it is made: it may be larger than memory. */
export const beginPlan = (place: JobPlace, header: PlanHeader, budget: MemoryBudget): PlanWriter => {
	const { s3, bucket: Bucket } = place.side;
	const Key = planKeyOf(place, newId(new Date(header.made)));
	const lines = new PassThrough();
	// An upload that was stopped before it read anything does not listen.
	lines.on('error', () => undefined);
	const hash = createHash('sha256');
	let actions = 0;
	const write = (line: string) => {
		hash.update(line);
		return lines.write(line);
	};
	const input = { Bucket, Key, ContentType: 'application/x-ndjson' };
	const storing = upload(s3, { input, body: lines, budget });
	// Who adds the next action learns of it.
	storing.catch(() => undefined);
	const caughtUp = async () => void (await Promise.race([once(lines, 'drain'), storing]));
	write(`${JSON.stringify(header)}\n`);
	return {
		add: (action) => {
			actions++;
			return write(planLine(action)) ? undefined : caughtUp();
		},
		end: async (totals) => {
			const last: PlanTotals = { actions, totals, sha256: hash.digest('hex') };
			lines.end(`${JSON.stringify(last)}\n`);
			const { ETag } = await storing;
			return { planKey: Key, planEtag: bareEtag(ETag), planActions: actions };
		},
		discard: async () => {
			lines.destroy(Object.assign(new Error('Writing the plan was canceled'), { name: 'AbortError' }));
			await storing.catch(() => undefined);
		},
	};
};
