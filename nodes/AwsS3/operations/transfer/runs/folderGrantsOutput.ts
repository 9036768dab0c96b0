import { createHash } from 'node:crypto';
import type { Report } from '../../../content/report/report';
import { badInput } from '../../../core/errors/badInput';
import { keepGrants } from '../../../s3/kept/bucketPolicy';
import type { GrantLoss, GrantStatement } from '../../../s3/kept/folderGrants';
import type { Transfer } from '../../../s3/sync/transfer';

/** Why a grant is not kept, in words that follow its grantee. */
const texts: Record<GrantLoss, string> = {
	account: 'is an account, and only grants to IAM users are kept',
	condition: "has a condition on 's3:prefix' that cannot be changed to the destination's folders",
	denied: 'is also denied something there, and only the grant would be kept',
	deny: 'is denied something, and only grants are kept',
	everyone: 'is everyone, and public access is never kept',
	form: "has a statement with 'NotPrincipal', 'NotAction' or 'NotResource', and only lists of what is granted are kept",
	group: 'is a group, which no bucket policy can name. Grant access to its IAM users',
	notMapped: "is not in 'Account Map'",
	otherGrantee: 'is not an IAM user',
	pattern: "has wildcards or variables that cannot be changed to the destination's folders",
	role: 'is a role, and only grants to IAM users are kept',
};

/** Lost grants that a hint names. */
const maxNamed = 5;

/** What a run found out about grants on folders. */
export interface GrantLook {
	output: object;
	hints: string[];
	notes: Report['notes'];
}

const digestOf = (statements: GrantStatement[]) =>
	createHash('sha256').update(JSON.stringify(statements)).digest('hex');

/** A digest of the statements that a transfer would write, which binds an approval to them; undefined if it keeps none. */
export const grantsDigest = async ({ from: { side: from }, to, keeping, signal }: Transfer) => {
	if (!from || !keeping?.folderGrants) return undefined;
	const { statements } = await keepGrants({ from, to, accounts: keeping.folderGrants, signal }, true);
	return digestOf(statements);
};

/** Throws for statements that differ from the approved ones. */
const refuseOthers = (approved: string) => (statements: GrantStatement[]) => {
	if (digestOf(statements) === approved) return;
	throw badInput(
		"The folder grants in the source's bucket policy have changed since the plan was made",
		'Create a new plan, and check its folder grants before you apply it.',
	);
};

/**
 * Keeps the grants on folders of a transfer, if that is chosen; a plan only looks. Runs before the first copy, so that S3 refuses
 * an unknown user before anything is written, and nobody loses access in the meantime.
 */
export const keepFolderGrants = async (transfer: Transfer): Promise<GrantLook | undefined> => {
	const { from, to, keeping, approvedGrants, isPlan, signal } = transfer;
	if (!from.side || !keeping?.folderGrants) return undefined;
	const { statements, lost, bytes, isChanged } = await keepGrants(
		{
			...{ from: from.side, to, accounts: keeping.folderGrants, signal },
			...(approvedGrants !== undefined && { check: refuseOthers(approvedGrants) }),
		},
		isPlan,
	);
	const losses = lost.map((one) => ({ ...one, message: `'${one.of}' ${texts[one.reason]}` }));
	// A rule for all, such as one against requests without TLS, needs no attention in each run.
	const named = losses.filter(({ reason }) => reason !== 'deny').map(({ message }) => message);
	const more = named.length > maxNamed ? `, and ${named.length - maxNamed} more` : '';
	const changes = isPlan ? 'would change' : 'changed';
	const lines = [
		`${statements.length} ${statements.length === 1 ? 'statement' : 'statements'} for IAM users; ${isChanged ? `the run ${changes} the policy of '${to.bucket}'` : 'the policy has them already'} (${bytes} bytes).`,
		...losses.map(({ statement, message }) => `Not kept, ${statement}: ${message}.`),
	];
	return {
		output: { folderGrants: { changed: isChanged, policyBytes: bytes, statements, notKept: losses } },
		hints:
			named.length === 0 ? [] : [`Some folder grants were not kept: ${named.slice(0, maxNamed).join('; ')}${more}.`],
		notes: [{ title: 'Folder grants', lines }],
	};
};
