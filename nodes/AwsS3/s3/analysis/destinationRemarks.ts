import { capabilitiesOf, hasSubresource, isAws, serverOf } from '../capabilities';
import type { Connection } from '../connection';
import type { DestinationFacts } from './destinationFacts';

/** What a transfer is to do at the destination, as far as it matters there. */
export interface Intent {
	bucket: string;
	/** Whether it may overwrite or delete. */
	replaces: boolean;
	deletes: boolean;
	/** Whether what is overwritten or deleted is copied to a backup before. */
	hasBackup: boolean;
	comparesByEtag: boolean;
}

/** Something to know about the destination. `isHint`: it matters enough to be said also without a report. */
interface Remark {
	text: string;
	isHint: boolean;
}

interface Row {
	when: (facts: DestinationFacts, intent: Intent) => boolean;
	text: (facts: DestinationFacts, intent: Intent) => string;
	isHint?: true;
}

const lockedFor = ({ objectLock }: DestinationFacts) => {
	if (typeof objectLock !== 'object') return '';
	const { days, years } = objectLock;
	return days === undefined ? `${years ?? 0} years` : `${days} days`;
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html */
const isPermanent = ({ versioning }: DestinationFacts, { hasBackup }: Intent) =>
	!hasBackup && (versioning === 'off' || versioning === 'suspended');

/** What follows from the settings of the bucket, in the order in which it is said. */
const rows: Row[] = [
	{
		when: ({ exists }) => exists === false,
		text: (_, { bucket }) => `The bucket '${bucket}' does not exist. Create it before the run.`,
		isHint: true,
	},
	{
		when: ({ mayWrite }) => mayWrite === false,
		text: (_, { bucket }) =>
			`The credential has no write access. Allow 's3:PutObject' under 'Destination Prefix' in the bucket '${bucket}'.`,
		isHint: true,
	},
	{
		when: (facts, intent) => intent.deletes && isPermanent(facts, intent),
		text: (_, { bucket }) =>
			`Objects that a mirror overwrites or deletes are lost: the bucket '${bucket}' has no versioning. Turn on versioning, or enter a 'Backup Prefix' in 'Options'.`,
		isHint: true,
	},
	{
		when: (facts, intent) => !intent.deletes && intent.replaces && isPermanent(facts, intent),
		text: () =>
			"Overwritten objects are lost: the bucket has no versioning. Turn on versioning, or enter a 'Backup Prefix' in 'Options'.",
	},
	{
		when: ({ versioning }, { replaces, deletes }) => versioning === 'enabled' && (replaces || deletes),
		text: () => 'The bucket keeps overwritten and deleted objects as older versions, which you continue to pay for.',
	},
	{
		when: ({ objectLock }) => typeof objectLock === 'object',
		text: (facts) =>
			`New objects are locked for ${lockedFor(facts)}. Until then, nobody can delete their versions, and a mirror only hides them.`,
	},
	{
		when: ({ encryption }, { comparesByEtag }) =>
			comparesByEtag && encryption?.algorithm.startsWith('aws:kms') === true,
		text: () =>
			"The bucket encrypts with KMS, so the ETags of copies differ from those of their originals. Choose 'Checksum' in 'Compare By'.",
		isHint: true,
	},
	{
		when: ({ encryption }) => encryption?.algorithm.startsWith('aws:kms') === true,
		text: ({ encryption }) =>
			`New objects are encrypted with ${encryption?.kmsKeyId === undefined ? 'the AWS managed key' : `the KMS key ${encryption.kmsKeyId}`}. Writing needs 'kms:GenerateDataKey', and reading or writing in parts 'kms:Decrypt'.`,
	},
	{
		when: ({ aclsOff }) => aclsOff === true,
		text: () => 'The bucket has ACLs disabled, so copies cannot have ACLs.',
	},
];

/** What servers other than Amazon S3 do not keep: subresources, and how users call them. */
const kept: Array<[subresource: string, text: string]> = [
	['objectTagging', 'tags of objects'],
	['objectAcl', 'access control lists of objects'],
	['retention', 'retention of locked objects'],
	['legalHold', 'legal holds'],
];

/** What the server of the destination cannot keep, or does not promise to. */
export const platformRemarks = (connection: Connection): string[] => {
	if (isAws(connection)) return [];
	const { versions, exactKeys, checksums, conditionalCopy, conditionalPut } = capabilitiesOf(connection);
	const { name, id } = serverOf(connection);
	const server = id === 'unknown' ? 'The server' : name;
	const missing = kept.filter(([subresource]) => !hasSubresource(connection, subresource)).map(([, text]) => text);
	return [
		...(missing.length > 0
			? [`${server} may not support ${missing.join(', ')}. The run checks before it writes any of them.`]
			: []),
		...(versions === 'no' ? [`${server} does not support versions.`] : []),
		...(exactKeys === 'yes' || exactKeys === 'unknown'
			? []
			: [
					`${server} stores objects as files. It refuses keys such as a//b or makes them a/b, and beside a key a it may hide a/b from listings. 'Analyze' finds these keys.`,
				]),
		...(checksums === 'yes' ? [] : [`${server} may not support S3 checksums. Verify by 'Content' to be sure.`]),
		...(conditionalCopy === 'yes'
			? []
			: [
					conditionalPut === 'yes'
						? `${server} may ignore conditions of copies inside it, so the run checks the destination before each of these.`
						: `${server} may not support conditional writes, so the run checks the destination before each write.`,
				]),
		`${server} may not support all storage classes of Amazon S3.`,
	];
};

/** What is to be known about a destination before the first write. */
export const destinationRemarks = (facts: DestinationFacts, intent: Intent): Remark[] =>
	rows
		.filter(({ when }) => when(facts, intent))
		.map(({ text, isHint = false }) => ({ text: text(facts, intent), isHint }));
