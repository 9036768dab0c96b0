import { createHash } from 'node:crypto';
import type { Members } from '../answers/members';
import { isMembers, textOf } from '../answers/members';
import { arnOfBucket, literalInPolicy } from '../partition';
import type { AccountMap } from './accountMap';
import type { OtherGrantee } from './policyStatement';
import {
	accountOfUser,
	conditionKeysOf,
	conditionsOf,
	granteesOf,
	listingActions,
	literalPart,
	objectActions,
	otherGrantee,
	resourcesOf,
	statementsOf,
	textsOf,
} from './policyStatement';
import { overlaps } from '../keyPrefix';

/** A part of a bucket in a region. */
export interface FolderPlace {
	bucket: string;
	prefix: string;
	region: string;
}

/** A statement of a bucket policy that grants IAM users something in folders. */
export interface GrantStatement {
	Sid: string;
	Effect: 'Allow';
	Principal: { AWS: string[] };
	Action: string[];
	Resource: string[];
	Condition?: Members;
}

/** Why a grant is not kept. */
export type GrantLoss = OtherGrantee | 'condition' | 'denied' | 'deny' | 'form' | 'notMapped' | 'pattern';

/** A grant that is not kept. */
export interface LostGrant {
	/** The name of its statement, or the number of one without a name. */
	statement: string;
	/** The grantee, or the resource that cannot be mapped. */
	of: string;
	reason: GrantLoss;
}

/** Both places, and the users of the destination by those of the source. */
export interface GrantMap {
	from: FolderPlace;
	to: FolderPlace;
	accounts: AccountMap;
}

/** What a pattern becomes; `lost` if that cannot be told, undefined if it is about other folders. */
type Mapped = { to: string } | 'lost' | undefined;

/**
 * Returns what gives a pattern of keys the prefix of the destination. What is granted for a larger folder is granted for the part
 * of it that is transferred. A variable, such as the name of the user, may be another one at the destination.
 */
const patternMap =
	(from: string, to: string) =>
	(pattern: string): Mapped => {
		const isKnown = !/\$\{(?![*?$]\})/.test(pattern);
		if (pattern.startsWith(from)) return isKnown ? { to: to + pattern.slice(from.length) } : 'lost';
		const literal = literalPart(pattern);
		if (literal === pattern || !from.startsWith(literal)) return undefined;
		return pattern === `${literal}*` ? { to: `${to}*` } : 'lost';
	};

const prefixKey = 's3:prefix';

/** The conditions of a statement on listings, with the prefixes of the destination, or all of it where there are none. */
const listingConditions = (statement: Members, toStart: string, map: (pattern: string) => Mapped) => {
	const conditions: Members = {};
	for (const [operator, keys] of Object.entries(conditionsOf(statement)))
		for (const [key, value] of Object.entries(isMembers(keys) ? keys : {})) {
			const kept = conditions[operator];
			const add = (texts: unknown) => (conditions[operator] = { ...(isMembers(kept) && kept), [key]: texts });
			if (key.toLowerCase() !== prefixKey) {
				add(value);
				continue;
			}
			const mapped = textsOf(value).map(map);
			if (!/^String(Like|Equals)$/.test(operator) || mapped.includes('lost')) return 'lost';
			const texts = mapped.flatMap((one) => (typeof one === 'object' ? [one.to] : []));
			if (texts.length === 0) return undefined;
			add(texts);
		}
	if (conditionKeysOf(statement).includes(prefixKey)) return conditions;
	const { StringLike: like } = conditions;
	return { ...conditions, StringLike: { ...(isMembers(like) && like), [prefixKey]: [`${toStart}*`] } };
};

/** What a policy denies to grantees: in folders that begin with one of the texts, and listings. */
interface Denial {
	grantees: string[];
	starts: string[];
	deniesListing: boolean;
}

/** Conditions of denials that say how a request has to be sent, and take nothing back from a user. */
const howToSend = /^(aws:securetransport|s3:tlsversion|s3:x-amz-acl|s3:x-amz-server-side-encryption.*)$/;

const denialOf = (statement: Members, bucket: string): Denial | undefined => {
	const keys = conditionKeysOf(statement);
	if (keys.length > 0 && keys.every((key) => howToSend.test(key))) return undefined;
	const { patterns, hasBucket, others } = resourcesOf(statement, bucket);
	const isForAll = others.length > 0 || statement.NotResource !== undefined;
	const lists = statement.NotAction !== undefined || listingActions(statement).length > 0;
	return {
		grantees: granteesOf(statement),
		starts: isForAll ? [''] : patterns.map(literalPart),
		deniesListing: lists && (hasBucket || isForAll),
	};
};

const concerns = ({ grantees }: Denial, user: string) =>
	grantees.some((denied) => {
		const kind = otherGrantee(denied);
		// A role or a group may be one of the user.
		if (kind === undefined) return denied === user;
		return kind !== 'account' || denied.includes(accountOfUser(user) ?? '');
	});

/** The user of the destination, by its own entry in the map or by that of its account. */
const mappedUser = (user: string, accounts: AccountMap): string | undefined => {
	const account = accountOfUser(user) ?? '';
	const other = accounts.get(account);
	return accounts.get(user) ?? (other === undefined ? undefined : user.replace(`::${account}:`, `::${other}:`));
};

/** What the names of all statements of a transfer begin with, so that other transfers to the bucket keep theirs. */
export const sidOf = ({ from, to }: Pick<GrantMap, 'from' | 'to'>) => {
	const places = JSON.stringify([from.bucket, from.prefix, to.prefix]);
	return `N8nFolderGrants${createHash('sha256').update(places).digest('hex').slice(0, 8)}x`;
};

/**
 * The statements that give users of the destination what a policy grants users of the source in the folders that are transferred,
 * and the grants that are not kept. What the policy grants and denies in part is not kept: the copy would grant more.
 */
export const folderGrants = (
	policy: Members | undefined,
	{ from, to, accounts }: GrantMap,
): { statements: GrantStatement[]; lost: LostGrant[] } => {
	const toStart = literalInPolicy(to.prefix);
	const map = patternMap(literalInPolicy(from.prefix), toStart);
	const { arn, objects } = arnOfBucket(to.bucket, to.region);
	const sid = sidOf({ from, to });
	const statements: GrantStatement[] = [];
	const lost: LostGrant[] = [];
	const all = statementsOf(policy);
	const denials = all.flatMap((one) => (one.Effect === 'Deny' ? (denialOf(one, from.bucket) ?? []) : []));
	const keep = (statement: Members, name: string) => {
		const lose = (reason: GrantLoss, of: string) => void lost.push({ statement: name, of, reason });
		const grantees = granteesOf(statement);
		if (statement.Effect === 'Deny') return lose('deny', grantees.join(', '));
		if ([statement.NotPrincipal, statement.NotAction, statement.NotResource].some((one) => one !== undefined))
			return lose('form', grantees.join(', '));
		const { patterns, hasBucket, others } = resourcesOf(statement, from.bucket);
		for (const resource of others) lose('pattern', resource);
		// S3 knows the prefix of a listing only, so such a statement grants nothing on objects.
		const ofObjects = conditionKeysOf(statement).includes(prefixKey) ? [] : patterns;
		const mapped = ofObjects.flatMap((pattern) => ({ pattern, to: map(pattern) })).filter((one) => one.to);
		const listing = listingActions(statement);
		const conditions = hasBucket && listing.length > 0 ? listingConditions(statement, toStart, map) : undefined;
		if (mapped.length === 0 && !conditions) return;
		for (const { pattern, to: kept } of mapped) if (kept === 'lost') lose('pattern', pattern);
		const users = grantees.flatMap((grantee) => {
			const other = otherGrantee(grantee);
			const user = other ? undefined : mappedUser(grantee, accounts);
			if (user === undefined) lose(other ?? 'notMapped', grantee);
			return user === undefined ? [] : [{ grantee, user }];
		});
		const give = (
			isDenied: (denial: Denial) => boolean,
			grant: Pick<GrantStatement, 'Action' | 'Resource' | 'Condition'>,
		) => {
			const taken = users.filter(({ grantee }) => denials.some((one) => concerns(one, grantee) && isDenied(one)));
			for (const { grantee } of taken) lose('denied', grantee);
			const AWS = [...new Set(users.filter((user) => !taken.includes(user)).map(({ user }) => user))];
			if (AWS.length === 0 || grant.Action.length === 0 || grant.Resource.length === 0) return;
			statements.push({ Sid: `${sid}${statements.length}`, Effect: 'Allow', Principal: { AWS }, ...grant });
		};
		if (mapped.length > 0) {
			const starts = mapped.map(({ pattern }) => literalPart(pattern));
			const Condition = conditionsOf(statement);
			give((denial) => denial.starts.some((denied) => starts.some((start) => overlaps(start, denied))), {
				Action: objectActions(statement),
				Resource: mapped.flatMap(({ to: kept }) => (typeof kept === 'object' ? [objects + kept.to] : [])),
				...(Object.keys(Condition).length > 0 && { Condition }),
			});
		}
		if (conditions === 'lost') lose('condition', grantees.join(', '));
		else if (conditions)
			give(({ deniesListing }) => deniesListing, { Action: listing, Resource: [arn], Condition: conditions });
	};
	all.forEach((one, index) => {
		keep(one, textOf(one.Sid) ?? `statement ${index + 1}`);
	});
	return { statements, lost };
};
