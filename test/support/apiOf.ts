import type { IncomingHttpHeaders } from 'node:http';

interface Request {
	method?: string;
	/** With the bucket in the path. */
	url?: string;
	headers: IncomingHttpHeaders;
	body: string;
}

/** Subresources of buckets, by the name that AWS's API gives them. */
const ofBucket: Record<string, string> = {
	accelerate: 'BucketAccelerateConfiguration',
	cors: 'BucketCors',
	encryption: 'BucketEncryption',
	lifecycle: 'BucketLifecycleConfiguration',
	location: 'BucketLocation',
	'object-lock': 'ObjectLockConfiguration',
	ownershipControls: 'BucketOwnershipControls',
	policyStatus: 'BucketPolicyStatus',
	publicAccessBlock: 'PublicAccessBlock',
	requestPayment: 'BucketRequestPayment',
	tagging: 'BucketTagging',
	versioning: 'BucketVersioning',
};

const ofObject: Record<string, string> = {
	acl: 'ObjectAcl',
	'legal-hold': 'ObjectLegalHold',
	retention: 'ObjectRetention',
	tagging: 'ObjectTagging',
};

const verbs: Record<string, string> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete', HEAD: 'Head' };

const found = (names: Record<string, string>, query: URLSearchParams) =>
	Object.keys(names).find((name) => query.has(name));

const bucketApi = (method: string, query: URLSearchParams, body: string) => {
	if (query.has('delete')) return /<VersionId>/.test(body) ? 'DeleteObjects: of versions' : 'DeleteObjects';
	if (query.has('uploads')) return 'ListMultipartUploads';
	if (query.has('versions')) return 'ListObjectVersions';
	const setting = found(ofBucket, query);
	if (setting) return `${verbs[method]}${ofBucket[setting]}`;
	return { GET: 'ListObjectsV2', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method];
};

const objectApi = (method: string, query: URLSearchParams, source: string) => {
	const part = query.has('uploadId');
	if (source)
		return `${part ? 'UploadPartCopy' : 'CopyObject'}${/[?&]versionId=/.test(source) ? ': of a version' : ''}`;
	if (method === 'POST') return part ? 'CompleteMultipartUpload' : 'CreateMultipartUpload';
	if (part) return { GET: 'ListParts', PUT: 'UploadPart', DELETE: 'AbortMultipartUpload' }[method];
	const subresource = found(ofObject, query);
	const name = `${verbs[method]}${subresource ? ofObject[subresource] : 'Object'}`;
	return query.has('versionId') ? `${name}: of a version` : name;
};

/** The operations of AWS's API that a request asks for, as `awsPermissions.ts` names them. */
export const apiOf = ({ method = '', url = '', headers, body }: Request): string[] => {
	const [path = '', search] = url.replace(/^https?:\/\/[^/]*/, '').split('?');
	const [, bucket, key] = /^\/([^/]*)\/?(.*)$/.exec(path) ?? [];
	const query = new URLSearchParams(search);
	if (!bucket) return ['ListBuckets'];
	const api = key
		? objectApi(method, query, String(headers['x-amz-copy-source'] ?? ''))
		: bucketApi(method, query, body);
	const checks = method === 'HEAD' && headers['x-amz-checksum-mode'] !== undefined;
	return [api ?? `${method} ${url}`, ...(checks ? ['HeadObject: with checksums'] : [])];
};
