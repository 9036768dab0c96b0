import { wrongAnswer } from '../failure';
import { bareEtag, isCopyOf } from '../contentIdentity';
import { headObject } from '../list/headObject';
import type { Version } from '../list/history';
import { idOf } from '../list/history';
import { listHistories, refusalOf } from '../list/versions';
import type { Side } from '../pairs/sides';
import { objectAt } from '../pairs/sides';

/** The versions and delete markers of a key below the prefix of its side, oldest first. */
export interface KeyHistory {
	key: string;
	versions: Version[];
	/** Why the server does not tell enough of them. */
	failure?: Error;
}

/** The same key at both sides. */
export interface Histories {
	from: Side;
	to: Side;
	source: KeyHistory;
	/** Absent if the destination knows nothing of the key. */
	destination?: KeyHistory;
}

/** Versions in a page of histories, apart from the further ones of its last key. */
const pageSize = 1000;

/** The history of each key of a side, in the order of the keys, many at a time. Holds about a thousand versions. */
export async function* historiesOf({ s3, bucket, prefix }: Side): AsyncGenerator<KeyHistory[]> {
	let page: KeyHistory[] = [];
	let count = 0;
	for await (const history of listHistories(s3, { Bucket: bucket, Prefix: prefix || undefined })) {
		const { key, versions } = history;
		if (!key.startsWith(prefix)) throw wrongAnswer(`The server lists versions of '${key}' below '${prefix}'`);
		const failure = refusalOf(s3, bucket, history);
		page.push({ key: key.slice(prefix.length), versions: [...versions].reverse(), failure });
		count += versions.length;
		if (count < pageSize) continue;
		yield page;
		[page, count] = [[], 0];
	}
	if (page.length > 0) yield page;
}

/** Whether a version at the destination is a copy of one at the source, as far as the listings tell. */
const isListedCopy = (source: Version, copy: Version): boolean | undefined => {
	if (source.isDeleteMarker !== copy.isDeleteMarker) return false;
	if (source.isDeleteMarker) return true;
	if (source.Size !== copy.Size) return false;
	return (bareEtag(source.ETag) !== '' && bareEtag(source.ETag) === bareEtag(copy.ETag)) || undefined;
};

const shortChecksums = ['ChecksumCRC32', 'ChecksumCRC32C'] as const;

/** The same by both versions themselves: checksums, and the note of the original's ETag in the metadata of the copy. */
const isCopy = async ({ from, to, source: { key } }: Histories, source: Version, copy: Version): Promise<boolean> => {
	const [original, other] = await Promise.all([
		headObject(from.s3, { ...objectAt(from, key), versionId: idOf(source) }),
		headObject(to.s3, { ...objectAt(to, key), versionId: idOf(copy) }),
	]);
	if (!original || !other) return false;
	if (isCopyOf(original, other)) return true;
	// In the same place of two histories, with one size, 32 bits are enough: nothing is deleted on them.
	return shortChecksums.some(
		(name) =>
			original[name] !== undefined && original[name] === other[name] && original.ChecksumType === other.ChecksumType,
	);
};

/** Both histories in pairs, as far as the destination's goes. */
const paired = ({ source, destination }: Histories) =>
	(destination?.versions ?? []).map((copy, index) => ({ copy, original: source.versions[index] }));

/** What is to be done for a key: append these versions, or nothing for a reason. */
export type HistoryDecision =
	| { append: Version[]; skip?: undefined; isOpen?: undefined }
	| { skip: 'same' | 'otherHistory'; append?: undefined; isOpen?: undefined }
	| { isOpen: true; append?: undefined; skip?: undefined };

const decisionFor = ({ source, destination }: Histories): HistoryDecision => {
	const append = source.versions.slice(destination?.versions.length ?? 0);
	return append.length > 0 ? { append } : { skip: 'same' };
};

/**
 * Decides on a key by the listings: the destination's history is that of the source, the beginning of it, or another one. It
 * stays open where ETags differ, which also those of copies do.
 *
 * | source | destination | decision     |
 * | ------ | ----------- | ------------ |
 * | 1 2 3  |             | append 1 2 3 |
 * | 1 2 3  | 1           | append 2 3   |
 * | 1 2 3  | 1 2 3       | same         |
 * | 1 2    | 1 2 3       | otherHistory |
 * | 1 2 3  | 2           | otherHistory |
 */
export const decideByLists = (histories: Histories): HistoryDecision => {
	const verdicts = paired(histories).map(
		({ copy, original }) => original !== undefined && isListedCopy(original, copy),
	);
	if (verdicts.includes(false)) return { skip: 'otherHistory' };
	return verdicts.includes(undefined) ? { isOpen: true } : decisionFor(histories);
};

/** The same with looks at the versions that the listings do not tell enough of. */
export const decideByLooks = async (histories: Histories): Promise<HistoryDecision> => {
	for (const { copy, original } of paired(histories)) {
		const isSame =
			original !== undefined && (isListedCopy(original, copy) ?? (await isCopy(histories, original, copy)));
		if (!isSame) return { skip: 'otherHistory' };
	}
	return decisionFor(histories);
};
