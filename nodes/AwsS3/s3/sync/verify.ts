import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { abortScope } from '../client/client';
import { adaptiveLimit, fixedLimit } from '../flow/concurrencyLimit';
import { runActions } from '../flow/engine';
import type { MemoryBudget } from '../flow/memoryBudget';
import { abortable } from '../flow/abortable';
import { bareEtag, digestOf, hasMd5Etag, hasSameContent } from '../list/contentIdentity';
import { headObject } from '../list/headObject';
import { isJobFile } from '../jobFolder';
import { download } from '../read/download';
import { hasSameEtag } from './decide';
import type { Entry, Pair } from './march';
import { march } from './march';
import type { Side } from './sides';
import { endedBy, objectAt, pagesOf } from './sides';

/** By what both sides are compared. */
export type VerifyBy = 'size' | 'etag' | 'checksum' | 'content';

/** In what the destination differs. `notProven`: S3 has no checksums of both that could be compared. */
export type Difference = 'missing' | 'extra' | 'size' | 'etag' | 'checksum' | 'content' | 'notProven';

/** What was found under a key. */
export interface Finding extends Pair {
	difference?: Difference;
	/** Why it could not be compared. */
	failure?: Error;
}

/** A comparison of both sides. */
export interface Verification {
	from: Side;
	to: Side;
	by: VerifyBy;
	passes: (entry: Entry) => boolean;
	budget: MemoryBudget;
	signal?: AbortSignal;
}

/** Both objects, listed with one size. */
interface Both {
	key: string;
	source: Entry;
	destination: Entry;
}

/** Objects that are looked at at the same time, and objects that are read. */
const minLooks = 16;
const maxLooks = 64;
const readsInParallel = 4;

const fullChecksums = [
	'ChecksumSHA256',
	'ChecksumSHA1',
	'ChecksumCRC64NVME',
	'ChecksumCRC32',
	'ChecksumCRC32C',
] as const;

/** Whether S3 shows that two objects differ. Checksums of parts depend on how the object was cut, so they show nothing. */
const isKnownToDiffer = (one: HeadObjectCommandOutput, other: HeadObjectCommandOutput) => {
	if (hasMd5Etag(one) && hasMd5Etag(other)) return bareEtag(one.ETag) !== bareEtag(other.ETag);
	if (one.ChecksumType !== 'FULL_OBJECT' || other.ChecksumType !== 'FULL_OBJECT') return false;
	return fullChecksums.some((name) => one[name] && other[name] && one[name] !== other[name]);
};

const byChecksum = async ({ from, to }: Verification, { key }: Both): Promise<Difference | undefined> => {
	const [one, other] = await Promise.all([
		headObject(from.s3, objectAt(from, key)),
		headObject(to.s3, objectAt(to, key)),
	]);
	if (!other) return 'missing';
	if (!one) return 'extra';
	if (hasSameContent(one, other)) return undefined;
	return isKnownToDiffer(one, other) ? 'checksum' : 'notProven';
};

const digestAt = async ({ budget }: Verification, side: Side, { key, etag }: Entry) => {
	const at = objectAt(side, key);
	const { body } = await download(side.s3, { Bucket: at.bucket, Key: at.key, IfMatch: etag }, { budget });
	return await abortable(digestOf(body), side.s3.signal, () => undefined);
};

const byContent = async (verification: Verification, { source, destination }: Both) => {
	const { from, to } = verification;
	const [one, other] = [abortScope(from.s3), abortScope(to.s3)];
	const digests = [
		digestAt(verification, { ...from, s3: one.s3 }, source),
		digestAt(verification, { ...to, s3: other.s3 }, destination),
	];
	// If one side cannot be read, there is no need for the rest of the other.
	const [original, copy] = await Promise.all(digests).finally(() => [one, other].forEach(({ stop }) => stop()));
	return original?.sha256.equals(copy?.sha256 ?? Buffer.alloc(0)) ? undefined : 'content';
};

/** The difference that the listings show; undefined if they show none, `open` if only a look at both objects can. */
const listedDifference = ({ by }: Verification, { source, destination }: Pair): Difference | 'open' | undefined => {
	if (!source) return 'extra';
	if (!destination) return 'missing';
	if (source.size !== destination.size) return 'size';
	if (by === 'size') return undefined;
	if (by === 'content') return 'open';
	if (hasSameEtag(source, destination)) return undefined;
	return by === 'etag' ? 'etag' : 'open';
};

/**
 * Compares both sides key by key, and calls `note` for each, which may ask to wait by a promise. Writes nothing. Throws if a listing cannot be read or is not in
 * order, or if the user stops.
 */
export const verify = async (
	verification: Verification,
	note: (finding: Finding) => Promise<void> | undefined,
): Promise<void> => {
	const { from, to, by, passes, signal } = verification;
	async function* open(poolSignal: AbortSignal): AsyncGenerator<Both> {
		for await (const pairs of march(pagesOf(endedBy(from, poolSignal)), pagesOf(endedBy(to, poolSignal))))
			for (const pair of pairs) {
				const { key, source, destination } = pair;
				const entry = source ?? destination;
				if (isJobFile(key) || (entry && !passes(entry))) continue;
				const difference = listedDifference(verification, pair);
				if (difference === 'open' && source && destination) yield { key, source, destination };
				else if (difference !== 'open') {
					const waiting = note({ ...pair, difference });
					// Without a promise for most keys: a million take seconds less.
					if (waiting) await waiting;
				}
			}
	}
	const compare = by === 'content' ? byContent : byChecksum;
	const outcomes = runActions(
		open,
		async (both, poolSignal) =>
			await compare({ ...verification, from: endedBy(from, poolSignal), to: endedBy(to, poolSignal) }, both),
		{ limit: by === 'content' ? fixedLimit(readsInParallel) : adaptiveLimit(minLooks, maxLooks), signal },
	);
	for await (const outcome of outcomes)
		await note({
			...outcome.action,
			...(outcome.failure ? { failure: outcome.failure } : { difference: outcome.result }),
		});
};
