import { objectsInWords } from '../../../core/io/statisticsPlots';
import type { Tally } from '../../../s3/sync/tally';
import type { Ended, Transfer } from '../../../s3/sync/transfer';
import { outcomeKind } from '../reports/outcomeKinds';
import { heldBackText } from '../reports/runReporting';

const restoringText = (count: number) =>
	`${count.toLocaleString('en')} archived ${count === 1 ? 'object is' : 'objects are'} being restored, which takes minutes to two days. Run again afterwards, for example on a schedule, to copy ${count === 1 ? 'it' : 'them'}.`;

const changedSincePlanText = (count: number) =>
	`${objectsInWords(count)} ${count === 1 ? 'has' : 'have'} changed since the plan was made, so nothing was done with ${count === 1 ? 'it' : 'them'}. Create a new plan for ${count === 1 ? 'it' : 'them'}.`;

/** What needs a decision, by reason, with what to do. What is being restored has a text with its time. */
const decisionTexts = ({ reasons }: Tally) =>
	Object.entries(reasons).flatMap(([reason, count]) => {
		const { label, tone, advice = '' } = outcomeKind(reason);
		const needsDecision = (tone === 'bad' || tone === 'warning') && reason !== 'restoring';
		return needsDecision ? [`${label} (${objectsInWords(count)}). ${advice}`] : [];
	});

const isNothingSelected = ({ copied, deleted, moved, skipped, changed, failed, reasons }: Tally) =>
	copied + deleted + moved + changed + failed === 0 &&
	skipped === (reasons.filtered ?? 0) + (reasons.jobFile ?? 0) + (reasons.onlyAtDestination ?? 0);

const nothingText = ({ from }: Transfer) =>
	from.side
		? "The source has no objects to copy. Check 'Prefix', which usually has no leading slash, and the filters in 'Options'."
		: "The filters in 'Options' leave out all items. Check them.";

/** What a run could not do, and what to do about it, in sentences. */
export const runHints = (transfer: Transfer, tally: Tally, how: Ended | undefined): string[] => {
	const heldBack = how && heldBackText(how);
	const { restoring = 0 } = tally.reasons;
	// Only a plan that is applied goes through something else than both listings.
	const isOfPlan = transfer.walk !== undefined;
	// A move from a folder for incoming files has nothing to do most of the time.
	const isSurprising = !isOfPlan && transfer.rules.mode !== 'move' && !transfer.deletions.allowsEmptySource;
	return [
		...(heldBack && !transfer.isPlan ? [heldBack] : []),
		...(restoring > 0 ? [restoringText(restoring)] : []),
		...(isOfPlan && tally.changed > 0 ? [changedSincePlanText(tally.changed)] : []),
		...decisionTexts(tally),
		...(isSurprising && how && !how.stoppedBy && !heldBack && isNothingSelected(tally) ? [nothingText(transfer)] : []),
	];
};

/** Whether a run has left nothing to do that a later one could. What the destination cannot take is left, too. */
export const isDone = ({ failed, changed, reasons }: Tally, how: Ended | undefined): boolean => {
	const isLeft = (reason: string) => reason === 'restoring' || outcomeKind(reason).tone === 'bad';
	return (
		how !== undefined && !how.stoppedBy && !how.heldBack && failed + changed === 0 && !Object.keys(reasons).some(isLeft)
	);
};
