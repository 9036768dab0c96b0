import type { ListObjectVersionsCommandInput, ObjectVersion } from '@aws-sdk/client-s3';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { decoderFor } from './list';
import { onRawXml } from '../client/rawXml';

/** A version of an object, or a delete marker. */
export type Version = ObjectVersion & { Key: string; isDeleteMarker: boolean };

/**
 * Requests one page and returns its versions and delete markers in the order of the response. The SDK splits them into two
 * lists, and their times, in whole seconds, do not always tell which one is newer.
 */
const pageInOrder = async (s3: S3, input: ListObjectVersionsCommandInput) => {
	const command = new ListObjectVersionsCommand(input);
	let kinds: string[] = [];
	onRawXml(command, (xml) => {
		kinds = xml.match(/<(Version|DeleteMarker)>/g) ?? [];
	});
	const { Versions = [], DeleteMarkers = [], EncodingType, ...page } = await s3.send(command);
	const decode = decoderFor(EncodingType);
	const versions = Versions.values();
	const markers = DeleteMarkers.values();
	const entries = kinds.map((kind): Version => {
		const isDeleteMarker = kind === '<DeleteMarker>';
		const { value } = isDeleteMarker ? markers.next() : versions.next();
		return { ...value, Key: decode(value?.Key ?? ''), isDeleteMarker };
	});
	const next = page.IsTruncated ? page.NextKeyMarker : undefined;
	return {
		entries,
		KeyMarker: next === undefined ? undefined : decode(next),
		VersionIdMarker: page.NextVersionIdMarker,
	};
};

/**
 * Lists all versions and delete markers under a prefix: by key, newest first. Throws if the server repeats a page marker.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export async function* listVersions(
	s3: S3,
	input: Omit<ListObjectVersionsCommandInput, 'EncodingType'>,
): AsyncGenerator<Version> {
	let at: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> = {};
	for (;;) {
		const { entries, KeyMarker, VersionIdMarker } = await pageInOrder(s3, { ...input, ...at, EncodingType: 'url' });
		yield* entries;
		if (KeyMarker === undefined) return;
		if (KeyMarker === at.KeyMarker && VersionIdMarker === at.VersionIdMarker)
			throw new Error('The listing does not end: the server gave the same page marker twice');
		at = { KeyMarker, VersionIdMarker };
	}
}

/** All versions and delete markers of one key, newest first. */
export interface History {
	key: string;
	versions: Version[];
}

/** Groups the versions under a prefix by key, like `listVersions`. */
export async function* listHistories(s3: S3, input: Parameters<typeof listVersions>[1]): AsyncGenerator<History> {
	let history: History | undefined;
	for await (const version of listVersions(s3, input)) {
		if (history && history.key === version.Key) {
			history.versions.push(version);
			continue;
		}
		if (history) yield history;
		history = { key: version.Key, versions: [version] };
	}
	if (history) yield history;
}

/** All versions and delete markers of one key, newest first; empty if S3 has none. */
export const historyOf = async (s3: S3, Bucket: string, key: string): Promise<Version[]> => {
	// S3 lists this key before those that only begin with it.
	for await (const history of listHistories(s3, { Bucket, Prefix: key }))
		return history.key === key ? history.versions : [];
	return [];
};
