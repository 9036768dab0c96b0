import type { RestoreStatus } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { S3 } from '../client/client';
import { withDetails, wrongAnswer } from '../failure';
import { isOwnFile } from '../ownFiles';
import { isArchivedClass } from '../storageClass';
import { bareEtag } from '../contentIdentity';
import type { History } from '../list/history';
import { idOf } from '../list/history';
import type { Listed } from '../list/list';
import { listPages } from '../list/list';
import { listHistories } from '../list/versions';
import type { Snapshot, Restore, Watched } from './watchedObject';

/** The objects to watch. */
export interface Place {
	bucket: string;
	/** Empty for the whole bucket. */
	prefix: string;
	/** Whether to watch subfolders of the prefix as well. */
	isRecursive: boolean;
	/** Lists only keys after this one. Empty for all. */
	startAfter: string;
	/** Whether to compare all versions instead of the current objects only. */
	hasVersions: boolean;
	/** Whether to list the status of restores from the archive. */
	hasRestores: boolean;
}

const restoreOf = (status: RestoreStatus | undefined, storageClass: string, isAsked: boolean): Restore => {
	if (status?.IsRestoreInProgress) return 'inProgress';
	if (status?.RestoreExpiryDate) return 'restored';
	return isAsked || !isArchivedClass(storageClass) ? 'none' : 'unknown';
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

/** A watched object, from a listing of objects. */
const watchedObject = (listed: Listed, asked: boolean): Watched => ({
	key: listed.Key,
	...lookOf(listed, asked),
});

/** Identifies a version by more than its ID: with suspended versioning, each write replaces the version `null`. */
const fingerprintOf = (version: Snapshot & { versionId: string }) =>
	createHash('sha256')
		.update(`${version.versionId}\n${version.lastModified}\n${version.etag}`)
		.digest('hex')
		.slice(0, 16);

/** A watched object, from a listing of versions. */
const watchedHistory = ({ key, versions }: History, asked: boolean): Watched => {
	const history = versions.map((version) => ({
		...lookOf(version, asked),
		...(version.isDeleteMarker && { isDeleteMarker: true, storageClass: 'STANDARD' }),
		versionId: idOf(version),
	}));
	const [first] = history;
	if (!first) throw wrongAnswer(`'${key}' is listed without a version`);
	const { versionId: _id, ...current } = first;
	return { key, ...current, versions: history.map(fingerprintOf), history };
};

/** Keys per page of a listing of versions. */
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
		if (isOwnFile(history.key) || !isHere(history.key)) continue;
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
		const page = objects.filter(({ Key }) => !isOwnFile(Key)).map((object) => watchedObject(object, hasRestores));
		if (page.length > 0) yield page;
	}
}

/** Lists the watched objects page by page, in the order of keys, without the files that this package keeps in buckets. */
export async function* listWatched(s3: S3, place: Place): AsyncGenerator<Watched[]> {
	try {
		yield* place.hasVersions ? versionPages(s3, place) : objectPages(s3, place);
	} catch (error) {
		throw withDetails(error, { bucket: place.bucket });
	}
}
