import type { Members } from '../answers/members';
import { isMembers, textOf } from '../answers/members';

/** The texts of a member of a policy, which may stand without a list. */
export const textsOf = (value: unknown): string[] =>
	(Array.isArray(value) ? value : [value]).flatMap((one) => textOf(one) ?? []);

/** The statements of a policy; one may stand without a list. */
export const statementsOf = (policy: Members | undefined): Members[] => {
	const { Statement: statements = [] } = policy ?? {};
	return (Array.isArray(statements) ? statements : [statements]).filter(isMembers);
};

/** The conditions of a statement: keys by operator. */
export const conditionsOf = ({ Condition: conditions }: Members): Members => (isMembers(conditions) ? conditions : {});

/** The keys that the conditions of a statement compare, in lower case. */
export const conditionKeysOf = (statement: Members): string[] =>
	Object.values(conditionsOf(statement))
		.flatMap((keys) => (isMembers(keys) ? Object.keys(keys) : []))
		.map((key) => key.toLowerCase());

const userArn = /^arn:[\w-]+:iam::([^:]*):user\/.+$/;

/** The account in the ARN of an IAM user, which some servers leave empty; undefined for other text. */
export const accountOfUser = (text: string): string | undefined => userArn.exec(text)?.[1];

/** A grantee that is no IAM user. */
export type OtherGrantee = 'account' | 'everyone' | 'group' | 'otherGrantee' | 'role';

/**
 * What a grantee is, if it is no IAM user.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export const otherGrantee = (grantee: string): OtherGrantee | undefined => {
	if (grantee === '*') return 'everyone';
	if (/^\d{12}$|:root$/.test(grantee)) return 'account';
	if (grantee.includes(':group/')) return 'group';
	if (/:(assumed-)?role\//.test(grantee)) return 'role';
	return accountOfUser(grantee) === undefined ? 'otherGrantee' : undefined;
};

/** The grantees of a statement; all others than those that it names count as everyone. */
export const granteesOf = ({ Principal: principal, NotPrincipal: others }: Members): string[] => {
	if (principal === '*' || others !== undefined) return ['*'];
	if (!isMembers(principal)) return [];
	return Object.entries(principal).flatMap(([kind, names]) =>
		textsOf(names).map((name) => (kind === 'AWS' ? name : `${kind} ${name}`)),
	);
};

/** The resources of a statement: patterns of keys, whether it names the bucket itself, and others. */
export const resourcesOf = ({ Resource: resource }: Members, bucket: string) => {
	const patterns: string[] = [];
	const others: string[] = [];
	let hasBucket = false;
	for (const arn of textsOf(resource)) {
		const [, name = ''] = /^arn:[\w-]+:s3:::(.*)$/s.exec(arn) ?? [];
		if (name === bucket) hasBucket = true;
		else if (name.startsWith(`${bucket}/`)) patterns.push(name.slice(bucket.length + 1));
		else others.push(arn);
	}
	return { patterns, hasBucket, others };
};

const covers = (pattern: string, action: string) => {
	const source = pattern
		.replace(/[.+^${}()|[\]\\]/g, '\\$&')
		.replace(/\*+/g, '.*')
		.replaceAll('?', '.');
	return new RegExp(`^${source}$`, 'i').test(action);
};

/** The actions of a statement that list keys, by their names. */
export const listingActions = ({ Action: action }: Members): string[] =>
	['s3:ListBucket', 's3:ListBucketVersions'].filter((name) => textsOf(action).some((one) => covers(one, name)));

/** The actions of a statement on objects. S3 rejects a statement with an action that its resources do not have. */
export const objectActions = ({ Action: action }: Members): string[] =>
	textsOf(action).filter((one) => /\*|Object|MultipartUpload|BypassGovernance/i.test(one) && !/Bucket/i.test(one));

/** The part of a pattern before its first wildcard or variable. */
export const literalPart = (pattern: string) => /^(?:[^*?$]|\$\{[*?$]\})*/.exec(pattern)?.[0] ?? '';
