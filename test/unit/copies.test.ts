import type { IncomingMessage } from 'node:http';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { copyInParts } from '../../nodes/AwsS3/s3/copy/multipartCopy';
import { copyPartSizeFor } from '../../nodes/AwsS3/s3/parts/partSize';
import { startFakeS3 } from '../support/fakeS3';
import type { Parameters } from '../support/n8n';
import { jsonOf, runNode } from '../support/n8n';
import type { Fault } from '../support/proxy';
import { refused, startProxy } from '../support/proxy';

const MiB = 1024 ** 2;
const GiB = 1024 * MiB;
const TiB = 1024 * GiB;
/** 10,000 parts of 5 GiB. */
const maxSize = 50_000 * GiB;
const elsewhere = 'arn:aws:kms:us-west-2:111122223333:key/1';
const own = 'arn:aws:kms:eu-central-1:111122223333:key/2';
const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

const connection = { region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 'secret', forcePathStyle: true };

const xml = (body: string, headers: Record<string, string> = {}): Fault => ({
	status: 200,
	headers: { 'content-type': 'application/xml', ...headers },
	body,
});

const listing = (keys: string[]) =>
	`<ListBucketResult><Name>a</Name><IsTruncated>false</IsTruncated>${keys
		.map(
			(one) =>
				`<Contents><Key>${one}</Key><Size>5</Size><ETag>&quot;abc&quot;</ETag><StorageClass>STANDARD_IA</StorageClass></Contents>`,
		)
		.join('')}</ListBucketResult>`;

/** The headers of a write that an answer of S3 repeats. */
const confirmed = ({ headers }: IncomingMessage) =>
	Object.fromEntries(
		Object.entries(headers)
			.filter(([name]) => /^x-amz-server-side-encryption(-customer-algorithm)?$/.test(name))
			.map(([name, value]) => [name, String(value)]),
	);

/** A server where each object has these headers; `instead` answers some requests in another way. */
const startObjects = async (
	head: Record<string, string>,
	instead: (request: IncomingMessage) => Fault | undefined = () => undefined,
) =>
	await startProxy('http://unused.invalid', (request) => {
		const { method, url = '', headers } = request;
		const other = instead(request);
		if (other) return other;
		const [, version] = /versionId=(\w+)/.exec(url) ?? [];
		const seen = { etag: '"abc"', 'content-length': '5', ...(version && { 'x-amz-version-id': version }), ...head };
		if (method === 'HEAD') return { status: 200, headers: seen };
		if (url.includes('?versioning'))
			return xml('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
		if (url.includes('acl')) return xml('<AccessControlPolicy/>');
		if (url.includes('tagging')) return xml('<Tagging><TagSet/></Tagging>');
		if (url.includes('list-type')) return xml(listing(['f/1']));
		if ('x-amz-copy-source' in headers)
			return xml('<CopyObjectResult><ETag>"abc"</ETag></CopyObjectResult>', confirmed(request));
		return method === 'DELETE' ? { status: 204 } : { status: 200, headers: { etag: '"abc"' } };
	});

type Server = Awaited<ReturnType<typeof startObjects>>;

const run = async (operation: string, parameters: Parameters, server: Server, more: object = {}) => {
	const [resource = '', verb = ''] = operation.split('.');
	const credentials = { ...connection, endpoint: server.url, ...more };
	return await runNode({ parameters: { resource, operation: verb, ...parameters }, credentials });
};

/** The headers of the only copy, by the ends of their names. */
const storedAs = ({ requests }: Server) => {
	const copies = requests.filter(({ headers }) => 'x-amz-copy-source' in headers);
	expect(copies).toHaveLength(1);
	const { headers = {} } = copies[0] ?? {};
	return {
		storageClass: headers['x-amz-storage-class'],
		encryption: headers['x-amz-server-side-encryption'],
		kmsKey: headers['x-amz-server-side-encryption-aws-kms-key-id'],
		bucketKey: headers['x-amz-server-side-encryption-bucket-key-enabled'],
	};
};

const pair = (destinationBucket: string, destinationKey: string) => ({
	...{ sourceBucket: 'a-bucket', sourceKey: 'k' },
	...{ destinationBucket, destinationKey },
});
const folders = (destinationBucket: string) => ({
	...{ sourceBucket: 'a-bucket', sourceFolder: 'f' },
	...{ destinationBucket, destinationFolder: 'g' },
});
const here = { bucket: 'a-bucket', key: 'k' };
const metadata = { values: [{ name: 'b', value: '2' }] };

describe('storage class and encryption of an object that is written anew', () => {
	const kms = {
		'x-amz-storage-class': 'STANDARD_IA',
		'x-amz-server-side-encryption': 'aws:kms',
		'x-amz-server-side-encryption-aws-kms-key-id': elsewhere,
		'x-amz-server-side-encryption-bucket-key-enabled': 'true',
	};
	const ofOriginal = { storageClass: 'STANDARD_IA', encryption: 'aws:kms', kmsKey: elsewhere, bucketKey: 'true' };
	const ofBucket = { storageClass: 'STANDARD_IA', encryption: undefined, kmsKey: undefined, bucketKey: undefined };

	const inPlace: Array<[string, Parameters]> = [
		['object.setMetadata', { ...here, metadata }],
		['version.restore', { ...here, versionId: 'v1' }],
	];
	const sameBucket: Array<[string, Parameters]> = [
		['object.move', pair('a-bucket', 'moved')],
		['folder.move', folders('a-bucket')],
	];
	const otherBucket: Array<[string, Parameters]> = [
		['object.move', pair('other-bucket', 'moved')],
		['folder.move', folders('other-bucket')],
		['folder.copy', { ...folders('other-bucket'), options: { keepAcl: true } }],
		['folder.copy', folders('other-bucket')],
	];

	test.each([...inPlace, ...sameBucket])('%s keeps them', async (operation, parameters) => {
		const server = await startObjects(kms);
		await run(operation, parameters, server);
		expect(storedAs(server)).toEqual(ofOriginal);
	});

	test.each(otherBucket)('%s to another bucket keeps the class, not a key of KMS', async (operation, parameters) => {
		const server = await startObjects(kms);
		await run(operation, parameters, server);
		expect(storedAs(server)).toEqual(ofBucket);
	});

	test.each([...inPlace, ...sameBucket, ...otherBucket])(
		'%s takes those of the connection',
		async (operation, parameters) => {
			const server = await startObjects(kms);
			const defaults = { serverSideEncryption: 'AES256', storageClass: 'GLACIER_IR' };
			await run(operation, parameters, server, defaults);
			const expected = { ...ofBucket, storageClass: 'GLACIER_IR', encryption: 'AES256' };
			expect(storedAs(server)).toEqual(expected);
		},
	);

	test.each([...inPlace, ...sameBucket, ...otherBucket])(
		"%s takes the connection's key of KMS with all that belongs to it",
		async (operation, parameters) => {
			const server = await startObjects(kms);
			await run(operation, parameters, server, { serverSideEncryption: 'aws:kms', kmsKeyId: own });
			expect(storedAs(server)).toEqual({ ...ofBucket, encryption: 'aws:kms', kmsKey: own });
		},
	);

	test.each([
		['object.setStorageClass', { ...here, storageClass: 'ONEZONE_IA' }],
		['object.move', { ...pair('other-bucket', 'k'), options: { storageClass: 'ONEZONE_IA' } }],
		['folder.move', { ...folders('other-bucket'), options: { storageClass: 'ONEZONE_IA' } }],
		['folder.copy', { ...folders('other-bucket'), options: { storageClass: 'ONEZONE_IA' } }],
		['folder.copy', { ...folders('other-bucket'), options: { storageClass: 'ONEZONE_IA', keepAcl: true } }],
	])('%s prefers the class of its parameters', async (operation, parameters) => {
		const server = await startObjects(kms);
		await run(operation, parameters, server, { serverSideEncryption: 'AES256', storageClass: 'GLACIER_IR' });
		expect(storedAs(server)).toEqual({ ...ofBucket, storageClass: 'ONEZONE_IA', encryption: 'AES256' });
	});

	test('a key of the customer replaces the encryption that the object had', async () => {
		const server = await startObjects({ ...kms, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' });
		await run('object.setMetadata', { ...here, metadata, options: { sseCustomerKey: key(7) } }, server);
		expect(storedAs(server)).toEqual(ofBucket);
	});

	test('a class that only directory buckets have does not go to another bucket', async () => {
		const server = await startObjects({ 'x-amz-storage-class': 'EXPRESS_ONEZONE' });
		await run('object.move', pair('other-bucket', 'k'), server);
		expect(storedAs(server).storageClass).toBeUndefined();
	});

	test('the connection of the destination decides, not that of the source', async () => {
		const content: Fault = { status: 200, headers: { etag: '"abc"', 'content-length': '5' }, body: 'hello' };
		const from = await startObjects({}, ({ method, url = '' }) =>
			method === 'GET' && !/list-type|tagging/.test(url) ? content : undefined,
		);
		const to = await startObjects({});
		await runNode({
			parameters: {
				...{ resource: 'folder', operation: 'copy', destination: 'destinationConnection' },
				...folders('other-bucket'),
			},
			credentials: { ...connection, endpoint: from.url, storageClass: 'GLACIER', serverSideEncryption: 'AES256' },
			destination: { ...connection, endpoint: to.url, storageClass: 'GLACIER_IR' },
		});
		const put = to.requests.find(({ method }) => method === 'PUT');
		expect(put?.headers['x-amz-storage-class']).toBe('GLACIER_IR');
		expect(put?.headers).not.toHaveProperty('x-amz-server-side-encryption');
	});
});

describe('a move to the access point of the same bucket', () => {
	const date = { 'last-modified': 'Thu, 26 Nov 2026 10:00:00 GMT' };
	const accessPoint = 'point-1234-s3alias';

	test.each(['overwrite', 'skipIfSame'])('keeps the object: %s', async (onConflict) => {
		const server = await startObjects(date);
		const moved = run('object.move', { ...pair(accessPoint, 'k'), onConflict }, server);
		await expect(moved).rejects.toThrow(`'k' in 'a-bucket' and in '${accessPoint}' is the same object`);
		expect(server.taken().filter((request) => !request.startsWith('HEAD'))).toEqual([]);
	});

	test('moves to another key, and to an access point of another bucket', async () => {
		const server = await startObjects(date);
		expect(jsonOf(await run('object.move', pair(accessPoint, 'other'), server))).toMatchObject([{ moved: true }]);
		const elsewhere = await startObjects(date, ({ method, url = '' }) =>
			method === 'HEAD' && url.includes(accessPoint)
				? { status: 200, headers: { etag: '"abc"', 'content-length': '5', 'last-modified': new Date(0).toUTCString() } }
				: undefined,
		);
		expect(jsonOf(await run('object.move', pair(accessPoint, 'k'), elsewhere))).toMatchObject([{ moved: true }]);
	});
});

describe('the SSE-C key of a copy is not that of its source', () => {
	const name = 'x-amz-server-side-encryption-customer-key';
	/** The keys with which objects were asked for, by path. */
	const keysOfHeads = ({ requests }: Server) =>
		requests.filter(({ method }) => method === 'HEAD').map(({ url, headers }) => [url, headers[name]]);
	const tooLarge = ({ method, url = '', headers }: IncomingMessage): Fault | undefined => {
		if (url.includes('uploads'))
			return xml('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>', {
				'x-amz-server-side-encryption-customer-algorithm': 'AES256',
			});
		if (url.includes('partNumber')) return xml('<CopyPartResult><ETag>"p"</ETag></CopyPartResult>');
		if (method === 'POST')
			return xml('<CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>');
		return 'x-amz-copy-source' in headers ? refused(400, 'EntityTooLarge') : undefined;
	};
	const options = { sseCustomerKey: key(1) };

	test.each([
		['no key', {}, undefined],
		['its own key', { sourceSseCustomerKey: key(2) }, key(2)],
	])('Skip if Same, a source with %s', async (_, more, expected) => {
		const server = await startObjects({ etag: '"0"' });
		const parameters = { ...pair('a-bucket', 'copy'), onConflict: 'skipIfSame', options: { ...options, ...more } };
		await run('object.copy', parameters, server);
		expect(keysOfHeads(server)).toContainEqual(['/a-bucket/k', expected]);
		expect(keysOfHeads(server)).toContainEqual(['/a-bucket/copy', key(1)]);
		expect(keysOfHeads(server).filter(([url]) => url === '/a-bucket/k')).toHaveLength(1);
	});

	test.each([
		['no key', {}, undefined],
		['its own key', { sourceSseCustomerKey: key(2) }, key(2)],
	])('a dry run, a source with %s', async (_, more, expected) => {
		const server = await startObjects({});
		const parameters = { ...pair('a-bucket', 'copy'), options: { ...options, ...more, dryRun: true } };
		await run('object.copy', parameters, server);
		expect(keysOfHeads(server)).toEqual([['/a-bucket/k', expected]]);
	});

	test.each([
		['no key', {}, undefined],
		['its own key', { sourceSseCustomerKey: key(2) }, key(2)],
	])('a copy in parts, a source with %s', async (_, more, expected) => {
		const server = await startObjects({}, tooLarge);
		await run('object.copy', { ...pair('a-bucket', 'copy'), options: { ...options, ...more } }, server);
		expect(keysOfHeads(server)).toContainEqual(['/a-bucket/k', expected]);
		const part = server.requests.find(({ url = '' }) => url.includes('partNumber'));
		expect(part?.headers[name]).toBe(key(1));
		expect(part?.headers[`x-amz-copy-source-server-side-encryption-customer-key`]).toBe(expected);
	});

	test('a version of a server that is not known', async () => {
		const server = await startObjects({});
		const parameters = { ...pair('a-bucket', 'copy'), options: { ...options, sourceVersionId: 'v1' } };
		await run('object.copy', parameters, server);
		expect(keysOfHeads(server)).toContainEqual(['/a-bucket/k?versionId=v1', undefined]);
	});
});

describe('a copy above 5 GiB', () => {
	const checksums = { CRC32: 'AAAAAA==', SHA256: `${'A'.repeat(43)}=` };
	const startLarge = async (size: number, algorithm: keyof typeof checksums = 'SHA256') =>
		await startObjects({ 'content-length': String(size) }, ({ method, url = '', headers }) => {
			if (url.includes('uploads'))
				return xml('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
			if (url.includes('partNumber')) {
				const sum = `<Checksum${algorithm}>${checksums[algorithm]}</Checksum${algorithm}>`;
				return xml(`<CopyPartResult><ETag>"p"</ETag>${sum}</CopyPartResult>`);
			}
			if (method === 'POST')
				return xml('<CompleteMultipartUploadResult><ETag>"x-1"</ETag></CompleteMultipartUploadResult>');
			if ('x-amz-copy-source' in headers)
				return refused(400, 'InvalidRequest', 'The specified copy source is larger than the maximum allowable size');
			return undefined;
		});
	const ranges = ({ requests }: Server) =>
		requests.flatMap(({ headers }) => headers['x-amz-copy-source-range'] ?? []).map(String);
	const copy = async (server: Server, options: object = {}) =>
		jsonOf(await run('object.copy', { ...pair('other-bucket', 'copy'), options }, server));

	test.each([
		['SHA256', undefined],
		['CRC32', 'FULL_OBJECT'],
	] as const)('completes with the checksums of its parts: %s', async (algorithm, type) => {
		const server = await startLarge(6 * GiB, algorithm);
		expect(await copy(server, { checksumAlgorithm: algorithm })).toMatchObject([{ copied: true, parts: 12 }]);
		const [begin, complete] = server.requests.filter(({ method }) => method === 'POST');
		expect(begin?.headers).toMatchObject({ 'x-amz-checksum-algorithm': algorithm });
		expect([begin?.headers['x-amz-checksum-type'], complete?.headers['x-amz-checksum-type']]).toEqual([type, type]);
		const sum = `<Checksum${algorithm}>${checksums[algorithm]}</Checksum${algorithm}>`;
		expect(complete?.body.split(sum)).toHaveLength(13);
		expect(ranges(server)).toContain('bytes=0-536870911');
	});

	test.each<[string, number, number, number]>([
		['just above 5 GiB', 5 * GiB + 1, 11, 0.5 * GiB],
		['as much as parts of 0.5 GiB hold', 5000 * GiB, 10_000, 0.5 * GiB],
		['one byte more than that', 5000 * GiB + 1, 9981, 513 * MiB],
		['5 TiB', 5 * TiB, 9987, 525 * MiB],
		['all that S3 takes', maxSize, 10_000, 5 * GiB],
	])('has parts that fit: %s', (_, size, count, partSize) => {
		expect(copyPartSizeFor(size)).toBe(partSize);
		expect(Math.ceil(size / partSize)).toBe(count);
	});

	test('an object that is larger than S3 allows is refused before anything is written', async () => {
		const server = await startLarge(maxSize + 1);
		await expect(copy(server)).rejects.toMatchObject({
			message: "The object 'copy' in bucket 'other-bucket' is too large for S3",
			description: expect.stringContaining('48.8 TiB'),
		});
		expect(server.requests.filter(({ method }) => method === 'POST')).toEqual([]);
	});
});

describe('the checksums of parts', () => {
	const answer = xml('<CompleteMultipartUploadResult><ETag>"x-2"</ETag></CompleteMultipartUploadResult>');
	const complete = async (parts: object[]) => {
		const server = await startObjects({}, ({ method }) =>
			method === 'POST' ? answer : method === 'GET' ? xml('<ListPartsResult/>') : undefined,
		);
		await run('multipartUpload.complete', { ...here, uploadId: 'u', parts }, server);
		return server.requests.at(-1)?.body ?? '';
	};

	test('named in Parts reach S3, as Upload Part and as AWS spell them', async () => {
		const body = await complete([
			{ partNumber: 1, etag: 'a', checksumCrc32C: 'one=', checksumSha256: 'two=', size: 5, uploaded: true },
			{ PartNumber: 2, ETag: '"b"', ChecksumCRC64NVME: 'three=' },
		]);
		const parts = body.split('</Part>').map((part) => [...part.matchAll(/<(\w+)>([^<]+)</g)].map(([, ...one]) => one));
		expect(parts.slice(0, 2).map((part) => Object.fromEntries(part))).toEqual([
			{ PartNumber: '1', ETag: '&quot;a&quot;', ChecksumCRC32C: 'one=', ChecksumSHA256: 'two=' },
			{ PartNumber: '2', ETag: '&quot;b&quot;', ChecksumCRC64NVME: 'three=' },
		]);
	});

	test.each([
		['CRC32', 'AAAAAA==', 'x-amz-checksum-crc32'],
		['CRC64NVME', 'AAAAAAAAAAA=', 'x-amz-checksum-crc64nvme'],
		['SHA256', `${'A'.repeat(43)}=`, 'x-amz-checksum-sha256'],
	])('are a signed header of a presigned part: %s', async (checksumAlgorithm, checksum, header) => {
		const server = await startObjects({});
		const parameters = { ...here, uploadId: 'u', partNumber: 1, options: { checksumAlgorithm, checksum } };
		const [link] = jsonOf(await run('presignedUrl.uploadPart', parameters, server));
		expect(link?.headers).toEqual({ [header]: checksum });
		const { searchParams } = new URL(String(link?.url));
		expect(searchParams.get('X-Amz-SignedHeaders')).toBe(`host;${header}`);
		// S3 ignores a checksum in the URL.
		expect([...searchParams.keys()].filter((one) => /checksum/i.test(one))).toEqual([]);
	});

	test.each([
		[{ checksumAlgorithm: 'SHA256' }, "'Checksum' and 'Checksum Algorithm' require each other"],
		[{ checksum: 'AAAAAA==' }, "'Checksum' and 'Checksum Algorithm' require each other"],
		[{ checksumAlgorithm: 'SHA256', checksum: 'AAAAAA==' }, "'Checksum' is not a SHA256 checksum in Base64"],
		[{ checksumAlgorithm: 'CRC32', checksum: 'deadbeef' }, "'Checksum' is not a CRC32 checksum in Base64"],
	])('that cannot be right are refused before signing: %j', async (options, message) => {
		const server = await startObjects({});
		const parameters = { ...here, uploadId: 'u', partNumber: 1, options };
		await expect(run('presignedUrl.uploadPart', parameters, server)).rejects.toMatchObject({ message });
	});
});

test('a copy in parts throws its parts away if the source changes, also where the server ignores the condition', async () => {
	let etag = 'old';
	const server = await startProxy('http://unused.invalid', ({ method, url = '' }) => {
		if (method === 'HEAD') return { status: 200, headers: { etag: `"${etag}"`, 'content-length': '5' } };
		if (url.includes('tagging')) return xml('<Tagging><TagSet/></Tagging>');
		if (method === 'POST' && url.includes('uploads'))
			return xml('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
		if (method === 'DELETE') return { status: 204 };
		etag = 'new';
		return method === 'PUT' ? xml('<CopyPartResult><ETag>"p"</ETag></CopyPartResult>') : { status: 500 };
	});
	const s3 = connect({ ...connection, endpoint: server.url });
	const copy = { source: { bucket: 'a', key: 'b' }, input: { Bucket: 'a', Key: 'c', CopySourceIfMatch: '"old"' } };
	await expect(copyInParts(s3, copy)).rejects.toMatchObject({ code: 'PreconditionFailed', status: 412, key: 'b' });
	const sent = server.taken();
	expect(sent.at(-1)).toMatch(/^DELETE \/a\/c\?.*uploadId=u/);
	expect(sent.filter((line) => line.startsWith('POST'))).toHaveLength(1);
});

test.each([
	['a/z', 'is inside'],
	['a', 'is the same as'],
])('a folder is not copied into itself by way of another credential: %s', async (destinationFolder, words) => {
	const fake = await startFakeS3();
	fake.put('bucket/a/1', 'one');
	const output = runNode({
		parameters: {
			...{ resource: 'folder', operation: 'copy', destination: 'destinationConnection' },
			...{ sourceBucket: 'bucket', sourceFolder: 'a', destinationBucket: 'bucket', destinationFolder },
		},
		...{ credentials: fake.connection, destination: { ...fake.connection, accessKeyId: 'other' } },
	});
	await expect(output).rejects.toThrow(`'Destination Folder' ${words} 'Source Folder'`);
	expect(fake.contents()).toEqual({ 'bucket/a/1': 'one' });
});
