import type { Connection } from '../connection';
import { isAws } from '../capabilities';
import { hostSuffixPattern, partitionOf } from '../partition';

/** A queue as the user names it: by its name, URL or ARN. */
export interface Queue {
	name: string;
	/** The 12 digits of the account that owns it; undefined for that of the connection. */
	account?: string;
	region: string;
	/** The URL that requests name it by; undefined if SQS has to be asked for it. */
	url?: string;
}

const arn = /^arn:([\w-]+):sqs:([a-z0-9-]+):(\w{1,64}):([\w-]{1,80}(?:\.fifo)?)$/;
const name = /^[\w-]{1,80}(?:\.fifo)?$/;
const path = /^\/(\w{1,64})\/([\w-]{1,80}(?:\.fifo)?)\/?$/;
const awsHost = new RegExp(`^(?:sqs\\.([a-z0-9-]+)|([a-z0-9-]+)\\.queue)\\.${hostSuffixPattern}$`);

/** Hosts of AWS, such as a VPC endpoint of SQS, whose queues have the URLs of SQS itself. */
const awsHosts = new RegExp(`\\.${hostSuffixPattern}$`);

/** The host of SQS in a region, in the partition of that region. */
export const hostIn = (region: string) => `sqs.${region}.${partitionOf(region).suffix}`;

/**
 * Where requests to SQS go: the address that the connection has for it, or that of its server, which has all services at one
 * address; undefined for AWS in the region. An address of S3 at AWS, such as a VPC endpoint, is none of SQS.
 */
export const sqsEndpointOf = ({ sqsEndpoint, endpoint }: Pick<Connection, 'sqsEndpoint' | 'endpoint'>) =>
	sqsEndpoint ?? (endpoint !== undefined && !isAws({ endpoint }) ? endpoint : undefined);

/** Whether a text is the ARN of a queue. */
export const isQueueArn = (text: string) => arn.test(text);

/** The ARN of a queue; undefined where its account is not known. */
export const arnOf = ({ name: queue, account, region }: Queue) =>
	account === undefined ? undefined : `arn:${partitionOf(region).id}:sqs:${region}:${account}:${queue}`;

/** Reads a queue from a name, a URL or an ARN. Undefined if it is none, or a URL of AWS where the connection is not, or the reverse. */
export const queueOf = (text: string, connection: Connection): Queue | undefined => {
	const { region } = connection;
	const endpoint = sqsEndpointOf(connection);
	if (name.test(text)) return { name: text, region };
	const [, , arnRegion = region, arnAccount, arnName] = arn.exec(text) ?? [];
	if (arnName !== undefined) {
		const url = `https://${hostIn(arnRegion)}/${arnAccount}/${arnName}`;
		return { name: arnName, account: arnAccount, region: arnRegion, ...(endpoint === undefined && { url }) };
	}
	if (!URL.canParse(text)) return undefined;
	const { hostname, pathname } = new URL(text);
	const [, urlAccount, urlName] = path.exec(pathname) ?? [];
	if (urlName === undefined) return undefined;
	const [, newRegion, oldRegion] = awsHost.exec(hostname) ?? [];
	const awsRegion = newRegion ?? oldRegion;
	const isOfAws = endpoint === undefined || awsHosts.test(new URL(endpoint).hostname);
	if (isOfAws !== (awsRegion !== undefined)) return undefined;
	// Other servers use their own host names for queues; requests go to the endpoint anyway.
	return { name: urlName, account: urlAccount, region: awsRegion ?? region, url: text };
};
