import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { bucketNameFault, parseAddress } from '../../s3/address';
import { bucketFault } from '../../s3/bucketKinds';
import type { Connection, Defaults } from '../../s3/client/client';
import type { Role } from '../../s3/connection';
import { isMetadataService } from '../../s3/metadataService';
import { encryptions, storageClasses } from '../fields/choices';
import { badInput } from '../errors/badInput';
import { bareAddress } from '../errors/redact';

export const credentialName = 'awsS3Api';

type Data = ICredentialDataDecryptedObject;

const text = (data: Data, name: string) => {
	const value = data[name];
	return typeof value === 'string' ? value.trim() : '';
};

const requiredText = (data: Data, name: string, label: string, advice: string) => {
	const value = text(data, name);
	if (value === '') throw badInput(`'${label}' of the connection is empty`, advice);
	return value;
};

const regionOf = (data: Data) => {
	const advice =
		"Choose the region that your buckets are in in 'Region' of the connection. There is no default, because a wrong one never works.";
	const region = requiredText(data, 'region', 'Region', advice);
	if (region !== 'other') return region;
	return requiredText(
		data,
		'customRegion',
		'Region Code',
		"Enter the region code that the service uses, such as 'us-east-1'.",
	);
};

const urlOf = (data: Data, name: string, label: string) => {
	const url = text(data, name);
	if (url === '') return undefined;
	if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
		throw badInput(
			`'${label}' of the connection is not a URL: '${bareAddress(url)}'`,
			'Enter a full address such as https://minio.example.com:9000, or leave it empty for AWS.',
		);
	}
	const { hostname, username, search, hash } = new URL(url);
	if (isMetadataService(hostname)) {
		throw badInput(
			`'${label}' of the connection is an address of the machine's own metadata: '${hostname}'`,
			'There is no S3 there. Enter the address of your service, or leave it empty for AWS.',
		);
	}
	if (username || search || hash) {
		throw badInput(
			`'${label}' of the connection has more than an address`,
			"Leave out what is before '@' and behind '?' or '#'.",
		);
	}
	return url.replace(/\/+$/, '');
};

const roleOf = (data: Data): Role | undefined => {
	if (data.authentication !== 'assumeRole') return undefined;
	const arn = requiredText(
		data,
		'roleArn',
		'Role ARN',
		"Enter the ARN of the role, which the IAM console shows at the top of the role's page.",
	);
	if (!/^arn:[\w-]*:iam::\d*:role\/.+$/.test(arn)) {
		throw badInput(
			`'Role ARN' of the connection is not the ARN of a role: '${arn}'`,
			'It looks like arn:aws:iam::111122223333:role/name.',
		);
	}
	const sessionName = text(data, 'roleSessionName') || 'n8n';
	if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
		throw badInput(
			`'Role Session Name' of the connection cannot be '${sessionName}'`,
			'Use 2 to 64 letters, digits and any of + = , . @ - _.',
		);
	}
	const duration = typeof data.roleDuration === 'number' ? data.roleDuration : 3600;
	if (!Number.isInteger(duration) || duration < 900 || duration > 43_200) {
		throw badInput(
			`'Role Duration' of the connection cannot be ${duration}`,
			'Enter 900 to 43200 seconds, and not more than the role allows.',
		);
	}
	const externalId = text(data, 'externalId');
	if (externalId !== '' && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
		throw badInput(
			"'External ID' of the connection is not one that AWS allows",
			'It has 2 to 1224 letters, digits and any of + = , . @ : / - _, and no spaces.',
		);
	}
	return {
		arn,
		externalId: externalId || undefined,
		sessionName,
		duration,
		endpoint: urlOf(data, 'stsEndpoint', 'STS Endpoint'),
	};
};

const defaultsOf = (data: Data): Defaults => {
	const encryption = encryptions.find(({ value }) => value !== 'none' && value === data.serverSideEncryption)?.value;
	const withKms = encryption === 'aws:kms' || encryption === 'aws:kms:dsse';
	const kmsKeyId = text(data, 'kmsKeyId');
	const owner = text(data, 'expectedBucketOwner');
	if (owner !== '' && !/^\d{12}$/.test(owner)) {
		throw badInput(
			`'Expected Bucket Owner' of the connection is not an AWS account: '${owner}'`,
			'Enter the 12 digits of the account, or leave it empty.',
		);
	}
	const storageClass = storageClasses.find(({ value }) => value === data.storageClass)?.value;
	return {
		...(encryption && encryption !== 'none' && { ServerSideEncryption: encryption }),
		...(withKms && kmsKeyId !== '' && { SSEKMSKeyId: kmsKeyId }),
		...(encryption === 'aws:kms' && data.bucketKeyEnabled === true && { BucketKeyEnabled: true }),
		...(storageClass && { StorageClass: storageClass }),
		...(data.requesterPays === true && { RequestPayer: 'requester' }),
		...(owner !== '' && { ExpectedBucketOwner: owner }),
	};
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
			throw badInput(`${one} of the connection does not go with ${other}`, 'Switch one of them off in the connection.');
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
			`'Bucket' of the connection ${fault}: '${bucket}'`,
			"Enter the bucket's name only, or leave it empty.",
		);
	const prefix = typeof data.prefix === 'string' ? data.prefix : '';
	if (prefix !== '' && bucket === '') {
		throw badInput(
			"'Prefix' of the connection is set, but 'Bucket' is empty",
			"Enter the bucket that the prefix is in in 'Bucket'.",
		);
	}
	const connection: Connection = {
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
		role: roleOf(data),
		region: regionOf(data),
		strictRegion: data.strictRegion === true,
		endpoint: urlOf(data, 'endpoint', 'Service URL'),
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
	if (unusable) throw badInput(`'Bucket' of the connection ${unusable.fault}: '${bucket}'`, unusable.advice);
	return connection;
};
