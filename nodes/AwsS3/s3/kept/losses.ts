/**
 * What belongs to an original and its copy does not have: `acl`, `annotations` and `lock` where the destination has none, `grantees` without
 * an account in the map, `groups` to which the original is open, `tags` where the destination takes none.
 */
export type Loss = 'acl' | 'annotations' | 'grantees' | 'groups' | 'lock' | 'tags';

/** What a run could not keep. */
export interface Losses {
	/** How many objects have lost what. */
	counts: Map<Loss, number>;
	/** The first grantees that no account was found for. */
	grantees: Set<string>;
}

/** Names of grantees that are remembered for the report. */
const maxNames = 5;

/** No losses. */
export const noLosses = (): Losses => ({ counts: new Map(), grantees: new Set() });

/** Counts objects that have lost something. */
export const lose = ({ counts }: Losses, what: Loss, count = 1) => {
	counts.set(what, (counts.get(what) ?? 0) + count);
};

/** Remembers a grantee without an account. */
export const remember = ({ grantees }: Losses, name: string) => {
	if (grantees.size < maxNames) grantees.add(name);
};

/** Adds the losses of one object to those of a run. */
export const addLosses = (losses: Losses, { counts, grantees }: Losses) => {
	for (const [what, count] of counts) lose(losses, what, count);
	for (const name of grantees) remember(losses, name);
};
