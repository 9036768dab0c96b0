import type { CopyObjectCommandInput, ObjectStorageClass } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import type { ConditionalCopied } from '../copy/conditionalCopy';
import { conditionalCopy, orAlreadyCopied } from '../copy/conditionalCopy';
import { copy, repairTags } from '../copy/copyInside';
import type { Copy } from '../copy/copyRequest';
import { storedAs } from '../copy/storedAs';
import { streamCopy } from '../copy/streamCopy';
import { isLostAnswer, isS3Failure, statusOf, withDetails } from '../failure';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { Keeping } from '../kept/keeping';
import { keeper } from '../kept/keeping';
import { lose } from '../kept/losses';
import { namespaceOf } from '../capabilities';
import { bareEtag, hasMd5Etag, isCopyOf } from '../contentIdentity';
import { recentNames } from '../flow/recentNames';
import { headObject } from '../list/headObject';
import { partSizeFor } from '../parts/partSize';
import { throwIfStopped } from '../write/afterStop';
import { ifMatches } from '../write/conditionalWrite';
import type { Entry } from '../pairs/march';
import type { Copier } from '../pairs/source';
import type { Side } from '../pairs/sides';
import { objectAt, originalAt } from '../pairs/sides';
import { insideOrStreamed } from './insideOrStreamed';

/** How the objects of a transfer are copied. */
interface CopySettings {
	/** Whether the sides have different connections. */
	isBetweenConnections: boolean;
	budget: MemoryBudget;
	/** The storage class of all copies, if it is not that of the original. */
	storageClass?: CopyObjectCommandInput['StorageClass'];
	/** Whether the destination may know the storage class of an original. */
	keepsClass: (storageClass: ObjectStorageClass | undefined) => boolean;
	/** Whether copies note the ETag of their original, to be recognized by it where their own is another one. */
	notesSource: boolean;
	/** Whether nothing is ever overwritten or deleted. */
	isAppendOnly?: boolean;
	keeping: Keeping;
}

/** Whether a server refuses a write because it has no tags: Cloudflare R2 and Backblaze B2 name the header. */
const isWithoutTags = (error: unknown) =>
	isS3Failure(error) && (error.status === 501 || error.status === 400) && /x-amz-tagging/i.test(error.message);

/**
 * A `catch` handler that names the object at which a copy was refused. S3 answers alike for both sides, so the source is looked at.
 */
const namingItsSide =
	({ s3 }: Side, { source, input }: Copy) =>
	async (error: unknown): Promise<never> => {
		const isRefused = isS3Failure(error) && (error.status === 403 || error.status === 404);
		if (!isRefused || error.bucket !== undefined) throw error;
		const refused = await headObject(s3, source).then(
			(head) => (head ? { bucket: input.Bucket, key: input.Key, operation: 'PutObject' } : source),
			(failure) => (statusOf(failure) === 403 ? { ...source, operation: 'GetObject' } : {}),
		);
		throw withDetails(error, refused);
	};

const copyUnlessTaken = async (s3: S3, { source, input }: Copy, replaces?: string): Promise<ConditionalCopied> => {
	if (replaces === undefined) return await conditionalCopy(s3, { source, input }, 'fail');
	const { Bucket: bucket = '', Key: key = '' } = input;
	return await ifMatches(s3, { bucket, key, etag: replaces }, 'conditionalCopy', async ({ IfMatch }) => {
		const request = { source, input: { ...input, IfMatch } };
		return { ...(await copy(s3, request).catch(orAlreadyCopied(s3, request))), key };
	});
};

/**
 * A `catch` handler for the copy of a version whose answer may be lost. What came on top of the version before is that copy if it has
 * the content of the original. Throws the failure for everything else.
 */
const orOnTop =
	(
		{ from, to, isInside }: { from: S3; to: S3; isInside: boolean },
		{ source, input }: Copy,
		versionBefore: string | undefined,
	) =>
	async (error: unknown): Promise<ConditionalCopied> => {
		if (!isLostAnswer(error)) throw error;
		const [bucket = '', key = ''] = [input.Bucket, input.Key];
		const look = Promise.all([headObject(from, source), headObject(to, { bucket, key })]);
		const [original, top] = await look.catch(() => []);
		// Every version has an ID in a bucket that keeps them.
		const isNew = top?.VersionId !== undefined && top.VersionId !== versionBefore;
		if (!original || !isNew || !isCopyOf(original, top)) throw error;
		if (isInside) await repairTags(to, { source, input });
		return { key, ETag: top.ETag, VersionId: top.VersionId };
	};

/**
 * Pairs of buckets in which the same content seems to have other ETags, as with KMS on one side. A damaged copy would look alike, so only
 * notes depend on it; `write/otherEtags` has what is proven.
 */
const withOtherEtags = recentNames(1000);

const pairOf = (...sides: [Side, Side]) =>
	sides.map(({ s3, bucket }) => `${namespaceOf(s3.connection)} ${bucket}`).join(' ');

/**
 * When a copy notes the ETag of its original: never; always, if its own will be another one; or only if that ETag is no digest.
 */
const notesOf = ({ notesSource, isBetweenConnections }: CopySettings, pair: string, { size }: Entry) => {
	if (!notesSource) return 'never';
	const isInParts = isBetweenConnections && size >= partSizeFor(1, size);
	return isInParts || withOtherEtags.has(pair) ? 'always' : 'ifNoDigest';
};

/** Learns of a pair of buckets by a copy. */
const learnEtags = (pair: string, original: string | undefined, copy: string | undefined) => {
	const areMd5s = hasMd5Etag({ ETag: original }) && hasMd5Etag({ ETag: copy });
	if (!areMd5s) return;
	if (bareEtag(original) === bareEtag(copy)) withOtherEtags.delete(pair);
	else withOtherEtags.add(pair);
};

/** Returns the copier of a run, which copies inside S3 where it can, and streams elsewhere. */
export const copierFor = (settings: CopySettings): Copier => {
	const { isBetweenConnections, budget, keeping } = settings;
	const prepare = keeper(keeping);
	const canCopyInside = insideOrStreamed(isBetweenConnections);
	return async ({ from, to, entry, key, replaces, onTopOf }) => {
		const source = originalAt(from, entry);
		const target = objectAt(to, key);
		const pair = pairOf(from, to);
		const stored = storedAs(to.s3, {
			chosen: { StorageClass: settings.storageClass },
			original: { StorageClass: settings.keepsClass(entry.storageClass) ? entry.storageClass : undefined },
			isSameBucket: false,
		});
		const input = { ...stored, Bucket: target.bucket, Key: target.key, CopySourceIfMatch: entry.etag };
		const { finish, ...request } = await prepare({
			...{ from: from.s3, to: to.s3, source, input },
			...{ lastModified: entry.lastModified, notes: notesOf(settings, pair, entry) },
		});
		const stream = async (more: Partial<Copy['input']> = {}) =>
			await streamCopy(
				{ from: from.s3, to: to.s3, budget, isAppendOnly: settings.isAppendOnly },
				{ source, input: { ...request.input, ...more, IfMatch: replaces } },
				replaces === undefined ? 'fail' : 'overwrite',
			);
		const streamWhatFits = async () =>
			await stream().catch(async (error) => {
				if (!isWithoutTags(error)) throw error;
				const copied = await stream({ TaggingDirective: 'REPLACE', Tagging: undefined });
				lose(keeping.losses, 'tags');
				return copied;
			});
		throwIfStopped(to.s3);
		const isInside = await canCopyInside(from.s3, to.s3, source, entry.etag);
		const copyNow = async () => {
			if (!isInside) return await streamWhatFits();
			return await copyUnlessTaken(to.s3, request, replaces).catch(async (error) => {
				// A policy may allow some objects only.
				if (isBetweenConnections && statusOf(error) === 403) return await streamWhatFits();
				return await namingItsSide(to, request)(error);
			});
		};
		const copied = await copyNow().catch(async (error) => {
			if (!onTopOf) throw error;
			return await orOnTop({ from: from.s3, to: to.s3, isInside }, request, onTopOf.versionId)(error);
		});
		learnEtags(pair, entry.etag, copied.ETag);
		await finish(copied);
		return copied;
	};
};
