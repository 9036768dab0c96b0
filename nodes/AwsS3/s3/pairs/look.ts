import { fixedLimit } from '../flow/concurrencyLimit';
import { poolAll } from '../flow/pool';
import type { Decision, Known, Rules } from './decide';
import { decide, isSame } from './decide';
import { numberedIn } from './numberedCopy';
import type { Entry, Pair } from './march';
import type { Sides } from './source';

/** Whether an earlier run has put a copy of the source beside the destination, under a number. */
const hasNumberedCopy = async ({ from, to, rules }: Sides, source: Entry, signal: AbortSignal): Promise<boolean> => {
	const copies = await numberedIn(to, source.key);
	const own = from.side && copies.size > 0 ? await numberedIn(from.side, source.from?.key ?? source.key) : undefined;
	for (const [number, copy] of copies) {
		const looked = { entry: source, to, copyKey: copy.key };
		const listed = isSame(rules.compare, source, copy);
		// By size and time, what the source itself has under this name would pass for a copy of this key.
		const isOpen = listed === undefined || (listed && own?.has(number));
		const same = isOpen ? (await from.look('content', looked, signal)).isSame : listed;
		if (same) return true;
	}
	return false;
};

/** Objects that are looked at at the same time. */
const looksInParallel = 16;

/** Looks at some of the pairs that a run goes through. A look that fails is the failure of its pair; a stop ends all. */
export const lookAtEach = async <T extends { failure?: Error }>(
	open: T[],
	signal: AbortSignal,
	look: (one: T, signal: AbortSignal) => Promise<void>,
): Promise<void> => {
	// A pool adds a signal to that of the run, which keeps it for as long.
	if (open.length === 0) return;
	await poolAll(open, { limit: fixedLimit(looksInParallel), signal }, async (one, poolSignal) => {
		await look(one, poolSignal).catch((error: unknown) => {
			if (poolSignal.aborted || !(error instanceof Error)) throw error;
			one.failure = error;
		});
	});
};

/** Whether the listings alone do not decide. */
export const needsLook = ({ needsHead, step }: Decision, { mode }: Rules) =>
	needsHead !== undefined || (step === 'rename' && mode !== 'move');

/** Decides on a key with as many looks as that takes, which end with the signal. */
export const decideByLooking = async (sides: Sides, pair: Pair, signal: AbortSignal): Promise<Decision> => {
	const { source: entry, key: copyKey } = pair;
	const { from, to } = sides;
	let known: Known = {};
	for (;;) {
		const decision = decide(pair, sides.rules, known);
		if (decision.needsHead && entry) {
			known = { ...known, ...(await from.look(decision.needsHead, { entry, to, copyKey }, signal)) };
			continue;
		}
		const isThere = entry && needsLook(decision, sides.rules) && (await hasNumberedCopy(sides, entry, signal));
		return isThere ? { skip: 'same' } : decision;
	}
};
