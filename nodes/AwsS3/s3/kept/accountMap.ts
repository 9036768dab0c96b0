import type { Grant, Owner } from '@aws-sdk/client-s3';
import { GetObjectAclCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { codeOf, isS3Failure, statusOf, withDetails } from '../failure';
import { putAcl } from '../settings/acl';
import type { Losses } from './losses';
import { lose, remember } from './losses';

/** The accounts of the destination by those of the source: canonical user IDs, or email addresses. */
export type AccountMap = ReadonlyMap<string, string>;

/** Who owns an object, and who else may do what with it. */
export interface Acl {
	Owner?: Owner;
	Grants: Grant[];
}

/** Whether an answer says that the server has no ACLs, or that the bucket has disabled them. */
const hasNoAcls = (error: unknown) =>
	(isS3Failure(error) && error.lacks !== undefined) ||
	/^(AccessControlListNotSupported|NotImplemented)$/.test(codeOf(error) ?? '') ||
	statusOf(error) === 501;

/**
 * The ACL of an object; undefined where there are none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 */
export const readAcl = async (
	s3: S3,
	{ bucket: Bucket, key: Key, versionId: VersionId }: ObjectAt,
): Promise<Acl | undefined> =>
	await s3.send(new GetObjectAclCommand({ Bucket, Key, VersionId })).then(
		({ Owner, Grants = [] }) => ({ Owner, Grants }),
		(error) => {
			if (hasNoAcls(error)) return undefined;
			throw error;
		},
	);

const granteeOf = (account: string): Grant['Grantee'] =>
	account.includes('@')
		? { Type: 'AmazonCustomerByEmail', EmailAddress: account }
		: { Type: 'CanonicalUser', ID: account };

/**
 * The grants of a copy, apart from that of its owner: those of the original, with the accounts of the destination.
 * Grants to groups are left out, because they would open the copy to all users; so are those to accounts that the map
 * does not have.
 */
export const mappedGrants = ({ Owner: owner, Grants }: Acl, accounts: AccountMap, losses: Losses): Grant[] => {
	const grants: Grant[] = [];
	let hasGroup = false;
	let isIncomplete = false;
	for (const { Grantee: grantee, Permission } of Grants) {
		const { ID = '', EmailAddress = '', URI } = grantee ?? {};
		const account = accounts.get(ID) ?? accounts.get(EmailAddress);
		if (URI) hasGroup = true;
		else if (account !== undefined) grants.push({ Grantee: granteeOf(account), Permission });
		// Servers with one account give it no ID.
		else if (EmailAddress !== '' || ID !== (owner?.ID ?? '')) {
			isIncomplete = true;
			remember(losses, ID || EmailAddress);
		}
	}
	if (hasGroup) lose(losses, 'groups');
	if (isIncomplete) lose(losses, 'grantees');
	return grants;
};

/**
 * Returns what adds grants to the copies of a run. Where a bucket turns out to have no ACLs, it counts what is lost, and asks no
 * more. Throws with the news that the copy is there, if S3 does not take the grants.
 */
export const granter = (losses: Losses) => {
	let hasAcls = true;
	return async (s3: S3, copy: ObjectAt, grants: Grant[]): Promise<void> => {
		if (grants.length === 0) return;
		const add = async () => {
			const acl = await readAcl(s3, copy);
			if (!acl) return false;
			const own = {
				Grantee: { Type: 'CanonicalUser' as const, ID: acl.Owner?.ID },
				Permission: 'FULL_CONTROL' as const,
			};
			await putAcl(s3, copy, { Owner: acl.Owner, Grants: [own, ...grants] });
			return true;
		};
		hasAcls =
			hasAcls &&
			(await add().catch((error) => {
				if (hasNoAcls(error)) return false;
				const done = `The object '${copy.key}' in bucket '${copy.bucket}' was written without its ACL. Set it with 'Set ACL'. Without 'Keep Versions', you can also run again with 'Always Copy'. A move keeps the original until then`;
				throw withDetails(error, { done });
			}));
		if (!hasAcls) lose(losses, 'acl');
	};
};
