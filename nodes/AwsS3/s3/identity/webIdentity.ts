import { readFile } from 'node:fs/promises';
import { s3Failure } from '../failure';
import type { MachineEnvironment } from './environment';
import type { TemporaryKeys } from './temporaryKeys';

/** A role that a token of an identity provider is exchanged for. */
export interface WebIdentity {
	roleArn: string;
	sessionName: string;
	token: string;
}

/** The session name that n8n's own nodes use, because policies may name it. */
const defaultSessionName = 'n8n-web-identity-session';

/** Whether the environment names a role and the file of a token for it. */
export const hasWebIdentity = (env: MachineEnvironment) =>
	env.AWS_WEB_IDENTITY_TOKEN_FILE !== undefined && env.AWS_ROLE_ARN !== undefined;

/**
 * The keys of the role of a Kubernetes service account. `assume` exchanges the token at STS. Not by the SDK's provider, which
 * brings a second STS client that takes its settings from the machine.
 * https://docs.aws.amazon.com/sdkref/latest/guide/access-assume-role-web.html
 */
export const webIdentityKeys = async (
	env: MachineEnvironment,
	assume: (identity: WebIdentity) => Promise<TemporaryKeys>,
): Promise<TemporaryKeys> => {
	// Kubernetes writes a new token to it before the last one expires.
	const token = await readFile(env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '', 'utf8').catch((error: Error) => {
		throw s3Failure({ code: 'MachineRole.TokenFile', message: error.message });
	});
	const sessionName = env.AWS_ROLE_SESSION_NAME ?? defaultSessionName;
	return await assume({ roleArn: env.AWS_ROLE_ARN ?? '', sessionName, token: token.trim() });
};
