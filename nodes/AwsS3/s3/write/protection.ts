import type { HeadObjectCommandOutput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import type { S3Failure } from '../failure';
import { s3Failure } from '../failure';
import { headObject } from '../list/headObject';
import { tagsOrNone } from '../settings/tagging';

/** What a write can ask for to protect or describe an object. */
type Asked = Pick<
	PutObjectCommandInput,
	| 'ServerSideEncryption'
	| 'SSECustomerAlgorithm'
	| 'ObjectLockMode'
	| 'ObjectLockLegalHoldStatus'
	| 'StorageClass'
	| 'Tagging'
>;

/** What S3 answers to a write, or to a HEAD of the object. */
type Answer = Pick<HeadObjectCommandOutput, 'ServerSideEncryption' | 'SSECustomerAlgorithm'>;

/** The object that a write names, and what it asked for. */
type Write = Asked & { Bucket?: string; Key?: string };

/**
 * Returns a failure if an answer does not confirm the encryption that a write asked for: a server that does not know the
 * header stores plain text. S3 repeats the header in its answer.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export const encryptionFault = (
	s3: S3,
	{ Bucket: bucket, Key: key, ...asked }: Write,
	answer: Answer = {},
): S3Failure | undefined => {
	const customer = asked.SSECustomerAlgorithm ?? s3.defaults.SSECustomerAlgorithm;
	const serverSide = asked.ServerSideEncryption ?? s3.defaults.ServerSideEncryption;
	const isEncrypted = customer ? answer.SSECustomerAlgorithm === customer : answer.ServerSideEncryption === serverSide;
	if (isEncrypted || (!customer && !serverSide)) return undefined;
	return s3Failure({
		code: 'EncryptionMissing',
		message: `The answer does not confirm the encryption ${customer ? 'with your own key' : String(serverSide)}`,
		connection: s3.connection,
		bucket,
		key,
	});
};

/** Throws if neither the answer to a write nor the stored object confirms the encryption that the write asked for. */
export const confirmEncryption = async (s3: S3, write: Write, answer: Answer) => {
	if (!encryptionFault(s3, write, answer)) return;
	const at = { bucket: write.Bucket ?? '', key: write.Key ?? '' };
	const fault = encryptionFault(s3, write, await headObject(s3, at).catch(() => undefined));
	if (fault) throw fault;
};

/** Properties that a write asked for, and that the object does not have. */
export type Missing = 'lock' | 'legal hold' | 'storage class' | 'tags';

/**
 * Returns what a write asked for and the object does not have, because the server ignores it. Looks only if the write asked
 * for any of it, and never on AWS, which rejects what it cannot do.
 */
export const missingAfterWrite = async (s3: S3, at: ObjectAt, asked: Asked): Promise<Missing[]> => {
	const { ObjectLockMode: mode, ObjectLockLegalHoldStatus: hold, StorageClass: storageClass, Tagging: tags } = asked;
	const asksForHold = hold === 'ON';
	const isPlain = !mode && !asksForHold && !tags && (!storageClass || storageClass === 'STANDARD');
	if (isPlain || isAws(s3.connection)) return [];
	// The write has succeeded, so a connection that may not look has no reason to be refused.
	const head = await headObject(s3, at).catch(() => undefined);
	const hasTags =
		!tags ||
		(await tagsOrNone(s3, at).then(
			({ length }) => length > 0,
			() => true,
		));
	const missing: Array<[Missing, boolean]> = [
		['lock', mode !== undefined && head !== undefined && head.ObjectLockMode !== mode],
		['legal hold', asksForHold && head !== undefined && head.ObjectLockLegalHoldStatus !== 'ON'],
		['storage class', !!storageClass && head !== undefined && (head.StorageClass ?? 'STANDARD') !== storageClass],
		['tags', !hasTags],
	];
	return missing.flatMap(([what, isMissing]) => (isMissing ? [what] : []));
};
