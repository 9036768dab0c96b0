import mime from 'mime-types';
import { conflictPermissions, onConflict } from '../../core/objectFields/ifExists';
import { bucket, folderPath, key, versionId } from '../../core/fields/locators';
import { dryRun, memory, options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { badInput } from '../../core/errors/badInput';
import { replaces } from '../../core/runner/sameKey';
import { reported } from '../../core/runner/summary';
import { readPermissions } from '../../core/objectFields/readOptions';
import { storageClass, writePermissions } from '../../core/objectFields/writeOptions';
import { blockReader } from '../../content/blocks';
import { unzipped } from '../../content/unzip';
import { keyFault } from '../../s3/address';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import { runActions } from '../../s3/flow/engine';
import { rangeReader } from '../../s3/read/rangeReader';
import { isFatal } from '../../s3/failure';
import { endsRun } from '../../s3/write/conditionalWrite';
import { conditionalUpload } from '../../s3/write/conditionalUpload';

const zipBucket = field({ ...bucket, displayName: 'Zip Bucket', name: 'zipBucket' });

const [list, ...otherModes] = key.modes;

const zipKey = field({
	...key,
	displayName: 'Zip Key',
	name: 'zipKey',
	modes: [{ ...list, typeOptions: { ...list.typeOptions, searchListMethod: 'searchZipKeys' } }, ...otherModes],
	description: 'The full name of the archive, folders included',
});

const target = field({ ...folderPath, description: 'The folder that the files go to' });

const maxFiles = field({
	displayName: 'Max Files',
	name: 'maxFiles',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: 100000,
	description: 'An archive with more files is refused before anything is written',
});

const maxSize = field({
	displayName: 'Max Unpacked Size (MiB)',
	name: 'maxUnpackedMib',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 10240,
	description: 'An archive that unpacks to more is refused before anything is written',
});

/** Files unpacked at the same time. */
const filesInParallel = 8;

/** The most refused files that hints name. */
const maxNamed = 10;

/** Throws if two files of an archive would get the same key, of which only one would remain. */
const refuseSameKeys = (keys: string[]) => {
	const seen = new Set<string>();
	const twice = keys.find((one) => seen.size === seen.add(one).size);
	if (twice === undefined) return;
	throw badInput(
		`Two files of the archive have the same key '${twice}', and only one of them would remain. Nothing was written.`,
		"Set 'If Exists' to 'Rename' to keep both, or to 'Skip' to keep the first.",
	);
};

export default operation({
	resource: 'folder',
	operation: 'unzip',
	name: 'Unzip',
	action: 'Unzip an archive into a folder',
	description: 'Unpack a zip archive in S3 into a folder, streamed; names that would lead out of it are refused',
	fields: [
		zipBucket,
		zipKey,
		bucket,
		target,
		onConflict,
		options(dryRun, maxFiles, maxSize, memory, ...requestOptions, sseCustomerKey, storageClass, versionId),
	],
	permissions: [...readPermissions, ...writePermissions, ...conflictPermissions],
	effect: 'write',
	itemsAtOnce: 2,
	async *execute({ s3, params, budget, hint }) {
		const { bucket: Bucket, options: chosen } = params;
		const folder = asFolder(params.folder);
		const archive = await rangeReader(
			s3,
			{ bucket: params.zipBucket, key: params.zipKey, versionId: chosen.versionId || undefined },
			budget,
		);
		const bounds = { files: chosen.maxFiles ?? 100_000, bytes: (chosen.maxUnpackedMib ?? 10_240) * 1024 ** 2 };
		const reader = blockReader({ ...archive, spare: budget.spare });
		try {
			const archiveFiles = await unzipped(reader, archive.size, bounds);
			const files = archiveFiles.map((file) => ({
				...file,
				key: folder + file.name,
				fault: file.fault ?? keyFault(folder + file.name),
			}));
			const refused = files.filter(({ fault }) => fault);
			for (const { name, fault } of refused.slice(0, maxNamed)) hint(`'${name}' was refused: it ${fault}.`);
			if (refused.length > maxNamed) hint(`${refused.length} files of the archive were refused in all.`);
			const accepted = files.filter(({ fault }) => !fault);
			if (replaces(params)) refuseSameKeys(accepted.map(({ key: Key }) => Key));
			const unpack = async ({ key: Key, size, open }: (typeof accepted)[number], signal: AbortSignal) => {
				const ContentType = mime.lookup(Key) || 'application/octet-stream';
				const input = { Bucket, Key, ContentType, StorageClass: chosen.storageClass };
				return await conditionalUpload(s3.endedBy(signal), { input, open, length: size, budget }, params.onConflict);
			};
			const outcomes = runActions(accepted, unpack, {
				limit: fixedLimit(filesInParallel),
				signal: s3.signal,
				// A dry run shows all taken keys.
				endsRun: s3.isDryRun ? isFatal : endsRun,
			});
			yield* reported(outcomes, s3.isDryRun, {
				planned: ({ key: Key, size }, result) => ({ unzipped: false, bucket: Bucket, key: result?.key ?? Key, size }),
				summary: ({ complete, done, skipped, bytes, failures }) => ({
					...{ unzipped: complete, bucket: Bucket, folder },
					...{ files: done, bytes, skipped, refused: refused.length, ...failures },
				}),
			});
		} finally {
			reader.release();
		}
	},
});
