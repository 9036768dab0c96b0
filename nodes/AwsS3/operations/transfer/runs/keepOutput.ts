import type { Loss, Losses } from '../../../s3/kept/losses';
import type { Transfer } from '../../../s3/sync/transfer';
import { keepPermissions } from '../fields/keepFields';
import { copyAndDelete } from '../fields/transferFields';

const count = (number: number, one: string, many: string) =>
	`${number.toLocaleString('en')} ${number === 1 ? one : many}`;

/** What copies could not keep, and why. */
const texts: Record<Loss, (copies: string, losses: Losses) => string> = {
	acl: (copies) =>
		`${copies} missing the original's grants, because the destination has ACLs disabled. Grant access with its bucket policy.`,
	annotations: (copies) => `${copies} missing the original's annotations, because only Amazon S3 supports annotations.`,
	grantees: (copies, { grantees }) =>
		`${copies} missing some of the original's grants. 'Account Map' has no account for: ${[...grantees].join(', ')}.`,
	groups: (copies) =>
		`${copies} missing the original's grants to groups, such as public access, which are never copied. Grant access with the bucket policy.`,
	lock: (copies) =>
		`${copies} missing the original's lock, because the destination bucket has no Object Lock. Enable it to keep locks.`,
	tags: (copies) => `${copies} missing the original's tags, because the destination server does not support tags.`,
};

/** The permissions of a run, except for what it does not keep. */
export const permissionsOf = ({ keeping, written, restore }: Pick<Transfer, 'keeping' | 'written' | 'restore'>) => {
	const needed: Record<(typeof keepPermissions)[number]['option'], boolean> = {
		acl: keeping?.accounts !== undefined || keeping?.owner === true,
		annotations: keeping?.annotations === true,
		folderGrants: keeping?.folderGrants !== undefined,
		lock: keeping?.lock === true,
		restore: restore !== undefined,
		versions: written !== undefined,
	};
	return [...copyAndDelete, ...keepPermissions.filter(({ option }) => needed[option])];
};

/** What a run could not keep, for its summary. Shows a hint for each kind. */
export const notKept = ({ keeping }: Pick<Transfer, 'keeping'>, hint: (message: string) => void) => {
	const losses = keeping?.losses;
	if (!losses || losses.counts.size === 0) return {};
	for (const [what, number] of losses.counts) hint(texts[what](count(number, 'copy is', 'copies are'), losses));
	return { notKept: Object.fromEntries(losses.counts) };
};
