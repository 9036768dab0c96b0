import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { Connection } from '../connection';
import { requestHandlerFor } from './network';
import { nothingFromHost } from './sdkSettings';
import { partitionOf } from '../partition';
import { serverOf } from '../capabilities';
import { isS3Failure, withDetails } from '../failure';
import { failureFrom } from './errorResponse';

const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: Connection) => ({
	accessKeyId,
	secretAccessKey,
	...(sessionToken && { sessionToken }),
});

/** An STS client: at the endpoint of the role, else at that of the connection, else at AWS in the region. */
const stsClientFor = (connection: Connection, credentials: ReturnType<typeof credentialProviderOf>) => {
	const { region, role, endpoint: serviceUrl, fips = false, dualstack = false } = connection;
	// A VPC endpoint or access point of S3 is no token service.
	const endpoint = role?.endpoint ?? (serverOf(connection).id === 'aws' ? undefined : serviceUrl);
	return new STSClient({
		...nothingFromHost,
		region,
		...(endpoint && { endpoint }),
		credentials,
		useFipsEndpoint: fips,
		useDualstackEndpoint: dualstack,
		authSchemePreference: [],
		requestHandler: requestHandlerFor(endpoint ?? `https://sts.${region}.${partitionOf(region).suffix}`, connection),
	});
};

/** Codes by HTTP status, because compatible services omit the code. */
const codesByStatus: Record<number, string> = { 400: 'ValidationError', 403: 'AccessDenied', 404: 'NoSuchEntity' };

/** Prefixes the codes of STS with `AssumeRole.`, because some of them mean something else in S3. */
const assumeRoleFailure = (error: unknown, connection: Connection): unknown => {
	const failure = failureFrom(error, { connection, operation: 'AssumeRole', input: {} });
	if (!isS3Failure(failure)) return failure;
	const { code = '', status = 0 } = failure;
	const stsCode = /^(Unknown|NotFound|\d|$)/.test(code) ? (codesByStatus[status] ?? code) : code;
	return withDetails(failure, { code: `AssumeRole.${stsCode}` });
};

/**
 * The credentials for signing requests: the access key of the connection, or a provider for its role, which the SDK calls
 * again before they expire, even during a transfer. The provider throws an `S3Failure` with a code such as
 * `AssumeRole.AccessDenied`.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const credentialProviderOf = (connection: Connection): AwsCredentialIdentity | AwsCredentialIdentityProvider => {
	const { role } = connection;
	if (!role) return keysOf(connection);
	const stsClient = stsClientFor(connection, keysOf(connection));
	return async () => {
		const { Credentials: keys } = await stsClient
			.send(
				new AssumeRoleCommand({
					RoleArn: role.arn,
					RoleSessionName: role.sessionName,
					ExternalId: role.externalId,
					DurationSeconds: role.duration,
				}),
			)
			.catch((error) => {
				throw assumeRoleFailure(error, connection);
			});
		return {
			accessKeyId: keys?.AccessKeyId ?? '',
			secretAccessKey: keys?.SecretAccessKey ?? '',
			sessionToken: keys?.SessionToken,
			expiration: keys?.Expiration,
		};
	};
};

/** In seconds. New keys for each link would take a request each. */
const shortfall = 60;

const secondsLeft = ({ expiration }: AwsCredentialIdentity) =>
	expiration === undefined ? Infinity : Math.floor((expiration.getTime() - Date.now()) / 1000);

/**
 * How many of the wanted seconds a signature of now is valid for, because it ends with its keys. Renews the keys of a role
 * that end more than a minute too early.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export const signatureLifetime = async (
	keys: (options?: { forceRefresh?: boolean }) => Promise<AwsCredentialIdentity>,
	wanted: number,
): Promise<number> => {
	const left = secondsLeft(await keys());
	const renewed = left + shortfall < wanted ? secondsLeft(await keys({ forceRefresh: true })) : left;
	return Math.max(1, Math.min(wanted, renewed));
};

/**
 * The account, ARN and user ID that a connection acts as, according to STS. Throws an `S3Failure` if STS rejects it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const callerIdentity = async (connection: Connection, abortSignal: AbortSignal) => {
	const stsClient = stsClientFor(connection, credentialProviderOf(connection));
	const { Account, Arn, UserId } = await stsClient
		.send(new GetCallerIdentityCommand({}), { abortSignal })
		.catch((error) => {
			throw failureFrom(error, { connection, operation: 'GetCallerIdentity', input: {} });
		});
	return { account: Account, arn: Arn, userId: UserId };
};
