import type { Policy } from '../../nodes/AwsS3/operations/access/policy';
import { startProxy } from './proxy';
import { server } from './s3';

/**
 * The policy for appending only, at a server that evaluates policies and does not know the conditions `s3:if-none-match` and
 * `s3:ObjectCreationOperation` of AWS. It knows those on two headers that no signature covers. So the policy names these
 * instead, and a proxy fills them with what AWS documents for each request. All else is the policy as it is generated.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
const headersFor: Record<string, string> = {
	's3:if-none-match': 'aws:Referer',
	's3:ObjectCreationOperation': 'aws:UserAgent',
};

/** Statements with conditions that the server knows. */
export const standIns = (statements: Policy['Statement']): Policy['Statement'] =>
	JSON.parse(
		JSON.stringify(statements).replaceAll(
			/s3:if-none-match|s3:ObjectCreationOperation/g,
			(key) => headersFor[key] ?? key,
		),
	);

/** PutObject, CopyObject and CompleteMultipartUpload create an object. */
const createsObject = (method = '', url = '') =>
	/^PUT [^?]*(\?x-id=\w+)?$/.test(`${method} ${url}`) || (method === 'POST' && /[?&]uploadId=/.test(url));

/** A proxy that fills the headers of the conditions. */
export const startConditions = async () =>
	await startProxy(server.endpoint, ({ method, url, headers }) => {
		const { 'if-none-match': condition } = headers;
		if (condition !== undefined) headers.referer = condition;
		headers['user-agent'] = String(createsObject(method, url));
		return 'pass';
	});
