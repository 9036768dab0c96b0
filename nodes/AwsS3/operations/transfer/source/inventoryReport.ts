import { isMembers, textOf } from '../../../s3/answers/members';
import { createHash } from 'node:crypto';
import type { ObjectStorageClass } from '@aws-sdk/client-s3';
import { csv } from '../../../content/csv';
import { decoded } from '../../../content/decode';
import { inflated } from '../../../content/inflate';
import { wholeText } from '../../../content/text';
import { badInput } from '../../../core/errors/badInput';
import { storageClasses } from '../../../core/fields/choices';
import type { ObjectAt } from '../../../s3/address';
import { parseAddress } from '../../../s3/address';
import type { S3 } from '../../../s3/client/client';
import type { MemoryBudget } from '../../../s3/flow/memoryBudget';
import { decoderFor } from '../../../s3/list/list';
import { download } from '../../../s3/read/download';
import type { Entry } from '../../../s3/pairs/march';
import type { Side } from '../../../s3/pairs/sides';

/** A data file of a report. */
interface DataFile {
	key: string;
	md5?: string;
}

/** The content of a report's manifest. */
interface Manifest {
	/** The bucket of its data files. */
	bucket: string;
	sourceBucket: string;
	/** The names of the columns, in their order. */
	columns: string[];
	files: DataFile[];
	made?: Date;
}

const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const orEmpty = (value: unknown) => textOf(value) ?? '';

/** Entries in a page. */
const pageSize = 1000;

/** In MiB. A manifest names a file for about a million objects. */
const largestManifest = 16;

/** The columns that a transfer requires. */
const needed = ['Key', 'Size', 'LastModifiedDate', 'ETag'];

/**
 * Parses a manifest. Throws for other text, and for a report that a transfer cannot use, with what to change.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
export const manifestOf = (text: string, { bucket, key }: ObjectAt): Manifest => {
	const content = parsed(text);
	const files = isMembers(content) ? content.files : undefined;
	if (!isMembers(content) || !Array.isArray(files) || typeof content.fileFormat !== 'string')
		throw badInput(
			`'${key}' in '${bucket}' is not the manifest of an inventory report`,
			"Enter the key of a report's manifest.json in 'Inventory Manifest'.",
		);
	if (content.fileFormat.toUpperCase() !== 'CSV')
		throw badInput(
			`The inventory report has the unsupported format ${content.fileFormat}`,
			"Set the inventory's output format to CSV (with 'Bucket Setting: Set') and wait for the next report, or set 'Source' to 'Bucket'.",
		);
	const columns = orEmpty(content.fileSchema)
		.split(',')
		.map((name) => name.trim());
	const lacking = needed.filter((name) => !columns.includes(name));
	if (lacking.length > 0)
		throw badInput(
			`The inventory report has no ${lacking.join(', ')}`,
			'Add Size, LastModifiedDate and ETag to the optional fields of the inventory, and wait for the next report.',
		);
	if (columns.includes('VersionId') && !columns.includes('IsLatest'))
		throw badInput(
			'The inventory report lists versions, but not which of them are current',
			'Create an inventory of current versions only.',
		);
	const made = Number(content.creationTimestamp);
	return {
		bucket: parseAddress(orEmpty(content.destinationBucket))?.bucket ?? (orEmpty(content.destinationBucket) || bucket),
		sourceBucket: orEmpty(content.sourceBucket),
		columns,
		files: files.map((file: unknown) => ({
			key: isMembers(file) ? orEmpty(file.key) : '',
			md5: isMembers(file) ? orEmpty(file.MD5checksum) || undefined : undefined,
		})),
		...(made > 0 && { made: new Date(made) }),
	};
};

/** The address of a manifest: an address in S3, or a key in a bucket. Throws for the address of a bucket. */
export const manifestAt = (manifest: string, bucket: string, label: string): ObjectAt => {
	const isAddress = /^(s3:\/\/|arn:|https?:\/\/)/.test(manifest);
	const at = isAddress ? parseAddress(manifest) : { bucket, key: manifest };
	if (at?.key) return { bucket: at.bucket, key: at.key };
	throw badInput(
		`'${label}' is not the address of an object: '${manifest}'`,
		'Enter a key, or an address such as s3://bucket/folder/file.csv.',
	);
};

/** Passes bytes through, and throws at the end if their MD5 differs from the manifest. */
async function* checked(body: AsyncIterable<Buffer>, { key, md5 }: DataFile): AsyncGenerator<Buffer> {
	const hash = createHash('md5');
	for await (const chunk of body) {
		hash.update(chunk);
		yield chunk;
	}
	if (md5 === undefined || hash.digest('hex') === md5.toLowerCase()) return;
	throw badInput(
		`The MD5 of the inventory file '${key}' differs from its manifest`,
		'The report is damaged or was replaced. Use another report.',
	);
}

const classOf = (name: string | undefined): ObjectStorageClass | undefined =>
	storageClasses.find(({ value }) => value === name)?.value;

/** A row of a report as an entry; undefined if it is not a current object. */
export const entryOfRow = (row: Record<string, string | undefined>, prefix: string): Entry | undefined => {
	if (row.IsLatest?.toLowerCase() === 'false' || row.IsDeleteMarker?.toLowerCase() === 'true') return undefined;
	const key = decoderFor('url')(row.Key ?? '');
	if (!key.startsWith(prefix)) return undefined;
	return {
		key: key.slice(prefix.length),
		size: Number(row.Size ?? 0),
		lastModified: new Date(row.LastModifiedDate ?? NaN),
		etag: row.ETag && `"${row.ETag}"`,
		storageClass: classOf(row.StorageClass),
	};
};

/** The location of a report, and the side to read it for. */
interface Reading {
	s3: S3;
	budget: MemoryBudget;
	at: ObjectAt;
	side: Side;
}

const noText = () => undefined;

/**
 * Yields the current objects under the prefix of a side from an S3 Inventory report, in its order, in batches. Throws
 * for a report of another bucket, a format other than CSV, and a data file that differs from the manifest.
 */
export async function* inventoryEntries({ s3, budget, at, side }: Reading): AsyncGenerator<Entry[]> {
	const text = await wholeText(
		decoded((await download(s3, { Bucket: at.bucket, Key: at.key }, { budget })).body, '', noText),
		largestManifest,
	);
	const { bucket, sourceBucket, columns, files } = manifestOf(text, at);
	if (sourceBucket !== side.bucket)
		throw badInput(
			`The inventory report is for the bucket '${sourceBucket}', not for '${side.bucket}'`,
			"Choose its bucket in 'Bucket', or another report in 'Inventory Manifest'.",
		);
	const names = columns.map((name, index) => [name, `column${index + 1}`] as const);
	let page: Entry[] = [];
	for (const file of files) {
		const { body } = await download(s3, { Bucket: bucket, Key: file.key }, { budget });
		const rows = csv(decoded(inflated(checked(body, file)), '', noText), {
			delimiter: ',',
			quote: '"',
			hasHeader: false,
		});
		for await (const row of rows) {
			if ('fault' in row || !isMembers(row.value))
				throw badInput(
					`Cannot read the inventory file '${file.key}'`,
					`It says: ${'fault' in row ? `row ${row.fault.row}: ${row.fault.message}` : 'no columns'}. Take another report.`,
				);
			const { value } = row;
			const entry = entryOfRow(
				Object.fromEntries(names.map(([name, column]) => [name, orEmpty(value[column])])),
				side.prefix,
			);
			if (!entry || page.push(entry) < pageSize) continue;
			yield page;
			page = [];
		}
	}
	if (page.length > 0) yield page;
}
