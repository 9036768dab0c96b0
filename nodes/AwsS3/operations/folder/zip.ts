import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { allowSameKey, conflictPermissions, onConflict } from '../../core/objectFields/ifExists';
import { badInput } from '../../core/errors/badInput';
import { bucket, folderPath } from '../../core/fields/locators';
import { dryRun, memory, options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { decryptPermission } from '../../core/objectFields/readOptions';
import {
	checkWritten,
	propertyPermissions,
	tagsPermission,
	writeInput,
	writeOptions,
	writePermissions,
} from '../../core/objectFields/writeOptions';
import type { ZipEntry } from '../../content/zip';
import { mostInArchive, nameFault, zipped } from '../../content/zip';
import type { S3 } from '../../s3/client/client';
import type { MemoryBudget } from '../../s3/flow/memoryBudget';
import { pool } from '../../s3/flow/pool';
import { download } from '../../s3/read/download';
import type { Listed } from '../../s3/list/list';
import { listObjects } from '../../s3/list/list';
import { conditionalUpload } from '../../s3/write/conditionalUpload';
import { renamedNumber } from '../../s3/write/freeKey';
import { collect } from '../../s3/flow/collect';

const zipBucket = field({
	...bucket,
	displayName: 'Zip Bucket',
	name: 'zipBucket',
	description: "The bucket that the archive goes to. Leave empty for the connection's own bucket.",
});

const zipKey = field({
	displayName: 'Zip Key',
	name: 'zipKey',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. archives/invoices-2026.zip',
	description: 'The full name that the archive gets',
});

const compression = field({
	displayName: 'Compression Level',
	name: 'compressionLevel',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 9, numberPrecision: 0 },
	default: 6,
	description: 'From 0 (none, fastest) to 9 (smallest). What is packed already is stored as it is.',
});

/** Fetch small objects ahead, to hide the latency of each request: so many at a time, and fewer where memory is short. */
const maxPrefetchSize = 256 * 1024;
const prefetched = { most: 16, least: 2 };

/** Results that have to wait for their turn are held beside those that are fetched, as many at most. */
const prefetchMemory = 2 * prefetched.most * maxPrefetchSize;

/** How many objects to fetch at a time: as many as the budget has memory to spare for. */
const prefetchLimit = (budget: MemoryBudget) => {
	let release: (() => void) | undefined;
	let isClosed = false;
	const giveBack = () => {
		release?.();
		release = undefined;
	};
	const current = () => {
		if (!isClosed) release ??= budget.spare(prefetchMemory, giveBack);
		return release ? prefetched.most : prefetched.least;
	};
	/** Whoever still fetches when nobody reads any more must not take the memory again. */
	const close = () => {
		isClosed = true;
		giveBack();
	};
	return { limit: { current, done: () => undefined }, close };
};

interface Source {
	Bucket: string;
	folder: string;
	/** The key of the archive, if it is in the same bucket. */
	archiveKey?: string;
}

/** The name in the metadata of an archive of the folder that it was made of. */
const folderName = 'zip-of-folder';

/**
 * Whether an object is an archive that this operation has made of the folder. Packed again, it would double its size with
 * each run. A file of somebody's own may have such a name as well.
 */
const isEarlierArchive = async (s3: S3, { Bucket, folder, archiveKey }: Source, key: string) => {
	if (archiveKey === undefined || (key !== archiveKey && renamedNumber(key, archiveKey) === undefined)) return false;
	const { Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket, Key: key }));
	return Metadata[folderName] === folder;
};

async function* listEntries(s3: S3, source: Source, skip: (key: string, reason: string) => void) {
	const { Bucket, folder } = source;
	for await (const object of listObjects(s3, { Bucket, Prefix: folder })) {
		const name = object.Key.slice(folder.length);
		if (object.Key === folder) continue;
		if (await isEarlierArchive(s3, source, object.Key)) {
			skip(object.Key, 'it is an earlier archive of this folder');
			continue;
		}
		const isFullFolder = name.endsWith('/') && (object.Size ?? 0) > 0;
		const fault = isFullFolder ? 'is that of a folder, and it has content' : nameFault(name);
		if (fault) skip(object.Key, `its name ${fault}`);
		else yield { ...object, name };
	}
}

const entryOf = async (s3: S3, Bucket: string, object: Listed & { name: string }): Promise<ZipEntry> => {
	const { Key, name, Size: size = 0, LastModified: modified, ETag: IfMatch } = object;
	// If-Match: an object that changes while it is read must not mix old and new content.
	const read = async () => Readable.from((await download(s3, { Bucket, Key, IfMatch })).body);
	if (size > maxPrefetchSize || name.endsWith('/')) return { name, size, modified, open: read };
	const content = await collect(await read());
	return { name, size, modified, open: async () => Readable.from([content]) };
};

export default operation({
	resource: 'folder',
	operation: 'zip',
	name: 'Zip',
	action: 'Zip a folder',
	description: 'Pack everything in a folder into one zip archive in S3, streamed, however large it is',
	fields: [
		bucket,
		folderPath,
		zipBucket,
		zipKey,
		onConflict,
		options(allowSameKey, compression, dryRun, memory, ...writeOptions, ...requestOptions),
	],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:GetObject', on: 'object' },
		decryptPermission,
		...writePermissions,
		...propertyPermissions,
		tagsPermission,
		...conflictPermissions,
	],
	effect: 'write',
	writesTo: { bucket: 'zipBucket', key: 'zipKey' },
	itemsAtOnce: 2,
	async execute({ s3, params, budget, hint }) {
		const { bucket: Bucket, zipBucket: to, zipKey: Key, options: chosen } = params;
		const folder = asFolder(params.folder);
		const archiveKey = to === Bucket ? Key : undefined;
		let files = 0;
		let bytes = 0;
		const leftOut = new Map<string, string>();
		async function* listed() {
			[files, bytes] = [0, 0];
			leftOut.clear();
			const source = { Bucket, folder, archiveKey };
			for await (const object of listEntries(s3, source, (key, reason) => leftOut.set(key, reason))) {
				files++;
				bytes += object.Size ?? 0;
				yield object;
			}
			if (files === 0)
				throw badInput(`There is nothing in '${folder}'`, "Check 'Folder', upper and lower case included.");
		}
		async function* archive() {
			const { limit, close } = prefetchLimit(budget);
			const settings = { limit, signal: s3.signal, inOrder: true };
			const entries = pool(listed(), settings, async (object) => await entryOf(s3, Bucket, object));
			try {
				yield* zipped(entries, chosen.compressionLevel ?? 6);
			} finally {
				close();
			}
		}
		/** Lists the folder once more, because the parts of an upload are better large from the beginning. */
		const atMost = async () => {
			let most = 0;
			for await (const { name, Size: size = 0 } of listed()) most += mostInArchive({ name, size });
			return most;
		};
		const { Metadata, ...given } = writeInput(chosen);
		const mark = archiveKey?.startsWith(folder) && { [folderName]: folder };
		const input = { ...given, Metadata: { ...Metadata, ...mark }, Bucket: to, Key, ContentType: 'application/zip' };
		const upload = { input, open: async () => archive(), atMost, budget };
		const written = await conditionalUpload(s3, upload, params.onConflict);
		const { key, skipped, ...stored } = written;
		const dry = s3.isDryRun && { dryRun: true };
		if (skipped) return { zipped: false, ...dry, skipped: true, reason: skipped, bucket: to, key };
		if (dry) await atMost();
		else await checkWritten({ s3, hint }, { bucket: to, key }, input);
		for (const [leftOutKey, reason] of leftOut) hint(`'${leftOutKey}' was left out of the archive: ${reason}.`);
		return { zipped: !dry, ...dry, bucket: to, key, files, bytes, leftOut: leftOut.size, ...toJson(stored) };
	},
});
