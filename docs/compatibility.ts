import { bucketKinds, labels as settings } from '../nodes/AwsS3/s3/bucketKinds';
import type { Capabilities, Support } from '../nodes/AwsS3/s3/capabilities';
import { servers } from '../nodes/AwsS3/s3/capabilities';
import { recipes } from './serviceRecipes';
import { table } from './tables';

/** What users read of each capability. */
const labels: Record<keyof Capabilities, string> = {
	conditionalPut: 'Upload only if the key is free',
	conditionalCopy: 'Copy only if the key is free',
	conditionalDelete: 'Delete only what has not changed',
	conditionalDeleteMany: 'Delete only what has not changed, among many objects',
	conditionalComplete: 'Complete a multipart upload only if the key is free',
	checksums: 'CRC32 of uploads',
	tagsOnCopy: 'Tags of copies with new metadata',
	listObjectsV2: 'ListObjectsV2',
	virtualHosts: 'Addresses such as `bucket.host`',
	versions: 'Versions',
	exactKeys: 'Tells `/a` from `a`, and `a//b` from `a/b`',
	tagCount: 'Tells everybody the number of tags',
	versionOrder: 'Lists versions and delete markers in one order',
	callerIdentity: 'GetCallerIdentity',
	knowsDeniedKeys: 'Denies access to known keys only',
};

const words: Record<Support, string> = { yes: 'yes', no: 'refused', ignored: 'ignored', unknown: '?' };

const isCapability = (name: string): name is keyof Capabilities => name in labels;

const sourcesOf = (sources: string[]) =>
	sources.map((source) => (source.startsWith('https:') ? `<${source}>` : source)).join(', ');

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What the node does with each kind of bucket. */
const useOf = ({ refused, notWith = [], requests, noLinks }: (typeof bucketKinds)[number]) =>
	refused
		? `no: it ${refused.fault}`
		: [
				'yes',
				...(notWith.length > 0 ? [`not with ${notWith.map((name) => `'${settings[name]}'`).join(', ')}`] : []),
				...(requests
					? ['only the requests that S3 supports there, which are none for versions and batches of deletions']
					: []),
				...(noLinks ? ['no presigned URLs'] : []),
			].join('; ');

/** The page that shows what the node knows of each kind of server, and where it knows it from. */
export const compatibilityPage = () =>
	[
		'<!-- Made by `gulp build` from `capabilities.ts` and `bucketKinds.ts` in `nodes/AwsS3/s3`; do not edit. -->',
		'# S3-compatible services',
		`The node recognises a service by its address, or by what the service says of itself, and asks it only for what it can do.
_Ignored_ means that the service accepts the request and does nothing about that part of it; _?_ that no source says so.`,
		table(
			['Feature', ...servers.map(({ name }) => name)],
			Object.keys(labels)
				.filter(isCapability)
				.map((name) => [labels[name], ...servers.map(({ can }) => words[can[name]])]),
		),
		`Where "upload only if the key is free" is not a plain _yes_, the node looks for the object before it writes with _Fail_,
_Skip_ or _Rename_, and writes a key one item at a time. Another program that writes the same key at the same moment can
still come between; only the service itself could prevent that. Services that are not in this table are treated like that.`,
		`A server that ignores what it does not know would overwrite or delete an object for _Set Tags_ or _Delete Tags_, and a bucket
for _Delete_ of a setting. So the node first reads what it is going to change, unless it knows the server to have it, and
changes nothing if the server answers with something else. That takes one request for each connection, bucket and kind of
setting, and the permission to read it. In the same way it looks at a version before it deletes it by its ID.`,
		...recipes,
		'## Access points and special buckets of Amazon S3',
		`'Bucket' takes an ARN in place of a name. What this node does not support is refused before anything is sent. Through a
Multi-Region Access Point, 'If Exists' and conditions such as 'If Match' hold for the bucket that a request reaches, and S3
copies to the others later.`,
		table(
			['In place of a bucket', 'Supported', 'Source'],
			bucketKinds.map((kind) => [capitalised(kind.name), useOf(kind), `<${kind.source}>`]),
		),
		"What the tests show of the servers that can run on a developer's machine is in [Tested S3 servers](servers.md).",
		'## Sources',
		...servers.map(({ name, sources }) => `- ${name}: ${sourcesOf(sources)}`),
		'',
	]
		.join('\n\n')
		.replace(/\n\n(?=- )/g, '\n')
		.replace('## Sources\n-', '## Sources\n\n-');
