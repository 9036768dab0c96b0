import { mtimeOf } from '../kept/keeping';
import { createHash } from 'node:crypto';
import type { HeadObjectCommandOutput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import type { MemoryBudget } from '../flow/memoryBudget';
import { bareEtag, digestName, hasMd5Etag } from '../contentIdentity';
import { headObject } from '../list/headObject';
import { compareKeys } from '../list/compareKeys';
import { conditionalUpload } from '../write/conditionalUpload';
import type { Known } from '../pairs/decide';
import type { Source } from '../pairs/source';
import type { Entry } from '../pairs/march';
import { objectAt } from '../pairs/sides';
import type { Checksum } from './checksumText';
import { waitForTurn } from '../flow/rateLimit';

/** Content to upload, which can be opened again. */
export interface Content {
	open(): Promise<AsyncIterable<Uint8Array>>;
	/** Closes content that was never opened. */
	close?(): void;
	mimeType: string;
}

/** Something that another system has, and that is to be an object. */
export interface Incoming {
	/** The key below the prefix of the destination. */
	key: string;
	/** Bytes; asked for where it takes a while. */
	size: number | ((signal: AbortSignal) => Promise<number>);
	modified?: Date;
	checksum?: Checksum;
	content: (signal: AbortSignal) => Promise<Content>;
}

/** How the objects are stored. */
interface Storing {
	budget: MemoryBudget;
	storageClass?: PutObjectCommandInput['StorageClass'];
}

/**
 * The metadata with the time of what was uploaded, in seconds since 1970 with a fraction, as rclone writes and reads it: S3's own
 * time is that of the upload. https://rclone.org/s3/#modification-times-and-hashes
 */
const timeName = 'mtime';

/** The metadata with an MD5 in Base64, for objects whose ETag is none; also as rclone has it. */
const md5Name = 'md5chksum';

/** In milliseconds. Fractions of a second are written in different lengths. */
const timeTolerance = 1;

const base64Of = ({ hex }: Checksum) => Buffer.from(hex, 'hex').toString('base64');

/** What an object notes of its original. */
const notesOf = ({ modified, checksum }: Incoming): Record<string, string> => ({
	...(modified && { [timeName]: mtimeOf(modified) }),
	...(checksum?.algorithm === 'md5' && { [md5Name]: base64Of(checksum) }),
	...(checksum?.algorithm === 'sha256' && { [digestName]: checksum.hex }),
});

const hasChecksum = (head: HeadObjectCommandOutput, checksum: Checksum) => {
	const { Metadata = {} } = head;
	if (checksum.algorithm === 'sha256')
		return Metadata[digestName] === checksum.hex || head.ChecksumSHA256 === base64Of(checksum);
	if (hasMd5Etag(head)) return bareEtag(head.ETag) === checksum.hex;
	return Metadata[md5Name] === base64Of(checksum);
};

const hasTime = ({ Metadata }: HeadObjectCommandOutput, time: Date) =>
	Math.abs(Number(Metadata?.[timeName] ?? NaN) * 1000 - time.getTime()) <= timeTolerance;

/** Whether an object of the same size is what an item is: by its checksum, else its time, else its size alone. */
const isObjectOf = (head: HeadObjectCommandOutput, { checksum, modified }: Omit<Incoming, 'content'>) => {
	if (checksum) return hasChecksum(head, checksum);
	return modified ? hasTime(head, modified) : true;
};

/** Reads content through, and throws at its end if it has another checksum than its owner says. */
async function* checked(
	s3: S3,
	body: AsyncIterable<Uint8Array>,
	{ key, checksum }: Incoming,
): AsyncGenerator<Uint8Array> {
	const hash = checksum && createHash(checksum.algorithm);
	for await (const chunk of body) {
		hash?.update(chunk);
		await waitForTurn(s3.pace?.bytes, chunk.length, s3);
		yield chunk;
	}
	if (hash && hash.digest('hex') !== checksum.hex)
		throw new Error(`The content of '${key}' does not match the item's checksum, so it was not stored`);
}

const entryOf = async (
	{ key, size, modified, checksum }: Incoming,
	item: number,
	signal: AbortSignal,
): Promise<Entry> => ({
	key,
	size: typeof size === 'number' ? size : await size(signal),
	lastModified: modified,
	...(checksum?.algorithm === 'md5' && { etag: checksum.hex }),
	from: { item },
});

/** Entries in a page. */
const pageSize = 1000;

/**
 * The items of another system, as a source: each item has a separate key. Opens content only to upload it, one item
 * after the other for each upload that runs.
 */
export const itemsSource = (items: Incoming[], { budget, storageClass }: Storing): Source => {
	const order = items.map((_, item) => item).sort((a, b) => compareKeys(items[a]?.key ?? '', items[b]?.key ?? ''));
	const incomingOf = ({ from }: Entry): Incoming => {
		const incoming = items[from?.item ?? -1];
		if (!incoming) throw new Error('No item has this key');
		return incoming;
	};
	async function* pages(signal: AbortSignal): AsyncGenerator<Entry[]> {
		for (let at = 0; at < order.length; at += pageSize) {
			const page: Entry[] = [];
			for (const item of order.slice(at, at + pageSize)) {
				const incoming = items[item];
				if (incoming) page.push(await entryOf(incoming, item, signal));
			}
			yield page;
		}
	}
	return {
		pages,
		original: (entry) => {
			const { checksum, content } = incomingOf(entry);
			const read = async (signal = new AbortController().signal) => await (await content(signal)).open();
			return { ...(checksum && { [checksum.algorithm]: checksum.hex }), read };
		},
		look: async (look, { entry, to, copyKey }): Promise<Known> => {
			if (look === 'archive') return { isReadable: true };
			const head = await headObject(to.s3, objectAt(to, copyKey));
			return { isSame: head !== undefined && isObjectOf(head, incomingOf(entry)), isProven: false };
		},
		copy: async ({ to, entry, key, replaces }, signal) => {
			const incoming = incomingOf(entry);
			const { mimeType, open, close } = await incoming.content(signal);
			const at = objectAt(to, key);
			const input = {
				...{ Bucket: at.bucket, Key: at.key, ContentType: mimeType, Metadata: notesOf(incoming) },
				...{ StorageClass: storageClass, IfMatch: replaces },
			};
			const opened = async () => checked(to.s3, await open(), incoming);
			return await conditionalUpload(
				to.s3,
				{ open: opened, close, input, length: entry.size, budget },
				replaces === undefined ? 'fail' : 'overwrite',
			);
		},
	};
};
