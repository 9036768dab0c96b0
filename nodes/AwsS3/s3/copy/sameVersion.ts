import { isDeepStrictEqual } from 'node:util';
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { statusOf } from '../failure';
import { hasMd5Etag, isCopyOf, withoutSourceEtag, withSourceEtag } from '../contentIdentity';
import { headObject } from '../list/headObject';
import { customAcl } from '../settings/acl';
import { tagsOrNone } from '../settings/tagging';
import type { NewProperties } from './replaceObject';
import { headersOf } from './objectProperties';
import { storedAs } from './storedAs';

/** Notes the ETag of the original in its copy if it is no digest, so that `isSameVersion` recognizes the copy. */
export const rememberSource = (original: HeadObjectCommandOutput): NewProperties =>
	hasMd5Etag(original) ? {} : { Metadata: withSourceEtag(original.Metadata, original) };

/** The properties that two versions have in common if one is a copy of the other. */
const propertiesOf = (head: HeadObjectCommandOutput) => ({
	...headersOf(head),
	Metadata: withoutSourceEtag(head.Metadata),
	storageClass: head.StorageClass ?? 'STANDARD',
});

/** The properties that a copy of a version gets in the same bucket. */
const propertiesOfCopy = (s3: S3, original: HeadObjectCommandOutput) => {
	const { StorageClass: storageClass } = storedAs(s3, { chosen: {}, original, isSameBucket: true });
	return { ...propertiesOf(original), storageClass };
};

const tagsAndAcl = async (s3: S3, at: ObjectAt, hasAcl: boolean) => {
	const [tags, acl] = await Promise.all([tagsOrNone(s3, at), hasAcl ? customAcl(s3, at) : undefined]);
	const sorted = tags.map(({ Key, Value }) => `${Key}=${Value}`).sort();
	return { tags: sorted, grants: acl?.Grants };
};

/**
 * Whether the current version of an object is known to be like a copy of an old one: content, headers, metadata, storage
 * class, tags and, unless it does not matter, ACL. False if S3 does not tell.
 */
export const isSameVersion = async (
	s3: S3,
	old: ObjectAt,
	current: ObjectAt,
	{ keepAcl = true }: { keepAcl?: boolean },
): Promise<boolean> => {
	const [original, copy] = await Promise.all([headObject(s3, old), headObject(s3, current)]);
	if (!original || !copy || !isCopyOf(original, copy)) return false;
	if (!isDeepStrictEqual(propertiesOfCopy(s3, original), propertiesOf(copy))) return false;
	return await Promise.all([tagsAndAcl(s3, old, keepAcl), tagsAndAcl(s3, current, keepAcl)]).then(
		([before, now]) => isDeepStrictEqual(before, now),
		(error) => {
			// A server or a user without tags or ACLs.
			if (statusOf(error) === undefined) throw error;
			return false;
		},
	);
};
