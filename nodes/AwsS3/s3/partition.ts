/**
 * The separate partitions of AWS: the prefix of their regions, their name in ARNs, and the domain of their hosts.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
const partitions = [
	{ regions: 'cn-', id: 'aws-cn', suffix: 'amazonaws.com.cn' },
	{ regions: 'us-gov-', id: 'aws-us-gov', suffix: 'amazonaws.com' },
	{ regions: 'us-iso-', id: 'aws-iso', suffix: 'c2s.ic.gov' },
	{ regions: 'us-isob-', id: 'aws-iso-b', suffix: 'sc2s.sgov.gov' },
	{ regions: 'eu-isoe-', id: 'aws-iso-e', suffix: 'cloud.adc-e.uk' },
	{ regions: 'us-isof-', id: 'aws-iso-f', suffix: 'csp.hci.ic.gov' },
	{ regions: 'eusc-', id: 'aws-eusc', suffix: 'amazonaws.eu' },
] as const;

const commercial = { id: 'aws', suffix: 'amazonaws.com' } as const;

/** The partition of a region: its id in ARNs and the domain of its hosts. */
export const partitionOf = (region: string) =>
	partitions.find(({ regions }) => region.startsWith(regions)) ?? commercial;

/**
 * The ARN of a bucket by its name, or of an access point, which is named by its own. Objects in it follow `objects`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html
 */
export const arnOfBucket = (bucket: string, region: string) => {
	const isArn = bucket.startsWith('arn:');
	const arn = isArn ? bucket : `arn:${partitionOf(region).id}:s3:::${bucket}`;
	return { arn, objects: `${arn}${isArn ? '/object' : ''}/` };
};

/** Escapes `*`, `?` and `$`, which have a meaning in policies. */
export const literalInPolicy = (text: string) => text.replace(/[*?$]/g, (character) => `\${${character}}`);

/** The domains of all AWS hosts. */
export const hostSuffixes = [...new Set([commercial, ...partitions].map(({ suffix }) => suffix))];

/** The same as part of a regular expression. */
export const hostSuffixPattern = `(?:${hostSuffixes.map((suffix) => suffix.replaceAll('.', '\\.')).join('|')})`;
