import type { Grant, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import type { ConditionalCopied } from '../copy/conditionalCopy';
import { withSource } from '../copy/conditionalCopy';
import type { Copy } from '../copy/copyRequest';
import { headersOf } from '../copy/objectProperties';
import { hasMd5Etag, withSourceEtag } from '../contentIdentity';
import { taggingHeader, tagsOrNone } from '../settings/tagging';
import type { AccountMap, Acl } from './accountMap';
import { granter, mappedGrants, readAcl } from './accountMap';
import { finishAnnotations } from './annotations';
import type { BucketLock } from '../settings/objectLock';
import { bucketLockOf, confirmLock, lockIn, lockInput } from '../settings/objectLock';
import type { Losses } from './losses';
import { addLosses, lose, noLosses } from './losses';
import type { NameChange } from './nameMap';
import { checkMetadata, checkTags, withChanges } from './nameMap';

/** What belongs to an object besides its content, and can be left out of its copy. */
export type Part = 'headers' | 'metadata' | 'tags';

/** What the copies of a run keep of their originals. */
export interface Keeping {
	/** The time of the original, as `mtime` in the metadata. */
	times: boolean;
	/** The owner of the original, as `owner` in the metadata. */
	owner: boolean;
	/** The grants of the original, to the accounts of this map. */
	accounts?: AccountMap;
	/** What the policy of the source's bucket grants on folders, to the users of this map. */
	folderGrants?: AccountMap;
	/** The annotations of the original, also where S3 does not copy them itself. */
	annotations: boolean;
	/** Retention and legal hold. */
	lock: boolean;
	leavesOut: readonly Part[];
	metadata: readonly NameChange[];
	tags: readonly NameChange[];
	losses: Losses;
}

/** An original and its copy, and the request that makes it. */
export interface ToKeep extends Copy {
	from: S3;
	to: S3;
	/** When the original was written. */
	lastModified?: Date;
	/** Whether the copy notes the ETag of its original, to be recognized by it: never, if that is no digest, or always. */
	notes: 'never' | 'ifNoDigest' | 'always';
}

/** What a copy is made with. */
interface Prepared extends Copy {
	/** Does what can only be done once the copy is there. */
	finish(copied: ConditionalCopied): Promise<void>;
}

/**
 * Whether copies get what their request does not give them, so that a copy with the right content need not be whole. Many servers
 * lose the tags of a copy whose metadata or tags change, and get them in another request.
 */
export const addsToCopies = (
	{ accounts, lock, annotations, times, owner, leavesOut, metadata, tags }: Keeping,
	{ capabilities }: S3,
): boolean => {
	const changes = times || owner || leavesOut.length > 0 || metadata.length > 0 || tags.length > 0;
	return accounts !== undefined || lock || annotations || (changes && capabilities.tagsOnCopy !== 'yes');
};

/** A time as rclone writes and reads it: seconds since 1970, with a fraction. https://rclone.org/s3/#modification-times-and-hashes */
export const mtimeOf = (time: Date) => String(time.getTime() / 1000);

/** Headers and metadata of a copy that does not simply have those of the original. */
const changedProperties = (
	{ times, leavesOut, metadata, owner }: Keeping,
	{ lastModified, input, source }: ToKeep,
	head: HeadObjectCommandOutput,
	acl: Acl | undefined,
) => {
	const { Metadata: own = {}, ...headers } = headersOf(head);
	const kept = leavesOut.includes('metadata') ? {} : own;
	const Metadata = {
		...(times && lastModified && { mtime: mtimeOf(lastModified) }),
		...(owner && acl?.Owner?.ID && { owner: acl.Owner.ID }),
		// What a copy of a copy has from the first original stays.
		...withChanges(kept, metadata),
	};
	checkMetadata(Metadata, source.bucket, source.key);
	return {
		...(leavesOut.includes('headers') ? {} : headers),
		...input,
		Metadata,
		MetadataDirective: 'REPLACE' as const,
	};
};

const changedTags = async ({ leavesOut, tags }: Keeping, { from, source }: ToKeep) => {
	const kept = leavesOut.includes('tags') ? [] : await tagsOrNone(from, source);
	const named = withChanges(Object.fromEntries(kept.map(({ Key = '', Value = '' }) => [Key, Value])), tags);
	checkTags(named, source.bucket, source.key);
	const Tagging = taggingHeader(Object.entries(named).map(([Key, Value]) => ({ Key, Value })));
	return { TaggingDirective: 'REPLACE' as const, Tagging: Tagging || undefined };
};

/** The input with a note of where the copy comes from. */
const withNote = (input: Copy['input'], head: HeadObjectCommandOutput, always: boolean): Copy['input'] => {
	const noted = withSource(input, head);
	if (!always || noted !== input) return noted;
	const { Metadata, ...headers } = input.MetadataDirective === 'REPLACE' ? input : headersOf(head);
	return { ...headers, ...input, Metadata: withSourceEtag(Metadata, head), MetadataDirective: 'REPLACE' };
};

/**
 * Returns a function that prepares the copies of a run, so that they keep the chosen properties. It sends requests only
 * for properties that a copy in S3 does not keep automatically: it reads the original, its tags and its ACL.
 */
export const keeper = (keeping: Keeping) => {
	const { times, owner, accounts, annotations, lock, leavesOut, metadata, tags, losses } = keeping;
	const changesTags = tags.length > 0 || leavesOut.includes('tags');
	const changesProperties = times || owner || metadata.length > 0 || leavesOut.length > 0 || changesTags;
	const grant = granter(losses);
	const locks = new Map<string, Promise<BucketLock>>();
	const lockOf = async (s3: S3, bucket: string) => {
		const known = locks.get(bucket) ?? bucketLockOf(s3, bucket);
		locks.set(bucket, known);
		return await known.catch((error) => {
			// Otherwise one lost answer would fail all further locked objects.
			locks.delete(bucket);
			throw error;
		});
	};
	const lockedInput = async (head: HeadObjectCommandOutput, { to, input: { Bucket = '' } }: ToKeep, lost: Losses) => {
		const found = lockIn(head);
		if (!lock || !found) return undefined;
		const bucket = await lockOf(to, Bucket);
		if (bucket.isEnabled) return lockInput(found, bucket);
		lose(lost, 'lock');
		return undefined;
	};
	return async (copy: ToKeep): Promise<Prepared> => {
		const { from, to, source, input, notes } = copy;
		const lost = noLosses();
		const { bucket: Bucket, key: Key, versionId: VersionId } = source;
		const isNoted = notes === 'always' || (notes === 'ifNoDigest' && !hasMd5Etag({ ETag: input.CopySourceIfMatch }));
		const needsHead = changesProperties || lock || isNoted;
		const head = needsHead
			? await from.send(new HeadObjectCommand({ Bucket, Key, VersionId, IfMatch: input.CopySourceIfMatch }))
			: undefined;
		const acl = owner || accounts ? await readAcl(from, source) : undefined;
		const grants: Grant[] = acl && accounts ? mappedGrants(acl, accounts, lost) : [];
		const changed = head && changesProperties ? changedProperties(keeping, copy, head, acl) : input;
		const noted = head && notes !== 'never' ? withNote(changed, head, notes === 'always') : changed;
		const locked = head && (await lockedInput(head, copy, lost));
		const tagged = changesTags ? await changedTags(keeping, copy) : {};
		return {
			source,
			input: { ...noted, ...tagged, ...locked },
			finish: async ({ key, VersionId: versionId, ETag: etag }) => {
				const at = { bucket: input.Bucket ?? '', key, versionId };
				if (locked) await confirmLock(to, at, locked);
				if (annotations) await finishAnnotations({ from, to }, source, { ...at, etag }, lost);
				addLosses(losses, lost);
				await grant(to, at, grants);
			},
		};
	};
};
