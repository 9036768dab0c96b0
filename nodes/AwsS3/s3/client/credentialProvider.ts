import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import type { Connection } from '../connection';
import { nothingFromHost, requestHandlerFor } from './network';
import { partitionOf } from '../partition';
import { isS3Failure, withDetails } from '../failure';
import { failureFrom } from './errorResponse';

const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: Connection) => ({
	accessKeyId,
	secretAccessKey,
	...(sessionToken && { sessionToken }),
});

/** AWS's token service in the region of a connection, or the one that is named; compatible services have it at their own URL. */
const tokenService = (connection: Connection, credentials: ReturnType<typeof credentialProviderOf>) => {
	const { region, role, endpoint: own, fips = false, dualstack = false } = connection;
	const endpoint = role?.endpoint ?? own;
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

/** Compatible services leave the code out, so that only the status tells. */
const byStatus: Record<number, string> = { 400: 'ValidationError', 403: 'AccessDenied', 404: 'NoSuchEntity' };

/** S3 has some of the token service's codes, and means something else by them: so they get its name in front. */
const refusedRole = (error: unknown, connection: Connection): unknown => {
	const failure = failureFrom(error, { connection, operation: 'AssumeRole', input: {} });
	if (!isS3Failure(failure)) return failure;
	const { code = '', status = 0 } = failure;
	const told = /^(Unknown|NotFound|\d|$)/.test(code) ? (byStatus[status] ?? code) : code;
	return withDetails(failure, { code: `AssumeRole.${told}` });
};

/**
 * The keys that requests are signed with: those of the connection, or those of its role. The SDK asks for the latter again
 * whenever they are about to end, also in the middle of a transfer.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const credentialProviderOf = (connection: Connection): AwsCredentialIdentity | AwsCredentialIdentityProvider => {
	const { role } = connection;
	if (!role) return keysOf(connection);
	const service = tokenService(connection, keysOf(connection));
	return async () => {
		const { Credentials: keys } = await service
			.send(
				new AssumeRoleCommand({
					RoleArn: role.arn,
					RoleSessionName: role.sessionName,
					ExternalId: role.externalId,
					DurationSeconds: role.duration,
				}),
			)
			.catch((error) => {
				throw refusedRole(error, connection);
			});
		return {
			accessKeyId: keys?.AccessKeyId ?? '',
			secretAccessKey: keys?.SecretAccessKey ?? '',
			sessionToken: keys?.SessionToken,
			expiration: keys?.Expiration,
		};
	};
};

/**
 * Whom a connection acts as, by its own account of it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const callerIdentity = async (connection: Connection, abortSignal: AbortSignal) => {
	const service = tokenService(connection, credentialProviderOf(connection));
	const { Account, Arn, UserId } = await service
		.send(new GetCallerIdentityCommand({}), { abortSignal })
		.catch((error) => {
			throw failureFrom(error, { connection, operation: 'GetCallerIdentity', input: {} });
		});
	return { account: Account, arn: Arn, userId: UserId };
};
