import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { appendVersions } from '../../nodes/AwsS3/s3/histories/appendVersions';
import { decideByLists, decideByLooks, historiesOf } from '../../nodes/AwsS3/s3/histories/keyHistory';
import { hasNeverKeptVersions, hasVersioning } from '../../nodes/AwsS3/s3/settings/versioning';
import { keepingOf } from '../../nodes/AwsS3/operations/transfer/fields/keepParams';
import { bucketSource } from '../../nodes/AwsS3/s3/sources/bucketSource';
import { copierFor } from '../../nodes/AwsS3/s3/sync/copier';
import type { HistoryDecision, KeyHistory } from '../../nodes/AwsS3/s3/histories/keyHistory';
import { answering } from '../support/answering';

/** `1 2 d`: contents, and delete markers, oldest first; `2~` has another ETag than `2`, `22` another size, and `_` no ETag. */
const history = (text: string): KeyHistory => ({
	key: 'k',
	versions: text
		.split(' ')
		.filter(Boolean)
		.map((word, index) => ({
			...{ Key: 'k', VersionId: `${text} ${index}`, isDeleteMarker: word === 'd' },
			...(word !== 'd' && { Size: word.replace('~', '').length, ETag: word === '_' ? undefined : `"${word}"` }),
		})),
});

/** A decision in words, such as `append 2 d`. */
const inWords = ({ append, skip, isOpen }: HistoryDecision) => {
	if (append)
		return `append ${append.map(({ isDeleteMarker, ETag = '' }) => (isDeleteMarker ? 'd' : ETag.replaceAll('"', ''))).join(' ')}`;
	return isOpen ? 'look' : skip;
};

const between = (source: string, destination: string | undefined) => ({
	source: history(source),
	destination: destination === undefined ? undefined : history(destination),
});

/** Both sides, which no request may reach. */
const silentSides = () => {
	const side = { s3: answering({}).s3, bucket: 'b', prefix: '' };
	return { from: side, to: side };
};

test.each<[string, string, string | undefined, string]>([
	['the destination knows nothing of the key', '1 d 2', undefined, 'append 1 d 2'],
	['it has the beginning', '1 d 2', '1', 'append d 2'],
	['it has the beginning with its marker', '1 d 2', '1 d', 'append 2'],
	['it has all', '1 d 2', '1 d 2', 'same'],
	['it has more', '1', '1 2', 'otherHistory'],
	['it has only the newest', '11 2', '2', 'otherHistory'],
	['a marker where the source has an object', '1 2', 'd', 'otherHistory'],
	['an object where the source has a marker', 'd 2', '1', 'otherHistory'],
	['the same size, another ETag', '1 2', '1~', 'look'],
	['the same size, another ETag, and something else behind', '1 2', '1~ 22', 'otherHistory'],
	['the same content twice', '1 1', '1', 'append 1'],
	['nothing but a marker', 'd', undefined, 'append d'],
	['the same size, and no ETags', '_', '_', 'look'],
])('%s', (_, source, destination, expected) => {
	const histories = { ...silentSides(), ...between(source, destination) };
	expect(inWords(decideByLists(histories))).toBe(expected);
});

test.each<[string, string, string | undefined, string]>([
	['the destination knows nothing of the key', '1 d 2', undefined, 'append 1 d 2'],
	['it has the beginning', '1 d 2', '1 d', 'append 2'],
	['it has all', '1 d 2', '1 d 2', 'same'],
	['it has more', '1', '1 2', 'otherHistory'],
	['it has another size', '1', '22', 'otherHistory'],
])('what the listings tell costs no look: %s', async (_, source, destination, expected) => {
	expect(inWords(await decideByLooks({ ...silentSides(), ...between(source, destination) }))).toBe(expected);
});

type Head = Record<string, unknown>;

const md5 = '0123456789abcdef0123456789abcdef';
const crc32 = { ChecksumCRC32: 'a', ChecksumType: 'FULL_OBJECT' };
const crc32c = { ChecksumCRC32C: 'a', ChecksumType: 'COMPOSITE' };

test.each<[string, Head | undefined, Head | undefined, string]>([
	['one CRC-32', crc32, crc32, 'append 2'],
	['one CRC-32C', crc32c, crc32c, 'append 2'],
	['one CRC-32, where the copy has a second checksum', crc32, { ...crc32c, ...crc32 }, 'append 2'],
	['another CRC-32', crc32, { ...crc32, ChecksumCRC32: 'b' }, 'otherHistory'],
	['a CRC-32 of parts', crc32, { ...crc32, ChecksumType: 'COMPOSITE' }, 'otherHistory'],
	['other checksums', crc32, crc32c, 'otherHistory'],
	['a checksum of the original only', crc32, {}, 'otherHistory'],
	['no checksums', {}, {}, 'otherHistory'],
	['one SHA-256', { ChecksumSHA256: 'a' }, { ChecksumSHA256: 'a' }, 'append 2'],
	['a note of the ETag', { ETag: `"${md5}-2"` }, { Metadata: { 'source-etag': `${md5}-2` } }, 'append 2'],
	['one MD5', { ETag: `"${md5}"` }, { ETag: md5 }, 'append 2'],
	['the original is gone', undefined, crc32, 'otherHistory'],
	['the copy is gone', crc32, undefined, 'otherHistory'],
	['both are gone', undefined, undefined, 'otherHistory'],
])('a look at two versions of one size, with two ETags, finds: %s', async (_, original, copy, expected) => {
	const sideWith = (head: Head | undefined, bucket: string, prefix: string) => {
		const { s3, inputsOf } = answering({
			HeadObject: () => {
				if (head === undefined) throw s3Failure({ message: '', code: 'NotFound', status: 404 });
				return { ContentLength: 1, ETag: '', ...head };
			},
		});
		return { side: { s3, bucket, prefix }, inputsOf };
	};
	const from = sideWith(original, 'here', 'from/');
	const to = sideWith(copy, 'there', 'to/');
	const histories = { from: from.side, to: to.side, ...between('d 1 2', 'd 1~') };
	expect(inWords(await decideByLooks(histories))).toBe(expected);
	const ChecksumMode = 'ENABLED';
	expect(from.inputsOf('HeadObject')).toEqual([{ ChecksumMode, Bucket: 'here', Key: 'from/k', VersionId: 'd 1 2 1' }]);
	expect(to.inputsOf('HeadObject')).toEqual([{ ChecksumMode, Bucket: 'there', Key: 'to/k', VersionId: 'd 1~ 1' }]);
});

test('looks end at the first version that is no copy', async () => {
	const { s3, operations } = answering({ HeadObject: () => ({ ContentLength: 1 }) });
	const side = { s3, bucket: 'b', prefix: '' };
	expect(inWords(await decideByLooks({ from: side, to: side, ...between('1 2', '1~ 2~') }))).toBe('otherHistory');
	expect(operations()).toBe('HeadObject HeadObject');
});

/** The versions of a key as S3 lists them, newest first: `k: 3 2 1`. */
const listed = (text: string) => {
	const [Key = '', ids = ''] = text.split(': ');
	return ids.split(' ').map((VersionId, index) => ({
		Key,
		VersionId,
		IsLatest: index === 0,
		LastModified: new Date(1e12 - index * 1000),
	}));
};

/** A side with these versions, on a server that lists them in order. */
const listing = (Versions: ReturnType<typeof listed>, prefix = 'from/') => {
	const answers = { ListObjectVersions: () => ({ Versions, IsTruncated: false }) };
	const { s3, inputsOf } = answering(answers, { capabilities: { versionOrder: 'yes' } });
	return { side: { s3, bucket: 'here', prefix }, inputsOf };
};

const pagesOf = async ({ side }: ReturnType<typeof listing>) => {
	const pages: KeyHistory[][] = [];
	for await (const page of historiesOf(side)) pages.push(page);
	return pages;
};

test('the versions below a prefix come by key, oldest first, without the prefix', async () => {
	const source = listing([...listed('from/a: 3 2 1'), ...listed('from/b: 4')]);
	const pages = await pagesOf(source);
	const words = pages.map((page) =>
		page.map(({ key, versions }) => `${key}: ${versions.map(({ VersionId }) => VersionId).join(' ')}`),
	);
	expect(words).toEqual([['a: 1 2 3', 'b: 4']]);
	expect(pages.flat().map(({ failure }) => failure)).toEqual([undefined, undefined]);
	expect(source.inputsOf('ListObjectVersions')).toMatchObject([{ Bucket: 'here', Prefix: 'from/' }]);
});

test('a whole bucket is listed without a prefix', async () => {
	const source = listing(listed('a: 1'), '');
	expect((await pagesOf(source)).flat().map(({ key }) => key)).toEqual(['a']);
	const [input] = source.inputsOf('ListObjectVersions');
	expect(input).toMatchObject({ Bucket: 'here' });
	expect(input).not.toHaveProperty('Prefix');
});

test('a side without versions has no histories', async () => {
	expect(await pagesOf(listing([]))).toEqual([]);
});

test('a server that lists other keys than those below the prefix is not trusted', async () => {
	const walk = pagesOf(listing(listed('other/from/: 1')));
	await expect(walk).rejects.toThrow("The server lists versions of 'other/from/' below 'from/'");
});

test('a key without a current version comes with the reason why its history is not known', async () => {
	const noCurrent = listed('from/a: 2 1').map((version) => ({ ...version, IsLatest: false }));
	const [found] = (await pagesOf(listing(noCurrent))).flat();
	expect(found).toMatchObject({ key: 'a', failure: { code: 'InconsistentVersions', bucket: 'here', key: 'from/a' } });
});

test.each<[string, number, number, number[]]>([
	['one version of each key', 2500, 1, [1000, 1000, 500]],
	['as many as a page has', 1000, 1, [1000]],
	['several versions of each key', 700, 3, [334, 334, 32]],
	['more of each key than a page has', 2, 1200, [1, 1]],
])('histories come in pages of about a thousand versions: %s', async (_, keys, versions, expected) => {
	const ids = Array.from({ length: versions }, (__, index) => versions - index).join(' ');
	const names = Array.from({ length: keys }, (__, index) => `from/${String(index).padStart(5, '0')}`);
	const pages = await pagesOf(listing(names.flatMap((name) => listed(`${name}: ${ids}`))));
	expect(pages.map(({ length }) => length)).toEqual(expected);
});

const denied = s3Failure({ message: '', code: 'AccessDenied', status: 403 });
const unreachable = s3Failure({ message: '', code: 'ECONNREFUSED' });

test.each<[string, string | undefined | Error, boolean | Error, boolean | Error]>([
	['has it enabled', 'Enabled', true, false],
	['has suspended it, and keeps the versions from before', 'Suspended', false, false],
	['has never had it', undefined, false, true],
	['does not tell', denied, denied, false],
	['cannot be reached', unreachable, unreachable, unreachable],
])('whether versioning is on, and whether it never was, in a bucket that %s', async (_, status, isOn, neverWas) => {
	const { s3, inputsOf } = answering({
		GetBucketVersioning: () => {
			if (status instanceof Error) throw status;
			return { Status: status };
		},
	});
	const orError = (error: unknown) => error;
	expect(await hasVersioning(s3, 'b').catch(orError)).toBe(isOn);
	expect(await hasNeverKeptVersions(s3, 'b').catch(orError)).toBe(neverWas);
	expect(inputsOf('GetBucketVersioning')).toEqual([{ Bucket: 'b' }, { Bucket: 'b' }]);
});

test('a server that makes no delete marker for a key without an object gets nothing of what comes behind it', async () => {
	const HeadObject = () => {
		throw s3Failure({ message: '', code: 'NotFound', status: 404 });
	};
	const answers = { HeadObject, DeleteObject: () => ({}) };
	const { s3, operations } = answering(answers, { endedBy: () => s3, sendingOnce: () => s3 });
	const from = { copy: async () => await Promise.reject(new Error('It copied')) } as unknown as Parameters<
		typeof appendVersions
	>[0]['from'];
	const written = { versions: 0, deleteMarkers: 0 };
	const { versions: append } = history('d 1');
	const appending = { from, to: { s3, bucket: 'b', prefix: 'to/' }, key: 'k', append, isWhole: true, written };
	await expect(appendVersions(appending, new AbortController().signal)).rejects.toMatchObject({
		...{ code: 'NoDeleteMarker', key: 'to/k' },
	});
	expect(operations()).toBe('HeadObject DeleteObject');
	expect(written).toEqual({ versions: 0, deleteMarkers: 0 });
});

test('a stop after the copy of a version waits until it has the grants that no later run would add', async () => {
	const stop = new AbortController();
	const sent: string[] = [];
	const answers: Record<string, () => object> = {
		GetObjectAclCommand: () => ({ Owner: { ID: 'me' }, Grants: [{ Grantee: { ID: 'friend' }, Permission: 'READ' }] }),
		CopyObjectCommand: () => {
			stop.abort();
			return { CopyObjectResult: { ETag: '"e"' }, VersionId: 'v' };
		},
	};
	const s3Until = (signal?: AbortSignal): S3 =>
		({
			...{ connection: { endpoint: 'http://unused.invalid' }, defaults: {}, signal },
			capabilities: { conditionalCopy: 'yes', conditionalPut: 'yes', tagsOnCopy: 'yes' },
			endedBy: s3Until,
			send: async ({ constructor: { name } }: object) => {
				signal?.throwIfAborted();
				sent.push(name);
				return await Promise.resolve(answers[name]?.() ?? {});
			},
		}) as unknown as S3;
	const side = (bucket: string) => ({ s3: s3Until(stop.signal), bucket, prefix: '' });
	const keeping = { ...keepingOf({}), accounts: new Map([['friend', 'other']]) };
	const copier = copierFor({
		...{ isBetweenConnections: false, budget: memoryBudget(2 ** 26), notesSource: false },
		...{ keeping, keepsClass: () => true },
	});
	const written = { versions: 0, deleteMarkers: 0 };
	const [version] = history('1').versions;
	const appending = {
		...{ from: bucketSource(side('here'), copier), to: side('there'), key: 'k' },
		...{ append: version ? [version] : [], isWhole: false, written },
	};
	await appendVersions(appending, stop.signal);
	expect(sent).toEqual(['GetObjectAclCommand', 'CopyObjectCommand', 'GetObjectAclCommand', 'PutObjectAclCommand']);
	expect(written.versions).toBe(1);
});

describe('a version whose answer is lost, and that may not be copied again', () => {
	const etag = '"0123456789abcdef0123456789abcdef"';
	const encrypting: { defaults: object } = { defaults: {} };
	const lost = () => {
		throw s3Failure({ message: 'socket hang up', code: 'ECONNRESET', operation: 'CopyObject' });
	};
	/** Appends a version on top of one of the same content; says what the destination has after the answer is lost. */
	const append = async (top: object, copyObject: () => object = lost) => {
		const { s3: base, ...asked } = answering(
			{
				GetObjectAcl: () => ({ Owner: { ID: 'me' }, Grants: [{ Grantee: { ID: 'friend' }, Permission: 'READ' }] }),
				CopyObject: copyObject,
				HeadObject: ({ Bucket }) => (Bucket === 'here' ? { ETag: etag, ContentLength: 1 } : top),
				PutObjectAcl: () => ({}),
			},
			{ ...encrypting, capabilities: { conditionalCopy: 'yes', conditionalPut: 'yes', tagsOnCopy: 'yes' } },
		);
		const s3: S3 = { ...base, endedBy: () => s3, sendingOnce: () => s3 };
		const side = (bucket: string) => ({ s3, bucket, prefix: '' });
		const copier = copierFor({
			...{ isBetweenConnections: false, budget: memoryBudget(2 ** 26), notesSource: false },
			...{ keeping: { ...keepingOf({}), accounts: new Map([['friend', 'other']]) }, keepsClass: () => true },
		});
		const version = { Key: 'k', Size: 1, ETag: etag, isDeleteMarker: false };
		const written = { versions: 0, deleteMarkers: 0 };
		const failure: unknown = await appendVersions(
			{
				...{ from: bucketSource(side('here'), copier), to: side('there'), key: 'k', isWhole: false, written },
				...{ append: [{ ...version, VersionId: 's2' }], newest: { ...version, VersionId: 'd1' } },
			},
			new AbortController().signal,
		).catch((error: unknown) => error);
		return { failure, written, copies: asked.inputsOf('CopyObject').length, acls: asked.inputsOf('PutObjectAcl') };
	};

	test('is found on top of the version before, and gets its grants', async () => {
		const { failure, written, copies, acls } = await append({ VersionId: 'd2', ETag: etag, ContentLength: 1 });
		expect(failure).toBeUndefined();
		expect([written.versions, copies]).toEqual([1, 1]);
		expect(acls).toMatchObject([{ Bucket: 'there', Key: 'k', VersionId: 'd2' }]);
	});

	test.each<[string, object]>([
		['the version before, which has the same content', { VersionId: 'd1', ETag: etag, ContentLength: 1 }],
		['a server that gives no version ID', { ETag: etag, ContentLength: 1 }],
		['other content of another program', { VersionId: 'd2', ETag: '"other"', ContentLength: 1 }],
	])('is not taken for %s', async (_, top) => {
		const { failure, written, acls } = await append(top);
		expect(failure).toMatchObject({ code: 'ECONNRESET' });
		expect([written.versions, acls]).toEqual([0, []]);
	});

	test('is not looked for after a copy that is not encrypted as requested', async () => {
		encrypting.defaults = { ServerSideEncryption: 'AES256' };
		const plain = { CopyObjectResult: { ETag: etag }, VersionId: 'd2' };
		const top = { VersionId: 'd2', ETag: etag, ContentLength: 1 };
		const { failure } = await append(top, () => plain);
		encrypting.defaults = {};
		expect(failure).toMatchObject({ code: 'EncryptionMissing' });
	});

	test('is not looked for after a refusal', async () => {
		const refusal = s3Failure({ message: '', code: 'AccessDenied', status: 403, bucket: 'there' });
		const refuse = () => {
			throw refusal;
		};
		const { failure, acls } = await append({ VersionId: 'd2', ETag: etag, ContentLength: 1 }, refuse);
		expect(failure).toBe(refusal);
		expect(acls).toEqual([]);
	});
});
