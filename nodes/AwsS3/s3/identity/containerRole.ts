import { readFile } from 'node:fs/promises';
import { s3Failure } from '../failure';
import type { MachineEnvironment } from './environment';
import { sendLocally } from './localRequest';
import type { TemporaryKeys } from './temporaryKeys';
import { keysIn } from './temporaryKeys';

const code = 'MachineRole.Container';

/** Of ECS, and of EKS Pod Identity; besides these, the SDKs of AWS accept only this machine itself, and any host by TLS. */
const plainHosts = /^(169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::23\]|localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const addressIn = (env: MachineEnvironment) => {
	const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
	const address = relative ? `http://169.254.170.2${relative}` : (env.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '');
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const isAccepted = url?.protocol === 'https:' || (url?.protocol === 'http:' && plainHosts.test(url.hostname));
	if (!url || !isAccepted) throw s3Failure({ code, message: `'${address}' is not an address that provides keys` });
	return url;
};

const tokenIn = async (env: MachineEnvironment) => {
	const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
	if (!file) return env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
	// EKS writes a new token to it from time to time.
	const token = await readFile(file, 'utf8').catch((error: Error) => {
		throw s3Failure({ code, message: error.message });
	});
	return token.trim();
};

/** Whether the environment names an address that gives out the keys of the container's role. */
export const hasContainerRole = (env: MachineEnvironment) =>
	(env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ?? env.AWS_CONTAINER_CREDENTIALS_FULL_URI) !== undefined;

/**
 * The keys of the role of a container: of the task in ECS, or of the pod in EKS with Pod Identity. Not by the SDK's provider,
 * which waits forever for an address that accepts a request and never answers.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export const containerKeys = async (env: MachineEnvironment): Promise<TemporaryKeys> => {
	const url = addressIn(env);
	const token = await tokenIn(env);
	if (token !== undefined && /[\r\n]/.test(token)) throw s3Failure({ code, message: 'The token has a line break' });
	const headers: Record<string, string> = token ? { authorization: token } : {};
	const { status, text } = await sendLocally({ url, headers }, code);
	if (status !== 200) throw s3Failure({ code, message: `${url.host} answered ${status}: ${text.slice(0, 200)}` });
	return keysIn(text, code);
};
