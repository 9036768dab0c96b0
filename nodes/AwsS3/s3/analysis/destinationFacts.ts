import type { Members } from '../answers/members';
import { isMembers, textOf } from '../answers/members';
import { HeadBucketCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import { codeOf, statusOf } from '../failure';
import { getBucketSetting } from '../settings/bucketSettings';
import { testKey } from '../write/testObject';

/** A place that objects are to go to. */
interface Place {
	bucket: string;
	prefix: string;
}

/** Why something is not known. */
type Unknown = 'not allowed' | 'not known to this server' | 'no answer';

/** What a destination is like. What it did not say is not there, and `unknown` has the reason. */
export interface DestinationFacts {
	exists?: boolean;
	/** Whether the keys of the connection may write below the prefix. */
	mayWrite?: boolean;
	versioning?: 'enabled' | 'suspended' | 'off';
	objectLock?: 'off' | 'on' | { mode: string; days?: number; years?: number };
	/** Whether access control lists are switched off. */
	aclsOff?: boolean;
	encryption?: { algorithm: string; kmsKeyId?: string };
	/** Whether it has all storage classes of Amazon S3. */
	allStorageClasses?: boolean;
	unknown: Partial<Record<Question, Unknown>>;
}

/** What can be asked for: one request each. */
export type Question = 'exists' | 'mayWrite' | 'versioning' | 'objectLock' | 'acls' | 'encryption';

export const allQuestions: readonly Question[] = [
	...(['exists', 'mayWrite', 'versioning', 'objectLock', 'acls', 'encryption'] as const),
];

type Ask = (s3: S3, at: Place) => Promise<Partial<DestinationFacts>>;

const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);

const lockIn = (value: unknown): DestinationFacts['objectLock'] => {
	const { ObjectLockEnabled, Rule } = membersOf(value);
	if (ObjectLockEnabled !== 'Enabled') return 'off';
	const { Mode, Days, Years } = membersOf(membersOf(Rule).DefaultRetention);
	const mode = textOf(Mode);
	return mode === undefined ? 'on' : { mode, days: numberOf(Days), years: numberOf(Years) };
};

const encryptionIn = (value: unknown): Partial<DestinationFacts> => {
	const rule = membersOf(firstOf(membersOf(value).Rules));
	const { SSEAlgorithm, KMSMasterKeyID } = membersOf(rule.ApplyServerSideEncryptionByDefault);
	const [algorithm, kmsKeyId] = [textOf(SSEAlgorithm), textOf(KMSMasterKeyID)];
	return algorithm === undefined ? {} : { encryption: { algorithm, ...(kmsKeyId !== undefined && { kmsKeyId }) } };
};

/**
 * Uploading a part to a nonexistent upload needs the same permission as a write, and writes nothing: a server that
 * allows it answers that the upload does not exist. https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
 */
const askToWrite: Ask = async (s3, { bucket, prefix }) => {
	const input = {
		...{ Bucket: bucket, Key: testKey(prefix, 'check'), UploadId: 'n8n-check-that-does-not-exist' },
		...{ PartNumber: 1, Body: '', ContentLength: 0 },
	};
	return await s3.send(new UploadPartCommand(input)).then(
		() => ({}),
		(error) => {
			if (codeOf(error) === 'NoSuchUpload') return { mayWrite: true };
			if (statusOf(error) === 403) return { mayWrite: false };
			throw error;
		},
	);
};

const asks: Record<Question, Ask> = {
	exists: async (s3, { bucket }) =>
		await s3.send(new HeadBucketCommand({ Bucket: bucket })).then(
			() => ({ exists: true }),
			(error) => {
				if (statusOf(error) === 404) return { exists: false };
				throw error;
			},
		),
	mayWrite: askToWrite,
	versioning: async (s3, { bucket }) => {
		const { Status } = membersOf(await getBucketSetting(s3, 'versioning', { Bucket: bucket }));
		return { versioning: Status === 'Enabled' ? 'enabled' : Status === 'Suspended' ? 'suspended' : 'off' };
	},
	objectLock: async (s3, { bucket }) => ({
		objectLock: lockIn(await getBucketSetting(s3, 'objectLock', { Bucket: bucket })),
	}),
	acls: async (s3, { bucket }) => {
		const { Rules } = membersOf(await getBucketSetting(s3, 'ownershipControls', { Bucket: bucket }));
		return { aclsOff: membersOf(firstOf(Rules)).ObjectOwnership === 'BucketOwnerEnforced' };
	},
	encryption: async (s3, { bucket }) => encryptionIn(await getBucketSetting(s3, 'encryption', { Bucket: bucket })),
};

const whyUnknown = (error: unknown): Unknown => {
	if (statusOf(error) === 403) return 'not allowed';
	const isAnswer = statusOf(error) !== undefined || codeOf(error) === 'UnexpectedAnswer';
	return isAnswer ? 'not known to this server' : 'no answer';
};

/**
 * Asks what a destination is like, all questions at the same time. Never throws: what is denied, not known to the server, or not
 * answered is unknown.
 */
export const destinationFacts = async (
	s3: S3,
	at: Place,
	questions: readonly Question[] = allQuestions,
): Promise<DestinationFacts> => {
	const facts: DestinationFacts = { ...(isAws(s3.connection) && { allStorageClasses: true }), unknown: {} };
	const answers = questions.map(async (question) => {
		const answer = await asks[question](s3, at).catch((error: unknown): Partial<DestinationFacts> => {
			facts.unknown[question] = whyUnknown(error);
			return {};
		});
		Object.assign(facts, answer);
	});
	await Promise.all(answers);
	return facts;
};
