import { isOtherName } from '../bucketKinds';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import { s3Failure } from '../failure';
import { headObject } from '../list/headObject';
import { listPages } from '../list/list';

interface At {
	bucket: string;
	key: string;
}

/** What file systems, in which some servers keep objects, make of a key: `/A//b/` is their `a/b`. */
const asPath = (key: string) => {
	const names: string[] = [];
	for (const name of key.split('/')) {
		if (name === '..') names.pop();
		else if (name !== '' && name !== '.') names.push(name);
	}
	return names.join('/').normalize('NFC').toLowerCase();
};

/** Whether a server lists an object by exactly this key. */
const isListed = async (s3: S3, { bucket: Bucket, key }: At) => {
	for await (const { objects } of listPages(s3, { Bucket, Prefix: key, MaxKeys: 1 })) return objects[0]?.Key === key;
	return false;
};

/**
 * Throws if an object is the same in both places, where one of them may be another name of the other's bucket. S3 does not tell
 * the bucket behind an access point, but no two objects agree in all of this by chance.
 */
const throwIfAlike = async (s3: S3, source: At, target: At) => {
	const [one, other] = await Promise.all([headObject(s3, source), headObject(s3, target)]);
	if (!one || !other || one.ETag !== other.ETag || one.VersionId !== other.VersionId) return;
	if (one.LastModified?.getTime() !== other.LastModified?.getTime()) return;
	const message = `'${source.key}' in '${source.bucket}' and in '${target.bucket}' is the same object`;
	throw s3Failure({ code: 'SameObject', message, connection: s3.connection, ...target });
};

/**
 * Throws if two keys name one object on this server: to delete one would delete the other. Servers such as MinIO and Versity
 * S3 Gateway keep objects as files, so that `/a` is `a` to them. Only such keys are looked at, and not on Amazon S3. There, an
 * access point and its bucket have the same objects.
 */
export const throwIfOneObject = async (s3: S3, source: At, target: At) => {
	if (source.bucket !== target.bucket) {
		const hasOtherName = isOtherName(source.bucket) || isOtherName(target.bucket);
		return hasOtherName && source.key === target.key ? await throwIfAlike(s3, source, target) : undefined;
	}
	if (isAws(s3.connection)) return;
	if (source.key === target.key || asPath(source.key) !== asPath(target.key)) return;
	if (!(await headObject(s3, target))) return;
	for (const one of [source, target]) {
		if (await isListed(s3, one)) continue;
		const message = `'${source.key}' and '${target.key}' are the same object on this server`;
		throw s3Failure({ code: 'SameObject', message, connection: s3.connection, ...target });
	}
};
