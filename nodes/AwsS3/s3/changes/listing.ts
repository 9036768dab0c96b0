import type { RestoreStatus } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { S3 } from '../client/client';
import { withDetails } from '../failure';
import { isJobFile } from '../jobFolder';
import { bareEtag } from '../list/contentIdentity';
import type { History } from '../list/history';
import { idOf } from '../list/history';
import type { Listed } from '../list/list';
import { listPages } from '../list/list';
import { listHistories } from '../list/versions';
import type { Look, Restore, Watched } from './watched';

/** What is watched. */
export interface Place {
	bucket: string;
	/** Empty for the whole bucket. */
	prefix: string;
	/** Whether folders below the prefix are watched as well. */
	isRecursive: boolean;
	/** Only keys behind this one are listed; empty for all. */
	startAfter: string;
	/** Whether each version is compared, instead of the current objects. */
	hasVersions: boolean;
	/** Whether the listing is asked how far restores from the archive are. */
	hasRestores: boolean;
}

const archives = /^(GLACIER|DEEP_ARCHIVE)$/;

const restoreOf = (status: RestoreStatus | undefined, storageClass: string, isAsked: boolean): Restore => {
	if (status?.IsRestoreInProgress) return 'inProgress';
	if (status?.RestoreExpiryDate) return 'restored';
	return isAsked || !archives.test(storageClass) ? 'none' : 'unknown';
};

type ListedLook = Pick<Listed, 'ETag' | 'Size' | 'LastModified' | 'StorageClass' | 'RestoreStatus'>;

const lookOf = (
	{ ETag, Size = 0, LastModified, StorageClass = 'STANDARD', RestoreStatus }: ListedLook,
	asked: boolean,
) => ({
	size: Size,
	etag: bareEtag(ETag),
	lastModified: LastModified?.getTime() ?? 0,
	storageClass: StorageClass,
	restore: restoreOf(RestoreStatus, StorageClass, asked),
});

/** An object of a listing, as it is watched. */
const watchedObject = (listed: Listed, asked: boolean): Watched => ({
	key: listed.Key,
	...lookOf(listed, asked),
});

/** A version is another one if it was written again under the same ID, as `null` is where versioning is suspended. */
const fingerprintOf = (version: Look & { versionId: string }) =>
	createHash('sha256')
		.update(`${version.versionId}\n${version.lastModified}\n${version.etag}`)
		.digest('hex')
		.slice(0, 16);

/** The versions of a key, as they are watched. */
export const watchedHistory = ({ key, versions }: History, asked: boolean): Watched => {
	const history = versions.map((version) => ({
		...lookOf(version, asked),
		...(version.isDeleteMarker && { isDeleteMarker: true, storageClass: 'STANDARD' }),
		versionId: idOf(version),
	}));
	const [first] = history;
	if (!first) throw new Error(`'${key}' is listed without a version`);
	const { versionId: _id, ...current } = first;
	return { key, ...current, versions: history.map(fingerprintOf), history };
};

/** Histories that are compared at a time. */
const historiesAtATime = 1000;

async function* versionPages(s3: S3, place: Place): AsyncGenerator<Watched[]> {
	const { bucket, prefix, isRecursive, startAfter, hasRestores } = place;
	const input = { Bucket: bucket, Prefix: prefix || undefined, KeyMarker: startAfter || undefined };
	let page: Watched[] = [];
	const isHere = (key: string) => isRecursive || !key.slice(prefix.length).includes('/');
	for await (const history of listHistories(s3, {
		...input,
		...(hasRestores && { OptionalObjectAttributes: ['RestoreStatus'] }),
	})) {
		if (isJobFile(history.key) || !isHere(history.key)) continue;
		page.push(watchedHistory(history, hasRestores));
		if (page.length < historiesAtATime) continue;
		yield page;
		page = [];
	}
	if (page.length > 0) yield page;
}

async function* objectPages(s3: S3, place: Place): AsyncGenerator<Watched[]> {
	const { bucket, prefix, isRecursive, startAfter, hasRestores } = place;
	const pages = listPages(s3, {
		Bucket: bucket,
		Prefix: prefix || undefined,
		Delimiter: isRecursive ? undefined : '/',
		StartAfter: startAfter || undefined,
		...(hasRestores && { OptionalObjectAttributes: ['RestoreStatus'] }),
	});
	for await (const { objects } of pages) {
		const page = objects.filter(({ Key }) => !isJobFile(Key)).map((object) => watchedObject(object, hasRestores));
		if (page.length > 0) yield page;
	}
}

/** Lists what is watched page by page, in the order of the keys. Without files that this node keeps in buckets itself. */
export async function* listWatched(s3: S3, place: Place): AsyncGenerator<Watched[]> {
	try {
		yield* place.hasVersions ? versionPages(s3, place) : objectPages(s3, place);
	} catch (error) {
		throw withDetails(error, { bucket: place.bucket });
	}
}
