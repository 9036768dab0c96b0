import { hasSameContent, isCopyOf } from '../list/contentIdentity';
import { headObject } from '../list/headObject';
import { numberedIn } from './freeName';
import type { Decision, Known, Look, Rules } from './decide';
import { decide, isSame } from './decide';
import type { Entry, Pair } from './march';
import type { Side } from './sides';
import { objectAt } from './sides';

/** Both sides of a transfer, and what it does. */
export interface Sides {
	from: Side;
	to: Side;
	rules: Rules;
}

const lookAtContent = async ({ from, to }: Sides, key: string, copyKey = key): Promise<Known> => {
	const [original, copy] = await Promise.all([
		headObject(from.s3, objectAt(from, key)),
		headObject(to.s3, objectAt(to, copyKey)),
	]);
	// Whatever is gone meanwhile is noticed by the conditions of the write.
	if (!original || !copy) return { isSame: false, isProven: false };
	return { isSame: isCopyOf(original, copy), isProven: hasSameContent(original, copy) };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
const lookAtArchive = async ({ from }: Sides, key: string): Promise<Known> => {
	const head = await headObject(from.s3, objectAt(from, key));
	return { isReadable: /ongoing-request="false"/.test(head?.Restore ?? '') };
};

const looks: Record<Look, (sides: Sides, key: string) => Promise<Known>> = {
	content: lookAtContent,
	archive: lookAtArchive,
};

/** Whether an earlier run has put a copy of the source beside the destination, under a number. */
const hasNumberedCopy = async (sides: Sides, source: Entry): Promise<boolean> => {
	for (const copy of (await numberedIn(sides.to, source.key)).values()) {
		const same = isSame(sides.rules.compare, source, copy) ?? (await lookAtContent(sides, source.key, copy.key)).isSame;
		if (same) return true;
	}
	return false;
};

/** Whether the listings alone do not decide. */
export const needsLook = ({ needsHead, step }: Decision, { mode }: Rules) =>
	needsHead !== undefined || (step === 'rename' && mode !== 'move');

/** Decides on a key with as many looks as that takes. */
export const decideByLooking = async (sides: Sides, pair: Pair): Promise<Decision> => {
	let known: Known = {};
	for (;;) {
		const decision = decide(pair, sides.rules, known);
		if (decision.needsHead) {
			known = { ...known, ...(await looks[decision.needsHead](sides, pair.key)) };
			continue;
		}
		const isThere = pair.source && needsLook(decision, sides.rules) && (await hasNumberedCopy(sides, pair.source));
		return isThere ? { skip: 'same' } : decision;
	}
};
