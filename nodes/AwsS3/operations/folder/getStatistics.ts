import mime from 'mime-types';
import { bucket, prefix } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import type { Listed } from '../../s3/list/list';
import { listObjects } from '../../s3/list/list';
import { countUploads } from '../../s3/list/uploads';

const folder = field({
	...prefix,
	displayName: 'Folder',
	name: 'folder',
	description: "The folder to count. Leave empty to use the credential's prefix, or for the whole bucket.",
});

const unfinished = field({
	displayName: 'Count Incomplete Uploads',
	name: 'unfinishedUploads',
	type: 'boolean',
	default: true,
	description: 'Whether to also count incomplete multipart uploads, which are billed but not listed as objects',
});

interface Sum {
	objects: number;
	bytes: number;
}

const add = (sums: Map<string, Sum>, name: string, bytes: number) => {
	const sum = sums.get(name) ?? { objects: 0, bytes: 0 };
	sums.set(name, { objects: sum.objects + 1, bytes: sum.bytes + bytes });
};

/** Sorts by bytes, largest first. */
const sortedByBytes = (sums: Map<string, Sum>) =>
	Object.fromEntries([...sums].sort(([, a], [, b]) => b.bytes - a.bytes));

const asItem = ({ Key, Size, LastModified }: Listed) => toJson({ Key, Size, LastModified });

const timeOf = ({ LastModified }: Listed) => LastModified?.getTime() ?? NaN;

export default operation({
	resource: 'folder',
	operation: 'getStatistics',
	name: 'Get Statistics',
	action: 'Get the statistics of a folder',
	description:
		'Count objects and bytes in a folder by storage class and type, with the largest, oldest and newest object',
	fields: [bucket, folder, options(...requestOptions, unfinished)],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{
			action: 's3:ListBucketMultipartUploads',
			on: 'bucket',
			when: 'to count incomplete uploads',
			option: 'unfinishedUploads',
		},
	],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, options: chosen } = params;
		const Prefix = params.folder === '' ? undefined : asFolder(params.folder);
		const byClass = new Map<string, Sum>();
		const byType = new Map<string, Sum>();
		const extremes: { largest?: Listed; oldest?: Listed; newest?: Listed } = {};
		let [objects, bytes] = [0, 0];
		for await (const object of listObjects(s3, { Bucket, Prefix })) {
			const { Key, Size = 0, StorageClass = 'STANDARD' } = object;
			objects++;
			bytes += Size;
			add(byClass, StorageClass, Size);
			add(byType, mime.lookup(Key) || 'other', Size);
			if (!extremes.largest || Size > (extremes.largest.Size ?? 0)) extremes.largest = object;
			if (!extremes.oldest || timeOf(object) < timeOf(extremes.oldest)) extremes.oldest = object;
			if (!extremes.newest || timeOf(object) > timeOf(extremes.newest)) extremes.newest = object;
		}
		return {
			...{ bucket: Bucket, folder: Prefix ?? '', objects, bytes },
			averageBytes: objects === 0 ? 0 : Math.round(bytes / objects),
			byStorageClass: sortedByBytes(byClass),
			byType: sortedByBytes(byType),
			...Object.fromEntries(Object.entries(extremes).map(([name, object]) => [name, asItem(object)])),
			...(chosen.unfinishedUploads && { unfinishedUploads: await countUploads(s3, { Bucket, Prefix }) }),
		};
	},
});
