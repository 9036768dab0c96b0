import { bucketNameFault, parseAddress } from '../../s3/address';
import { bucketFault } from '../../s3/bucketKinds';
import type { Connection, Defaults } from '../../s3/client/client';
import { encryptions, storageClasses } from '../fields/choices';
import { badInput } from '../errors/badInput';
import type { Data } from './credentialData';
import { checkedUrl, requiredText, text } from './credentialData';
import { machineOf, refuseElsewhere } from './machine';
import { accountId } from './requestDefaults';
import { refuseWithoutRole, roleOf } from './role';

export const credentialName = 'awsS3Api';

const regionOf = (data: Data) => {
	const advice = "Select the region of your buckets in 'Region' of the credential, as shown in the S3 console.";
	const region = requiredText(data, 'region', 'Region', advice);
	if (region !== 'other') return region;
	return requiredText(
		data,
		'customRegion',
		'Region Code',
		"Enter the region code that the service uses, such as 'us-east-1'.",
	);
};

const defaultsOf = (data: Data): Defaults => {
	const encryption = encryptions.find(({ value }) => value !== 'none' && value === data.serverSideEncryption)?.value;
	const withKms = encryption === 'aws:kms' || encryption === 'aws:kms:dsse';
	const kmsKeyId = text(data, 'kmsKeyId');
	const owner = text(data, 'expectedBucketOwner');
	const storageClass = storageClasses.find(({ value }) => value === data.storageClass)?.value;
	return {
		...(encryption && encryption !== 'none' && { ServerSideEncryption: encryption }),
		...(withKms && kmsKeyId !== '' && { SSEKMSKeyId: kmsKeyId }),
		...(encryption === 'aws:kms' && data.bucketKeyEnabled === true && { BucketKeyEnabled: true }),
		...(storageClass && { StorageClass: storageClass }),
		...(data.requesterPays === true && { RequestPayer: 'requester' }),
		...(owner !== '' && {
			ExpectedBucketOwner: accountId(owner, "'Expected Bucket Owner' of the credential"),
		}),
	};
};

type Identity = Pick<Connection, 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'machine' | 'role'>;

/** Who signs requests: an access key or the machine, and the role that these assume. */
const identityOf = (data: Data): Identity => {
	const isMachine = data.authentication === 'machineRole';
	const machine = isMachine ? machineOf(false) : undefined;
	const keys = isMachine
		? { accessKeyId: '', secretAccessKey: '' }
		: {
				accessKeyId: requiredText(
					data,
					'accessKeyId',
					'Access Key ID',
					'Enter the ID of an access key of an IAM user made for this purpose.',
				),
				secretAccessKey: requiredText(
					data,
					'secretAccessKey',
					'Secret Access Key',
					'Enter the secret that belongs to the access key.',
				),
				sessionToken: text(data, 'sessionToken') || undefined,
			};
	const assumesRole = data.authentication === 'assumeRole' || (isMachine && text(data, 'roleArn') !== '');
	if (!assumesRole) {
		if (isMachine) refuseWithoutRole(data);
		return { ...keys, machine };
	}
	const endpoint = checkedUrl(text(data, 'stsEndpoint'), 'STS Endpoint');
	return { ...keys, machine, role: roleOf(data, { endpoint, sessionName: 'n8n', isChained: isMachine }) };
};

/** Throws for switches that AWS cannot combine. */
const checkSwitches = ({ endpoint, forcePathStyle, dualstack, fips, accelerate, bucket }: Connection) => {
	const conflicts: Array<[boolean | undefined, string, string]> = [
		[
			endpoint !== undefined && (dualstack || fips || accelerate),
			"'Service URL'",
			"'Use Dual-Stack', 'Use FIPS' or 'Use Acceleration', which are addresses of AWS",
		],
		[accelerate && forcePathStyle, "'Use Acceleration'", "'Force Path Style'"],
		[accelerate && fips, "'Use Acceleration'", "'Use FIPS'"],
		[accelerate && bucket?.includes('.'), "'Use Acceleration'", "a 'Bucket' with dots in its name"],
	];
	for (const [isConflict, one, other] of conflicts) {
		if (isConflict)
			throw badInput(
				`${one} of the credential does not work with ${other}`,
				'Switch one of them off in the credential.',
			);
	}
};

/**
 * Converts a saved credential into a connection. Throws for a missing or invalid value, naming the label of its field.
 */
export const connectionOf = (data: Data): Connection => {
	const bucketText = text(data, 'bucket');
	const bucket = bucketText.startsWith('arn:') ? (parseAddress(bucketText)?.bucket ?? bucketText) : bucketText;
	const fault = bucket === '' ? undefined : bucketNameFault(bucket);
	if (fault)
		throw badInput(
			`'Bucket' of the credential ${fault}: '${bucket}'`,
			"Enter the bucket's name only, or leave it empty.",
		);
	const prefix = typeof data.prefix === 'string' ? data.prefix : '';
	if (prefix !== '' && bucket === '') {
		throw badInput(
			"'Prefix' of the credential is set, but 'Bucket' is empty",
			"Enter the bucket that the prefix is in in 'Bucket'.",
		);
	}
	const connection: Connection = {
		...identityOf(data),
		region: regionOf(data),
		strictRegion: data.strictRegion === true,
		endpoint: checkedUrl(text(data, 'endpoint'), 'Service URL'),
		sqsEndpoint: text(data, 'sqsEndpoint') || undefined,
		forcePathStyle: data.forcePathStyle === true,
		ignoreSslIssues: data.ignoreSslIssues === true,
		dualstack: data.dualstack === true,
		fips: data.fips === true,
		accelerate: data.accelerate === true,
		bucket: bucket || undefined,
		prefix: prefix || undefined,
		defaults: defaultsOf(data),
	};
	checkSwitches(connection);
	const unusable = bucketFault(connection, bucket);
	if (unusable) throw badInput(`'Bucket' of the credential ${unusable.fault}: '${bucket}'`, unusable.advice);
	refuseElsewhere(connection);
	return connection;
};
