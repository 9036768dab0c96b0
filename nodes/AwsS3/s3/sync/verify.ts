import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { abortScope } from '../client/client';
import { adaptiveLimit, fixedLimit } from '../flow/concurrencyLimit';
import { runActions } from '../flow/engine';
import type { MemoryBudget } from '../flow/memoryBudget';
import { abortable } from '../flow/abortable';
import { bareEtag, digestOf, hasMd5Etag, hasSameContent } from '../contentIdentity';
import { headObject } from '../list/headObject';
import { download } from '../read/download';
import { hasSameEtag } from '../pairs/decide';
import type { LeaveOut, ForeignOriginal, Source } from '../pairs/source';
import type { Entry, Pair } from '../pairs/march';
import { march } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { endedBy, isJobFile, objectAt, originalAt, pagesOf } from '../pairs/sides';

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
	/** What the destination should have, under its keys there. */
	from: Pick<Source, 'side' | 'pages' | 'original'>;
	to: Side;
	by: VerifyBy;
	passes: (entry: Entry) => boolean;
	budget: MemoryBudget;
	signal?: AbortSignal;
	/** Is told of entries of the source that a transfer leaves out. */
	leaveOut?: LeaveOut;
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

/** What S3 shows of the copy of an original whose owner gives a checksum. */
const checksumDifference = (
	{ md5, sha256 }: ForeignOriginal,
	head: HeadObjectCommandOutput,
): Difference | undefined => {
	if (md5 !== undefined && hasMd5Etag(head)) return bareEtag(head.ETag) === md5 ? undefined : 'checksum';
	if (sha256 === undefined || !head.ChecksumSHA256 || head.ChecksumType === 'COMPOSITE') return 'notProven';
	return Buffer.from(head.ChecksumSHA256, 'base64').toString('hex') === sha256 ? undefined : 'checksum';
};

const byChecksum = async ({ from, to }: Verification, { key, source }: Both): Promise<Difference | undefined> => {
	const { side } = from;
	const [one, other] = await Promise.all([
		side && headObject(side.s3, originalAt(side, source)),
		headObject(to.s3, objectAt(to, key)),
	]);
	if (!other) return 'missing';
	if (!side) return from.original ? checksumDifference(from.original(source), other) : 'notProven';
	if (!one) return 'extra';
	if (hasSameContent(one, other)) return undefined;
	return isKnownToDiffer(one, other) ? 'checksum' : 'notProven';
};

const digestAt = async ({ budget }: Verification, s3: S3, { bucket, key, versionId }: ObjectAt, IfMatch?: string) => {
	const input = { Bucket: bucket, Key: key, VersionId: versionId, IfMatch };
	const { body } = await download(s3, input, { budget });
	return await abortable(digestOf(body), s3.signal, () => undefined);
};

/** The digest of an original; its requests end with the signal of `s3`. */
const digestOfOriginal = async (verification: Verification, s3: S3, source: Entry) => {
	const { side, original } = verification.from;
	if (side) return await digestAt(verification, s3, originalAt(side, source), source.etag);
	const content = original && (await original(source).read(s3.signal));
	return content && (await abortable(digestOf(content), s3.signal, () => undefined));
};

const byContent = async (verification: Verification, { key, source, destination }: Both) => {
	const { from, to } = verification;
	const [one, other] = [abortScope((from.side ?? to).s3), abortScope(to.s3)];
	const digests = [
		digestOfOriginal(verification, one.s3, source),
		digestAt(verification, other.s3, objectAt(to, key), destination.etag),
	];
	// If one side cannot be read, the rest of the other is not needed.
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
	if (by !== 'etag') return 'open';
	return bareEtag(source.etag) === '' ? 'notProven' : 'etag';
};

/**
 * Compares both sides key by key, and calls `note` for each, which may ask to wait by a promise. Writes nothing. Throws if a listing cannot be read or is not in
 * order, or if the user stops.
 */
export const verify = async (
	verification: Verification,
	note: (finding: Finding) => Promise<void> | undefined,
): Promise<void> => {
	const { from, to, by, passes, signal, leaveOut } = verification;
	const prefixes = { sourcePrefix: from.side?.prefix, destinationPrefix: to.prefix };
	async function* open(poolSignal: AbortSignal): AsyncGenerator<Both> {
		for await (const pairs of march(from.pages(poolSignal, leaveOut), pagesOf(endedBy(to, poolSignal))))
			for (const pair of pairs) {
				const { key, source, destination } = pair;
				const entry = source ?? destination;
				if (isJobFile(prefixes, pair) || (entry && !passes(entry))) continue;
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
			await compare(
				{
					...verification,
					from: { ...from, side: from.side && endedBy(from.side, poolSignal) },
					to: endedBy(to, poolSignal),
				},
				both,
			),
		{ limit: by === 'content' ? fixedLimit(readsInParallel) : adaptiveLimit(minLooks, maxLooks), signal },
	);
	for await (const outcome of outcomes)
		await note({
			...outcome.action,
			...(outcome.failure ? { failure: outcome.failure } : { difference: outcome.result }),
		});
};
