import mime from 'mime-types';
import { bucket, prefix } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { field } from '../../core/field';
import { binaryFields, operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { reportName, reportOption, storeReport } from '../../core/io/reports';
import type { Sum, Sums } from '../../s3/analysis/statistics';
import { statistics } from '../../s3/analysis/statistics';
import type { Listed } from '../../s3/list/list';
import { listObjects } from '../../s3/list/list';
import { countUploads } from '../../s3/list/uploads';
import { statisticsReport } from './statisticsReport';

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

const report = field({
	...reportOption,
	options: [
		{ name: 'HTML', value: 'html', description: 'A self-contained page with plots, to read, email or print' },
		{ name: 'None', value: 'none' },
	],
});

/** By MIME type, the largest sums first. */
const mimeTypes = () => {
	const sums = new Map<string, Sum>();
	return {
		add: ({ Key, Size = 0 }: Listed) => {
			const name = mime.lookup(Key) || 'other';
			const { objects, bytes } = sums.get(name) ?? { objects: 0, bytes: 0 };
			sums.set(name, { objects: objects + 1, bytes: bytes + Size });
		},
		result: (): Sums => Object.fromEntries([...sums].sort(([, a], [, b]) => b.bytes - a.bytes)),
	};
};

async function* noRows() {}

const asItem = ({ Key, Size, LastModified }: Listed) => toJson({ Key, Size, LastModified });

export default operation({
	resource: 'folder',
	operation: 'getStatistics',
	name: 'Get Statistics',
	action: 'Get the statistics of a folder',
	description:
		'Count objects and bytes in a folder by storage class, type, size and age, with the largest, oldest and newest object',
	fields: [bucket, folder, options(...requestOptions, report, unfinished)],
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
	async execute({ s3, params, n8n, signal }) {
		const { bucket: Bucket, options: chosen } = params;
		const Prefix = params.folder === '' ? undefined : asFolder(params.folder);
		const now = new Date();
		const [all, types] = [statistics(now), mimeTypes()];
		for await (const object of listObjects(s3, { Bucket, Prefix })) {
			all.add(object);
			types.add(object);
		}
		const counts = all.result();
		const { objects, bytes, averageBytes, byStorageClass, bySize, byAge, largest, oldest, newest } = counts;
		const extremes = { largest: largest[0], oldest, newest };
		const uploads = chosen.unfinishedUploads && { unfinishedUploads: await countUploads(s3, { Bucket, Prefix }) };
		const at = { bucket: Bucket, folder: Prefix ?? '' };
		const output = {
			...at,
			...{ objects, bytes, averageBytes, byStorageClass, byType: types.result(), bySize, byAge },
			...Object.fromEntries(
				Object.entries(extremes).flatMap(([name, object]) => (object ? [[name, asItem(object)]] : [])),
			),
			...uploads,
		};
		if ((chosen.report ?? 'none') === 'none') return output;
		const page = {
			name: reportName('statistics', Bucket, now),
			report: statisticsReport({ ...at, counts, ...uploads }, now),
			rows: noRows(),
		};
		return { ...output, [binaryFields]: { report: await storeReport({ n8n, signal }, 'html', page) } };
	},
});
