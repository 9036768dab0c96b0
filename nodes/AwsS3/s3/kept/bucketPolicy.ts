import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import type { Members } from '../answers/members';
import { isMembers, textOf } from '../answers/members';
import type { S3 } from '../client/client';
import { codeOf, isS3Failure, s3Failure, withDetails } from '../failure';
import { alone } from '../flow/keyLock';
import { evenAfterStop } from '../write/afterStop';
import type { FolderPlace, GrantMap, GrantStatement, LostGrant } from './folderGrants';
import { folderGrants, sidOf } from './folderGrants';
import { statementsOf } from './policyStatement';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html */
const maxPolicyBytes = 20 * 1024;

/** A policy in one form, whatever order and lists a server gives it. */
const inOneForm = (value: unknown): unknown => {
	if (Array.isArray(value)) {
		const forms = value.map(inOneForm).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
		return forms.length === 1 ? forms[0] : forms;
	}
	if (!isMembers(value)) return value;
	const members = Object.entries(value).map(([name, one]) => ({ name, value: inOneForm(one) }));
	return members.sort((one, other) => (one.name < other.name ? -1 : 1));
};

/** A policy with the statements of a transfer in place of those that it had; undefined if no statement is left. */
export const withGrants = (policy: Members | undefined, sid: string, statements: GrantStatement[]) => {
	const isOwn = ({ Sid }: Members) => textOf(Sid)?.startsWith(sid) ?? false;
	const before = statementsOf(policy);
	const all = [...before.filter((one) => !isOwn(one)), ...statements];
	const merged: Members | undefined = all.length > 0 ? { Version: '2012-10-17', ...policy, Statement: all } : undefined;
	return {
		policy: merged,
		bytes: merged ? Buffer.byteLength(JSON.stringify(merged)) : 0,
		isChanged: JSON.stringify(inOneForm(before.filter(isOwn))) !== JSON.stringify(inOneForm([...statements])),
	};
};

/**
 * The policy of a bucket; undefined where there is none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
 */
const readPolicy = async (s3: S3, Bucket: string): Promise<Members | undefined> =>
	await s3.send(new GetBucketPolicyCommand({ Bucket })).then(
		({ Policy = '{}' }) => {
			const policy: unknown = JSON.parse(Policy);
			return isMembers(policy) ? policy : undefined;
		},
		(error) => {
			if (codeOf(error) === 'NoSuchBucketPolicy' || (isS3Failure(error) && error.lacks !== undefined)) return undefined;
			throw withDetails(error, { bucket: Bucket });
		},
	);

/** The places of a transfer, with what requests are sent by. */
interface Places extends Omit<GrantMap, 'from' | 'to'> {
	from: { s3: S3; bucket: string; prefix: string };
	to: { s3: S3; bucket: string; prefix: string };
	signal?: AbortSignal;
	/** Throws for statements that nobody has approved. */
	check?: (statements: GrantStatement[]) => void;
}

/** The grants of a transfer, and the policy of its destination with them. */
interface KeptGrants {
	statements: GrantStatement[];
	lost: LostGrant[];
	/** Bytes of the policy with them. */
	bytes: number;
	/** Whether the policy differs from what the destination has. */
	isChanged: boolean;
}

const placeOf = ({ s3, bucket, prefix }: Places['from']): FolderPlace => ({
	...{ bucket, prefix, region: s3.connection.region },
});

/**
 * Finds the grants on folders in the policy of the source, and unless it only looks, writes them to that of the destination, in
 * place of those that earlier runs have written. Throws before it writes if the policy would be larger than S3 allows, or if the
 * check throws.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
export const keepGrants = async (
	{ from, to, accounts, signal, check }: Places,
	onlyLooks: boolean,
): Promise<KeptGrants> => {
	const places = { from: placeOf(from), to: placeOf(to) };
	const { statements, lost } = folderGrants(await readPolicy(from.s3, from.bucket), { ...places, accounts });
	check?.(statements);
	const { bucket: Bucket } = to;
	return await alone(`policy of ${Bucket}`, signal, async () => {
		const { policy, bytes, isChanged } = withGrants(await readPolicy(to.s3, Bucket), sidOf(places), statements);
		if (bytes > maxPolicyBytes)
			throw s3Failure({
				...{ code: 'PolicyTooLarge', connection: to.s3.connection, bucket: Bucket },
				message: `The bucket policy of '${Bucket}' would have ${bytes} bytes with the folder grants, more than the ${maxPolicyBytes} that S3 allows`,
			});
		const write = async (s3: S3) => {
			if (policy) await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
			else await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
		};
		if (isChanged && !onlyLooks)
			// Who comes next would read the policy before S3 has stored an aborted write.
			await evenAfterStop(to.s3, 'giveUp', write).catch((error) => {
				throw withDetails(error, { bucket: Bucket });
			});
		return { statements, lost, bytes, isChanged };
	});
};
