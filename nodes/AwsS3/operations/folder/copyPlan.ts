import type { ObjectAt } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import type { ConditionalCopied } from '../../s3/copy/conditionalCopy';
import { listObjects } from '../../s3/list/list';
import { eachOf } from '../../s3/flow/pool';
import { storageClasses } from '../../core/fields/choices';
import { destinationBucket } from '../../core/objectFields/destination';
import { badInput } from '../../core/errors/badInput';
import { bucket, folderPath } from '../../core/fields/locators';
import { asFolder } from '../../core/fields/folders';
import { field } from '../../core/field';
import { tally } from '../../core/runner/summary';

/** Where a folder comes from and where it goes. */
export const folderFromTo = [
	field({ ...bucket, displayName: 'Source Bucket', name: 'sourceBucket' }),
	field({ ...folderPath, displayName: 'Source Folder', name: 'sourceFolder' }),
	destinationBucket,
	field({
		...folderPath,
		displayName: 'Destination Folder',
		name: 'destinationFolder',
		description: 'The path that the folder gets. What is there already stays beside it.',
	}),
] as const;

interface FolderPair {
	sourceBucket: string;
	sourceFolder: string;
	destinationBucket: string;
	destinationFolder: string;
}

/** One object of a folder, and where it goes. */
export interface Journey {
	key: string;
	source: ObjectAt;
	target: ObjectAt;
	size: number;
	storageClass?: (typeof storageClasses)[number]['value'];
}

const foldersOf = (params: FolderPair) => ({
	from: asFolder(params.sourceFolder, 'Source Folder'),
	to: asFolder(params.destinationFolder, 'Destination Folder'),
});

/** Throws where a folder goes inside of itself: it would never end. */
export const refuseEndless = (params: FolderPair) => {
	const { from, to } = foldersOf(params);
	if (params.sourceBucket === params.destinationBucket && to.startsWith(from))
		throw badInput(
			`'Destination Folder' is ${to === from ? 'the same as' : 'inside of'} 'Source Folder'`,
			'Choose a folder beside it, or another bucket.',
		);
};

/** Every object of a folder with the place that it goes to. */
export async function* journeys(s3: S3, params: FolderPair): AsyncGenerator<Journey> {
	const { from, to } = foldersOf(params);
	for await (const { Key: key, Size = 0, StorageClass } of listObjects(s3, {
		Bucket: params.sourceBucket,
		Prefix: from,
	})) {
		const target = { bucket: params.destinationBucket, key: to + key.slice(from.length) };
		const storageClass = storageClasses.find(({ value }) => value === StorageClass)?.value;
		yield { key, source: { bucket: params.sourceBucket, key }, target, size: Size, storageClass };
	}
}

/** What a dry run says of each object. */
export async function* planned(verb: string, all: AsyncIterable<Journey>) {
	for await (const { source, target, size } of all)
		yield {
			[verb]: false,
			dryRun: true,
			...{ sourceBucket: source.bucket, sourceKey: source.key, bucket: target.bucket, key: target.key, size },
		};
}

/** Sends the objects of a folder on their way, several at a time, and sums up what became of them. */
export const travel = async (
	all: AsyncIterable<Journey>,
	go: (journey: Journey) => Promise<ConditionalCopied | undefined>,
) => {
	let skipped = 0;
	let bytes = 0;
	const going = eachOf(all, async (journey) => {
		const gone = await go(journey);
		if (gone?.skipped) skipped++;
		else bytes += journey.size;
	});
	const { done, failures } = await tally(going);
	return { objects: done - skipped, bytes, skipped, ...failures };
};
