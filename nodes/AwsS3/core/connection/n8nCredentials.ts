import { isAws } from '../../s3/capabilities';
import type { Connection } from '../../s3/connection';
import { partitionOf } from '../../s3/partition';
import type { Data } from './credentialData';
import { checkAwsRegion, checkedUrl, requiredText, text } from './credentialData';
import { machineOf, refuseElsewhere } from './machine';
import { roleOf } from './role';

/** Adds where a setting is that n8n's own credentials do not have. */
const onlyOurs = (...labels: string[]) =>
	labels.map((label): [string, string] => [`'${label}'`, `'${label}' (which only the credential 'Amazon S3 API' has)`]);

/** Labels of n8n's own credentials, by those that our messages name. */
const labels = new Map([
	["'Service URL'", "'S3 Endpoint'"],
	...onlyOurs('Force Path Style', 'Ignore SSL Issues', 'Role Duration', 'STS Endpoint'),
]);

const labelsOfRole = new Map([
	...labels,
	["'Access Key ID'", "'STS Access Key ID'"],
	["'Secret Access Key'", "'STS Access Key Secret'"],
	["'Session Token'", "'STS Session Token (optional)'"],
]);

const regionOf = (data: Data) => {
	const region = requiredText(data, 'region', 'Region', "Choose the region of your buckets in 'Region'.");
	checkAwsRegion(region);
	return region;
};

/** Where requests to S3 go. Services other than AWS rarely have a host name for each bucket. */
const placeOf = (data: Data): Pick<Connection, 'region' | 'endpoint' | 'sqsEndpoint' | 'forcePathStyle'> => {
	const region = regionOf(data);
	// n8n also replaces this placeholder, and keeps an address that is switched off.
	const urlOf = (name: string) =>
		data.customEndpoints === true ? text(data, name).replaceAll('{region}', region) : '';
	const endpoint = checkedUrl(urlOf('s3Endpoint'), 'S3 Endpoint');
	const sqsEndpoint = urlOf('sqsEndpoint');
	return {
		region,
		endpoint,
		...(sqsEndpoint && { sqsEndpoint }),
		forcePathStyle: endpoint !== undefined && !isAws({ endpoint }),
	};
};

/**
 * Converts a credential of n8n's type *AWS (IAM)* into a connection. Throws for a missing or invalid value, naming the label
 * of its field. https://docs.n8n.io/integrations/builtin/credentials/aws/
 */
export const iamConnectionOf = (data: Data): Connection => ({
	...placeOf(data),
	accessKeyId: requiredText(data, 'accessKeyId', 'Access Key ID', 'Enter the ID of an access key of an IAM user.'),
	secretAccessKey: requiredText(
		data,
		'secretAccessKey',
		'Secret Access Key',
		'Enter the secret that belongs to the access key.',
	),
	sessionToken: data.temporaryCredentials === true ? text(data, 'sessionToken') || undefined : undefined,
	labels,
});

/**
 * Converts a credential of n8n's type *AWS (Assume Role)* into a connection. As in n8n's own nodes, roles come from AWS, even
 * with a custom endpoint for S3, and an access key in the environment counts among the system credentials. Throws for a
 * missing or invalid value, naming the label of its field.
 */
export const roleConnectionOf = (data: Data): Connection => {
	const place = placeOf(data);
	const isMachine = data.useSystemCredentialsForRole === true;
	const keys = isMachine
		? { accessKeyId: '', secretAccessKey: '', machine: machineOf(true) }
		: {
				accessKeyId: requiredText(
					data,
					'stsAccessKeyId',
					'STS Access Key ID',
					'Enter the ID of an access key of an IAM user that may assume the role.',
				),
				secretAccessKey: requiredText(
					data,
					'stsSecretAccessKey',
					'STS Access Key Secret',
					'Enter the secret that belongs to the access key.',
				),
				sessionToken: text(data, 'stsSessionToken') || undefined,
			};
	const endpoint = `https://sts.${place.region}.${partitionOf(place.region).suffix}`;
	const { roleArn = '', externalId = '', roleSessionName = '' } = data;
	const role = roleOf({ roleArn, externalId, roleSessionName }, { endpoint, sessionName: 'n8n-session' });
	const connection = { ...place, ...keys, role, labels: labelsOfRole };
	refuseElsewhere(connection);
	return connection;
};
