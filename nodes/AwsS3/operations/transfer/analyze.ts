import { badInput } from '../../core/errors/badInput';
import { bucket, prefix } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { filterOf, filterOptions, passing } from '../../core/filters/filters';
import { toJson } from '../../core/io/output';
import { operation } from '../../core/operation';
import { progressLog } from '../../core/runner/progressLog';
import { bucketNameFault } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import type { Listed } from '../../s3/list/list';
import { listPages } from '../../s3/list/list';
import { listUploads } from '../../s3/list/uploads';
import { listVersions } from '../../s3/list/versions';
import { transferEstimate } from '../../s3/sync/estimate';
import type { Hazard } from '../../s3/sync/hazards';
import { hazardFinder, hazardKind, isInside, severityAt } from '../../s3/sync/hazards';
import type { Statistics } from '../../s3/sync/statistics';
import { statistics } from '../../s3/sync/statistics';
import type { TargetSystem } from '../../s3/sync/targetRules';
import { hazardTally } from './hazardTally';

const target = field({
	displayName: 'Target',
	name: 'target',
	type: 'options',
	options: [
		{
			name: 'Amazon S3',
			value: 's3',
			description: 'Another bucket or prefix, also of S3-compatible storage',
		},
		{
			name: 'File System That Ignores Case',
			value: 'caseInsensitive',
			description: 'Such as that of macOS',
		},
		{ name: 'SharePoint or OneDrive', value: 'sharePoint', description: 'With their rules for names and sizes' },
		{ name: 'Windows', value: 'windows', description: 'A disk or file share of Windows' },
	],
	default: 's3',
	description: 'Where the objects are to go, by whose rules names and sizes are checked',
});

const alsoCount = field({
	displayName: 'Also Count',
	name: 'alsoCount',
	type: 'multiOptions',
	options: [
		{
			name: 'Unfinished Uploads',
			value: 'unfinishedUploads',
			description: 'Uploads in parts that were neither completed nor aborted. One request for 1,000 of them.',
		},
		{
			name: 'Versions',
			value: 'versions',
			description: 'Older versions and delete markers, without the filters. Lists everything once more.',
		},
	],
	default: [],
	description: 'What to count besides the objects',
});

const destinationBucket = field({
	displayName: 'Destination Bucket',
	name: 'destinationBucket',
	type: 'string',
	default: '',
	placeholder: 'e.g. my-company-backups',
	description: 'The bucket that they are to go to, to find out whether it lies in the source',
});

const destinationPrefix = field({
	displayName: 'Destination Prefix',
	name: 'destinationPrefix',
	type: 'string',
	default: '',
	placeholder: 'e.g. backup/2026/',
	description: "What takes the place of 'Prefix' at the target. Longer paths may be too long there.",
});

const maxDepth = field({
	displayName: 'Max Depth',
	name: 'maxDepth',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1024, numberPrecision: 0 },
	default: 20,
	description: 'More folders in each other are reported',
});

const objectsPerSecond = field({
	displayName: 'Objects per Second',
	name: 'objectsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.001 },
	default: 100,
	description: 'For the estimate of hours. Leave out for 100 inside of S3, and 20 to other targets.',
});

const mibPerSecond = field({
	displayName: 'Throughput (MiB per Second)',
	name: 'mibPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.001 },
	default: 200,
	description: 'For the estimate of hours. Leave out for 200 inside of S3, and 25 to other targets.',
});

const pricePerGb = field({
	displayName: 'Price of Data Out (USD per GB)',
	name: 'pricePerGb',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0.02,
	description:
		'For the estimate of cost. Leave out for 0 inside of S3, which holds within a region, and 0.09 to other targets.',
});

const hazardItems = field({
	displayName: 'Hazards as Items',
	name: 'hazardItems',
	type: 'boolean',
	default: true,
	description: 'Whether to return an item for each hazard instead of the summary',
});

const maxHazards = field({
	displayName: 'Max Hazards',
	name: 'maxHazards',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1_000_000, numberPrecision: 0 },
	default: 10_000,
	description: 'How many hazards become items or rows of the report at most. All are counted.',
});

/** Where the objects are, and the path that each gets at the target. */
interface Source {
	Bucket: string;
	Prefix: string;
	pathOf: (key: string) => string;
	passes: (object: Listed) => boolean;
}

/** Lists the objects that pass the filters, page by page. */
async function* pagesOf(s3: S3, { Bucket, Prefix, passes }: Source): AsyncGenerator<Listed[]> {
	for await (const { objects } of listPages(s3, { Bucket, Prefix: Prefix || undefined }))
		yield await passing(objects, passes);
}

async function* pathsOf(s3: S3, source: Source): AsyncGenerator<string[]> {
	for await (const objects of pagesOf(s3, source)) yield objects.map(({ Key }) => source.pathOf(Key));
}

/** Counts what is noncurrent, which a listing of objects does not show. */
const countVersions = async (s3: S3, input: { Bucket: string; Prefix?: string }, onEach: () => void) => {
	const counts = { noncurrentVersions: 0, noncurrentBytes: 0, deleteMarkers: 0 };
	for await (const { isDeleteMarker, IsLatest, Size = 0 } of listVersions(s3, input)) {
		onEach();
		if (isDeleteMarker) counts.deleteMarkers++;
		else if (!IsLatest) {
			counts.noncurrentVersions++;
			counts.noncurrentBytes += Size;
		}
	}
	return counts;
};

const countUploads = async (s3: S3, input: { Bucket: string; Prefix?: string }) => {
	let unfinishedUploads = 0;
	for await (const _upload of listUploads(s3, input)) unfinishedUploads++;
	return { unfinishedUploads };
};

const asItem = ({ Key, Size, LastModified }: Listed) => toJson({ Key, Size, LastModified });

const statisticsAsJson = ({ largest, oldest, newest, ...counts }: Statistics) => ({
	...counts,
	largest: largest.map(asItem),
	...(oldest && { oldest: asItem(oldest) }),
	...(newest && { newest: asItem(newest) }),
});

const hazardItem = (Bucket: string, { id, ...hazard }: Hazard, system: TargetSystem) => {
	const { title, advice } = hazardKind(id);
	return { bucket: Bucket, hazard: id, severity: severityAt(id, system), ...hazard, title, advice };
};

const checkDestination = (name: string) => {
	const fault = name === '' ? undefined : bucketNameFault(name);
	if (fault)
		throw badInput(`'Destination Bucket' ${fault}: '${name}'`, 'Enter the name of the bucket, or leave it out.');
};

export default operation({
	resource: 'transfer',
	operation: 'analyze',
	name: 'Analyze',
	action: 'Analyze what a transfer would move',
	description:
		'Count what is there by type, size, age and class, and find what will not fit a target, before anything moves',
	fields: [
		bucket,
		prefix,
		options(
			...filterOptions,
			...requestOptions,
			alsoCount,
			destinationBucket,
			destinationPrefix,
			hazardItems,
			maxDepth,
			maxHazards,
			mibPerSecond,
			objectsPerSecond,
			pricePerGb,
			target,
		),
	],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{
			action: 's3:ListBucketMultipartUploads',
			on: 'bucket',
			when: 'to count unfinished uploads',
			option: 'unfinishedUploads',
		},
		{ action: 's3:ListBucketVersions', on: 'bucket', when: 'to count versions', option: 'versions' },
	],
	effect: 'read',
	itemsAtOnce: 2,
	async *execute({ s3, params, n8n, hint }) {
		const { bucket: Bucket, prefix: Prefix, options: chosen } = params;
		const {
			target: system = 's3',
			alsoCount: extras = [],
			destinationPrefix: to,
			destinationBucket: into = '',
		} = chosen;
		checkDestination(into);
		const source: Source = {
			...{ Bucket, Prefix },
			passes: filterOf(chosen),
			pathOf: (key) => (to === undefined ? key : to + key.slice(Prefix.length)),
		};
		const counts = statistics(new Date());
		const estimate = transferEstimate(system, {
			...(chosen.pricePerGb !== undefined && { pricePerGb: chosen.pricePerGb }),
			...(chosen.objectsPerSecond !== undefined && { objectsPerSecond: chosen.objectsPerSecond }),
			...(chosen.mibPerSecond !== undefined && { mibPerSecond: chosen.mibPerSecond }),
		});
		const finder = hazardFinder(system, { maxDepth: chosen.maxDepth });
		const hazards = hazardTally(system, chosen.maxHazards ?? maxHazards.default);
		const refused = { objects: 0, bytes: 0 };
		let seen = 0;
		const logProgress = progressLog(
			n8n,
			(seconds) => `Analyze '${Bucket}': ${seen} keys looked at, ${Math.round(seen / seconds)} a second`,
		);

		const look = (object: Listed) => {
			const { Key: key, Size: size = 0, StorageClass: storageClass } = object;
			counts.add(object);
			estimate.add(object);
			const own = finder.see({ key, path: source.pathOf(key), size, storageClass });
			own.forEach(hazards.add);
			if (!own.some(({ id }) => severityAt(id, system) === 'refused')) return;
			refused.objects++;
			refused.bytes += size;
		};

		const isOneBucket = system === 's3' && into === Bucket;
		const destination = { bucket: into, prefix: to ?? '' };
		if (isOneBucket && isInside({ bucket: Bucket, prefix: Prefix }, destination))
			hazards.add({ id: 'destinationInside', path: destination.prefix });
		for await (const objects of pagesOf(s3, source)) {
			objects.forEach(look);
			seen += objects.length;
			logProgress();
		}
		const listAgain = async function* () {
			for await (const paths of pathsOf(s3, source)) {
				seen += paths.length;
				logProgress();
				yield paths;
			}
		};
		for await (const hazard of finder.collisions(listAgain)) hazards.add(hazard);
		if (!finder.isComplete())
			hint('More names collide than could be compared. Analyze prefixes one by one to see all of them.');

		if (chosen.hazardItems) {
			yield* hazards.kept().map((hazard) => hazardItem(Bucket, hazard, system));
			return;
		}
		const input = { Bucket, Prefix: Prefix || undefined };
		const count = () => {
			seen++;
			logProgress();
		};
		yield {
			...{ bucket: Bucket, prefix: Prefix, target: system },
			...statisticsAsJson(counts.result()),
			...(extras.includes('unfinishedUploads') && (await countUploads(s3, input))),
			...(extras.includes('versions') && (await countVersions(s3, input, count))),
			hazards: hazards.sums(),
			refused,
			estimate: estimate.result(),
		};
	},
});
