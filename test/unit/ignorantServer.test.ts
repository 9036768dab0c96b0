import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import { bucketSettings } from '../../nodes/AwsS3/s3/settings/bucketSettings';
import { startIgnorantServer } from '../support/ignorantServer';
import { jsonOf, runNode } from '../support/n8n';
import { zipOf } from '../support/zip';

/**
 * Every operation against a server that ignores every subresource. Objects and buckets are compared before and after:
 * nothing may change besides what was asked for.
 */
interface Try {
	parameters: object;
	/** What the operation is to change: keys, each with its bucket, or buckets. */
	changes?: string[];
	/** What the server lacks, as the message has to say it. */
	lacks?: string;
}

const a = { bucket: 'full', key: 'a.txt' };
const upload = { bucket: 'full', key: 'a.txt', uploadId: 'some-upload' };
const copy = { sourceBucket: 'full', sourceKey: 'a.txt', destinationBucket: 'full', destinationKey: 'b.txt' };
const transfer = { bucket: 'full', prefix: 'f/', destinationBucket: 'full', destinationPrefix: 'g/' };
const folders = { sourceBucket: 'full', sourceFolder: 'f', destinationBucket: 'full', destinationFolder: 'g' };
const text = { source: 'text', text: 'new' };
const pair = { values: [{ name: 'n', value: 'v' }] };
const tags = 'support tags of objects';
const acls = 'support ACLs of objects';
const holds = 'support legal holds';
const retentions = 'support retention of objects';
const uploads = 'multipart uploads';
const versions = 'support versions of objects';

const tries: Record<string, Try[]> = {
	'access.check': [{ parameters: { bucket: 'full', tryWriting: true } }],
	'access.generatePolicy': [{ parameters: { bucket: 'full' } }],
	'access.getIdentity': [{ parameters: {} }],
	'bucket.create': [
		{ parameters: { bucket: 'new-bucket' }, changes: ['new-bucket'] },
		{
			parameters: { bucket: 'new-bucket', options: { versioning: true } },
			changes: ['new-bucket'],
			lacks: 'support versioning of buckets',
		},
	],
	'bucket.delete': [{ parameters: { bucket: 'empty' }, changes: ['empty'] }, { parameters: { bucket: 'full' } }],
	'bucket.empty': [{ parameters: { bucket: 'empty' } }],
	'bucket.exists': [{ parameters: { bucket: 'full' } }],
	'bucket.get': [{ parameters: { bucket: 'full' } }],
	'bucket.getAll': [{ parameters: {} }],
	'bucket.getLocation': [{ parameters: { bucket: 'full' }, lacks: 'support regions of buckets' }],
	'bucketSetting.delete': [],
	'bucketSetting.get': [],
	'bucketSetting.set': [],
	'bucketSetting.setNotification': [
		{ parameters: { bucket: 'full', change: 'remove', sendTo: 'queue', entryId: 'n8n' }, lacks: 'of buckets' },
	],
	'folder.copy': [{ parameters: folders, changes: ['full/g/1', 'full/g/2'] }],
	'folder.create': [{ parameters: { bucket: 'full', folder: 'new' }, changes: ['full/new/'] }],
	'folder.delete': [{ parameters: { bucket: 'full', folder: 'f' }, changes: ['full/f/1', 'full/f/2'] }],
	'folder.getAll': [{ parameters: { bucket: 'full' } }],
	'folder.getStatistics': [
		{ parameters: { bucket: 'full' } },
		{ parameters: { bucket: 'full', options: { unfinishedUploads: true } }, lacks: uploads },
	],
	'folder.move': [{ parameters: folders, changes: ['full/f/1', 'full/f/2', 'full/g/1', 'full/g/2'] }],
	'folder.unzip': [
		{
			parameters: { bucket: 'full', folder: 'out', zipBucket: 'full', zipKey: 'a.zip' },
			changes: ['full/out/one.txt'],
		},
	],
	'folder.zip': [
		{ parameters: { bucket: 'full', folder: 'f', zipBucket: 'full', zipKey: 'b.zip' }, changes: ['full/b.zip'] },
	],
	'multipartUpload.abort': [{ parameters: upload, lacks: uploads }],
	'multipartUpload.abortStale': [{ parameters: { bucket: 'full', olderThanHours: 0 }, lacks: uploads }],
	'multipartUpload.complete': [
		{ parameters: { ...upload, parts: '[{ "partNumber": 1, "etag": "a" }]' }, lacks: uploads },
		{ parameters: upload, lacks: uploads },
	],
	'multipartUpload.copyPart': [
		{ parameters: { ...upload, sourceBucket: 'full', sourceKey: 'f/1', partNumber: 1 }, lacks: uploads },
	],
	'multipartUpload.create': [{ parameters: a, lacks: uploads }],
	'multipartUpload.getAll': [{ parameters: { bucket: 'full', returnAll: true }, lacks: uploads }],
	'multipartUpload.getParts': [{ parameters: { ...upload, returnAll: true }, lacks: uploads }],
	'multipartUpload.uploadPart': [{ parameters: { ...upload, ...text, partNumber: 1 }, lacks: uploads }],
	'object.copy': [
		{ parameters: copy, changes: ['full/b.txt'] },
		{ parameters: { ...copy, options: { sourceVersionId: 'older' } }, lacks: versions },
	],
	'object.delete': [
		{ parameters: a, changes: ['full/a.txt'] },
		{ parameters: { ...a, options: { versionId: 'older' } }, lacks: versions },
	],
	'object.deleteMany': [
		{ parameters: { bucket: 'full', source: 'prefix', prefix: 'f/' }, changes: ['full/f/1', 'full/f/2'] },
	],
	'object.deleteTags': [{ parameters: a, lacks: tags }],
	'object.download': [{ parameters: a }, { parameters: { ...a, options: { versionId: 'older' } }, lacks: versions }],
	'object.exists': [{ parameters: a }, { parameters: { ...a, options: { versionId: 'older' } }, lacks: versions }],
	'object.get': [{ parameters: a }, { parameters: { ...a, options: { versionId: 'older' } }, lacks: versions }],
	'object.getAcl': [{ parameters: a, lacks: acls }],
	'object.getAll': [{ parameters: { bucket: 'full', returnAll: true } }],
	'object.getAttributes': [{ parameters: a, lacks: 'support attributes of objects' }],
	'object.getLegalHold': [{ parameters: a, lacks: holds }],
	'object.getRetention': [{ parameters: a, lacks: retentions }],
	'object.getTags': [{ parameters: a, lacks: tags }],
	'object.move': [{ parameters: copy, changes: ['full/a.txt', 'full/b.txt'] }],
	'object.read': [
		{ parameters: { ...a, format: 'text' } },
		{ parameters: { ...a, format: 'text', options: { versionId: 'older' } }, lacks: versions },
	],
	'object.restore': [{ parameters: a }],
	'object.setAcl': [
		{ parameters: { ...a, options: { acl: 'public-read' } }, lacks: acls },
		{ parameters: { ...a, options: { grantRead: 'id=x' } }, lacks: acls },
	],
	'object.setLegalHold': [
		{ parameters: { ...a, legalHold: true }, lacks: holds },
		{ parameters: { ...a, legalHold: false }, lacks: holds },
	],
	'object.setMetadata': [
		{ parameters: { ...a, metadata: pair }, changes: ['full/a.txt'] },
		{ parameters: { ...a, metadata: pair, options: { keepAcl: false } }, changes: ['full/a.txt'] },
	],
	'object.setRetention': [
		{ parameters: { ...a, until: '2999-01-01T00:00:00Z' }, lacks: retentions },
		{ parameters: { ...a, mode: 'none' }, lacks: retentions },
	],
	'object.setStorageClass': [{ parameters: { ...a, storageClass: 'GLACIER' } }],
	'object.setTags': [
		{ parameters: { ...a, tags: pair, mode: 'replace' }, lacks: tags },
		{ parameters: { ...a, tags: pair, mode: 'merge' }, lacks: tags },
	],
	'object.upload': [{ parameters: { ...a, ...text }, changes: ['full/a.txt'] }],
	'presignedUrl.delete': [{ parameters: a }],
	'presignedUrl.download': [{ parameters: a }],
	'presignedUrl.head': [{ parameters: a }],
	'presignedUrl.post': [{ parameters: a }],
	'presignedUrl.upload': [{ parameters: a }],
	'presignedUrl.uploadPart': [{ parameters: upload }],
	'transfer.analyze': [
		{ parameters: { bucket: 'full' } },
		{ parameters: { bucket: 'full', options: { alsoCount: ['unfinishedUploads'] } }, lacks: uploads },
		{ parameters: { bucket: 'full', options: { alsoCount: ['versions'] } }, lacks: versions },
	],
	'transfer.applyPlan': [{ parameters: { ...transfer, planKey: 'a.txt' } }],
	'transfer.confirm': [
		{
			parameters: { bucket: 'full', recordKey: 'new.jsonl', carriedOut: 'delete', confirmedKey: 'a' },
			changes: ['full/new.jsonl'],
		},
	],
	'transfer.plan': [{ parameters: transfer }],
	'transfer.report': [{ parameters: { bucket: 'full', jobName: 'none', format: 'json' } }],
	'transfer.run': [
		{ parameters: transfer, changes: ['full/g/1', 'full/g/2'] },
		{ parameters: { ...transfer, mode: 'move' }, changes: ['full/f/1', 'full/f/2', 'full/g/1', 'full/g/2'] },
		{ parameters: { ...transfer, prefix: 'nothing/', destinationPrefix: 'f/', mode: 'mirror' } },
	],
	'transfer.verify': [{ parameters: transfer }],
	'version.delete': [{ parameters: { ...a, versionId: 'older' }, lacks: versions }],
	'version.getAll': [{ parameters: { bucket: 'full', returnAll: true }, lacks: versions }],
	'version.purge': [
		{ parameters: { bucket: 'full', prefix: 'f/', keepVersions: 0, olderThanDays: 0 }, lacks: versions },
	],
	'version.restore': [
		{ parameters: { ...a, versionId: 'older', options: { keepAcl: false } }, lacks: 'versioning of buckets' },
	],
	'version.restoreFolder': [
		{
			parameters: { bucket: 'full', prefix: 'f/', time: '2020-01-01T00:00:00Z' },
			lacks: 'support versioning of buckets',
		},
	],
	'version.undelete': [{ parameters: a, lacks: versions }],
};

/** A valid configuration of each setting that has no fields of its own. */
const configurations: Record<string, object> = {
	acl: { Owner: { ID: 'me' }, Grants: [] },
	analytics: { Id: 'one', StorageClassAnalysis: {} },
	cors: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
	intelligentTiering: { Id: 'one', Status: 'Enabled', Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' }] },
	inventory: {
		Id: 'one',
		IsEnabled: true,
		IncludedObjectVersions: 'All',
		Schedule: { Frequency: 'Daily' },
		Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::reports', Format: 'CSV' } },
	},
	lifecycle: { Rules: [{ Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }] },
	logging: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: '' } },
	metrics: { Id: 'one' },
	notification: { EventBridgeConfiguration: {} },
	objectLock: { ObjectLockEnabled: 'Enabled' },
	policy: { Version: '2012-10-17', Statement: [] },
	replication: { Role: 'arn:aws:iam::1:role/r', Rules: [{ Status: 'Enabled', Destination: { Bucket: 'b' } }] },
	website: { IndexDocument: { Suffix: 'index.html' } },
};

const fieldsOf: Record<string, object> = {
	accelerate: { status: 'Enabled' },
	encryption: { sseAlgorithm: 'AES256' },
	ownershipControls: { objectOwnership: 'ObjectWriter' },
	publicAccessBlock: { blockPublicAcls: true },
	requestPayment: { payer: 'Requester' },
	tagging: { tags: pair },
	versioning: { status: 'Enabled' },
};

for (const { id: setting, hasMany, set, remove } of bucketSettings) {
	const withId = hasMany ? { configurationId: 'one' } : {};
	const value = fieldsOf[setting] ?? { configuration: JSON.stringify(configurations[setting]) };
	for (const bucket of ['empty', 'full']) {
		const parameters = { bucket, setting, ...withId };
		tries['bucketSetting.get']?.push({ parameters, lacks: 'of buckets' });
		if (hasMany) tries['bucketSetting.get']?.push({ parameters: { bucket, setting }, lacks: 'of buckets' });
		if (set) tries['bucketSetting.set']?.push({ parameters: { ...parameters, ...value }, lacks: 'of buckets' });
		if (remove) tries['bucketSetting.delete']?.push({ parameters, lacks: 'of buckets' });
	}
}

test('the table has every operation', () => {
	const all = Object.values(registry).map(({ resource, operation }: Operation) => `${resource}.${operation}`);
	expect(Object.keys(tries).sort()).toEqual(all.sort());
});

const started = async () => {
	const server = await startIgnorantServer();
	for (const bucket of ['empty', 'full']) server.makeBucket(bucket);
	for (const key of ['a.txt', 'f/1', 'f/2']) server.put('full', key, `content of ${key}`);
	server.put('full', 'a.zip', await zipOf({ 'one.txt': '1' }));
	return server;
};

type State = Record<string, Record<string, string>>;

/** The buckets and keys that differ, the keys with their bucket. */
const differences = (before: State, after: State) => {
	const buckets = [...new Set([...Object.keys(before), ...Object.keys(after)])];
	return buckets.flatMap((bucket) => {
		const [old, now] = [before[bucket], after[bucket]];
		if (!old || !now) return [bucket];
		const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
		return keys.filter((key) => old[key] !== now[key]).map((key) => `${bucket}/${key}`);
	});
};

const cases = Object.entries(tries).flatMap(([id, all]) =>
	all.map((one): [string, string, Try] => [id, JSON.stringify(one.parameters), one]),
);

test.each(cases)('%s %s changes nothing besides what was asked for', async (id, _, one) => {
	const { parameters, changes = [], lacks } = one;
	const server = await started();
	const before = server.state();
	const [resource = '', operation = ''] = id.split('.');
	const run = runNode({ parameters: { resource, operation, ...parameters }, credentials: server.credentials });
	const error = await run.then(
		() => undefined,
		(thrown: { message: string; description: string }) => thrown,
	);
	expect(differences(before, server.state()).sort()).toEqual([...changes].sort());
	if (lacks === undefined) return;
	const words = `${error?.message} ${error?.description}`;
	expect(words).toContain(lacks);
	expect(words).not.toMatch(/Deserialization|\$response|undefined/);
});

test('Get of a bucket names the settings that the server does not know', async () => {
	const server = await started();
	const parameters = { resource: 'bucket', operation: 'get', bucket: 'full' };
	const [json] = jsonOf(await runNode({ parameters, credentials: server.credentials }));
	expect(Object.keys(json ?? {})).toEqual(['bucket', 'unreadable']);
	expect(json?.unreadable).toMatchObject({
		versioning: 'not known to this server',
		tagging: 'not known to this server',
	});
});

const refusal = async (server: Awaited<ReturnType<typeof startIgnorantServer>>, id: string, more: object) => {
	const [resource = '', operation = ''] = id.split('.');
	const run = runNode({ parameters: { resource, operation, ...more }, credentials: server.credentials });
	return await run.then(
		() => undefined,
		({ message, description }: { message: string; description: string }) => ({ message, description }),
	);
};

const notImplemented = {
	status: 501,
	body: '<Error><Code>NotImplemented</Code><Message>Not here.</Message></Error>',
};

test('an ACL that cannot be kept: what is written, and what is missing', async () => {
	const acl =
		'<AccessControlPolicy><Owner><ID>1</ID></Owner><AccessControlList><Grant><Grantee><ID>2</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>';
	const server = await startIgnorantServer(({ method, query }) => {
		if (!query.has('acl')) return undefined;
		return method === 'GET' ? { status: 200, body: acl } : notImplemented;
	});
	server.makeBucket('full');
	server.put('full', 'a.txt', 'content');
	expect(await refusal(server, 'object.setMetadata', { ...a, metadata: pair })).toEqual({
		message: "The object 'a.txt' in bucket 'full' was written without the original's ACL",
		description: expect.stringContaining(
			'does not support setting ACLs of objects. S3-compatible servers support only a part of S3',
		),
	});
});

describe('a server that says yes to everything', () => {
	const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' };

	test.each([
		['overwrite', 'does not respond like S3'],
		['fail', 'already exists'],
		['rename', 'does not respond like S3'],
	])('has stored nothing: %s', async (onConflict, message) => {
		const server = await startIgnorantServer(() => page);
		expect(await refusal(server, 'object.upload', { ...a, ...text, onConflict })).toMatchObject({
			message: expect.stringContaining(message),
		});
	});
});

describe('a server that ignores ranges', () => {
	const content = 'content of a.txt, all of it';
	const started_ = async () => {
		const server = await startIgnorantServer(({ method, key }) =>
			method === 'GET' && key === 'a.txt'
				? { status: 200, headers: { etag: '"opaque-2"', 'last-modified': new Date().toUTCString() }, body: content }
				: undefined,
		);
		server.makeBucket('full');
		return server;
	};

	test('gives no other part than the one that was asked for', async () => {
		const server = await started_();
		for (const range of ['2-4', '-4', '5-'])
			expect((await refusal(server, 'object.download', { ...a, options: { range } }))?.message).toContain(
				'support ranges of objects',
			);
	});

	test('can be read from the beginning', async () => {
		const server = await started_();
		const parameters = { resource: 'object', operation: 'read', ...a, format: 'lines', limit: 1 };
		expect(jsonOf(await runNode({ parameters, credentials: server.credentials }))).toEqual([
			expect.objectContaining({ line: content }),
		]);
	});
});

test('a retention is read, as whatever element a server gives it', async () => {
	const until = '2099-01-01T00:00:00.000Z';
	const root = 'ObjectLockRetention';
	const body = `<${root}><Mode>GOVERNANCE</Mode><RetainUntilDate>${until}</RetainUntilDate></${root}>`;
	const server = await startIgnorantServer(({ query }) => (query.has('retention') ? { status: 200, body } : undefined));
	const parameters = { resource: 'object', operation: 'getRetention', ...a };
	expect(jsonOf(await runNode({ parameters, credentials: server.credentials }))).toMatchObject([
		{ locked: true, mode: 'GOVERNANCE', until },
	]);
});

describe('a server that takes one key for another', () => {
	const started_ = async () => {
		const server = await startIgnorantServer(undefined, (key) => key.replace(/^\/+/, '').toLowerCase());
		server.makeBucket('full');
		server.put('full', 'f/a', 'precious');
		return server;
	};
	const inBucket = { sourceBucket: 'full', destinationBucket: 'full' };

	test.each(['/f/a', 'F/A', '//f/a'])('an object is not moved to %s and deleted there', async (key) => {
		const server = await started_();
		const at = { ...inBucket, sourceKey: 'f/a', destinationKey: key };
		expect(await refusal(server, 'object.move', at)).toEqual({
			message: `'f/a' and '${key}' are the same object on this server`,
			description: expect.stringContaining("'Destination Key'"),
		});
		expect(server.state().full).toEqual({ 'f/a': expect.stringContaining('precious') });
	});

	test.each([
		['is free', false],
		['is taken', true],
	])('an object is moved to a key that only looks the same and %s', async (_, isTaken) => {
		const server = await started_();
		if (isTaken) server.put('full', 'f//a', 'other');
		const at = { ...inBucket, sourceKey: 'f/a', destinationKey: 'f//a' };
		expect(await refusal(server, 'object.move', at)).toBeUndefined();
		expect(server.state().full).toEqual({ 'f//a': expect.stringContaining('precious') });
	});

	test.each(['overwrite', 'skipIfSame'])('nor is a folder, with %s', async (onConflict) => {
		const server = await started_();
		const at = { ...inBucket, sourceFolder: 'f', destinationFolder: '/F', onConflict };
		const parameters = { resource: 'folder', operation: 'move', ...at };
		const output = jsonOf(await runNode({ parameters, credentials: server.credentials, continueOnFail: true }));
		expect(JSON.stringify(output)).toContain('are the same object on this server');
		expect(server.state().full).toEqual({ 'f/a': expect.stringContaining('precious') });
	});

	test('an object is not moved from another of its keys', async () => {
		const server = await started_();
		const at = { ...inBucket, sourceKey: '/f/a', destinationKey: 'f/a' };
		expect((await refusal(server, 'object.move', at))?.message).toContain('are the same object');
		expect(server.state().full).toEqual({ 'f/a': expect.stringContaining('precious') });
	});
});

test('tags that a server does not keep are a hint, and the object is there', async () => {
	const server = await started();
	const options = { tags: pair };
	const output = await runNode({
		parameters: { resource: 'object', operation: 'upload', ...a, ...text, options },
		credentials: server.credentials,
	});
	expect(jsonOf(output)).toMatchObject([{ uploaded: true }]);
	expect(output.hints).toEqual(["'a.txt' was stored without the requested tags, because this service ignores it."]);
});

test('a server without tags and ACLs can be copied from', async () => {
	const [from, to] = [await started(), await started()];
	to.put('full', 'a.txt', 'other');
	const parameters = {
		resource: 'object',
		operation: 'copy',
		...copy,
		destination: 'destinationConnection',
		destinationKey: 'a.txt',
	};
	const output = await runNode({ parameters, credentials: from.credentials, destination: to.credentials });
	expect(jsonOf(output)).toMatchObject([{ copied: true }]);
	expect(to.state().full?.['a.txt']).toBe(from.state().full?.['a.txt']);
});

describe('a bucket that was made although its settings were refused', () => {
	test.each([
		['at once', 501],
		['after a retry', 500],
	])('%s', async (_, status) => {
		const server = await startIgnorantServer(({ method, bucket, key }) => {
			if (method !== 'PUT' || key !== '' || bucket in server.state()) return undefined;
			server.makeBucket(bucket);
			return { ...notImplemented, status };
		});
		const parameters = { bucket: 'new-bucket', options: { acl: 'public-read' } };
		expect(await refusal(server, 'bucket.create', parameters)).toEqual({
			message: "The bucket 'new-bucket' was created, but S3 rejected its settings",
			description: expect.any(String),
		});
	});

	test('a name that is taken stays one', async () => {
		const server = await started();
		expect(await refusal(server, 'bucket.create', { bucket: 'full' })).toMatchObject({
			message: "The bucket name 'full' is taken",
		});
	});
});

test('Check harms nothing, and says what it could not try', async () => {
	const server = await started();
	const parameters = { resource: 'access', operation: 'check', bucket: 'full', tryWriting: true };
	const output = jsonOf(await runNode({ parameters, credentials: server.credentials }));
	expect(output.find(({ permission }) => permission === 's3:PutObjectTagging')).toMatchObject({ allowed: null });
	expect(Object.keys(server.state().full ?? {}).sort()).toEqual(['a.txt', 'a.zip', 'f/1', 'f/2']);
});
