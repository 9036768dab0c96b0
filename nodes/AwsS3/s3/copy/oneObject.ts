import { isOtherName } from '../bucketKinds';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import { s3Failure } from '../failure';
import { headObject } from '../list/headObject';
import { isListed } from '../list/list';

interface At {
	bucket: string;
	key: string;
}

/** What file systems, in which some servers keep objects, make of a key: `/a//b/` is their `a/b`. */
export const pathOf = (key: string) => {
	const names: string[] = [];
	for (const name of key.split('/')) {
		if (name === '..') names.pop();
		else if (name !== '' && name !== '.') names.push(name);
	}
	return names.join('/');
};

/** The same where they fold case and the forms of Unicode. */
const foldedPathOf = (key: string) => pathOf(key).normalize('NFC').toLowerCase();

/**
 * Whether what is in both places agrees in all that tells one object from another, which no two do by chance. Each place is looked
 * at by its own connection; throws if one may not be.
 */
export const isAlike = async (s3: S3, source: At, target: At, targetS3 = s3): Promise<boolean> => {
	const [one, other] = await Promise.all([headObject(s3, source), headObject(targetS3, target)]);
	if (!one || !other || one.ETag !== other.ETag || one.VersionId !== other.VersionId) return false;
	return one.LastModified?.getTime() === other.LastModified?.getTime();
};

/**
 * Throws if two keys name one object on this server: to delete one would delete the other. Servers such as MinIO and Versity
 * S3 Gateway keep objects as files, so that `/a` is `a` to them. Only such keys are looked at, and not on Amazon S3. There, an
 * access point and its bucket have the same objects.
 */
export const throwIfOneObject = async (s3: S3, source: At, target: At) => {
	const refuse = (message: string) => s3Failure({ code: 'SameObject', message, connection: s3.connection, ...target });
	if (source.bucket !== target.bucket) {
		const hasOtherName = isOtherName(source.bucket) || isOtherName(target.bucket);
		if (!hasOtherName || source.key !== target.key || !(await isAlike(s3, source, target))) return;
		throw refuse(`'${source.key}' in '${source.bucket}' and in '${target.bucket}' is the same object`);
	}
	if (isAws(s3.connection)) return;
	if (source.key === target.key || foldedPathOf(source.key) !== foldedPathOf(target.key)) return;
	if (!(await headObject(s3, target))) return;
	const areApart = !(await isAlike(s3, source, target)) && (await isListed(s3, source)) && (await isListed(s3, target));
	if (!areApart) throw refuse(`'${source.key}' and '${target.key}' are the same object on this server`);
};
