import type { ObjectStorageClass } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import type { ConditionalCopied } from '../../s3/copy/conditionalCopy';
import { isAws } from '../../s3/capabilities';
import { isFatal } from '../../s3/failure';
import { isSameBucket } from '../../s3/pairs/oneBucket';
import type { OnConflict } from '../../s3/write/conditionalWrite';
import { endsRun } from '../../s3/write/conditionalWrite';
import { listObjects } from '../../s3/list/list';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import type { Action } from '../../s3/flow/engine';
import { runActions } from '../../s3/flow/engine';
import type { Context, Output } from '../../core/operation';
import { badInput } from '../../core/errors/badInput';
import { asFolder, withSlash } from '../../core/fields/folders';
import { reported } from '../../core/runner/summary';

interface FolderPair {
	sourceBucket: string;
	sourceFolder: string;
	destinationBucket: string;
	destinationFolder: string;
	onConflict: OnConflict;
}

/** One object of a folder with its destination. */
interface FolderAction extends Action {
	source: ObjectAt;
	target: ObjectAt;
	size: number;
	storageClass?: ObjectStorageClass;
}

/** Objects copied at the same time. */
const objectsInParallel = 16;

const foldersOf = (params: FolderPair) => ({
	from: asFolder(params.sourceFolder, 'Source Folder'),
	to: asFolder(params.destinationFolder, 'Destination Folder'),
});

/** The folder as named by servers that store objects as files: they turn `/a//b/` into `a/b/`. */
const namedFolder = (folder: string) => withSlash(folder.split('/').filter(Boolean).join('/'));

/** Whether both folders are in one bucket, which two credentials may name. */
const isOneBucket = async (s3: S3, params: FolderPair, destination?: S3): Promise<boolean> => {
	const { sourceBucket, destinationBucket } = params;
	if (!destination) return sourceBucket === destinationBucket;
	const { from, to } = foldersOf(params);
	const at = { s3: destination, bucket: destinationBucket, prefix: to };
	return await isSameBucket({ s3, bucket: sourceBucket, prefix: from }, at);
};

/** Throws if the destination is inside the source: the copy would list its own copies and never end. */
const refuseEndless = (s3: S3, params: FolderPair) => {
	const { from, to } = foldersOf(params);
	const advice = 'Choose a folder outside of it, or another bucket.';
	if (to.startsWith(from))
		throw badInput(`'Destination Folder' is ${to === from ? 'the same as' : 'inside'} 'Source Folder'`, advice);
	if (!isAws(s3.connection) && namedFolder(to).startsWith(namedFolder(from)))
		throw badInput(
			`'Destination Folder' may be inside 'Source Folder': some servers treat '${to}' as '${namedFolder(to)}'`,
			advice,
		);
};

/** Lists the objects of a folder with their destinations. */
async function* actionsOf(s3: S3, step: string, params: FolderPair): AsyncGenerator<FolderAction> {
	const { from, to } = foldersOf(params);
	for await (const { Key: key, Size = 0, StorageClass } of listObjects(s3, {
		Bucket: params.sourceBucket,
		Prefix: from,
	})) {
		const target = { bucket: params.destinationBucket, key: to + key.slice(from.length) };
		yield { step, key, source: { bucket: params.sourceBucket, key }, target, size: Size, storageClass: StorageClass };
	}
}

/** Copies or moves all objects of a folder with `work`, and yields the items that report the result. */
export async function* forEachObject(
	{ s3, destination, hint }: Pick<Context, 's3' | 'destination' | 'hint'>,
	verb: 'copied' | 'moved',
	params: FolderPair,
	work: (action: FolderAction, signal: AbortSignal) => Promise<ConditionalCopied | undefined>,
): AsyncGenerator<Output> {
	const isWithinBucket = await isOneBucket(s3, params, destination);
	if (isWithinBucket) refuseEndless(s3, params);
	const at = { bucket: params.destinationBucket, folder: params.destinationFolder };
	const actions = (signal: AbortSignal) => actionsOf(s3.endedBy(signal), verb === 'copied' ? 'copy' : 'move', params);
	// With 'Overwrite', a dry run sends no requests per object; other values check the destination.
	const plansOnly = s3.isDryRun && params.onConflict === 'overwrite';
	const { from } = foldersOf(params);
	const perform = async (action: FolderAction, signal: AbortSignal) => {
		// With nested folders of the same name, a copy could replace an object that is not copied yet.
		if (isWithinBucket && action.target.key.startsWith(from))
			throw badInput(
				`The copy of '${action.key}' would be '${action.target.key}', which is inside 'Source Folder'`,
				'Copy or move the folder to a new name first, and from there to its destination.',
			);
		return plansOnly ? undefined : await work(action, signal);
	};
	const outcomes = runActions(actions, perform, {
		limit: fixedLimit(objectsInParallel),
		signal: s3.signal,
		// A dry run shows all existing keys.
		endsRun: s3.isDryRun ? isFatal : endsRun,
	});
	yield* reported(outcomes, s3.isDryRun, {
		planned: ({ source, target, size }, result) => ({
			[verb]: false,
			...{ sourceBucket: source.bucket, sourceKey: source.key, bucket: target.bucket },
			...{ key: result?.key ?? target.key, size },
		}),
		summary: ({ complete, done, skipped, bytes, failures }) => {
			if (complete && done + skipped === 0)
				hint(`The folder '${from}' is empty or does not exist. Check 'Source Folder', including upper and lower case.`);
			return { ...{ [verb]: complete, ...at, objects: done, bytes, skipped }, ...failures };
		},
	});
}
