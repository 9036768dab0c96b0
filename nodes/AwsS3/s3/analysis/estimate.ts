import { copyPartSizeFor } from '../parts/partSize';
import type { TargetSystem } from './targetRules';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** How the objects move: S3 copies them on the server, or they are read and leave S3. */
type Way = 'insideS3' | 'outOfS3';

/** The way to a target. */
const wayTo = (target: TargetSystem): Way => (target === 's3' ? 'insideS3' : 'outOfS3');

/** What the estimate assumes. Prices in US dollars. */
export interface Assumptions {
	/** For each GB (of 1,000,000,000 bytes) that leaves S3 or the region. */
	pricePerGb: number;
	objectsPerSecond: number;
	mibPerSecond: number;
}

/** What is assumed if nothing else is said. Data that stays in a region costs nothing; data to the internet does. */
const defaultAssumptions: Record<Way, Assumptions> = {
	insideS3: { pricePerGb: 0, objectsPerSecond: 100, mibPerSecond: 200 },
	outOfS3: { pricePerGb: 0.09, objectsPerSecond: 20, mibPerSecond: 25 },
};

/** Prices of US East (N. Virginia) for 1,000 requests. https://aws.amazon.com/s3/pricing/ */
const pricePerThousand = { lists: 0.005, copies: 0.005, reads: 0.0004 };

/** What reading costs for each GB of classes that are cheaper to store. https://aws.amazon.com/s3/pricing/ */
const retrievalPerGb = new Map([
	['STANDARD_IA', 0.01],
	['ONEZONE_IA', 0.01],
	['GLACIER_IR', 0.03],
]);

/** Larger objects are copied in parts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html */
const maxCopySize = 5 * GiB;

/** Larger objects are read in several ranges. */
const rangeSize = 32 * MiB;

/** The number of keys in each page of a listing. */
const pageSize = 1000;

const gb = 1_000_000_000;

/** To cents, or as exact as small amounts need. */
const rounded = (amount: number) => Number(amount.toPrecision(amount < 1 ? 2 : 4));

/** In parts: one to begin, one for each part, one to complete. */
const copiesOf = (size: number) => (size <= maxCopySize ? 1 : Math.ceil(size / copyPartSizeFor(size)) + 2);

/** What a transfer would take. */
export interface Estimate {
	way: Way;
	requests: { lists: number; copies: number; reads: number };
	/** In US dollars. */
	cost: { requests: number; retrieval: number; dataOut: number; total: number; currency: 'USD' };
	bytesOut: number;
	hours: number;
	/** What the numbers depend on, in sentences. */
	assumptions: string[];
}

const sentences = (way: Way, { pricePerGb, objectsPerSecond, mibPerSecond }: Assumptions) => [
	'Prices are S3 list prices in US East (N. Virginia), without taxes, discounts and free tiers. See https://aws.amazon.com/s3/pricing/.',
	way === 'insideS3'
		? 'S3 copies the objects internally: one request per object, and parts for those above 5 GiB.'
		: 'Each object is read from S3 once, and those above 32 MiB in ranges.',
	`Data transfer out of S3 costs ${pricePerGb} USD per GB.${pricePerGb === 0 ? ' This applies within a region. To another region it is about 0.02 USD.' : ''}`,
	`Assumes ${objectsPerSecond} objects per second plus ${mibPerSecond} MiB per second.`,
	'The numbers of requests are minimums: over a long distance the node reads in smaller ranges, and copies have the parts of their originals.',
	'Excludes storage at the target, versions, restores from archive, KMS keys and retried requests.',
];

/** Sums up what a transfer of the objects would cost and take, without what storage costs afterwards. */
export const transferEstimate = (target: TargetSystem, given: Partial<Assumptions> = {}) => {
	const way = wayTo(target);
	const usual = defaultAssumptions[way];
	const {
		pricePerGb = usual.pricePerGb,
		objectsPerSecond = usual.objectsPerSecond,
		mibPerSecond = usual.mibPerSecond,
	} = given;
	let [objects, bytes, copies, reads, retrieval] = [0, 0, 0, 0, 0];
	return {
		add: ({ Size = 0, StorageClass = 'STANDARD' }: { Size?: number; StorageClass?: string }) => {
			objects++;
			bytes += Size;
			if (way === 'insideS3') copies += copiesOf(Size);
			else reads += Math.max(1, Math.ceil(Size / rangeSize));
			retrieval += (Size / gb) * (retrievalPerGb.get(StorageClass) ?? 0);
		},
		result: (): Estimate => {
			const requests = { lists: Math.max(1, Math.ceil(objects / pageSize)), copies, reads };
			const requestCost =
				(requests.lists * pricePerThousand.lists + copies * pricePerThousand.copies + reads * pricePerThousand.reads) /
				1000;
			const dataOut = (bytes / gb) * pricePerGb;
			const seconds = objects / objectsPerSecond + bytes / MiB / mibPerSecond;
			return {
				...{ way, requests },
				cost: {
					requests: rounded(requestCost),
					retrieval: rounded(retrieval),
					dataOut: rounded(dataOut),
					total: rounded(requestCost + retrieval + dataOut),
					currency: 'USD',
				},
				bytesOut: way === 'outOfS3' || pricePerGb > 0 ? bytes : 0,
				hours: rounded(seconds / 3600),
				assumptions: sentences(way, { pricePerGb, objectsPerSecond, mibPerSecond }),
			};
		},
	};
};
