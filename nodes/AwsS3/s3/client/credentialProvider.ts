import type { Credentials } from '@aws-sdk/client-sts';
import {
	AssumeRoleCommand,
	AssumeRoleWithWebIdentityCommand,
	GetCallerIdentityCommand,
	STSClient,
} from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { Connection, Machine, Role } from '../connection';
import type { TemporaryKeys } from '../identity/temporaryKeys';
import { lastingKeys } from '../identity/temporaryKeys';
import type { WebIdentity } from '../identity/webIdentity';
import { requestHandlerFor } from '../sdk/requestHandler';
import { nothingFromHost } from '../sdk/clientSettings';
import { partitionOf } from '../partition';
import { serverOf } from '../capabilities';
import { isS3Failure, withDetails } from '../failure';
import { failureFrom } from './errorResponse';

const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: Connection) => ({
	accessKeyId,
	secretAccessKey,
	...(sessionToken && { sessionToken }),
});

/** For requests that carry a token instead of a signature. */
const unsigned = async () => {
	throw new Error('This request is not signed');
};

type Provider = AwsCredentialIdentity | (() => Promise<TemporaryKeys>);

/** The STS address of a connection: that of its role, else its service; undefined for AWS in the region. */
export const stsEndpointOf = (connection: Connection): string | undefined => {
	// A VPC endpoint or access point of S3 is no token service.
	const serviceUrl = serverOf(connection).id === 'aws' ? undefined : connection.endpoint;
	return connection.role?.endpoint ?? serviceUrl;
};

const stsClientFor = (connection: Connection, endpoint: string | undefined, credentials: Provider) => {
	const { region, fips = false, dualstack = false } = connection;
	return new STSClient({
		...nothingFromHost,
		region,
		...(endpoint && { endpoint }),
		credentials,
		useFipsEndpoint: fips,
		useDualstackEndpoint: dualstack,
		authSchemePreference: [],
		requestHandler: requestHandlerFor(endpoint ?? `https://sts.${region}.${partitionOf(region).suffix}`, {
			...connection,
			// Used once an hour, and nothing would close its sockets.
			keepAlive: false,
		}),
	});
};

/** Codes by HTTP status, because compatible services omit the code. */
const codesByStatus: Record<number, string> = { 400: 'ValidationError', 403: 'AccessDenied', 404: 'NoSuchEntity' };

/** Prefixes the codes of STS with the operation, because some of them mean something else in S3. */
const stsFailure = (error: unknown, connection: Connection, operation: string): unknown => {
	const failure = failureFrom(error, { connection, operation, input: {} });
	if (!isS3Failure(failure)) return failure;
	const { code = '', status = 0 } = failure;
	const stsCode = /^(Unknown|NotFound|\d|$)/.test(code) ? (codesByStatus[status] ?? code) : code;
	return withDetails(failure, { code: `${operation}.${stsCode}` });
};

const temporaryKeys = (keys: Credentials | undefined): TemporaryKeys => ({
	accessKeyId: keys?.AccessKeyId ?? '',
	secretAccessKey: keys?.SecretAccessKey ?? '',
	sessionToken: keys?.SessionToken,
	expiration: keys?.Expiration,
});

/**
 * The keys of the machine. A token of the machine goes only to AWS, because anyone who has it can assume the role.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
const machineProvider = (connection: Connection, { takesKeys }: Machine) => {
	const stsClient = stsClientFor(connection, undefined, unsigned);
	const assume = async ({ roleArn, sessionName, token }: WebIdentity) => {
		const command = new AssumeRoleWithWebIdentityCommand({
			RoleArn: roleArn,
			RoleSessionName: sessionName,
			WebIdentityToken: token,
		});
		const { Credentials: keys } = await stsClient.send(command).catch((error) => {
			throw stsFailure(error, connection, 'AssumeRoleWithWebIdentity');
		});
		return temporaryKeys(keys);
	};
	return lastingKeys(async () => {
		// Loaded only when a credential uses it.
		const { machineKeys } = await import('../identity/machineKeys');
		return await machineKeys(takesKeys, assume);
	});
};

/** The keys of a role, which other keys assume. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const roleProvider = (connection: Connection, role: Role, keys: Provider) => {
	const stsClient = stsClientFor(connection, stsEndpointOf(connection), keys);
	return lastingKeys(async () => {
		const command = new AssumeRoleCommand({
			RoleArn: role.arn,
			RoleSessionName: role.sessionName,
			ExternalId: role.externalId,
			DurationSeconds: role.duration,
			SourceIdentity: role.sourceIdentity,
			...(role.tags && { Tags: [...role.tags], TransitiveTagKeys: role.tags.map(({ Key }) => Key) }),
		});
		const { Credentials: assumed } = await stsClient.send(command).catch((error) => {
			// Of a chain, the message has to name the role that failed.
			throw stsFailure(error, { ...connection, role }, 'AssumeRole');
		});
		return temporaryKeys(assumed);
	});
};

/**
 * The credentials for signing requests: the access key of the connection, or a provider for its role or for that of the
 * machine, which the SDK calls again before they expire, even during a transfer. The provider throws an `S3Failure` with a
 * code such as `AssumeRole.AccessDenied`.
 */
export const credentialProviderOf = (connection: Connection): Provider => {
	const { machine, role } = connection;
	const first = machine ? machineProvider(connection, machine) : keysOf(connection);
	const providerOf = (one: Role): Provider =>
		roleProvider(connection, one, one.assumedBy ? providerOf(one.assumedBy) : first);
	return role ? providerOf(role) : first;
};

/**
 * The account, ARN and user ID that a connection acts as, according to STS. Throws an `S3Failure` if STS rejects it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const callerIdentity = async (connection: Connection, abortSignal: AbortSignal) => {
	const stsClient = stsClientFor(connection, stsEndpointOf(connection), credentialProviderOf(connection));
	const { Account, Arn, UserId } = await stsClient
		.send(new GetCallerIdentityCommand({}), { abortSignal })
		.catch((error) => {
			throw failureFrom(error, { connection, operation: 'GetCallerIdentity', input: {} });
		});
	return { account: Account, arn: Arn, userId: UserId };
};
