import { Readable } from 'node:stream';
import { conflictPermissions, onConflict } from '../../core/objectFields/conflicts';
import { badInput } from '../../core/errors/badInput';
import { bucket, folderPath } from '../../core/fields/locators';
import { memory, options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { writeInput, writeOptions, writePermissions } from '../../core/objectFields/writeOptions';
import type { ZipEntry } from '../../content/zip';
import { nameFault, zipped } from '../../content/zip';
import type { S3 } from '../../s3/client/client';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import { pool } from '../../s3/flow/pool';
import { download } from '../../s3/read/download';
import type { Listed } from '../../s3/list/list';
import { listObjects } from '../../s3/list/list';
import { conditionalUpload } from '../../s3/write/conditionalUpload';
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

/** Small objects are fetched ahead, so that not each of them costs a round trip; 16 of them are 4 MiB at most. */
const aheadAtMost = 256 * 1024;
const ahead = 16;

interface Source {
	Bucket: string;
	folder: string;
	/** The archive itself, where it is in the folder. */
	except?: string;
}

async function* found(s3: S3, { Bucket, folder, except }: Source, skip: (key: string, why: string) => void) {
	for await (const object of listObjects(s3, { Bucket, Prefix: folder })) {
		const name = object.Key.slice(folder.length);
		if (object.Key === folder || object.Key === except) continue;
		const isFullFolder = name.endsWith('/') && (object.Size ?? 0) > 0;
		const fault = isFullFolder ? 'is that of a folder, and it has content' : nameFault(name);
		if (fault) skip(object.Key, fault);
		else yield { ...object, name };
	}
}

const entryOf = async (s3: S3, Bucket: string, object: Listed & { name: string }): Promise<ZipEntry> => {
	const { Key, name, Size: size = 0, LastModified: modified, ETag: IfMatch } = object;
	// What changes while it is packed must not be half of one and half of another.
	const read = async () => Readable.from((await download(s3, { Bucket, Key, IfMatch })).body);
	if (size > aheadAtMost || name.endsWith('/')) return { name, size, modified, open: read };
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
		options(compression, memory, ...writeOptions, ...requestOptions),
	],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:GetObject', on: 'object' },
		...writePermissions,
		...conflictPermissions,
	],
	effect: 'write',
	itemsAtOnce: 2,
	async execute({ s3, params, budget, hint }) {
		const { bucket: Bucket, zipBucket: to, zipKey: Key, options: chosen } = params;
		const folder = asFolder(params.folder);
		const except = to === Bucket ? Key : undefined;
		let files = 0;
		let bytes = 0;
		const skipped = new Map<string, string>();
		const open = async () => {
			[files, bytes] = [0, 0];
			skipped.clear();
			const objects = found(s3, { Bucket, folder, except }, (key, why) => skipped.set(key, why));
			const fetched = { limit: fixedLimit(ahead), signal: s3.signal, inOrder: true };
			const entries = pool(objects, fetched, async (object) => await entryOf(s3, Bucket, object));
			return zipped(counted(entries), chosen.compressionLevel ?? 6);
		};
		async function* counted(entries: AsyncIterable<ZipEntry>) {
			for await (const entry of entries) {
				files++;
				bytes += entry.size;
				yield entry;
			}
			if (files === 0)
				throw badInput(`There is nothing in '${folder}'`, "Check 'Folder', upper and lower case included.");
		}
		const input = { ...writeInput(chosen), Bucket: to, Key, ContentType: 'application/zip' };
		const { key, skipped: left, ...stored } = await conditionalUpload(s3, { input, open, budget }, params.onConflict);
		if (left) return { zipped: false, skipped: true, reason: left, bucket: to, key };
		for (const [one, why] of skipped) hint(`'${one}' was left out of the archive: its name ${why}.`);
		return { zipped: true, bucket: to, key, files, bytes, leftOut: skipped.size, ...toJson(stored) };
	},
});
