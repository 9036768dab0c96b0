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
import { nameFault } from '../../content/unzip';
import { mostInArchive, zipped } from '../../content/zip';
import type { S3 } from '../../s3/client/client';
import type { MemoryBudget } from '../../s3/flow/memoryBudget';
import { pool } from '../../s3/flow/pool';
import { download } from '../../s3/read/download';
import type { Listed } from '../../s3/list/list';
import { listObjects } from '../../s3/list/list';
import { conditionalUpload } from '../../s3/write/conditionalUpload';
import { renamedNumber } from '../../s3/write/numberedKey';
import { collect } from '../../s3/flow/collect';

const zipBucket = field({
	...bucket,
	displayName: 'Zip Bucket',
	name: 'zipBucket',
	description: "The bucket to store the archive in. Leave empty to use the credential's bucket.",
});

const zipKey = field({
	displayName: 'Zip Key',
	name: 'zipKey',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. archives/invoices-2026.zip',
	description: 'The full key of the new archive, including folders',
});

const compression = field({
	displayName: 'Compression Level',
	name: 'compressionLevel',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 9, numberPrecision: 0 },
	default: 6,
	description: 'From 0 (none, fastest) to 9 (smallest). Compressed files are stored as they are.',
});

/** How many small objects to fetch ahead to hide latency; fewer if memory is short. */
const maxPrefetchSize = 256 * 1024;
const prefetched = { most: 16, least: 2 };

/** As many finished results may wait for their turn. */
const prefetchMemory = 2 * prefetched.most * maxPrefetchSize;

/** How many objects to fetch at a time, limited by the memory budget. */
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
	/** A fetch that continues after reading has ended must not take memory again. */
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

/** The metadata name under which an archive notes its source folder. */
const folderName = 'zip-of-folder';

/**
 * Whether an object is an archive that this operation created from the folder. Including it would double the size
 * with each run. The name alone proves nothing: users may choose it too.
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
		const fault = isFullFolder ? 'ends with a slash, but it has content' : nameFault(name);
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
	description: 'Pack all objects in a folder into a zip archive in S3, of any size, streamed through n8n',
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
				throw badInput(
					`The folder '${folder}' is empty or does not exist`,
					"Check 'Folder', including upper and lower case.",
				);
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
		/** Lists the folder once more to know its size, which decides the part size of the upload. */
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
		for (const [leftOutKey, reason] of leftOut) hint(`Skipped '${leftOutKey}': ${reason}.`);
		return { zipped: !dry, ...dry, bucket: to, key, files, bytes, leftOut: leftOut.size, ...toJson(stored) };
	},
});
