import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { bucketNameFault } from '../s3/address';
import type { Connection } from '../s3/client';
import { badInput } from './errors';

export const credentialName = 'awsS3Api';

const text = (data: ICredentialDataDecryptedObject, name: string) => {
	const value = data[name];
	return typeof value === 'string' ? value.trim() : '';
};

const required = (data: ICredentialDataDecryptedObject, name: string, label: string, how: string) => {
	const value = text(data, name);
	if (value === '') throw badInput(`'${label}' of the connection is empty`, how);
	return value;
};

const regionOf = (data: ICredentialDataDecryptedObject) => {
	const how =
		"Choose the region that your buckets are in in 'Region' of the connection. There is no default, because a wrong one never works.";
	const region = required(data, 'region', 'Region', how);
	if (region !== 'other') return region;
	return required(
		data,
		'customRegion',
		'Region Code',
		"Enter the region code that the service uses, such as 'us-east-1'.",
	);
};

const serviceUrlOf = (data: ICredentialDataDecryptedObject) => {
	const url = text(data, 'endpoint');
	if (url === '') return undefined;
	if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '');
	throw badInput(
		`'Service URL' of the connection is not a URL: '${url}'`,
		'Enter a full address such as https://minio.example.com:9000, or leave it empty for AWS.',
	);
};

/** What a saved credential says, checked. Throws for what is missing or cannot be right, by the label of the field. */
export const connectionOf = (data: ICredentialDataDecryptedObject): Connection => {
	const bucket = text(data, 'bucket');
	const fault = bucket === '' ? undefined : bucketNameFault(bucket);
	if (fault)
		throw badInput(
			`'Bucket' of the connection ${fault}: '${bucket}'`,
			"Enter the bucket's name only, or leave it empty.",
		);
	return {
		accessKeyId: required(
			data,
			'accessKeyId',
			'Access Key ID',
			'Enter the ID of an access key of an IAM user made for this purpose.',
		),
		secretAccessKey: required(
			data,
			'secretAccessKey',
			'Secret Access Key',
			'Enter the secret that belongs to the access key.',
		),
		sessionToken: text(data, 'sessionToken') || undefined,
		region: regionOf(data),
		endpoint: serviceUrlOf(data),
		forcePathStyle: data.forcePathStyle === true,
		ignoreSslIssues: data.ignoreSslIssues === true,
		bucket: bucket || undefined,
	};
};
