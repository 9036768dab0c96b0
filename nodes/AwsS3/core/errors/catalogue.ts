import { denial } from './accessDenied';
import type { Failure } from './failureToExplain';
import { nearBucket, nearKey } from './nearMiss';
import { machineRole } from './machineRole';
import { queue } from './queue';

/** The text of an error: the message says what happened, the description what to do. */
export interface Explanation {
	message(failure: Failure): string;
	description(failure: Failure): string;
}

const target = ({ bucket, key }: Failure) =>
	key === undefined ? `bucket '${bucket ?? ''}'` : `object '${key}' in bucket '${bucket ?? ''}'`;

const host = ({ connection }: Failure) => connection?.endpoint ?? `S3 in ${connection?.region ?? 'this region'}`;

const s3Says = ({ words }: Failure) => (words ? ` S3 says: ${words}` : '');

const accessDenied: Explanation = {
	message: (failure) => `Access to ${target(failure)} was denied`,
	description: (failure) =>
		failure.lookedWith
			? `Some S3-compatible servers overwrite or delete the object or bucket itself by such a change, so this node first looks whether the server supports it. That needs ${failure.lookedWith}, which the user of the connection does not have. Nothing was changed.${s3Says(failure)}`
			: denial(failure) + (failure.lock ? '' : s3Says(failure)),
};

/** The host that virtual-hosted-style addresses make of a bucket, if that is what could not be found. */
const bucketHost = ({ bucket, connection, words = '' }: Failure) => {
	const { endpoint = '', forcePathStyle } = connection ?? {};
	const name = URL.canParse(endpoint) ? `${bucket ?? ''}.${new URL(endpoint).hostname}` : undefined;
	return name !== undefined && !forcePathStyle && words.includes(name) ? name : undefined;
};

const unreachable: Explanation = {
	message: (failure) => `${bucketHost(failure) ?? host(failure)} cannot be reached`,
	description: (failure) => {
		if (bucketHost(failure))
			return "The bucket became a part of the host name, which does not exist. Switch on 'Force Path Style' in the connection, which most servers of one's own need.";
		return failure.connection?.endpoint
			? "Check 'Service URL' in the connection, and that this n8n can reach that host and port."
			: "Check 'Region' in the connection, and that this n8n can reach the internet.";
	},
};

const noTls: Explanation = {
	message: (failure) => `${host(failure)} does not speak TLS`,
	description: () =>
		"'Service URL' in the connection begins with https://, but the server speaks plain HTTP on that port. Check the port, or begin the URL with http:// if nobody else can listen in.",
};

const noHttp: Explanation = {
	message: (failure) => `${host(failure)} does not speak HTTP`,
	description: () =>
		"Check 'Service URL' in the connection: begin it with https:// if the server speaks TLS on that port, and check the port.",
};

const noObject: Explanation = {
	message: (failure) => `There is no ${target(failure)}`,
	description: ({ key }) =>
		nearKey(key) ?? "Check 'Key', upper and lower case included. Keys have no leading slash unless one was uploaded.",
};

const kms: Explanation = {
	message: (failure) => `The KMS key for ${target(failure)} cannot be used`,
	description: (failure) =>
		`Check 'KMS Key ID': the key has to exist in the bucket's region and to be enabled.${s3Says(failure)}`,
};

/** Ceph gives the code of a wrong access key for a KMS key that it does not have. */
const isAboutKms = ({ words = '' }: Failure) => /\bkms\b/i.test(words);

const wrongKeys: Explanation = {
	message: (failure) => (isAboutKms(failure) ? kms.message(failure) : 'S3 does not know this access key'),
	description: (failure) =>
		isAboutKms(failure)
			? kms.description(failure)
			: "Check 'Access Key ID' in the connection. The key may have been deleted or belong to another service.",
};

const expired: Explanation = {
	message: ({ connection }) =>
		connection?.machine
			? "The keys of this machine's role have expired or are not valid"
			: 'The session token of this connection has ended or is not valid',
	description: ({ connection }) =>
		connection?.machine
			? 'The machine has to renew them. Check its clock, and that its role still exists.'
			: "Enter new temporary keys with their 'Session Token' in the connection, or keys that do not end.",
};

const precondition: Explanation = {
	message: (failure) =>
		failure.takenKey === undefined
			? `The ${target(failure)} is not in the state that was asked for`
			: `There is an object '${failure.takenKey}' already`,
	description: ({ takenKey }) =>
		takenKey === undefined
			? "It exists already or has changed meanwhile, so it was left as it is. Check 'If Exists', 'If Match' or 'If None Match', or read the object again first."
			: "It was left as it is, because 'If Exists' is set to 'Fail'. Choose another key, or another answer in 'If Exists'.",
};

const encryptionMissing: Explanation = {
	message: (failure) => `${host(failure)} did not encrypt the ${target(failure)} as you asked`,
	description: (failure) =>
		`This service ignores the encryption in 'Options' or in the connection. If the object must not stay there unencrypted, delete it. To store it without this encryption, take the option out.${s3Says(failure)}`,
};

const lockMissing: Explanation = {
	message: (failure) =>
		failure.key === undefined
			? `The ${target(failure)} was made without the Object Lock that you asked for`
			: `The ${target(failure)} was stored without the lock that you asked for`,
	description: () =>
		"The service ignores locks, or the bucket has no 'Object Lock'. Objects in it can be deleted by anyone with the permission. Use a bucket with 'Object Lock', or take the lock out of 'Options'.",
};

const lostAnswer: Explanation = {
	message: (failure) => `S3 may have written the ${target(failure)}, but its answer was lost`,
	description: () =>
		'There is an object with this key now, and it cannot be told whether it is this copy. The original is as it was. Look at the object, then run the workflow again.',
};

const slowDown: Explanation = {
	message: (failure) => `${host(failure)} is too busy`,
	description: () =>
		"The request was repeated several times. Lower 'Concurrency' in 'Options', or run the workflow later.",
};

const brokenServer: Explanation = {
	message: (failure) => `${host(failure)} could not handle the request (${failure.code ?? failure.httpStatus ?? ''})`,
	description: (failure) =>
		`The server has a fault of its own; the request was repeated several times. Run the workflow later, or look into the server's log.${s3Says(failure)}`,
};

const notChanged: Explanation = {
	message: (failure) => `The ${target(failure)} has not changed`,
	description: () => 'It is the same as named in the conditions, so S3 did not send it again.',
};

const notSupported: Explanation = {
	message: (failure) =>
		failure.lacks === undefined
			? `${host(failure)} does not know this function`
			: `${host(failure)} does not support ${failure.lacks}`,
	description: (failure) => {
		if (failure.lacks === undefined)
			return `S3-compatible servers leave out some of S3. Leave out the options that it does not support.${s3Says(failure)}`;
		const unchanged = failure.lookedWith ? ' Nothing was changed.' : '';
		const acl = /ACLs of objects/.test(failure.lacks) ? " Where an ACL was to be kept, switch off 'Keep ACL'." : '';
		return `S3-compatible servers leave out some of S3.${unchanged}${acl}${s3Says(failure)}`;
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
			? `${host(failure)} does not answer as S3 does`
			: `${host(failure)} does not support ${failure.lacks}`,
	description: ({ got = 'something else', lacks, lookedWith }) => {
		const unchanged = lookedWith ? ' Nothing was changed: the change would have hit the object or bucket itself.' : '';
		if (lacks === undefined || /html/i.test(got))
			return `It answered with ${got}. Check 'Service URL' in the connection: it has to be the address of the S3 API, not that of a website or console.${unchanged}`;
		const instead =
			lacks === 'versions of objects'
				? " The operations of 'Object' and 'Folder' work, and so does 'Empty' with 'Current Objects'."
				: '';
		return `It ignored the request and answered with ${got}. S3-compatible servers leave out some of S3.${instead}${unchanged}`;
	},
};

const noLockInBucket: Explanation = {
	message: ({ bucket }) => `The bucket '${bucket ?? ''}' has no Object Lock`,
	description: () => "Leave out 'Lock: Mode' and 'Lock: Legal Hold', or make a bucket with 'Object Lock' switched on.",
};

const customerKeyMissing: Explanation = {
	message: (failure) => `The ${target(failure)} is encrypted with a key of its own`,
	description: (failure) =>
		`S3 does not keep this key. Add the one that the object was uploaded with as 'SSE-C Key' in 'Options'.${s3Says(failure)}`,
};

const invalidVersion: Explanation = {
	message: (failure) => `The ${target(failure)} has no such version`,
	description: (failure) => `'Version ID' is not in the form that the server gives them.${s3Says(failure)}`,
};

/** The more precise explanation of a refusal whose code says little. */
const byWords = ({ words = '' }: Failure): Explanation | undefined => {
	if (/object ?lock/i.test(words) && /missing|not configured|not enabled/i.test(words)) return noLockInBucket;
	if (/server.side encryption|SSE-C/i.test(words) && /parameters|must|key/i.test(words)) return customerKeyMissing;
	if (/version ?id/i.test(words)) return invalidVersion;
	return undefined;
};

/** A HEAD request gets no reason. */
const withoutReason: Explanation = {
	message: (failure) => byWords(failure)?.message(failure) ?? 'S3 refused the request (400)',
	description: (failure) =>
		byWords(failure)?.description(failure) ??
		failure.words ??
		"S3 gave no reason. If the object is encrypted with a key of its own, add it as 'SSE-C Key' in 'Options'. If there is a 'Version ID', check it.",
};

/** Whether S3 refused to restore an object, instead of to read an archived one. */
const isRestore = ({ words = '' }: Failure) => /restore is not allowed/i.test(words);

const interrupted: Explanation = {
	message: (failure) => `The connection to ${host(failure)} broke off`,
	description: () =>
		'Run the workflow again. If it happens often, check proxies and firewalls between this n8n and S3.',
};

const wrongRegion: Explanation = {
	message: ({ bucket, connection, otherRegion: actualRegion }) => {
		const what = bucket ? `The bucket '${bucket}' is` : 'What was asked for is';
		return `${what} in ${actualRegion ? `the region ${actualRegion}` : 'another region'}, not in ${connection?.region ?? 'this one'}`;
	},
	description: ({ otherRegion: actualRegion }) =>
		`Choose ${actualRegion ? `'${actualRegion}'` : "the bucket's region, which the S3 console shows,"} in 'Region' of the connection.`,
};

const noRegion: Explanation = {
	message: () => 'There is no such region',
	description: (failure) =>
		`Check 'Region' in 'Options', or leave it out for the connection's own region.${s3Says(failure)}`,
};

const corruptedUpload: Explanation = {
	message: (failure) => `The ${target(failure)} was changed on its way to S3`,
	description: () =>
		'S3 compared the checksum and stored nothing. Run the workflow again; if it happens again, look for a proxy that changes data.',
};

const accountProblem: Explanation = {
	message: () => 'The account cannot use S3 at present',
	description: (failure) =>
		`Look into the AWS console, at the account's billing first, or ask who runs the service.${s3Says(failure)}`,
};

const invalid: Explanation = {
	message: (failure) => byWords(failure)?.message(failure) ?? 'S3 does not take this combination of values',
	description: (failure) =>
		byWords(failure)?.description(failure) ??
		`Check the values in 'Options'; S3-compatible services do not know all of them.${s3Says(failure)}`,
};

const damaged: Explanation = {
	message: (failure) => `The packed content of ${target(failure)} is damaged or ends too early`,
	description: () => 'Download it and try to unpack it by hand. If that works, run the workflow again.',
};

const noRole: Explanation = {
	message: ({ connection }) => `There is no role ${connection?.role?.arn ?? ''}`,
	description: () => "Check 'Role ARN' in the connection, from the role's page in the IAM console.",
};

/** The package finds these itself, and says what happened in the failure. */
const found = (advice: string): Explanation => ({
	message: ({ words }) => words ?? 'S3 gave an unclear answer',
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
		"The keys have to come in the order of their UTF-8 bytes, as Amazon S3 lists them. Directory buckets and some servers list them otherwise: use 'Copy' of the resource 'Folder' there. A trigger cannot watch them.",
	),
	TriggerStateDamaged: found(
		"Nothing was reported and nothing is lost. If it is an object below '.n8n-triggers/', put back what was there, and the trigger goes on. Otherwise enter another number at 'Start Over' in 'Options': the trigger then begins again with 'Existing Objects', and to choose 'Report Since a Date' there reports what happened meanwhile.",
	),
	TriggerStateGone: found(
		"Nothing was reported and nothing is lost. Put the object back, such as from its versions, and the trigger goes on. Otherwise enter another number at 'Start Over' in 'Options': the trigger then begins again with 'Existing Objects', and to choose 'Report Since a Date' there reports what happened meanwhile.",
	),
	JobFileUnreadable: found(
		"Nothing was written. For a plan, check 'Plan Key', or make a new one with 'Plan'. For the state or journal of a job, enter another 'Job Name', or delete the file if no run of the job is under way. For the record of another system, enter another 'Record Key', or put back an older version of the object.",
	),
	JobTakenOver: found(
		'It had given no sign of life for five minutes, because n8n was stopped or S3 did not answer. What it has done stays. Look at the output of the other run.',
	),
	NoSuchPlan: found("Check 'Plan Key' and 'Destination Bucket'. Plan gives the key as planKey if it has a 'Job Name'."),
	PlanReplaced: found(
		"Somebody has replaced it after it was approved, so nothing was done. Look at it, and enter its ETag in 'Plan ETag' if it is meant.",
	),
	RecordBusy: found(
		"Nothing of these items was noted, so the next run gives them again. Switch on 'Retry On Fail' in the settings of the node, or confirm in one execution at a time.",
	),
	SameObject: found(
		"The server does not tell such keys apart, so the object would be lost once the original is deleted. Nothing was moved. Choose another 'Destination Key' or 'Destination Folder'.",
	),
	NoSuchKey: noObject,
	NotFound: noObject,
	'404': noObject,
	NoSuchVersion: {
		message: (failure) => `The ${target(failure)} has no such version`,
		description: () => "Check 'Version ID', or leave it empty for the latest version.",
	},
	NoSuchBucket: {
		message: ({ bucket }) => `There is no bucket '${bucket ?? ''}'`,
		description: ({ bucket }) =>
			nearBucket(bucket) ?? "Check 'Bucket'. Names of buckets are case-sensitive and belong to one AWS account.",
	},
	BucketAlreadyExists: {
		message: ({ bucket }) => `The bucket name '${bucket ?? ''}' is taken`,
		description: () =>
			"Somebody else owns a bucket of this name; names are unique across all AWS accounts. Enter another one in 'Bucket Name'.",
	},
	BucketAlreadyOwnedByYou: {
		message: ({ bucket }) => `You own a bucket '${bucket ?? ''}' already`,
		description: () => "Enter another name in 'Bucket Name', or use the bucket that is there.",
	},
	BucketNotEmpty: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' is not empty`,
		description: () =>
			"S3 deletes only empty buckets. Switch on 'Empty First' in 'Options' to delete everything in it, all versions included.",
	},
	InvalidBucketName: {
		message: ({ bucket }) => `'${bucket ?? ''}' is not a name that a bucket can have`,
		description: ({ bucket }) => nearBucket(bucket) ?? 'Use 3 to 63 lower-case letters, digits, dots and hyphens.',
	},
	InvalidAccessKeyId: wrongKeys,
	SignatureDoesNotMatch: {
		message: () => 'The secret access key does not fit the access key ID',
		description: () =>
			"Enter 'Secret Access Key' in the connection again; it is shown only once, when the key is made.",
	},
	ExpiredToken: expired,
	InvalidToken: expired,
	InvalidTokenId: expired,
	TokenRefreshRequired: expired,
	RequestTimeTooSkewed: {
		message: () => "The clock of this n8n's machine is wrong",
		description: () => 'S3 accepts requests only within 15 minutes of its own time. Set the clock, best with NTP.',
	},
	PermanentRedirect: wrongRegion,
	TemporaryRedirect: wrongRegion,
	AuthorizationHeaderMalformed: wrongRegion,
	'301': wrongRegion,
	IllegalLocationConstraintException: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' cannot be made in this region`,
		description: () => "Choose the same region in 'Region' as in the connection, or leave it empty.",
	},
	InvalidLocationConstraint: noRegion,
	InvalidRegion: noRegion,
	PreconditionFailed: precondition,
	ConditionalRequestConflict: precondition,
	'412': precondition,
	NotModified: notChanged,
	'304': notChanged,
	InvalidRange: {
		message: (failure) => `The ${target(failure)} has no such range of bytes`,
		description: () => "Check 'Range' in 'Options': it begins behind the end of the object.",
	},
	InvalidObjectState: {
		message: (failure) => `The ${target(failure)} is ${isRestore(failure) ? 'not ' : ''}archived`,
		description: (failure) =>
			isRestore(failure)
				? `There is nothing to restore, or not from its storage class. It may be readable as it is.${s3Says(failure)}`
				: "Use the operation 'Restore From Archive' first, which takes minutes to hours. Then it can be read.",
	},
	MethodNotAllowed: notAllowed,
	'405': notAllowed,
	AccessControlListNotSupported: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' has access control lists switched off`,
		description: () =>
			"Leave out 'ACL' and grants. AWS advises to give access by policies; ACLs need Object Ownership other than 'Bucket Owner Enforced'.",
	},
	'413': {
		message: (failure) => `${host(failure)} does not take so much content in one request`,
		description: () =>
			"A proxy in front of the server, or the server itself, limits the size of requests. Raise that limit, such as nginx's client_max_body_size, to at least 16 MiB.",
	},
	EntityTooLarge: {
		message: (failure) => `The ${target(failure)} is too large for S3`,
		description: () =>
			'An object may have up to 48.8 TiB, in 10,000 parts of up to 5 GiB; some S3-compatible servers allow less.',
	},
	BadDigest: corruptedUpload,
	InvalidStorageClass: {
		message: () => 'S3 does not have this storage class here',
		description: () => "Choose another one in 'Storage Class'. S3-compatible servers often know only 'Standard'.",
	},
	NotImplemented: notSupported,
	XNotImplemented: notSupported,
	'501': notSupported,
	UnexpectedAnswer: unexpectedAnswer,
	UnsupportedByBucket: {
		message: ({ words = '' }) => words,
		description: () => "Nothing was changed. Choose one of the buckets behind it in 'Bucket', by its name.",
	},
	NoSuchUpload: {
		message: (failure) => `The upload of ${target(failure)} is gone`,
		description: () => 'Somebody, or a lifecycle rule, has aborted it meanwhile. Run the workflow again.',
	},
	InvalidPart: {
		message: (failure) => `A part of ${target(failure)} is missing`,
		description: () => 'S3 did not keep all parts of the upload, so it stored nothing. Run the workflow again.',
	},
	NoAnswer: found(
		"It may be gone. Look with 'Get Many', and run the workflow again if it is still there: to delete it twice does no harm.",
	),
	InconsistentVersions: found(
		"Nothing of this object was changed. Look at it with 'Get Many' of 'Version', then restore or delete single versions by their ID. Where another program writes it at the moment, run the workflow again later.",
	),
	UnorderedVersions: found(
		"Nothing is deleted by an order that is not certain. Enter a longer 'Prefix', so that fewer versions are listed at a time.",
	),
	NoVersionListing: found(
		"It answered with its objects instead, so it keeps no versions. The operations of 'Object' and 'Folder' work, and so does 'Empty' with 'Current Objects'.",
	),
	ListingBreaksOff: found(
		"Nothing was changed by a part of the list. Enter a longer 'Prefix', so that fewer versions are listed at a time.",
	),
	NotBack: found(
		"Look at what the server has kept with 'Get Many' of 'Version', and copy a version on top with 'Restore'.",
	),
	EntityTooSmall: {
		message: (failure) => `A part of ${target(failure)} is too small`,
		description: () => 'All parts but the last need at least 5 MiB.',
	},
	InternalError: brokenServer,
	'500': brokenServer,
	'502': brokenServer,
	'504': brokenServer,
	'400': withoutReason,
	RequestTimeout: interrupted,
	OperationAborted: {
		message: (failure) => `Another change of ${target(failure)} is under way`,
		description: () => 'S3 makes one such change at a time. Run the workflow again in a minute.',
	},
	TooManyBuckets: {
		message: () => 'The account has as many buckets as it may have',
		description: () => 'Delete a bucket, or ask AWS for a higher quota in Service Quotas.',
	},
	AccountProblem: accountProblem,
	AllAccessDisabled: accountProblem,
	NotSignedUp: accountProblem,
	UserSuspended: accountProblem,
	QuotaExceeded: {
		message: ({ bucket }) => `There is no room left for bucket '${bucket ?? ''}'`,
		description: () =>
			'The service limits how much the user or the bucket may hold. Delete something, or ask who runs it for more.',
	},
	MetadataTooLarge: {
		message: () => 'The metadata is too large',
		description: () =>
			"Names and values in 'Metadata' may have 2,048 bytes together; letters such as ä count two, emoji four. Store more in the object itself.",
	},
	KeyTooLongError: {
		message: () => 'The key is too long',
		description: () => "'Key' may have up to 1,024 bytes; letters such as ä count two, emoji four.",
	},
	TooManyTags: {
		message: (failure) => `The copy of ${target(failure)} would have more than ten tags`,
		description: () => "S3 takes ten tags of an object. Drop some in 'Tag Map', or add fewer.",
	},
	NoDeleteMarker: {
		message: ({ key }) =>
			`The history of '${key ?? ''}' begins with a delete marker, which the destination does not make`,
		description: () =>
			"The server makes a delete marker only where there is an object, so this history cannot be kept. Leave the key out by a filter, or copy it without 'Keep Versions'.",
	},
	InvalidTag: {
		message: () => 'S3 does not take these tags',
		description: (failure) =>
			`Names in 'Tags' have up to 128 and values up to 256 characters: letters, digits, spaces and + - = . _ : / @. A name stands only once.${s3Says(failure)}`,
	},
	MalformedPolicy: {
		message: () => 'S3 does not understand this policy',
		description: (failure) => `Check names of actions, ARNs and principals in it.${s3Says(failure)}`,
	},
	InvalidDigest: {
		message: () => 'The checksum that was given is not valid',
		description: () => "Leave out the checksum in 'Options'; S3 and this node agree on one by themselves.",
	},
	XAmzContentSHA256Mismatch: corruptedUpload,
	ObjectLockConfigurationNotFoundError: noLockInBucket,
	NoSuchObjectLockConfiguration: {
		message: (failure) => `The ${target(failure)} has no lock`,
		description: () => "Use the operation 'Set Retention' or 'Set Legal Hold' to protect it.",
	},
	InvalidBucketState: {
		message: ({ bucket }) => `The bucket '${bucket ?? ''}' is not in the state that this needs`,
		description: (failure) =>
			`Often versioning has to be on first, or cannot be switched off while Object Lock is on.${s3Says(failure)}`,
	},
	RestoreAlreadyInProgress: {
		message: (failure) => `The ${target(failure)} is being restored already`,
		description: () => 'Wait until it is there, which takes minutes to hours.',
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
				? `The role of this machine may not assume the role ${connection.role?.arn ?? ''}`
				: `The keys may not take on the role ${connection?.role?.arn ?? ''}`,
		description: (failure) => {
			const action = /sts:(TagSession|SetSourceIdentity)/.exec(failure.words ?? '')?.[0];
			const field = action === 'sts:TagSession' ? 'Session Tags' : 'Source Identity';
			if (action)
				return `'${field}' of the connection is set, so the role's trust policy has to allow ${action} besides sts:AssumeRole, and so has the policy of the one who assumes it.${s3Says(failure)}`;
			const caller = failure.connection?.machine ? 'role of this machine' : 'user of these keys';
			return `Three things have to fit: the role's trust policy names the ${caller}, the ${caller.split(' ')[0]} is allowed sts:AssumeRole on the role, and 'External ID' is the one that the trust policy asks for.${s3Says(failure)}`;
		},
	},
	'AssumeRole.ValidationError': {
		message: () => 'The token service does not take what the connection says of the role',
		description: (failure) =>
			`Check 'Role ARN', 'External ID' and 'Role Duration', which may not be longer than the role allows.${s3Says(failure)}`,
	},
	'AssumeRole.NoSuchEntity': noRole,
	'AssumeRole.NoSuchEntityException': noRole,
	'AssumeRole.RegionDisabledException': {
		message: ({ connection }) => `The token service is switched off in ${connection?.region ?? 'this region'}`,
		description: () => "Switch it on in IAM under 'Account settings', or enter the 'STS Endpoint' of another region.",
	},
	AssumeRole: {
		message: ({ connection }) => `The token service gives no keys of the role ${connection?.role?.arn ?? ''}`,
		description: (failure) => `Check what the connection says of the role.${s3Says(failure)}`,
	},
	...machineRole,
	...queue,
	Z_DATA_ERROR: damaged,
	Z_BUF_ERROR: damaged,
	NoTemporaryFile: {
		message: () => 'A large part could not be written to a temporary file',
		description: (failure) =>
			`Parts that do not fit into half of 'Memory (MiB)' wait in temporary files of the machine that runs n8n. Make room there, or name a folder with more room in TMPDIR, or raise 'Memory (MiB)' in 'Options'. The system says: ${failure.words ?? ''}`,
	},
	ChecksumMismatch: {
		message: (failure) => `The ${target(failure)} was changed on its way from S3`,
		description: () =>
			'What arrived does not have the checksum that S3 keeps, so it was thrown away. Run the workflow again; if it happens again, look for a proxy that changes data.',
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
		description: () => 'Requests under way were ended. What was finished before stays.',
	},
};

const certificate: Explanation = {
	message: (failure) => `The certificate of ${host(failure)} is not trusted`,
	description: () =>
		"Check 'Service URL' in the connection. For a server with a certificate of your own, give n8n its CA in NODE_EXTRA_CA_CERTS, or switch on 'Ignore SSL Issues'.",
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

/** Servers choose the codes, so one may be the name of something that every object has, such as `constructor`. */
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
			: `S3 refused the request${code ? ` (${code})` : ''}`,
	description: ({ words, httpStatus }) => (httpStatus === undefined ? '' : (words ?? '')),
};
