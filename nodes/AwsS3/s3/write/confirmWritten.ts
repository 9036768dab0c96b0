import type { HeadObjectCommandOutput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import { recentNames } from '../flow/recentNames';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import { fingerprint } from '../connection';
import type { S3Failure } from '../failure';
import { s3Failure } from '../failure';
import { abortable } from '../flow/abortable';
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
		message: `The response does not confirm the encryption ${customer ? 'with your own key' : String(serverSide)}`,
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

/** What servers have shown to keep, by connection, bucket and property. */
const keptBefore = recentNames(2000);

/** Running looks, by the same names. */
const looks = new Map<string, Promise<boolean | undefined>>();

/**
 * Whether the server keeps a property. Looks at objects until one has shown it for the bucket, and many writes at once look at
 * one. `look` gives undefined where it cannot tell: the write has succeeded, and who may write need not be allowed to read.
 */
const isKept = async (s3: S3, name: string, look: () => Promise<boolean | undefined>): Promise<boolean> => {
	if (keptBefore.has(name)) return true;
	const running = looks.get(name);
	if (running && (await abortable(running, s3.signal, () => undefined))) return true;
	// Others take only what was seen, not what could not be told.
	const own = look();
	looks.set(name, own);
	const found = await own.finally(() => looks.get(name) === own && looks.delete(name));
	if (found) keptBefore.add(name);
	return found ?? true;
};

/**
 * Returns what a write asked for and the object does not have, because the server ignores it. Looks only if the write asked
 * for any of it and the bucket has not shown to keep it, and never on AWS, which rejects what it cannot do.
 */
export const missingAfterWrite = async (s3: S3, at: ObjectAt, asked: Asked): Promise<Missing[]> => {
	const { ObjectLockMode: mode, ObjectLockLegalHoldStatus: hold, StorageClass: storageClass, Tagging: tags } = asked;
	if (isAws(s3.connection)) return [];
	let head: Promise<HeadObjectCommandOutput | undefined> | undefined;
	const seen = async (has: (object: HeadObjectCommandOutput) => boolean) => {
		head ??= headObject(s3, at).catch(() => undefined);
		const object = await head;
		return object && has(object);
	};
	const wanted: Array<[what: Missing, value: string | undefined, look: () => Promise<boolean | undefined>]> = [
		['lock', mode, async () => await seen(({ ObjectLockMode }) => ObjectLockMode === mode)],
		[
			'legal hold',
			hold === 'ON' ? hold : undefined,
			async () => await seen(({ ObjectLockLegalHoldStatus }) => ObjectLockLegalHoldStatus === 'ON'),
		],
		[
			'storage class',
			storageClass === 'STANDARD' ? undefined : storageClass,
			async () => await seen(({ StorageClass = 'STANDARD' }) => StorageClass === storageClass),
		],
		[
			'tags',
			tags && 'any',
			async () =>
				await tagsOrNone(s3, at).then(
					({ length }) => length > 0,
					() => undefined,
				),
		],
	];
	const missing: Missing[] = [];
	for (const [what, value, look] of wanted) {
		if (value === undefined || value === '') continue;
		const name = `${fingerprint(s3.connection)} ${at.bucket} ${what} ${value}`;
		if (!(await isKept(s3, name, look))) missing.push(what);
	}
	return missing;
};
