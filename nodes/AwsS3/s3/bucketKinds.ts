import type { Connection } from './connection';
import { serverOf } from './capabilities';
import { hostSuffixPattern, partitionOf } from './partition';

/** A setting of a connection that a kind of bucket does not support. */
type Setting = 'accelerate' | 'dualstack' | 'endpoint' | 'fips' | 'forcePathStyle' | 'strictRegion';

/** The label of each of these settings. */
export const labels: Record<Setting, string> = {
	accelerate: 'Use Acceleration',
	dualstack: 'Use Dual-Stack',
	endpoint: 'Service URL',
	fips: 'Use FIPS',
	forcePathStyle: 'Force Path Style',
	strictRegion: 'Strict Region',
};

/** What can stand in place of a bucket, and what this node does with it. */
interface BucketKind {
	name: string;
	/** The ARN of one, without a key. */
	arn?: RegExp;
	/** What the name of one ends with, on AWS. Other services give such names to plain buckets. */
	suffix?: RegExp;
	/** The settings of a connection that it does not support. */
	notWith?: Setting[];
	/** The requests that it supports, if not all. */
	requests?: RegExp;
	/** Whether the node cannot sign links and forms for it. */
	noLinks?: boolean;
	/** Why the node does not use it, and what to enter instead. Undefined: it uses it. */
	refused?: { fault: string; advice: string };
	source: string;
}

const partition = 'arn:[a-z-]+';
const inRegion = '[a-z0-9-]+:\\d+';
const userGuide = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';

const bucketBehind = "Enter its bucket in 'Bucket', or an access point of that bucket.";

/**
 * All kinds but the plain bucket. The refused ones differ from S3 in ways that are untested with this node, so a
 * promise such as 'If Exists' might not hold there.
 */
export const bucketKinds: BucketKind[] = [
	{
		name: 'access point',
		arn: new RegExp(`^${partition}:s3:${inRegion}:accesspoint[/:](?![^/]*\\.mrap$)[^/:]+$`),
		suffix: /-s3alias$/,
		notWith: ['accelerate', 'forcePathStyle'],
		source: `${userGuide}/access-points-service-api-support.html`,
	},
	{
		name: 'Multi-Region Access Point',
		arn: new RegExp(`^${partition}:s3::\\d+:accesspoint[/:][a-z0-9]+\\.mrap$`),
		// The SDK would send its requests to AWS even if the connection has a service URL.
		notWith: ['accelerate', 'dualstack', 'endpoint', 'fips', 'forcePathStyle', 'strictRegion'],
		requests:
			/^(AbortMultipartUpload|CompleteMultipartUpload|CopyObject|CreateMultipartUpload|DeleteObject|DeleteObjectTagging|GetObject|GetObjectAcl|GetObjectLegalHold|GetObjectRetention|GetObjectTagging|HeadObject|ListMultipartUploads|ListObjectsV2|ListParts|PutObject|PutObjectAcl|PutObjectLegalHold|PutObjectRetention|PutObjectTagging|RestoreObject|UploadPart|UploadPartCopy)$/,
		// The SDK's own signer for several regions signs headers only.
		noLinks: true,
		source: `${userGuide}/MrapOperations.html`,
	},
	{
		name: 'alias of a Multi-Region Access Point',
		suffix: /^[a-z0-9]+\.mrap$/,
		refused: {
			fault: 'is the alias of a Multi-Region Access Point, not a bucket name',
			advice: "Enter its ARN in 'Bucket', such as arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap.",
		},
		source: `${userGuide}/MultiRegionAccessPointRequests.html`,
	},
	{
		name: 'Object Lambda access point',
		arn: new RegExp(`^${partition}:s3-object-lambda:${inRegion}:accesspoint[/:][^/:]+$`),
		suffix: /--ol-s3$/,
		refused: {
			fault: 'is an S3 Object Lambda access point, which this node does not support because it changes content',
			advice: bucketBehind,
		},
		source: `${userGuide}/transforming-objects.html`,
	},
	{
		name: 'directory bucket',
		arn: new RegExp(`^${partition}:s3express:${inRegion}:(?:bucket|accesspoint)[/:][^/:]+$`),
		suffix: /--xa?-s3$/,
		refused: {
			fault: 'is a directory bucket (S3 Express One Zone), which this node does not support',
			advice:
				"Choose a general purpose bucket in 'Bucket'. Directory buckets have unordered listings, no versions, tags or ACLs, and separate permissions.",
		},
		source: `${userGuide}/s3-express-differences.html`,
	},
	{
		name: 'bucket on Outposts',
		arn: new RegExp(`^${partition}:s3-outposts:${inRegion}:outpost[/:][^/:]+[/:](?:bucket|accesspoint)[/:][^/:]+$`),
		suffix: /--op-s3$/,
		refused: {
			fault: 'is on an Outpost (S3 on Outposts), which this node does not support',
			advice: "Choose a bucket in an AWS region in 'Bucket'. S3 on Outposts supports only a part of S3.",
		},
		source: 'https://docs.aws.amazon.com/AmazonS3/latest/s3-outposts/S3OnOutpostsRestrictionsLimitations.html',
	},
	{
		name: 'table bucket',
		arn: new RegExp(`^${partition}:s3tables:${inRegion}:bucket[/:][^:]+$`),
		suffix: /--table-s3$/,
		refused: {
			fault: 'is a table bucket (S3 Tables), which has no objects to read or write',
			advice: "Choose a general purpose bucket in 'Bucket'.",
		},
		source: `${userGuide}/s3-tables.html`,
	},
];

/** Whether a name stands for a bucket that also has another name, such as the name of an access point. */
export const isOtherName = (bucket: string) =>
	bucketKinds.some(({ arn, suffix }) => arn?.test(bucket) || suffix?.test(bucket));

/** The bucket and key in an ARN; undefined for an ARN of something else. `/object/` comes before the key. */
export const inArn = (text: string): { bucket: string; key?: string } | undefined => {
	const [, bucket = text, key] = /^(.*?)\/object\/(.*)$/s.exec(text) ?? [];
	if (!bucketKinds.some(({ arn }) => arn?.test(bucket))) return undefined;
	return { bucket, ...(key !== undefined && { key }) };
};

const accessPointHost = new RegExp(
	`^(?<name>[a-z0-9-]+)-(?<account>\\d{12})\\.(?<service>s3-accesspoint|s3-object-lambda)(?:-fips)?(?:\\.dualstack)?\\.(?<region>[a-z0-9-]+)\\.${hostSuffixPattern}$`,
);

/** The ARN of the access point whose host this is. Undefined for all other hosts. */
export const accessPointAt = (host: string): string | undefined => {
	const { name, account, service, region = '' } = accessPointHost.exec(host)?.groups ?? {};
	if (!name) return undefined;
	const api = service === 's3-accesspoint' ? 's3' : service;
	return `arn:${partitionOf(region).id}:${api}:${region}:${account}:accesspoint/${name}`;
};

const kindOf = (connection: Connection, bucket: string): BucketKind | undefined => {
	if (bucket.startsWith('arn:')) return bucketKinds.find(({ arn }) => arn?.test(bucket));
	if (serverOf(connection).id !== 'aws') return undefined;
	return bucketKinds.find(({ suffix }) => suffix?.test(bucket));
};

/** What is wrong with a bucket, after its name, and what to do about it. */
interface BucketFault {
	fault: string;
	advice: string;
}

/** Describes why a connection cannot use what stands in place of a bucket; undefined if it can. */
export const bucketFault = (connection: Connection, bucket: string): BucketFault | undefined => {
	const kind = kindOf(connection, bucket);
	if (!kind) return undefined;
	if (kind.refused) return kind.refused;
	const [, arnPartition, , arnRegion] = bucket.startsWith('arn:') ? bucket.split(':') : [];
	const { id } = partitionOf(connection.region);
	if (arnPartition !== undefined && arnPartition !== id)
		return {
			fault: `is in the partition ${arnPartition}, but the credential's region ${connection.region} is in ${id}`,
			advice: "Choose a region of the same partition in 'Region' of the credential.",
		};
	if (connection.strictRegion && arnRegion && arnRegion !== connection.region)
		return {
			fault: `is in the region ${arnRegion}, not in ${connection.region}`,
			advice: "Choose its region in 'Region' of the credential, or turn off 'Strict Region' there.",
		};
	const conflict = kind.notWith?.find((setting) => Boolean(connection[setting]));
	if (conflict)
		return {
			fault: `is ${/^[aeiou]/.test(kind.name) ? 'an' : 'a'} ${kind.name}, which does not work with '${labels[conflict]}' in the credential`,
			advice: `Change '${labels[conflict]}' in the credential, or enter a bucket by name.`,
		};
	return undefined;
};

/** A request of the S3 API. */
interface Requested {
	operation: string;
	bucket?: string;
	/** The bucket that a copy comes from. */
	sourceBucket?: string;
	/** Whether it becomes a link or a form. */
	isLink?: boolean;
}

/** Describes why what stands in place of a bucket does not support a request; undefined if it does. */
export const requestFault = (
	connection: Connection,
	{ operation, bucket = '', sourceBucket = '', isLink = false }: Requested,
): string | undefined => {
	const kind = kindOf(connection, bucket);
	if (kind?.noLinks && isLink) return `This node cannot sign links to a ${kind.name}`;
	if (kind?.requests?.test(operation) === false) return `A ${kind.name} does not support ${operation}`;
	const sourceKind = kindOf(connection, sourceBucket);
	return sourceKind?.requests ? `A ${sourceKind.name} does not support copies from it` : undefined;
};
