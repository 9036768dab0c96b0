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
 * Throws if two keys name one object on this server: to delete one would delete the other. Servers such as MinIO and Versity
 * S3 Gateway keep objects as files, so that `/a` is `a` to them. Only such keys are looked at, and not on Amazon S3.
 */
export const throwIfOneObject = async (s3: S3, source: At, target: At) => {
	if (isAws(s3.connection) || source.bucket !== target.bucket) return;
	if (source.key === target.key || asPath(source.key) !== asPath(target.key)) return;
	if (!(await headObject(s3, target))) return;
	for (const one of [source, target]) {
		if (await isListed(s3, one)) continue;
		const message = `'${source.key}' and '${target.key}' are the same object on this server`;
		throw s3Failure({ code: 'SameObject', message, connection: s3.connection, ...target });
	}
};
