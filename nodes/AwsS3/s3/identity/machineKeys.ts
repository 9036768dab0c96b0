import { s3Failure } from '../failure';
import { containerKeys, hasContainerRole } from './containerRole';
import type { MachineEnvironment } from './environment';
import { machineEnvironment } from './environment';
import { hasInstanceRole, instanceKeys } from './instanceRole';
import type { TemporaryKeys } from './temporaryKeys';
import type { WebIdentity } from './webIdentity';
import { hasWebIdentity, webIdentityKeys } from './webIdentity';

/** https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html */
const roleVariables = [
	...['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME'],
	...['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
	...['AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
	...['AWS_EC2_METADATA_DISABLED', 'AWS_EC2_METADATA_SERVICE_ENDPOINT', 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE'],
];

const keyVariables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

type Assume = (identity: WebIdentity) => Promise<TemporaryKeys>;

interface Source {
	/** Whether the environment names this source. */
	isNamed(env: MachineEnvironment): boolean;
	keys(env: MachineEnvironment, assume: Assume): Promise<TemporaryKeys>;
}

const environmentKeys: Source = {
	isNamed: (env) => env.AWS_ACCESS_KEY_ID !== undefined && env.AWS_SECRET_ACCESS_KEY !== undefined,
	keys: async (env) => ({
		accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
		secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
		sessionToken: env.AWS_SESSION_TOKEN,
	}),
};

/** In the order of the SDKs and of n8n. https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html */
const sources: Source[] = [
	environmentKeys,
	{ isNamed: hasWebIdentity, keys: webIdentityKeys },
	{ isNamed: hasContainerRole, keys: containerKeys },
	{ isNamed: hasInstanceRole, keys: instanceKeys },
];

/**
 * The keys of the machine, from the first source that its environment names. If that one fails, it does not try the next,
 * which would be another identity: in EKS, the role of the whole node. Reads an access key in the environment only where
 * `takesKeys` says so. Throws unless the administrator has set the switch.
 */
export const machineKeys = async (takesKeys: boolean, assume: Assume): Promise<TemporaryKeys> => {
	const env = machineEnvironment(takesKeys ? [...roleVariables, ...keyVariables] : roleVariables);
	const source = sources.find(({ isNamed }) => isNamed(env));
	if (!source) throw s3Failure({ code: 'MachineRole.InstanceMissing', message: 'Instance metadata is disabled' });
	return await source.keys(env, assume);
};
