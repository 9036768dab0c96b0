import { decide } from '../pairs/decide';
import type { Decision } from '../pairs/decide';
import { march } from '../pairs/march';
import type { Pair } from '../pairs/march';
import type { Sides } from '../pairs/source';
import { lookAtEach } from '../pairs/look';
import type { Decided, Walk } from '../sync/transfer';
import type { RecordAt } from './recordReader';
import { recordPages } from './recordReader';

/**
 * Goes through a source and the record of what another system has of it. Other ETags are other content: the content that the other
 * system has is not there to be looked at. Only archived objects are looked at, for whether they can be read.
 */
export const recordWalk = ({ from, to, rules }: Sides, record: RecordAt, etag: string | undefined): Walk => {
	const decisionOn = (pair: Pair): Decision => decide(pair, rules, { isSame: false });
	return async function* (signal, isForDeletions, leaveOut) {
		const entries = recordPages({ ...record, s3: record.s3.endedBy(signal) }, etag);
		for await (const chunk of march(from.pages(signal, leaveOut), entries)) {
			const decided = chunk.map((pair): Decided => ({ pair, decision: decisionOn(pair) }));
			const open = decided.filter(({ decision }) => !isForDeletions && decision.needsHead !== undefined);
			await lookAtEach(open, signal, async (one, own) => {
				const { source: entry, key: copyKey } = one.pair;
				if (!entry) return;
				const known = await from.look('archive', { entry, to, copyKey }, own);
				one.decision = decide(one.pair, rules, { ...known, isSame: false });
			});
			yield decided;
		}
	};
};
