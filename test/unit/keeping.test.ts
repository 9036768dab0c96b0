import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import type { Keeping, Part, ToKeep } from '../../nodes/AwsS3/s3/kept/keeping';
import { addsToCopies, keeper } from '../../nodes/AwsS3/s3/kept/keeping';
import { noLosses } from '../../nodes/AwsS3/s3/kept/losses';
import type { NameChange } from '../../nodes/AwsS3/s3/kept/nameMap';
import { answering } from '../support/answering';

const keepingOf = (more: Partial<Keeping>): Keeping => ({
	...{ times: false, owner: false, annotations: false, lock: false, leavesOut: [], metadata: [], tags: [] },
	...{ losses: noLosses(), ...more },
});

const added = (name: string, to: string): NameChange[] => [{ change: 'add', name, to }];
const dropped = (...names: string[]): NameChange[] => names.map((name) => ({ change: 'drop', name, to: '' }));
const without = (...leavesOut: Part[]) => ({ leavesOut });
const accounts = new Map([['bob', 'bob-there']]);

test.each<[string, Partial<Keeping>, Record<'yes' | 'no' | 'unknown', boolean>]>([
	['nothing', {}, { yes: false, no: false, unknown: false }],
	['the ACL', { accounts }, { yes: true, no: true, unknown: true }],
	['the ACL, without accounts', { accounts: new Map() }, { yes: true, no: true, unknown: true }],
	['the lock', { lock: true }, { yes: true, no: true, unknown: true }],
	['annotations', { annotations: true }, { yes: true, no: true, unknown: true }],
	['times', { times: true }, { yes: false, no: true, unknown: true }],
	['owners', { owner: true }, { yes: false, no: true, unknown: true }],
	['all but metadata', without('metadata'), { yes: false, no: true, unknown: true }],
	['other metadata', { metadata: added('a', '1') }, { yes: false, no: true, unknown: true }],
	['other tags', { tags: added('a', '1') }, { yes: false, no: true, unknown: true }],
])(
	'whether a copy gets more after its request, on servers that take tags with a copy or not: %s',
	(_, keeping, expected) => {
		const adds = (['yes', 'no', 'unknown'] as const).map((tagsOnCopy) => [
			tagsOnCopy,
			addsToCopies(keepingOf(keeping), answering({}, { capabilities: { tagsOnCopy } }).s3),
		]);
		expect(Object.fromEntries(adds)).toEqual(expected);
	},
);

const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
const until = new Date('2099-01-01T00:00:00Z');
const locked = { ObjectLockMode: 'GOVERNANCE' as const, ObjectLockRetainUntilDate: until };
const headers = { ContentType: 'text/plain', CacheControl: 'no-store' };
const REPLACE = { MetadataDirective: 'REPLACE' };

interface Original {
	head?: Partial<HeadObjectCommandOutput>;
	acl?: object | Error;
	tags?: Array<{ Key: string; Value?: string }>;
}

/** The side of an original with headers, metadata, a tag, and an ACL. */
const originalWith = ({ head, acl, tags = [{ Key: 'a', Value: '1' }] }: Original = {}, more: object = {}) =>
	answering(
		{
			HeadObject: () => ({ ETag: `"${md5}"`, ...headers, Metadata: { colour: 'red' }, ...head }),
			GetObjectTagging: () => ({ TagSet: tags }),
			GetObjectAcl: () => {
				if (acl instanceof Error) throw acl;
				return acl ?? { Owner: { ID: 'alice' }, Grants: [{ Grantee: { ID: 'bob' }, Permission: 'READ' }] };
			},
		},
		more,
	);

const base = { Bucket: 'there', Key: 'to/k', StorageClass: 'STANDARD_IA' as const, CopySourceIfMatch: `"${md5}"` };

const toKeep = (from: ToKeep['from'], to: ToKeep['to'], more: Partial<ToKeep> = {}): ToKeep => ({
	...{ from, to, source: { bucket: 'here', key: 'k', versionId: '7' }, input: base, notes: 'never' },
	...{ lastModified: new Date('2026-01-31T12:00:00.250Z'), ...more },
});

/** Which requests were sent. Those of an original wait for no other one, so any may be the first. */
const inAnyOrder = (operations: string) => operations.split(' ').sort();

/** A side that no request may reach. */
const silent = answering({}).s3;

test.each<[string, Partial<Keeping>, string, object]>([
	['nothing', {}, '', {}],
	['its time', { times: true }, 'HeadObject', { ...headers, Metadata: { colour: 'red', mtime: '1769860800.25' } }],
	[
		'its owner',
		{ owner: true },
		'HeadObject GetObjectAcl',
		{ ...headers, Metadata: { colour: 'red', owner: 'alice' } },
	],
	['one more name', { metadata: added('b', '2') }, 'HeadObject', { ...headers, Metadata: { colour: 'red', b: '2' } }],
	['all but its headers', without('headers'), 'HeadObject', { Metadata: { colour: 'red' } }],
	['all but its metadata', without('metadata'), 'HeadObject', { ...headers, Metadata: {} }],
	[
		'its time, but not its metadata',
		{ times: true, ...without('metadata') },
		'HeadObject',
		{ ...headers, Metadata: { mtime: '1769860800.25' } },
	],
	[
		'all but its tags',
		without('tags'),
		'HeadObject',
		{ ...headers, Metadata: { colour: 'red' }, TaggingDirective: 'REPLACE' },
	],
	[
		'one more tag',
		{ tags: added('b', '2 & 3') },
		'HeadObject GetObjectTagging',
		{ ...headers, Metadata: { colour: 'red' }, TaggingDirective: 'REPLACE', Tagging: 'a=1&b=2%20%26%203' },
	],
	[
		'a tag instead of its tags',
		{ ...without('tags'), tags: added('b', '2') },
		'HeadObject',
		{ ...headers, Metadata: { colour: 'red' }, TaggingDirective: 'REPLACE', Tagging: 'b=2' },
	],
	[
		'without its only tag',
		{ tags: dropped('a') },
		'HeadObject GetObjectTagging',
		{ ...headers, Metadata: { colour: 'red' }, TaggingDirective: 'REPLACE' },
	],
	['its grants', { accounts }, 'GetObjectAcl', {}],
	[
		'its owner and its grants, with one look at the ACL',
		{ owner: true, accounts },
		'HeadObject GetObjectAcl',
		{ ...headers, Metadata: { colour: 'red', owner: 'alice' } },
	],
	['its lock, of which it has none', { lock: true }, 'HeadObject', {}],
	['its annotations', { annotations: true }, '', {}],
])('what a copy keeps, and the requests for it: %s', async (_, keeping, requests, expected) => {
	const original = originalWith();
	const { source, input } = await keeper(keepingOf(keeping))(toKeep(original.s3, silent));
	expect(input).toEqual({ ...base, ...('Metadata' in expected ? REPLACE : {}), ...expected });
	expect(source).toEqual({ bucket: 'here', key: 'k', versionId: '7' });
	expect(inAnyOrder(original.operations())).toEqual(inAnyOrder(requests));
});

test('the version of the original is read, on the condition that it is the listed content', async () => {
	const original = originalWith();
	await keeper(keepingOf({ owner: true, tags: added('b', '2') }))(toKeep(original.s3, silent));
	const version = { Bucket: 'here', Key: 'k', VersionId: '7' };
	expect(original.inputsOf('HeadObject')).toEqual([{ ...version, IfMatch: `"${md5}"` }]);
	expect(original.inputsOf('GetObjectAcl')).toEqual([version]);
	expect(original.inputsOf('GetObjectTagging')).toEqual([version]);
});

const noAcls = s3Failure({ code: 'AccessControlListNotSupported', message: '', status: 400 });

test.each<[string, Partial<Keeping>, Original, Partial<ToKeep>, Record<string, string>]>([
	['no time is known', { times: true }, {}, { lastModified: undefined }, { colour: 'red' }],
	['the bucket has no ACLs', { owner: true }, { acl: noAcls }, {}, { colour: 'red' }],
	['the ACL names no owner', { owner: true }, { acl: { Grants: [] } }, {}, { colour: 'red' }],
	['the owner has no ID', { owner: true }, { acl: { Owner: {}, Grants: [] } }, {}, { colour: 'red' }],
	[
		'the time and owner of the first original stay in a copy of a copy',
		{ times: true, owner: true },
		{ head: { Metadata: { mtime: '1', owner: 'eve' } } },
		{},
		{ mtime: '1', owner: 'eve' },
	],
	[
		'a change of names has the last word',
		{ times: true, metadata: added('mtime', '2') },
		{ head: { Metadata: { mtime: '1' } } },
		{},
		{ mtime: '2' },
	],
	['the original has no metadata', { times: true }, { head: { Metadata: undefined } }, {}, { mtime: '1769860800.25' }],
])('metadata of a copy: %s', async (_, keeping, original, more, expected) => {
	const { input } = await keeper(keepingOf(keeping))(toKeep(originalWith(original).s3, silent, more));
	expect(input.Metadata).toStrictEqual(expected);
});

test('a header that the run sets takes the place of that of the original', async () => {
	const { input } = await keeper(keepingOf({ times: true }))(
		toKeep(originalWith().s3, silent, { input: { ...base, ContentType: 'text/html' } }),
	);
	expect(input).toMatchObject({ ContentType: 'text/html', CacheControl: 'no-store' });
});

test('a tag without a value keeps its name', async () => {
	const original = originalWith({ tags: [{ Key: 'a' }] });
	const { input } = await keeper(keepingOf({ tags: added('b', '2') }))(toKeep(original.s3, silent));
	expect(input.Tagging).toBe('a=&b=2');
});

const tenTags = Array.from({ length: 10 }, (_, index) => ({ Key: `t${index}`, Value: '' }));

test.each<[string, Partial<Keeping>, Original, string]>([
	[
		'2 KB of metadata, and the time',
		{ times: true },
		{ head: { Metadata: { a: 'x'.repeat(2047) } } },
		'MetadataTooLarge',
	],
	['ten tags, and one more', { tags: added('b', '2') }, { tags: tenTags }, 'TooManyTags'],
])('a copy that S3 would refuse fails before its request, by the name of its original: %s', async (...row) => {
	const [, keeping, original, code] = row;
	const prepared = keeper(keepingOf(keeping))(toKeep(originalWith(original).s3, silent));
	await expect(prepared).rejects.toMatchObject({ code, bucket: 'here', key: 'k' });
});

const noted = (etag: string) => ({ ...headers, ...REPLACE, Metadata: { colour: 'red', 'source-etag': etag } });
const sha256 = `${md5}${md5}`;

test.each<[string, ToKeep['notes'], string | undefined, string, string, object]>([
	['never', 'never', `"${md5}-3"`, `"${md5}-3"`, '', {}],
	['if it is no digest, and it is one', 'ifNoDigest', `"${md5}"`, `"${md5}"`, '', {}],
	['if it is no digest, and it is one without quotes', 'ifNoDigest', md5, md5, '', {}],
	['of a multipart upload', 'ifNoDigest', `"${md5}-3"`, `"${md5}-3"`, 'HeadObject', noted(`${md5}-3`)],
	['of a server with longer ETags', 'ifNoDigest', `"${sha256}"`, `"${sha256}"`, 'HeadObject', noted(sha256)],
	['unknown before the look, and a digest', 'ifNoDigest', undefined, `"${md5}"`, 'HeadObject', {}],
	['unknown before the look, and no digest', 'ifNoDigest', undefined, '"1-2"', 'HeadObject', noted('1-2')],
	['always', 'always', `"${md5}"`, `"${md5}"`, 'HeadObject', noted(md5)],
	['always, and no digest', 'always', `"${md5}-3"`, `"${md5}-3"`, 'HeadObject', noted(`${md5}-3`)],
])('the ETag of the original in the metadata of its copy: %s', async (_, notes, listed, ETag, requests, expected) => {
	const original = originalWith({ head: { ETag } });
	const asked = { ...base, CopySourceIfMatch: listed };
	const { input } = await keeper(keepingOf({}))(toKeep(original.s3, silent, { notes, input: asked }));
	expect(input).toEqual({ ...asked, ...expected });
	expect(original.operations()).toBe(requests);
});

test.each<[string, Partial<Keeping>, ToKeep['notes'], object]>([
	['no note', { times: true }, 'never', { ...headers, Metadata: { colour: 'red', mtime: '1769860800.25' } }],
	[
		'a note besides the time',
		{ times: true },
		'ifNoDigest',
		{ ...headers, Metadata: { colour: 'red', mtime: '1769860800.25', 'source-etag': `${md5}-3` } },
	],
	[
		'a note where metadata is left out',
		without('metadata'),
		'always',
		{ ...headers, Metadata: { 'source-etag': `${md5}-3` } },
	],
])('a note goes with what the copy keeps: %s', async (_, keeping, notes, expected) => {
	const ETag = `"${md5}-3"`;
	const original = originalWith({ head: { ETag } });
	const asked = { ...base, CopySourceIfMatch: ETag };
	const { input } = await keeper(keepingOf(keeping))(toKeep(original.s3, silent, { notes, input: asked }));
	expect(input).toEqual({ ...asked, ...REPLACE, ...expected });
});

test('an original whose ETag only looks like a digest is noted where it is read anyway', async () => {
	const original = originalWith({ head: { ETag: `"${md5}"`, ServerSideEncryption: 'aws:kms' } });
	const asked = { ...base, CopySourceIfMatch: `"${md5}"` };
	const copy = toKeep(original.s3, silent, { notes: 'ifNoDigest', input: asked });
	const { input } = await keeper(keepingOf({ times: true }))(copy);
	expect(input.Metadata).toEqual({ colour: 'red', mtime: '1769860800.25', 'source-etag': md5 });
});

test.each<[string, Partial<Keeping>, object]>([
	['headers', without('headers'), { Metadata: { colour: 'red', 'source-etag': md5 } }],
	['metadata', without('metadata'), { ...headers, Metadata: { 'source-etag': md5 } }],
])('a note brings back nothing of what the copy leaves out: %s', async (_, keeping, expected) => {
	const { input } = await keeper(keepingOf(keeping))(toKeep(originalWith().s3, silent, { notes: 'always' }));
	expect(input).toEqual({ ...base, ...REPLACE, ...expected });
});

/** The side of copies, in buckets that lock objects or do not. */
const destinationWith = (lock: 'Enabled' | undefined, head: object = {}, more: object = {}) =>
	answering(
		{
			GetObjectLockConfiguration: () => ({ ObjectLockConfiguration: { ObjectLockEnabled: lock } }),
			HeadObject: () => head,
			PutObjectRetention: () => ({}),
			GetObjectAcl: () => ({ Owner: { ID: 'owner-there' }, Grants: [] }),
			PutObjectAcl: () => ({}),
		},
		more,
	);

test('a bucket that does not say whether it has locks is asked again for the next object', async () => {
	let fails = true;
	const [original, destination] = [
		originalWith({ head: locked }),
		answering({
			GetObjectLockConfiguration: () => {
				if (fails) throw new Error('busy');
				return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } };
			},
		}),
	];
	const prepare = keeper(keepingOf({ lock: true }));
	await expect(prepare(toKeep(original.s3, destination.s3))).rejects.toThrow('busy');
	fails = false;
	const { input } = await prepare(toKeep(original.s3, destination.s3));
	expect(input).toMatchObject(locked);
});

test('a copy has the lock of its original, and the bucket is asked once for all copies in it', async () => {
	const [original, destination] = [originalWith({ head: locked }), destinationWith('Enabled')];
	const prepare = keeper(keepingOf({ lock: true }));
	const inBucket = (Bucket: string) => toKeep(original.s3, destination.s3, { input: { ...base, Bucket } });
	const copies = await Promise.all([inBucket('there'), inBucket('there'), inBucket('elsewhere')].map(prepare));
	expect(copies.map(({ input }) => input)).toEqual(
		['there', 'there', 'elsewhere'].map((Bucket) => ({ ...base, Bucket, ...locked })),
	);
	const asked = destination.inputsOf('GetObjectLockConfiguration');
	expect(asked.map(({ Bucket }) => Bucket).sort()).toEqual(['elsewhere', 'there']);
});

test.each<[string, Partial<Keeping>, Original]>([
	['the run does not keep locks', { times: true }, { head: locked }],
	['the original has none', { lock: true }, {}],
])('a copy has no lock, and no bucket is asked: %s', async (_, keeping, original) => {
	const { input } = await keeper(keepingOf(keeping))(toKeep(originalWith(original).s3, silent));
	expect(input.ObjectLockMode).toBeUndefined();
});

const copied = { key: 'to/k (2)', VersionId: '9', ETag: '"e"' };
const place = { Bucket: 'there', Key: 'to/k (2)', VersionId: '9' };

test('a lock that the bucket does not know is lost, which counts once the copy is there', async () => {
	const [losses, destination] = [noLosses(), destinationWith(undefined)];
	const prepare = keeper(keepingOf({ lock: true, losses }));
	const { input, finish } = await prepare(toKeep(originalWith({ head: locked }).s3, destination.s3));
	expect(input).toEqual(base);
	expect(Object.fromEntries(losses.counts)).toEqual({});
	await finish(copied);
	expect(Object.fromEntries(losses.counts)).toEqual({ lock: 1 });
	expect(destination.operations()).toBe('GetObjectLockConfiguration');
});

test.each<[string, object, object[]]>([
	['it has it', locked, []],
	['the server left it out', {}, [{ ...place, Retention: { Mode: 'GOVERNANCE', RetainUntilDate: until } }]],
])('a copy is looked at for its lock, under the key that it got: %s', async (_, head, expected) => {
	const destination = destinationWith('Enabled', head);
	const prepare = keeper(keepingOf({ lock: true }));
	const { finish } = await prepare(toKeep(originalWith({ head: locked }).s3, destination.s3));
	await finish(copied);
	expect(destination.inputsOf('HeadObject')).toMatchObject([place]);
	expect(destination.inputsOf('PutObjectRetention')).toEqual(expected);
});

test('a copy gets the grants of its original under the key that it got, and what they lack counts once', async () => {
	const grants = ['bob', 'carol'].map((ID) => ({ Grantee: { ID }, Permission: 'READ' }));
	const original = originalWith({ acl: { Owner: { ID: 'alice' }, Grants: grants } });
	const [losses, destination] = [noLosses(), destinationWith(undefined)];
	const { finish } = await keeper(keepingOf({ accounts, losses }))(toKeep(original.s3, destination.s3));
	expect(destination.operations()).toBe('');
	await finish(copied);
	expect(destination.inputsOf('PutObjectAcl')).toEqual([
		{
			...place,
			AccessControlPolicy: {
				Owner: { ID: 'owner-there' },
				Grants: [
					{ Grantee: { Type: 'CanonicalUser', ID: 'owner-there' }, Permission: 'FULL_CONTROL' },
					{ Grantee: { Type: 'CanonicalUser', ID: 'bob-there' }, Permission: 'READ' },
				],
			},
		},
	]);
	expect(Object.fromEntries(losses.counts)).toEqual({ grantees: 1 });
	expect([...losses.grantees]).toEqual(['carol']);
});

test.each<[string, Partial<Keeping>, Original]>([
	['nothing is kept', {}, {}],
	['the owner is noted only', { owner: true }, {}],
	['the original has no ACL', { accounts }, { acl: noAcls }],
	['the original is not locked', { lock: true }, {}],
])('nothing is left to do once a copy is there: %s', async (_, keeping, original) => {
	const losses = noLosses();
	const prepare = keeper(keepingOf({ ...keeping, losses }));
	const { finish } = await prepare(toKeep(originalWith(original).s3, silent));
	await finish(copied);
	expect(Object.fromEntries(losses.counts)).toEqual({});
});

/** A side on Amazon S3 with one annotation on each object, or none. */
const annotated = (names: string[]) =>
	answering(
		{
			ListObjectAnnotations: () => ({ Annotations: names.map((AnnotationName) => ({ AnnotationName, ETag: '"a"' })) }),
			GetObjectAnnotation: () => ({ AnnotationPayload: { transformToByteArray: () => new Uint8Array([1]) } }),
			PutObjectAnnotation: () => ({}),
		},
		{ connection: { region: 'us-east-1' } },
	);

test('a copy gets the annotations of its original under the key that it got, if it is still that copy', async () => {
	const [original, destination] = [annotated(['note']), annotated([])];
	const { finish } = await keeper(keepingOf({ annotations: true }))(toKeep(original.s3, destination.s3));
	await finish(copied);
	expect(original.inputsOf('ListObjectAnnotations')).toEqual([{ Bucket: 'here', Key: 'k', VersionId: '7' }]);
	expect(destination.inputsOf('PutObjectAnnotation')).toEqual([
		{ ...place, ObjectIfMatch: '"e"', AnnotationName: 'note', AnnotationPayload: new Uint8Array([1]) },
	]);
});

test('annotations that the destination does not know count as lost', async () => {
	const losses = noLosses();
	const { finish } = await keeper(keepingOf({ annotations: true, losses }))(toKeep(annotated(['note']).s3, silent));
	await finish(copied);
	expect(Object.fromEntries(losses.counts)).toEqual({ annotations: 1 });
});

test('annotations are left alone where the run does not keep them', async () => {
	const original = annotated(['note']);
	const { finish } = await keeper(keepingOf({}))(toKeep(original.s3, annotated([]).s3));
	await finish(copied);
	expect(original.operations()).toBe('');
});
