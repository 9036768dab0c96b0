import { statisticsReport } from '../../nodes/AwsS3/operations/folder/statisticsReport';
import { statistics } from '../../nodes/AwsS3/s3/analysis/statistics';

const now = new Date('2026-11-27T12:00:00Z');
const day = 24 * 3600 * 1000;

const countsOf = (objects: Array<[key: string, size: number, days: number]>) => {
	const counts = statistics(now);
	for (const [Key, Size, days] of objects)
		counts.add({ Key, Size, LastModified: new Date(now.getTime() - days * day) });
	return counts.result();
};

const reportOn = (
	objects: Parameters<typeof countsOf>[0],
	more: { folder?: string; unfinishedUploads?: number } = {},
) => statisticsReport({ bucket: 'photos', folder: '', counts: countsOf(objects), ...more }, now);

const photo: [string, number, number] = ['a.jpg', 2048, 1];
const text: [string, number, number] = ['b.txt', 1024, 1];
const advice = "remove old ones with 'Multipart Upload: Abort Stale'.";

test.each<[string, Parameters<typeof countsOf>[0], number | undefined, string, string]>([
	['nothing', [], undefined, 'plain', 'Found no objects.'],
	['one object', [['a.jpg', 1024, 1]], undefined, 'plain', '1 object, 1 KiB. 100% of the size is .jpg files.'],
	['objects', [photo, text], undefined, 'plain', '2 objects, 3 KiB. 67% of the size is .jpg files.'],
	['no extension', [['README', 10, 1]], 0, 'plain', '1 object, 10 B. 100% of the size is files without an extension.'],
	['no content', [['a.jpg', 0, 1]], 0, 'plain', '1 object, 0 B.'],
	['an upload', [], 1, 'warning', `Found no objects. AWS also bills 1 incomplete multipart upload: ${advice}`],
	['uploads', [], 1200, 'warning', `Found no objects. AWS also bills 1,200 incomplete multipart uploads: ${advice}`],
])('the most important thing of %s in a sentence', (_, objects, unfinishedUploads, tone, words) => {
	expect(reportOn(objects, { unfinishedUploads }).verdict).toEqual({ tone, text: words });
});

test('totals, facts and plots', () => {
	const { title, facts, totals, plots } = reportOn(
		[
			['2026/a.jpg', 3000, 1],
			['2026/b.jpg', 1000, 40],
		],
		{ folder: '2026/', unfinishedUploads: 2 },
	);
	expect(title).toBe('Contents of 2026/');
	expect(facts).toEqual([
		['Bucket', 'photos'],
		['Folder', '2026/'],
	]);
	expect(totals.map(({ label, value }) => [label, value])).toEqual([
		['Objects', 2],
		['Size', 4000],
		['Average size', 2000],
		['Incomplete multipart uploads', 2],
	]);
	expect(plots.entries.map((plot) => [plot.title, plot.bars.map(({ label, value }) => [label, value])])).toEqual([
		['By type', [['.jpg', 4000]]],
		[
			'By size',
			[
				['under 1 KiB', 1000],
				['1 to 128 KiB', 3000],
			],
		],
		[
			'By age',
			[
				['1 to 7 days', 3000],
				['30 to 90 days', 1000],
			],
		],
		['By storage class', [['STANDARD', 4000]]],
		['Objects by number of folders they are in', [['1', 2]]],
		[
			'Largest objects',
			[
				['2026/a.jpg', 3000],
				['2026/b.jpg', 1000],
			],
		],
	]);
});
