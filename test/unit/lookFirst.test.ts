import {
	CopyObjectCommand,
	DeleteObjectCommand,
	DeleteObjectsCommand,
	PutObjectAclCommand,
	PutObjectLegalHoldCommand,
	PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { startIgnorantServer } from '../support/ignorantServer';
import { runNode } from '../support/n8n';

const bucket = 'bucket';
const tagging = '<Tagging><TagSet/></Tagging>';
const refused = (code: string) => `<Error><Code>${code}</Code><Message>Words of the server.</Message></Error>`;

type Instead = NonNullable<Parameters<typeof startIgnorantServer>[0]>;

const started = async (instead?: Instead) => {
	const server = await startIgnorantServer(instead);
	for (const name of [bucket, 'other']) {
		server.makeBucket(name);
		for (const key of ['a', 'b']) server.put(name, key, `content of ${key}`);
	}
	return { server, s3: connect(server.credentials) };
};

type Server = Awaited<ReturnType<typeof started>>['server'];

const taken = (server: Server) =>
	server.taken().map(({ method, url }) => `${method} ${url.replace(/&?x-id=\w+/, '').replace(/[?=]+$/, '')}`);

const setTags = async (s3: S3, Key: string, Bucket = bucket) =>
	await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'n', Value: 'v' }] } }));

/** A server that has tags. */
const withTags: Instead = ({ method, key, query }) => {
	if (!query.has('tagging')) return undefined;
	if (key === 'missing') return { status: 404, body: refused('NoSuchKey') };
	return { status: 200, body: method === 'GET' ? tagging : undefined };
};

test('a server is asked once for each bucket, and then trusted', async () => {
	const { server, s3 } = await started(withTags);
	for (const Key of ['a', 'b', 'a']) await setTags(s3, Key);
	expect(taken(server)).toEqual([
		'GET /bucket/a?tagging',
		'PUT /bucket/a?tagging',
		'PUT /bucket/b?tagging',
		'PUT /bucket/a?tagging',
	]);
	await setTags(s3, 'a', 'other');
	await setTags(connect({ ...server.credentials, accessKeyId: 'another' }), 'a');
	expect(taken(server)).toEqual([
		'GET /other/a?tagging',
		'PUT /other/a?tagging',
		'GET /bucket/a?tagging',
		'PUT /bucket/a?tagging',
	]);
});

test('twenty items at once ask once', async () => {
	const { server, s3 } = await started(withTags);
	await Promise.all(Array.from({ length: 20 }, async () => await setTags(s3, 'a')));
	expect(taken(server).filter((request) => request.startsWith('GET'))).toHaveLength(1);
});

test('what an operation reads anyway is not asked for again', async () => {
	const { server } = await started(withTags);
	const tags = { values: [{ name: 'n', value: 'v' }] };
	const parameters = { resource: 'object', operation: 'setTags', bucket, key: 'a', mode: 'merge', tags };
	await runNode({ parameters, credentials: server.credentials });
	expect(taken(server)).toEqual(['GET /bucket/a?tagging', 'PUT /bucket/a?tagging']);
});

test('a missing object proves nothing, and hinders no other one', async () => {
	const { server, s3 } = await started(withTags);
	const results = await Promise.allSettled(['missing', 'a', 'missing', 'b'].map(async (key) => await setTags(s3, key)));
	expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
	expect(results[0]).toMatchObject({ reason: { code: 'NoSuchKey', key: 'missing' } });
	expect(taken(server)[0]).toBe('GET /bucket/missing?tagging');
});

test.each([
	['NoSuchTagSet', 'lets it pass', true],
	['NoSuchKey', 'stops it', false],
	['NotImplemented', 'stops it', false],
	['InternalError', 'stops it', false],
])('the code %s %s', async (code, _, passes) => {
	const { server, s3 } = await started(({ method, query }) => {
		if (!query.has('tagging')) return undefined;
		return method === 'GET' ? { status: 400, body: refused(code) } : { status: 200 };
	});
	const attempt = setTags(s3, 'a');
	if (passes) await attempt;
	else await expect(attempt).rejects.toMatchObject({ code });
	expect(taken(server).includes('PUT /bucket/a?tagging')).toBe(passes);
});

test('who may write but not read learns which permission is missing', async () => {
	const { server } = await started(({ method, query }) =>
		method === 'GET' && query.has('legal-hold') ? { status: 403, body: refused('AccessDenied') } : undefined,
	);
	const before = server.state();
	const run = runNode({
		parameters: { resource: 'object', operation: 'setLegalHold', bucket, key: 'a', legalHold: true },
		credentials: server.credentials,
	});
	await expect(run).rejects.toMatchObject({
		message: "Access to object 'a' in bucket 'bucket' was denied",
		description: expect.stringContaining('That needs s3:GetObjectLegalHold'),
	});
	expect(server.state()).toEqual(before);
});

test('a server that reveals itself in its refusal is not asked for more', async () => {
	const { server, s3 } = await started(({ method, query }) => {
		if (!query.has('acl')) return undefined;
		const headers = { 'x-rgw-object-type': 'Normal' };
		return {
			status: method === 'GET' ? 403 : 200,
			headers,
			body: method === 'GET' ? refused('AccessDenied') : undefined,
		};
	});
	await s3.send(new PutObjectAclCommand({ Bucket: bucket, Key: 'a', ACL: 'private' }));
	expect(taken(server)).toContain('PUT /bucket/a?acl');
});

test('an object that such a request has overwritten before is not taken for the answer', async () => {
	const { server, s3 } = await started();
	server.put(bucket, 'a', '<LegalHold><Status>ON</Status></LegalHold>');
	const command = new PutObjectLegalHoldCommand({ Bucket: bucket, Key: 'a', LegalHold: { Status: 'OFF' } });
	await expect(s3.send(command)).rejects.toMatchObject({ code: 'UnexpectedAnswer', got: 'the content of the object' });
	expect(taken(server)).toEqual(['GET /bucket/a?legal-hold']);
});

describe('versions', () => {
	/** A server with the versions `v1`, `v2` and the delete marker `m` of each key. */
	const withVersions: Instead = ({ method, query }) => {
		const id = query.get('versionId');
		if (id === null) return undefined;
		const headers = { 'x-amz-version-id': id };
		if (method === 'DELETE') return { status: 204, headers };
		if (method !== 'HEAD') return undefined;
		if (id === 'm') return { status: 405, headers: { ...headers, 'x-amz-delete-marker': 'true' } };
		return /^v[12]$/.test(id) ? { status: 200, headers } : { status: 404 };
	};
	const remove = async (s3: S3, Key: string, VersionId: string) =>
		await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));

	test('are looked at once for each bucket', async () => {
		const { server, s3 } = await started(withVersions);
		await remove(s3, 'a', 'v1');
		await remove(s3, 'b', 'v2');
		await remove(s3, 'b', 'gone');
		expect(taken(server)).toEqual([
			'HEAD /bucket/a?versionId=v1',
			'DELETE /bucket/a?versionId=v1',
			'DELETE /bucket/b?versionId=v2',
			'DELETE /bucket/b?versionId=gone',
		]);
	});

	test('of the source of a copy are looked at, whatever its key', async () => {
		const { server, s3 } = await started(withVersions);
		const CopySource = 'bucket/object/a%3Fb?versionId=v1';
		server.put(bucket, 'object/a?b', 'content');
		await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource }));
		expect(taken(server)[0]).toBe('HEAD /bucket/object/a%3Fb?versionId=v1');
	});

	test('a delete marker proves them as well', async () => {
		const { server, s3 } = await started(withVersions);
		await remove(s3, 'a', 'm');
		expect(taken(server)).toEqual(['HEAD /bucket/a?versionId=m', 'DELETE /bucket/a?versionId=m']);
	});

	test('an unknown version deletes nothing where a server may delete the current object for it', async () => {
		const { server, s3 } = await started(({ method, query }) =>
			method === 'HEAD' && query.has('versionId') ? { status: 404 } : undefined,
		);
		const before = server.state();
		await expect(remove(s3, 'a', 'unknown')).rejects.toMatchObject({ code: 'NoSuchVersion' });
		expect(server.state()).toEqual(before);
	});

	test('of many objects are not deleted where the server ignores versions', async () => {
		const { server, s3 } = await started();
		const before = server.state();
		const Objects = ['a', 'b'].map((Key) => ({ Key, VersionId: 'older' }));
		await expect(s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))).rejects.toMatchObject({
			code: 'UnexpectedAnswer',
			lacks: 'versions of objects',
		});
		expect(server.state()).toEqual(before);
	});

	test('the version null is the object itself', async () => {
		const { server, s3 } = await started();
		await remove(s3, 'a', 'null');
		expect(taken(server)).toEqual(['DELETE /bucket/a?versionId=null']);
	});
});
