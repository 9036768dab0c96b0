import type { Loss, Losses } from '../../../s3/kept/losses';
import type { Transfer } from '../../../s3/sync/transfer';
import { keepPermissions } from '../fields/keepFields';
import { copyAndDelete } from '../fields/transferFields';

const count = (number: number, one: string, many: string) =>
	`${number.toLocaleString('en')} ${number === 1 ? one : many}`;

/** What copies could not keep, and why. */
const texts: Record<Loss, (copies: string, losses: Losses) => string> = {
	acl: (copies) =>
		`${copies} without the grants of the original, because the destination has no ACLs. Give access by the policy of its bucket.`,
	grantees: (copies, { grantees }) =>
		`${copies} without some grants of the original. 'Account Map' has no account for: ${[...grantees].join(', ')}.`,
	groups: (copies) =>
		`${copies} without the grants of the original to groups, such as everybody. They are never copied: give access by the policy of the bucket.`,
	lock: (copies) =>
		`${copies} without the lock of the original, because the bucket of the destination has no Object Lock. Switch it on for the bucket to keep locks.`,
	tags: (copies) => `${copies} without the tags of the original, because the server of the destination takes none.`,
};

/** The permissions of a run, apart from those of what it does not keep. */
export const permissionsOf = ({ keeping, written, restore }: Pick<Transfer, 'keeping' | 'written' | 'restore'>) => {
	const needed: Record<(typeof keepPermissions)[number]['option'], boolean> = {
		acl: keeping?.accounts !== undefined || keeping?.owner === true,
		lock: keeping?.lock === true,
		restore: restore !== undefined,
		versions: written !== undefined,
	};
	return [...copyAndDelete, ...keepPermissions.filter(({ option }) => needed[option])];
};

/** What a run could not keep, for its summary. Gives each kind as a hint. */
export const notKept = ({ keeping }: Pick<Transfer, 'keeping'>, hint: (message: string) => void) => {
	const losses = keeping?.losses;
	if (!losses || losses.counts.size === 0) return {};
	for (const [what, number] of losses.counts) hint(texts[what](count(number, 'copy is', 'copies are'), losses));
	return { notKept: Object.fromEntries(losses.counts) };
};
