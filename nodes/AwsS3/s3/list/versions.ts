import type { ListObjectVersionsCommandInput, ObjectVersion } from '@aws-sdk/client-s3';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { decoderFor } from './list';
import { onRawXml } from '../client/rawXml';

/** A version of an object, or a delete marker. */
export type Version = ObjectVersion & { Key: string; isDeleteMarker: boolean };

/**
 * Asks for one page, and gives its versions and delete markers in the order in which the answer has them. The SDK puts
 * them into two lists, and their times, in whole seconds, do not always tell which one is newer.
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
 * Lists all versions and delete markers under a prefix, in S3's order: by key, the newest first.
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

/** What there is of one key: its versions and delete markers, the newest first. */
export interface History {
	key: string;
	versions: Version[];
}

/** Lists the histories of all keys under a prefix, key by key. */
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

/** The history of one key, the newest version first; empty where there never was such an object. */
export const historyOf = async (s3: S3, Bucket: string, key: string): Promise<Version[]> => {
	// Keys come in order: the one that is the prefix itself is before all that only begin with it.
	for await (const history of listHistories(s3, { Bucket, Prefix: key }))
		return history.key === key ? history.versions : [];
	return [];
};
