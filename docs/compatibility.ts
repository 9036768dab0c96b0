import { bucketKinds, labels as settings } from '../nodes/AwsS3/s3/bucketKinds';
import type { Capabilities, Support } from '../nodes/AwsS3/s3/capabilities';
import { servers } from '../nodes/AwsS3/s3/capabilities';
import { recipes } from './serviceRecipes';
import { table } from './tables';

/** The name of each capability on the page. */
const labels: Record<keyof Capabilities, string> = {
	conditionalPut: 'Upload only if the key is free',
	conditionalCopy: 'Copy only if the key is free',
	conditionalDelete: 'Delete only if the object has not changed',
	conditionalDeleteMany: 'The same, for many objects in one request',
	conditionalComplete: 'Complete a multipart upload only if the key is free',
	checksums: 'CRC32 of uploads',
	contentMd5: 'Rejects an upload that does not match its Content-MD5',
	tagsOnCopy: 'Tags of copies with new metadata',
	listObjectsV2: 'ListObjectsV2',
	virtualHosts: 'Addresses such as `bucket.host`',
	versions: 'Versions',
	exactKeys: 'Treats `/a` and `a`, `a//b` and `a/b` as different keys',
	tagCount: 'Shows the number of tags without permission to read tags',
	versionOrder: 'Lists versions and delete markers in one order',
	callerIdentity: 'GetCallerIdentity',
	knowsDeniedKeys: 'Answers unknown access keys differently from missing permissions',
};

const words: Record<Support, string> = { yes: 'yes', no: 'refused', ignored: 'ignored', unknown: '?' };

/** What a server does in every answer, not a feature that a request asks for: it cannot refuse it. */
const traits: Array<keyof Capabilities> = ['exactKeys', 'knowsDeniedKeys', 'tagCount', 'versionOrder'];

const wordFor = (name: keyof Capabilities, support: Support) =>
	traits.includes(name) && support !== 'yes' && support !== 'unknown' ? 'no' : words[support];

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

/** The page that shows what the node knows about each kind of server, with the sources. */
export const compatibilityPage = () =>
	[
		'<!-- Made by `gulp build` from `capabilities.ts` and `bucketKinds.ts` in `nodes/AwsS3/s3`; do not edit. -->',
		'# S3-compatible services',
		`The node recognizes a service by its address or by the headers of its answers, and uses only the features that the service has.
_Refused_ means that the service answers with an error. _Ignored_ means that it accepts the request without doing this part of it.
_?_ means that we found no source.`,
		table(
			['Feature', ...servers.map(({ name }) => name)],
			Object.keys(labels)
				.filter(isCapability)
				.map((name) => [labels[name], ...servers.map(({ can }) => wordFor(name, can[name]))]),
		),
		`If "Upload only if the key is free" is not _yes_, the node looks for the object before it writes with _Fail_, _Skip_ or _Rename_,
and writes items with the same key one after another. Another program can still write the same key at the same moment; only the
service itself could prevent that. The node treats services that are not in this table in the same way.`,
		`A server that ignores unknown parts of a request would overwrite or delete the whole object on _Set Tags_ or _Delete Tags_, and
delete the whole bucket on _Delete_ of a setting. So the node first reads the tags or the setting, unless it knows that the server
supports them, and changes nothing if the server answers with something else. This takes one request for each credential, bucket and
kind of setting, and the permission to read it. In the same way, the node reads a version before it deletes it by its ID.`,
		...recipes,
		'## Access points and special buckets of Amazon S3',
		`In 'Bucket' you can enter an ARN in place of a name. The node refuses kinds that it does not support before it sends a request.
Through a Multi-Region Access Point, 'If Exists' and conditions such as 'If Match' apply to the bucket that a request reaches, and S3
copies to the others later.`,
		table(
			['In place of a bucket', 'Supported', 'Source'],
			bucketKinds.map((kind) => [capitalised(kind.name), useOf(kind), `<${kind.source}>`]),
		),
		"[Tested S3 servers](servers.md) shows the test results of the servers that run on a developer's machine.",
		'## Sources',
		...servers.map(({ name, sources }) => `- ${name}: ${sourcesOf(sources)}`),
		'',
	]
		.join('\n\n')
		.replace(/\n\n(?=- )/g, '\n')
		.replace('## Sources\n-', '## Sources\n\n-');
