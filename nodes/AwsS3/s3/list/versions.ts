import type { ListObjectVersionsCommandInput } from '@aws-sdk/client-s3';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { onRawXml } from '../client/rawXml';
import type { S3Failure } from '../failure';
import { s3Failure } from '../failure';
import type { PageMarker, VersionPage } from './gatherHistories';
import { gatherHistories } from './gatherHistories';
import type { History, HistoryFault, Version } from './history';
import { idOf } from './history';
import { decoderFor, keyInMarker, misplaced, refuseRepeated } from './list';
import type { ListedMembers, ListedElement, Taken } from './listedInXml';
import { takeListed } from './listedInXml';

export type { History, Version } from './history';

type Input = Omit<ListObjectVersionsCommandInput, 'EncodingType'>;

const failure = (s3: S3, code: string, message: string, bucket?: string, key?: string) =>
	s3Failure({ code, message, connection: s3.connection, operation: 'ListObjectVersions', bucket, key });

/** The versions and delete markers that the SDK has read, in the order of the XML. */
const inOrder = (xml: string, versions: ListedMembers[], markers: ListedMembers[]): ListedElement[] => {
	const tags = [...xml.matchAll(/<(?:\w+:)?(Version|DeleteMarker)[\s>]/g)].map(([, tag = '']) => tag);
	const grouped = [...versions.map(() => 'Version'), ...markers.map(() => 'DeleteMarker')];
	const [ofVersions, ofMarkers] = [versions.values(), markers.values()];
	return (tags.length === grouped.length ? tags : grouped).map((tag) => {
		const { value: listed = {} } = tag === 'DeleteMarker' ? ofMarkers.next() : ofVersions.next();
		return { tag, listed };
	});
};

/**
 * Requests one page, and returns its versions and delete markers in the order of the response: the SDK splits them into two
 * lists, and their times, in whole seconds, do not always tell which one is newer.
 */
const requestPage = async (s3: S3, input: ListObjectVersionsCommandInput): Promise<VersionPage> => {
	const command = new ListObjectVersionsCommand(input);
	let xml = '';
	let taken: Taken | undefined;
	onRawXml(command, (text) => {
		xml = text;
		taken = takeListed(text, 'Version|DeleteMarker');
		return taken?.rest;
	});
	const { Versions = [], DeleteMarkers = [], EncodingType, ...page } = await s3.send(command);
	if (taken && Versions.length + DeleteMarkers.length !== taken.rows)
		throw misplaced(s3, 'ListObjectVersions', input.Bucket);
	const elements = taken?.elements ?? inOrder(xml, Versions, DeleteMarkers);
	// A server that does not know the request lists objects instead.
	if (elements.length === 0 && /<(?:\w+:)?Contents[\s>]/.test(xml))
		throw failure(s3, 'NoVersionListing', 'The server does not list versions', input.Bucket);
	const decode = decoderFor(EncodingType);
	const entries = elements.map(({ tag, listed }): Version => {
		return Object.assign(listed, { Key: decode(listed.Key ?? ''), isDeleteMarker: tag === 'DeleteMarker' });
	});
	if (!page.IsTruncated) return { entries };
	const { NextKeyMarker, NextVersionIdMarker } = page;
	if (!NextKeyMarker)
		throw failure(
			s3,
			'ListingBreaksOff',
			'The server lists only part of the versions and returns no page marker',
			input.Bucket,
		);
	const last = entries.at(-1);
	const KeyMarker = keyInMarker(NextKeyMarker, last?.Key, EncodingType);
	// Swift always names the version `null` here. If the key has no such version, the next page would be empty.
	const isUnnamed = NextVersionIdMarker === 'null' && last?.Key === KeyMarker;
	const VersionIdMarker = (isUnnamed && last?.VersionId) || NextVersionIdMarker || undefined;
	return { entries, next: { KeyMarker, VersionIdMarker } };
};

/**
 * Lists versions page by page. Throws if the server repeats a page marker.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
async function* listPages(s3: S3, input: Input): AsyncGenerator<VersionPage> {
	const refuse = refuseRepeated('marker');
	let at: Partial<PageMarker> = {};
	for (;;) {
		const page = await requestPage(s3, { ...input, ...at, EncodingType: 'url' });
		yield page;
		const { next } = page;
		if (!next) return;
		refuse(next.KeyMarker, next.VersionIdMarker);
		at = next;
	}
}

/**
 * Passes pages on, each after the next one has come: some servers end a listing early if the version that a page marker
 * names was deleted in between.
 */
async function* onePageAhead(pages: AsyncIterable<VersionPage>): AsyncGenerator<VersionPage> {
	let last: VersionPage | undefined;
	for await (const page of pages) {
		if (last) yield last;
		last = page;
	}
	if (last) yield last;
}

const isInOrder = (s3: S3) => s3.capabilities.versionOrder === 'yes';

/** The pages again, and the first of them, after which it is known what server lists. */
const opened = async (pages: AsyncGenerator<VersionPage>) => {
	const { value: first, done } = await pages.next();
	async function* all() {
		if (done) return;
		yield first;
		yield* pages;
	}
	return all();
};

/** The pages of a listing whose entries may be deleted at the same time. */
async function* pagesToChange(s3: S3, input: Input) {
	const pages = await opened(listPages(s3, input));
	yield* isInOrder(s3) ? pages : onePageAhead(pages);
}

/** Lists all versions and delete markers under a prefix in the order of the server, for what needs no other. */
export async function* listVersions(s3: S3, input: Input): AsyncGenerator<Version> {
	let last: Version | undefined;
	for await (const { entries } of pagesToChange(s3, input)) {
		const [first] = entries;
		// Some servers repeat the last one of a page on the next.
		const isRepeated = last !== undefined && first?.Key === last.Key && idOf(first) === idOf(last);
		yield* isRepeated ? entries.slice(1) : entries;
		last = entries.at(-1) ?? last;
	}
}

const listingFaults = {
	tooMany: 'The server lists very many versions without a reliable order',
	twoPlaces: 'The server lists the versions of one object in two places',
};

const refuseListing = (s3: S3, bucket?: string) => (reason: keyof typeof listingFaults, key: string) =>
	failure(s3, 'UnorderedVersions', listingFaults[reason], bucket, key);

/** Groups the versions under a prefix by key, the newest of each first, whatever the order of the server. */
export async function* listHistories(s3: S3, input: Input): AsyncGenerator<History> {
	const pages = await opened(pagesToChange(s3, input));
	yield* gatherHistories(pages, { isInOrder: isInOrder(s3), refuse: refuseListing(s3, input.Bucket) });
}

/**
 * Lists all versions and delete markers under a prefix, or only those of the key that the prefix is: by key, newest first.
 * For reading: where the server leaves the order open, it is the likely one.
 */
export async function* listSorted(s3: S3, input: Input, isExact = false): AsyncGenerator<Version> {
	const pages = await opened(listPages(s3, input));
	const isOther = (key: string) => isExact && key !== input.Prefix;
	if (isInOrder(s3)) {
		for await (const { entries } of pages) {
			for (const version of entries) {
				// The exact key comes before those that only begin with it.
				if (isOther(version.Key)) return;
				yield version;
			}
		}
		return;
	}
	const settings = { isInOrder: false, isTolerant: !isExact, refuse: refuseListing(s3, input.Bucket) };
	for await (const { key, versions } of gatherHistories(pages, settings)) {
		if (isOther(key)) return;
		yield* versions;
	}
}

const historyFaults: Record<HistoryFault, (key: string) => string> = {
	noCurrent: (key) => `The server names no current version of '${key}'`,
	manyCurrent: (key) => `The server names more than one current version of '${key}'`,
	sameId: (key) => `The server lists two versions of '${key}' with the same ID`,
	unknownOrder: (key) => `The server does not show the order of the versions of '${key}'`,
	wrongTimes: (key) => `The server does not show the creation times of the versions of '${key}'`,
};

/** The error for a history that is not known well enough to change anything; undefined for all others. */
export const refusalOf = (s3: S3, bucket: string, { key, fault }: History): S3Failure | undefined =>
	fault && failure(s3, 'InconsistentVersions', historyFaults[fault](key), bucket, key);

/** The history of one key; without versions if S3 has none. */
export const historyOf = async (s3: S3, Bucket: string, key: string): Promise<History> => {
	// Histories come in the order of their keys: this one before those that only begin with it.
	for await (const history of listHistories(s3, { Bucket, Prefix: key }))
		return history.key === key ? history : { key, versions: [] };
	return { key, versions: [] };
};
