import { s3Failure } from '../failure';
import type { MachineEnvironment } from './environment';
import { sendLocally } from './localRequest';
import type { TemporaryKeys } from './temporaryKeys';
import { keysIn } from './temporaryKeys';

const code = 'MachineRole.Instance';
const addresses = { IPv4: 'http://169.254.169.254', IPv6: 'http://[fd00:ec2::254]' };
const path = '/latest/meta-data/iam/security-credentials/';
const tokenLifetime = '300';

/**
 * Milliseconds for which keys stay in use that had expired when they arrived. AWS accepts such keys while instance metadata
 * cannot renew them. https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 */
const extension = 10 * 60_000;

const addressIn = ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: given, ...env }: MachineEnvironment) => {
	const address = given ?? addresses[env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE === 'IPv6' ? 'IPv6' : 'IPv4'];
	if (!URL.canParse(address)) throw s3Failure({ code, message: `'${address}' is not an address` });
	return address;
};

/** Whether the environment lets the SDKs of AWS ask instance metadata, which need no other variable. */
export const hasInstanceRole = (env: MachineEnvironment) => env.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true';

/**
 * The keys of the role of an EC2 instance, by version 2 of its metadata service only. Not by the SDK's provider, which reads
 * `~/.aws/config` as well, goes through the proxy of n8n, and falls back to version 1.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
export const instanceKeys = async (env: MachineEnvironment): Promise<TemporaryKeys> => {
	const address = addressIn(env);
	const ask = async (path: string, method: 'GET' | 'PUT', headers: Record<string, string>) => {
		const { status, text } = await sendLocally({ url: new URL(path, address), method, headers }, `${code}Missing`);
		const isMissing = status === 404 && method === 'GET';
		if (status !== 200)
			throw s3Failure({
				code: isMissing ? `${code}WithoutRole` : code,
				message: `Instance metadata responded with ${status}: ${text.slice(0, 200)}`,
			});
		return text.trim();
	};
	const token = await ask('/latest/api/token', 'PUT', { 'x-aws-ec2-metadata-token-ttl-seconds': tokenLifetime });
	const headers = { 'x-aws-ec2-metadata-token': token };
	const [role = ''] = (await ask(path, 'GET', headers)).split('\n');
	if (!/^[\w+=,.@-]+$/.test(role)) throw s3Failure({ code, message: `Instance metadata named the role '${role}'` });
	const keys = keysIn(await ask(`${path}${role}`, 'GET', headers), code);
	const isExpired = (keys.expiration?.getTime() ?? 0) < Date.now();
	return isExpired ? { ...keys, expiration: new Date(Date.now() + extension) } : keys;
};
