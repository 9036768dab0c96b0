import { stsEndpointOf } from '../../s3/client/credentialProvider';
import { denial } from './accessDenied';
import type { Failure } from './failureToExplain';
import { nearBucket, nearKey } from './nearMiss';
import { machineRole } from './machineRole';
import { queue } from './queue';

/** The text of an error: the message says what happened, the description what to do. */
interface Explanation {
	message(failure: Failure): string;
	description(failure: Failure): string;
}

const target = ({ bucket, key }: Failure) =>
	key === undefined ? `bucket '${bucket ?? ''}'` : `object '${key}' in bucket '${bucket ?? ''}'`;

/** Who was asked: STS for a role, else S3. */
const host = ({ connection, code = '' }: Failure) => {
	const isRole = /^AssumeRole/.test(code);
	const endpoint = isRole && connection ? stsEndpointOf(connection) : connection?.endpoint;
	return endpoint ?? `${isRole ? 'STS' : 'S3'} in ${connection?.region ?? 'this region'}`;
};

const s3Says = ({ words }: Failure) => (words ? ` S3 says: ${words}` : '');

const accessDenied: Explanation = {
	message: (failure) => `Access to ${target(failure)} was denied`,
	description: (failure) =>
		failure.lookedWith
			? `Some S3-compatible servers overwrite or delete the object or bucket on such a change, so this node first checks whether the server supports it. That needs ${failure.lookedWith}, which the credential's user does not have. Nothing was changed.${s3Says(failure)}`
			: denial(failure) + (failure.lock ? '' : s3Says(failure)),
};

/** The virtual-hosted-style host name of a bucket, if that host was not found. */
const bucketHost = ({ bucket, connection, words = '' }: Failure) => {
	const { endpoint = '', forcePathStyle } = connection ?? {};
	const name = URL.canParse(endpoint) ? `${bucket ?? ''}.${new URL(endpoint).hostname}` : undefined;
	return name !== undefined && !forcePathStyle && words.includes(name) ? name : undefined;
};

const unreachable: Explanation = {
	message: (failure) => `${bucketHost(failure) ?? host(failure)} cannot be reached`,
	description: (failure) => {
		if (bucketHost(failure))
			return "The host name includes the bucket, and this host does not exist. In the credential, turn on 'S3-Compatible Service', then 'Force Path Style', which most self-hosted servers need.";
		return failure.connection?.endpoint
			? "Check 'Service URL' in the credential, and that n8n can reach this host and port."
			: "Check 'Region' in the credential, and that n8n can reach the internet.";
	},
};

const noTls: Explanation = {
	message: (failure) => `${host(failure)} does not use TLS`,
	description: () =>
		"'Service URL' in the credential starts with https://, but the server uses plain HTTP on this port. Check the port, or use http:// on a trusted network.",
};

const noHttp: Explanation = {
	message: (failure) => `${host(failure)} does not use HTTP`,
	description: () =>
		"Check 'Service URL' in the credential: use https:// if the server uses TLS on this port, and check the port.",
};

const noObject: Explanation = {
	message: (failure) => `The ${target(failure)} does not exist`,
	description: ({ key }) =>
		nearKey(key) ?? "Check 'Key', including upper and lower case. Keys usually have no leading slash.",
};

/** A key that is no path of a file, on servers such as MinIO and Versity S3 Gateway. */
const nameNotPossible: Explanation = {
	message: (failure) => `${host(failure)} cannot store the name of the ${target(failure)}`,
	description: (failure) =>
		`The server keeps objects as files: each part of a key between slashes can have up to 255 bytes, and some characters are not allowed. Choose another key.${s3Says(failure)}`,
};

/** A key below that of an object, on the same servers. */
const besideItsFolder: Explanation = {
	message: (failure) => `${host(failure)} cannot store the ${target(failure)}, because a part of its path is an object`,
	description: () =>
		"The server keeps objects as files, so it cannot have both 'a' and 'a/b'. Rename one of them, or delete the object.",
};

const kms: Explanation = {
	message: (failure) => `The KMS key for ${target(failure)} cannot be used`,
	description: (failure) =>
		`The key must be enabled and in the bucket's region. Check 'Encryption: KMS Key ID' in 'Options', or 'KMS Key ID' in the credential.${s3Says(failure)}`,
};

/** Ceph returns the code of a wrong access key for an unknown KMS key. */
const isAboutKms = ({ words = '' }: Failure) => /\bkms\b/i.test(words);

/** The access key, with the credential that it is in where a node has two. */
const accessKeyOf = ({ connection }: Failure) =>
	connection?.credential ? 'the access key of the credential' : 'this access key';

const wrongKeys: Explanation = {
	message: (failure) => (isAboutKms(failure) ? kms.message(failure) : `S3 does not know ${accessKeyOf(failure)}`),
	description: (failure) =>
		isAboutKms(failure)
			? kms.description(failure)
			: "Check 'Access Key ID' in the credential. The key may have been deleted or belong to another service.",
};

const expired: Explanation = {
	message: ({ connection }) =>
		connection?.machine
			? "The keys of this machine's role have expired or are invalid"
			: 'The session token of the credential has expired or is invalid',
	description: ({ connection }) =>
		connection?.machine
			? 'The machine renews them. Check its clock, and that its role still exists.'
			: "Enter new temporary keys with their 'Session Token' in the credential, or use a long-term access key.",
};

const precondition: Explanation = {
	message: (failure) =>
		failure.takenKey === undefined
			? `The ${target(failure)} has changed, or already exists`
			: `The object '${failure.takenKey}' already exists`,
	description: ({ takenKey }) =>
		takenKey === undefined
			? "It was not overwritten. Check 'If Exists', 'If Match' or 'If None Match', or read the object again first."
			: "It was not overwritten, because 'If Exists' is set to 'Fail'. Choose another key, or another value in 'If Exists'.",
};

const encryptionMissing: Explanation = {
	message: (failure) => `${host(failure)} did not encrypt the ${target(failure)} as requested`,
	description: (failure) =>
		`This service ignores the encryption in 'Options' or in the credential. The object is stored without it: delete it if it must not stay there. To store it without this encryption, remove the option.${s3Says(failure)}`,
};

const lockMissing: Explanation = {
	message: (failure) =>
		failure.key === undefined
			? `The ${target(failure)} was created without the requested Object Lock`
			: `The ${target(failure)} was stored without the requested lock`,
	description: () =>
		"The service ignores locks, or the bucket has no Object Lock, so anyone with the permission can delete the object. Use a bucket with 'Object Lock', or remove the lock from 'Options'.",
};

const lostAnswer: Explanation = {
	message: (failure) => `S3 may have written the ${target(failure)}, but its response was lost`,
	description: () =>
		'An object with this key exists now, but it may not be this copy. The original is unchanged. Check the object, then run the workflow again.',
};

const slowDown: Explanation = {
	message: (failure) => `${host(failure)} is too busy`,
	description: () =>
		"The node retried the request several times. Lower 'Concurrency' in 'Options', or run the workflow later.",
};

const brokenServer: Explanation = {
	message: (failure) => `${host(failure)} could not handle the request (${failure.code ?? failure.httpStatus ?? ''})`,
	description: (failure) =>
		`The server reported an internal error, also after several retries. Run the workflow later, or check the server's log.${s3Says(failure)}`,
};

const notChanged: Explanation = {
	message: (failure) => `The ${target(failure)} has not changed`,
	description: () => "It still meets the condition 'If None Match' or 'If Modified Since', so S3 did not send it.",
};

const notSupported: Explanation = {
	message: (failure) =>
		failure.lacks === undefined
			? `${host(failure)} does not support this request`
			: `${host(failure)} does not support ${failure.lacks}`,
	description: (failure) => {
		if (failure.lacks === undefined)
			return `S3-compatible servers support only a part of S3. Remove the options that this server does not support.${s3Says(failure)}`;
		const unchanged = failure.lookedWith ? ' Nothing was changed.' : '';
		const acl = /ACLs of objects/.test(failure.lacks) ? " If 'Keep ACL' is on, turn it off." : '';
		return `S3-compatible servers support only a part of S3.${unchanged}${acl}${s3Says(failure)}`;
	},
};

const notAllowed: Explanation = {
	message: (failure) =>
		failure.lacks === undefined ? `S3 does not allow this on the ${target(failure)}` : notSupported.message(failure),
	description: (failure) =>
		failure.lacks === undefined
			? `The version may be a delete marker, which has no content.${s3Says(failure)}`
			: notSupported.description(failure),
};

const unexpectedAnswer: Explanation = {
	message: (failure) =>
		failure.lacks === undefined || /html/i.test(failure.got ?? '')
			? `${host(failure)} does not respond like S3`
			: `${host(failure)} does not support ${failure.lacks}`,
	description: ({ got = 'something else', lacks, lookedWith }) => {
		const unchanged = lookedWith
			? ' Nothing was changed, because the change would have affected the object or bucket itself.'
			: '';
		if (lacks === undefined || /html/i.test(got))
			return `It responded with ${got}. Check 'Service URL' in the credential: enter the address of the S3 API, not of a website or console.${unchanged}`;
		const instead =
			lacks === 'versions of objects'
				? " The operations of 'Object' and 'Folder' work, and so does 'Empty' with 'Current Objects'."
				: '';
		return `It ignored the request and responded with ${got}. S3-compatible servers support only a part of S3.${instead}${unchanged}`;
	},
};

const noLockInBucket: Explanation = {
	message: ({ bucket }) => `The bucket '${bucket ?? ''}' has no Object Lock`,
	description: () => "Remove 'Lock: Mode' and 'Lock: Legal Hold', or create a bucket with 'Object Lock'.",
};

const customerKeyMissing: Explanation = {
	message: (failure) => `The ${target(failure)} is encrypted with a customer-provided key (SSE-C)`,
	description: (failure) =>
		`S3 does not store this key. Add the key used for the upload as 'SSE-C Key' in 'Options'.${s3Says(failure)}`,
};

const invalidVersion: Explanation = {
	message: (failure) => `The ${target(failure)} does not have this version`,
	description: (failure) => `'Version ID' does not have the format of this server.${s3Says(failure)}`,
};

/** A more precise explanation of a failure whose code says little. */
const byWords = ({ words = '' }: Failure): Explanation | undefined => {
	if (/object ?lock/i.test(words) && /missing|not configured|not enabled/i.test(words)) return noLockInBucket;
	if (/server.side encryption|SSE-C/i.test(words) && /parameters|must|key/i.test(words)) return customerKeyMissing;
	if (/version ?id/i.test(words)) return invalidVersion;
	return undefined;
};

/** A HEAD request gets no reason. */
const withoutReason: Explanation = {
	message: (failure) => byWords(failure)?.message(failure) ?? 'S3 rejected the request (400)',
	description: (failure) =>
		byWords(failure)?.description(failure) ??
		failure.words ??
		"S3 gave no reason. If the object is encrypted with SSE-C, add its key as 'SSE-C Key' in 'Options'. If you entered a 'Version ID', check it.",
};

/** Whether S3 rejected restoring an object, instead of reading an archived one. */
const isRestore = ({ words = '' }: Failure) => /restore is not allowed/i.test(words);

const interrupted: Explanation = {
	message: (failure) => `The connection to ${host(failure)} was interrupted`,
	description: () => 'Run the workflow again. If this happens often, check proxies and firewalls between n8n and S3.',
};

const wrongRegion: Explanation = {
	message: ({ bucket, connection, otherRegion: actualRegion }) => {
		const what = bucket ? `The bucket '${bucket}' is` : 'The requested resource is';
		return `${what} in ${actualRegion ? `the region ${actualRegion}` : 'another region'}, not in ${connection?.region ?? 'this one'}`;
	},
	description: ({ otherRegion: actualRegion }) =>
		`Choose ${actualRegion ? `'${actualRegion}'` : "the bucket's region, which the S3 console shows,"} in 'Region' of the credential.`,
};

const noRegion: Explanation = {
	message: () => 'The region does not exist',
	description: (failure) =>
		`Check 'Region' in 'Options', or remove it to use the credential's region.${s3Says(failure)}`,
};

const corruptedUpload: Explanation = {
	message: (failure) => `The ${target(failure)} was corrupted in transit to S3`,
	description: () =>
		'S3 compared checksums and stored nothing. Run the workflow again. If it happens again, look for a proxy that changes data.',
};

const accountProblem: Explanation = {
	message: () => 'The account cannot use S3 at present',
	description: (failure) =>
		`Check the account's billing in the AWS console, or ask the operator of the service.${s3Says(failure)}`,
};

const invalid: Explanation = {
	message: (failure) => byWords(failure)?.message(failure) ?? 'S3 rejected this combination of settings',
	description: (failure) =>
		byWords(failure)?.description(failure) ??
		`Check the values in 'Options'. S3-compatible services may not support all of them.${s3Says(failure)}`,
};

const damaged: Explanation = {
	message: (failure) => `The compressed content of ${target(failure)} is damaged or incomplete`,
	description: () => 'Download it and try to decompress it manually. If that works, run the workflow again.',
};

const noRole: Explanation = {
	message: ({ connection }) => `The role ${connection?.role?.arn ?? ''} does not exist`,
	description: () => "Check 'Role ARN' in the credential. Copy it from the role's page in the IAM console.",
};

/** The package detects these itself. The failure contains what happened. */
const found = (advice: string): Explanation => ({
	message: ({ words }) => words ?? 'S3 returned an unclear response',
	description: () => advice,
});

/**
 * The explanation of each error code.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
export const catalogue: Record<string, Explanation> = {
	AccessDenied: accessDenied,
	'403': accessDenied,
	EncryptionMissing: encryptionMissing,
	LockMissing: lockMissing,
	LostAnswer: lostAnswer,
	ListingOutOfOrder: found(
		"This needs listings in the order of UTF-8 bytes, as on Amazon S3. Directory buckets and some servers use another order: use 'Folder: Copy' there. A trigger cannot watch them.",
	),
	TriggerStateDamaged: found(
		"Nothing is lost. If the state is an object in '.n8n-triggers/', put back its last version, and the trigger continues. Otherwise enter another number in 'Start Over' in 'Options' to start again with 'Existing Objects'. Choose 'Report Since a Date' there to report what happened in the meantime.",
	),
	TriggerStateGone: found(
		"Nothing is lost. Put the object back, for example from its versions, and the trigger continues. Otherwise enter another number in 'Start Over' in 'Options' to start again with 'Existing Objects'. Choose 'Report Since a Date' there to report what happened in the meantime.",
	),
	JobFileUnreadable: found(
		"Nothing was written. For a plan, check 'Plan Key', or create a new plan with 'Plan'. For the state or journal of a job, enter another 'Job Name', or delete the file if the job is not running. For the record of another system, enter another 'Record Key', or put back an older version of the object.",
	),
	JobTakenOver: found(
		'This run was inactive for five minutes, because n8n was stopped or S3 did not respond. Its completed work remains. See the output of the other run.',
	),
	NoSuchPlan: found(
		"Check 'Plan Key' and 'Destination Bucket'. Plan returns the key as planKey if it has a 'Job Name'.",
	),
	PlanReplaced: found(
		"The plan has changed since its approval, so nothing was done. Review it, and enter its new ETag in 'Plan ETag' to approve it.",
	),
	RecordBusy: found(
		"None of these items was recorded, so the next run returns them again. Turn on 'Retry On Fail' in the node's settings, or confirm in one execution at a time.",
	),
	SameObject: found(
		"The server treats both keys as one object, so deleting the original would lose it. Nothing was moved. Choose another 'Destination Key' or 'Destination Folder'.",
	),
	NoSuchKey: noObject,
	NotFound: noObject,
	'404': noObject,
	NoSuchVersion: {
		message: (failure) => `The ${target(failure)} does not have this version`,
		description: () => "Check 'Version ID', or leave it empty for the latest version.",
	},
	NoSuchBucket: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' does not exist`,
		description: ({ bucket }) =>
			nearBucket(bucket) ?? "Check 'Bucket', and that the credential is for the AWS account or service that has it.",
	},
	BucketAlreadyExists: {
		message: ({ bucket }) => `The bucket name '${bucket ?? ''}' is taken`,
		description: () =>
			"Another AWS account owns a bucket with this name. Names are unique across all accounts. Enter another 'Bucket Name'.",
	},
	BucketAlreadyOwnedByYou: {
		message: ({ bucket }) => `You already own a bucket '${bucket ?? ''}'`,
		description: () => "Enter another 'Bucket Name', or use the existing bucket.",
	},
	BucketNotEmpty: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' is not empty`,
		description: () =>
			"S3 deletes only empty buckets. Turn on 'Empty First' in 'Options' to delete everything in it, including all versions.",
	},
	InvalidBucketName: {
		message: ({ bucket }) => `'${bucket ?? ''}' is not a valid bucket name`,
		description: ({ bucket }) => nearBucket(bucket) ?? 'Use 3 to 63 lower-case letters, digits, dots and hyphens.',
	},
	InvalidAccessKeyId: wrongKeys,
	SignatureDoesNotMatch: {
		message: ({ connection }) =>
			`The secret access key does not match the access key ID${connection?.credential ? ' of the credential' : ''}`,
		description: () =>
			"Enter 'Secret Access Key' in the credential again. AWS shows it only once, when you create the key.",
	},
	ExpiredToken: expired,
	InvalidToken: expired,
	InvalidTokenId: expired,
	TokenRefreshRequired: expired,
	RequestTimeTooSkewed: {
		message: () => 'The clock of the n8n server is wrong',
		description: () =>
			"S3 rejects requests that are more than 15 minutes off. Set the server's clock, ideally with NTP.",
	},
	PermanentRedirect: wrongRegion,
	TemporaryRedirect: wrongRegion,
	AuthorizationHeaderMalformed: wrongRegion,
	'301': wrongRegion,
	IllegalLocationConstraintException: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' cannot be created in this region`,
		description: () => "Choose the same 'Region' as in the credential, or leave it empty.",
	},
	InvalidLocationConstraint: noRegion,
	InvalidRegion: noRegion,
	PreconditionFailed: precondition,
	ConditionalRequestConflict: precondition,
	'412': precondition,
	NotModified: notChanged,
	'304': notChanged,
	InvalidRange: {
		message: (failure) => `The ${target(failure)} does not have this range of bytes`,
		description: () => "Check 'Range' in 'Options': it starts after the end of the object.",
	},
	InvalidObjectState: {
		message: (failure) => `The ${target(failure)} is ${isRestore(failure) ? 'not ' : ''}archived`,
		description: (failure) =>
			isRestore(failure)
				? `Its storage class needs no restore or does not support it. Try to read the object directly.${s3Says(failure)}`
				: "Use the operation 'Restore From Archive' first, which takes minutes to hours.",
	},
	MethodNotAllowed: notAllowed,
	'405': notAllowed,
	AccessControlListNotSupported: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' has ACLs disabled`,
		description: () =>
			"Remove 'ACL' and grants. AWS recommends policies instead. ACLs need an 'Object Ownership' other than 'Bucket Owner Enforced'.",
	},
	'413': {
		message: (failure) => `The request is too large for ${host(failure)}`,
		description: () =>
			"The server or a proxy limits the size of requests. Raise the limit, such as nginx's client_max_body_size, to at least 16 MiB.",
	},
	EntityTooLarge: {
		message: (failure) => `The ${target(failure)} is too large for S3`,
		description: () => 'The limit is 48.8 TiB (10,000 parts of 5 GiB). Some S3-compatible servers allow less.',
	},
	BadDigest: corruptedUpload,
	InvalidStorageClass: {
		message: () => 'This storage class is not available here',
		description: () => "Choose another 'Storage Class'. S3-compatible servers often support only 'Standard'.",
	},
	NotImplemented: notSupported,
	XNotImplemented: notSupported,
	'501': notSupported,
	UnexpectedAnswer: unexpectedAnswer,
	UnsupportedByBucket: {
		message: ({ words = '' }) => words,
		description: () => "Nothing was changed. Enter the name of one of its buckets in 'Bucket'.",
	},
	NoSuchUpload: {
		message: (failure) => `The multipart upload of ${target(failure)} no longer exists`,
		description: () => 'A user or a lifecycle rule has aborted it. Run the workflow again.',
	},
	InvalidPart: {
		message: (failure) => `A part of ${target(failure)} is missing`,
		description: () => 'S3 did not keep all parts of the upload, so it stored nothing. Run the workflow again.',
	},
	NoAnswer: found(
		"It may be deleted. Check with 'Get Many', and run the workflow again if it still exists. Deleting twice does no harm.",
	),
	InconsistentVersions: found(
		"This object was not changed. Check it with 'Version: Get Many', then restore or delete single versions by ID. If another program is writing it, run the workflow again later.",
	),
	ResumedOtherEncryption: found(
		"The object is stored without the encryption in 'Options' or in the credential, and without the lock. Delete it if it must not stay there, then upload it again, or turn off 'Resume'.",
	),
	EarlierStateLost: found(
		"This object was not changed. Choose a later time. Or check the object with 'Version: Get Many', then restore one of its versions or delete it by hand.",
	),
	UnorderedVersions: found(
		"Nothing was deleted, because the order of versions is uncertain. Enter a longer 'Prefix' to list fewer versions at a time.",
	),
	NoVersionListing: found(
		"It returned its objects instead, so it does not support versions. The operations of 'Object' and 'Folder' work, and so does 'Empty' with 'Current Objects'.",
	),
	ListingBreaksOff: found(
		"Nothing was changed, because the list is incomplete. Enter a longer 'Prefix' to list fewer versions at a time.",
	),
	NotBack: found("Check the remaining versions with 'Version: Get Many', and make one the latest with 'Restore'."),
	EntityTooSmall: {
		message: (failure) => `A part of ${target(failure)} is too small`,
		description: () => 'All parts except the last need at least 5 MiB.',
	},
	InternalError: brokenServer,
	'500': brokenServer,
	'502': brokenServer,
	'504': brokenServer,
	'400': withoutReason,
	RequestTimeout: interrupted,
	OperationAborted: {
		message: (failure) => `Another change of ${target(failure)} is in progress`,
		description: () => 'S3 allows one such change at a time. Run the workflow again in a minute.',
	},
	TooManyBuckets: {
		message: () => 'The account has reached its limit of buckets',
		description: () => 'Delete a bucket, or request a higher quota in AWS Service Quotas.',
	},
	AccountProblem: accountProblem,
	AllAccessDisabled: accountProblem,
	NotSignedUp: accountProblem,
	UserSuspended: accountProblem,
	QuotaExceeded: {
		message: ({ bucket }) => `The storage quota for bucket '${bucket ?? ''}' is used up`,
		description: () =>
			'The service limits the storage of the user or bucket. Delete objects, or ask its operator for more.',
	},
	MetadataTooLarge: {
		message: () => 'The metadata is too large',
		description: () =>
			"Names and values in 'Metadata' can have 2,048 bytes in total. Letters such as ä count as two, emoji as four. Store more in the object itself.",
	},
	XMinioInvalidObjectName: nameNotPossible,
	XMinioInvalidResourceName: nameNotPossible,
	XMinioParentIsObject: besideItsFolder,
	ObjectParentIsFile: besideItsFolder,
	DirectoryObjectContainsData: {
		message: (failure) => `${host(failure)} cannot store content in the ${target(failure)}`,
		description: () =>
			'The server keeps objects as files, and a key that ends with a slash is a folder to it. Remove the slash from the key.',
	},
	KeyTooLongError: {
		message: () => 'The key is too long',
		description: () => "'Key' can have up to 1,024 bytes. Letters such as ä count as two, emoji as four.",
	},
	TooManyTags: {
		message: (failure) => `The copy of ${target(failure)} would have more than ten tags`,
		description: () => "S3 allows ten tags per object. Drop some in 'Tag Map', or add fewer.",
	},
	PolicyTooLarge: {
		message: ({ bucket, words }) => words ?? `The bucket policy of '${bucket ?? ''}' would be too large`,
		description: () =>
			"Remove statements from the destination's policy, move fewer folders at a time, or remove 'Keep Folder Grants' from 'Options' and grant access with policies of the users.",
	},
	NoDeleteMarker: {
		message: ({ key }) =>
			`The history of '${key ?? ''}' starts with a delete marker, which the destination cannot create`,
		description: () =>
			"The server creates delete markers only for existing objects. Exclude the key with a filter, or copy it without 'Keep Versions'.",
	},
	InvalidTag: {
		message: () => 'S3 rejected these tags',
		description: (failure) =>
			`Names in 'Tags' can have up to 128 and values up to 256 characters: letters, digits, spaces and + - = . _ : / @. Each name must be unique.${s3Says(failure)}`,
	},
	MalformedPolicy: {
		message: () => 'S3 rejected this policy',
		description: (failure) => `Check its action names, ARNs and principals.${s3Says(failure)}`,
	},
	InvalidDigest: {
		message: () => 'The checksum is not valid',
		description: () => "Remove the checksum from 'Options'. The node computes one automatically.",
	},
	XAmzContentSHA256Mismatch: corruptedUpload,
	ObjectLockConfigurationNotFoundError: noLockInBucket,
	NoSuchObjectLockConfiguration: {
		message: (failure) => `The ${target(failure)} has no lock`,
		description: () => "Use the operation 'Set Retention' or 'Set Legal Hold' to protect it.",
	},
	InvalidBucketState: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' does not allow this in its current state`,
		description: (failure) =>
			`Usually versioning must be on first, or cannot be suspended because Object Lock is on.${s3Says(failure)}`,
	},
	RestoreAlreadyInProgress: {
		message: (failure) => `The ${target(failure)} is already being restored`,
		description: () => 'Wait until the restore completes, which takes minutes to hours.',
	},
	InvalidArgument: invalid,
	InvalidRequest: invalid,
	MalformedXML: invalid,
	'KMS.DisabledException': kms,
	'KMS.NotFoundException': kms,
	'KMS.KMSInvalidStateException': kms,
	'KMS.InvalidKeyUsageException': kms,
	'kms:KeyNotFound': kms,
	'AssumeRole.AccessDenied': {
		message: ({ connection }) =>
			connection?.machine
				? `The role of this machine is not allowed to assume the role ${connection.role?.arn ?? ''}`
				: `The access key is not allowed to assume the role ${connection?.role?.arn ?? ''}`,
		description: (failure) => {
			const action = /sts:(TagSession|SetSourceIdentity)/.exec(failure.words ?? '')?.[0];
			const field = action === 'sts:TagSession' ? 'Session Tags' : 'Source Identity';
			if (action)
				return `'${field}' in the credential is set, so the role's trust policy and the caller's policy must allow ${action} in addition to sts:AssumeRole.${s3Says(failure)}`;
			const caller = failure.connection?.machine ? 'role of this machine' : 'user of these keys';
			return `Check three things: the role's trust policy names the ${caller}, the ${caller.split(' ')[0]}'s policy allows sts:AssumeRole on the role, and 'External ID' matches the trust policy.${s3Says(failure)}`;
		},
	},
	'AssumeRole.ValidationError': {
		message: () => 'AWS STS rejected the role settings of the credential',
		description: (failure) =>
			`Check 'Role ARN', 'External ID' and 'Role Duration', which must not exceed the role's maximum.${s3Says(failure)}`,
	},
	'AssumeRole.NoSuchEntity': noRole,
	'AssumeRole.NoSuchEntityException': noRole,
	'AssumeRole.RegionDisabledException': {
		message: ({ connection }) => `AWS STS is disabled in ${connection?.region ?? 'this region'}`,
		description: () => "Enable it in IAM under 'Account settings', or enter the 'STS Endpoint' of another region.",
	},
	AssumeRole: {
		message: ({ connection }) => `AWS STS returned no keys for the role ${connection?.role?.arn ?? ''}`,
		description: (failure) => `Check the role settings in the credential.${s3Says(failure)}`,
	},
	...machineRole,
	...queue,
	Z_DATA_ERROR: damaged,
	Z_BUF_ERROR: damaged,
	NoTemporaryFile: {
		message: () => 'Could not write a temporary file for a large part',
		description: (failure) =>
			`Parts larger than half of 'Memory (MiB)' use temporary files on the n8n server. Free up disk space, set TMPDIR to a folder with more space, or raise 'Memory (MiB)' in 'Options'. The system says: ${failure.words ?? ''}`,
	},
	ChecksumMismatch: {
		message: (failure) => `The ${target(failure)} was corrupted in transit from S3`,
		description: () =>
			"The received content does not match S3's checksum, so it was discarded. Run the workflow again. If it happens again, look for a proxy that changes data.",
	},
	WrongAnswer: {
		message: ({ words = '' }) => words,
		description: (failure) =>
			`Amazon S3 never answers like this, so the node stopped. Look for a proxy that changes answers, or ask the operator of ${host(failure)}.`,
	},
	OriginalKept: {
		message: ({ words = '' }) => words,
		description: () =>
			'Both objects remain. Compare them, then delete the one that you do not need, or run the workflow again to copy the original anew.',
	},
	StoredDamaged: {
		message: (failure) => `The ${target(failure)} was corrupted in transit to S3, and the service stored it like that`,
		description: () =>
			'The service does not compare what it receives. Where the node may, it has removed the damaged object. If it is still there, delete it. Look for a proxy that changes data before you copy again.',
	},
	SlowDown: slowDown,
	'503': slowDown,
	ServiceUnavailable: slowDown,
	TooManyRequestsException: slowDown,
	ENOTFOUND: unreachable,
	EAI_AGAIN: unreachable,
	ECONNREFUSED: unreachable,
	EHOSTUNREACH: unreachable,
	ENETUNREACH: unreachable,
	ETIMEDOUT: unreachable,
	TimeoutError: unreachable,
	EPROTO: noTls,
	ERR_SSL_WRONG_VERSION_NUMBER: noTls,
	ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
	HPE_INVALID_CONSTANT: noHttp,
	IdleTimeout: interrupted,
	ECONNRESET: interrupted,
	EPIPE: interrupted,
	ERR_STREAM_PREMATURE_CLOSE: interrupted,
	AbortError: {
		message: () => 'The execution was stopped',
		description: () => 'Running requests were canceled. Completed work remains.',
	},
};

const certificate: Explanation = {
	message: (failure) => `The certificate of ${host(failure)} is not trusted`,
	description: () =>
		"Check 'Service URL' in the credential. For a server with a self-signed certificate, give n8n its CA with NODE_EXTRA_CA_CERTS, or turn on 'S3-Compatible Service', then 'Ignore SSL Issues (Insecure)'.",
};

for (const code of [
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'CERT_HAS_EXPIRED',
	'ERR_TLS_CERT_ALTNAME_INVALID',
]) {
	catalogue[code] = certificate;
}

/** Servers choose the codes, so one may be a property of every object, such as `constructor`. */
const listed = (code: string) => (Object.hasOwn(catalogue, code) ? catalogue[code] : undefined);

/** The explanation of a code. `AssumeRole.X` falls back to `X` and to `AssumeRole`, an unknown code to S3's own message. */
export const explanationFor = (code = '') => {
	const [, action = '', own = code] = /^(AssumeRole(?:WithWebIdentity)?)\.(.*)$/s.exec(code) ?? [];
	return listed(code) ?? listed(own) ?? listed(action) ?? unknownCode;
};

/** For codes that are not in the catalogue: S3's own message. */
const unknownCode: Explanation = {
	message: ({ code, words, httpStatus }) =>
		httpStatus === undefined
			? (words ?? 'Something unexpected happened')
			: `S3 rejected the request${code ? ` (${code})` : ''}`,
	description: ({ words, httpStatus }) => (httpStatus === undefined ? '' : (words ?? '')),
};
