import {
	DeleteObjectCommand,
	GetObjectAclCommand,
	GetObjectCommand,
	GetObjectTaggingCommand,
	PutBucketVersioningCommand,
	PutObjectAclCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { nextTime } from '../support/nextTime';
import { makeBucket, one, refusal, s3, sdk, unlessMissing } from '../support/s3';

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
});

const put = async (Key: string, Body: string, more: object = {}) =>
	(await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }))).VersionId ?? '';
const remove = async (Key: string) =>
	(await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key }))).VersionId ?? '';
const content = async (Key: string) => {
	const answer = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key })).catch(unlessMissing);
	return await answer?.Body?.transformToString();
};

test('getAll lists versions and delete markers, newest first for each key', async () => {
	const first = await put('a b', '1');
	const marker = await remove('a b');
	const second = await put('a b', '2');
	const other = await put('a b c', '3');
	const all = jsonOf(await s3('version.getAll', { bucket, returnAll: true }));
	expect(all.map(({ versionId, isDeleteMarker }) => [versionId, isDeleteMarker])).toEqual([
		[second, false],
		[marker, true],
		[first, false],
		[other, false],
	]);
	expect(all[0]).toMatchObject({ key: 'a b', isLatest: true, size: 1, lastModified: expect.stringMatching(/Z$/) });
	const exact = { bucket, prefix: 'a b', returnAll: true, options: { exactKey: true } };
	expect(await s3('version.getAll', exact)).toHaveLength(3);
	expect(await s3('version.getAll', { bucket, limit: 2 })).toHaveLength(2);
});

test('a listing of several pages keeps the order', async () => {
	const kinds = Array.from({ length: 2300 }, (_, index) => index % 3 === 2);
	for (const isMarker of kinds.slice(0, 30)) await (isMarker ? remove('a') : put('a', 'x'));
	await Promise.all(Array.from({ length: 1100 }, async (_, index) => await put(`b/${index}`, 'x')));
	const listed = jsonOf(await s3('version.getAll', { bucket, returnAll: true }));
	expect(listed.slice(0, 30).map(({ isDeleteMarker }) => isDeleteMarker)).toEqual(kinds.slice(0, 30).reverse());
	expect(listed).toHaveLength(1130);
	const keys = listed.map(({ key }) => String(key));
	expect(keys).toEqual([...keys].sort());
});

test('restore copies an old version on top, with all its properties', async () => {
	const more = { Metadata: { owner: 'me' }, ContentType: 'text/x-old', CacheControl: 'no-store', Tagging: 'a=b%20c' };
	const first = await put('ü/a.txt', 'old', { ...more, StorageClass: 'STANDARD_IA' });
	const AllUsers = 'http://acs.amazonaws.com/groups/global/AllUsers';
	const acl = { Bucket: bucket, Key: 'ü/a.txt', VersionId: first, ACL: 'public-read' } as const;
	await sdk.send(new PutObjectAclCommand(acl));
	const second = await put('ü/a.txt', 'new');
	const item = await one('version.restore', { bucket, key: 'ü/a.txt', versionId: first });
	expect(item).toMatchObject({ restored: true, key: 'ü/a.txt', restoredVersionId: first });
	expect([first, second]).not.toContain(item.versionId);
	const now = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'ü/a.txt' }));
	expect(await now.Body?.transformToString()).toBe('old');
	expect(now).toMatchObject({
		Metadata: { owner: 'me' },
		ContentType: 'text/x-old',
		CacheControl: 'no-store',
		StorageClass: 'STANDARD_IA',
	});
	const at = { Bucket: bucket, Key: 'ü/a.txt' };
	expect(await sdk.send(new GetObjectTaggingCommand(at))).toMatchObject({ TagSet: [{ Key: 'a', Value: 'b c' }] });
	const { Grants = [] } = await sdk.send(new GetObjectAclCommand(at));
	expect(Grants.map(({ Grantee }) => Grantee?.URI)).toContain(AllUsers);
	expect(await s3('version.getAll', { bucket })).toHaveLength(3);
});

test('restore explains that the version does not exist', async () => {
	await put('a', 'x');
	expect(await refusal(s3('version.restore', { bucket, key: 'a', versionId: 'nosuchversion' }))).toMatchObject({
		message: expect.stringContaining("'a'"),
	});
});

test('delete removes one version permanently, after a dry run', async () => {
	const first = await put('a', 'old');
	const second = await put('a', 'new');
	const at = { bucket, key: 'a', versionId: second };
	expect(await one('version.delete', { ...at, options: { dryRun: true } })).toEqual({
		deleted: false,
		dryRun: true,
		...at,
	});
	expect(await content('a')).toBe('new');
	expect(await one('version.delete', at)).toMatchObject({ deleted: true, versionId: second });
	expect(await content('a')).toBe('old');
	expect(jsonOf(await s3('version.getAll', { bucket }))).toEqual([expect.objectContaining({ versionId: first })]);
});

test('undelete removes the delete marker', async () => {
	const first = await put('a', 'x');
	const marker = await remove('a');
	const dry = jsonOf(await s3('version.undelete', { bucket, key: 'a', options: { dryRun: true } }));
	expect(dry.map(({ deleteMarkerVersionId }) => deleteMarkerVersionId)).toEqual([marker]);
	expect(await content('a')).toBeUndefined();
	expect(await one('version.undelete', { bucket, key: 'a' })).toEqual({
		undeleted: true,
		bucket,
		key: 'a',
		versionId: first,
		deleteMarkers: 1,
	});
	expect(await content('a')).toBe('x');
	expect(await one('version.undelete', { bucket, key: 'a' })).toMatchObject({
		undeleted: false,
		reason: 'The object is not deleted',
	});
	expect(await one('version.undelete', { bucket, key: 'a', options: { dryRun: true } })).toEqual({
		...{ undeleted: false, dryRun: true, bucket, key: 'a', reason: 'The object is not deleted' },
	});
	expect(await one('version.undelete', { bucket, key: 'never' })).toMatchObject({ undeleted: false });
});

test('purge deletes only old versions', async () => {
	const versions = [];
	for (const body of ['1', '2', '3', '4']) versions.push(await put('logs/a', body));
	await put('logs/b', 'x');
	await put('other', 'old');
	await put('other', 'new');
	const purge = { bucket, prefix: 'logs/', keepVersions: 1, olderThanDays: 0 };
	await nextTime();
	const dry = jsonOf(await s3('version.purge', { ...purge, options: { dryRun: true } }));
	expect(dry.map(({ versionId }) => versionId)).toEqual([versions[1], versions[0]]);
	expect(await one('version.purge', { ...purge, olderThanDays: 1 })).toMatchObject({ versions: 0 });
	expect(await one('version.purge', purge)).toEqual({ purged: true, bucket, prefix: 'logs/', versions: 2 });
	expect(await content('logs/a')).toBe('4');
	expect(await s3('version.getAll', { bucket })).toHaveLength(5);
	expect((await refusal(s3('version.purge', { ...purge, prefix: '' }))).message).toBe("'Prefix' is empty");
});

test('restoreFolder restores a folder to a time, and can be undone', async () => {
	await put('f/same', 'same');
	await put('f/changed', 'before');
	await put('f/deleted', 'there');
	await put('g/beside', 'before');
	await nextTime();
	const time = new Date().toISOString();
	await nextTime();
	await put('f/changed', 'after');
	await remove('f/deleted');
	await put('f/new', 'new');
	await put('g/beside', 'after');
	// Some servers keep whole seconds.
	await nextTime();
	const late = new Date().toISOString();
	await nextTime();
	const parameters = { bucket, prefix: 'f/', time };
	const dry = jsonOf(await s3('version.restoreFolder', { ...parameters, options: { dryRun: true } }));
	expect(dry.map(({ step, key }) => [step, key])).toEqual([
		['restore', 'f/changed'],
		['restore', 'f/deleted'],
		['delete', 'f/new'],
	]);
	expect(await content('f/changed')).toBe('after');
	expect(await one('version.restoreFolder', parameters)).toEqual({
		complete: true,
		bucket,
		prefix: 'f/',
		time,
		restored: 2,
		deleted: 1,
	});
	const all = async () =>
		await Promise.all(['same', 'changed', 'deleted', 'new'].map(async (k) => await content(`f/${k}`)));
	expect(await all()).toEqual(['same', 'before', 'there', undefined]);
	expect(await content('g/beside')).toBe('after');
	await s3('version.restoreFolder', { ...parameters, time: late });
	expect(await all()).toEqual(['same', 'after', undefined, 'new']);
});

test('restoreFolder refuses what was written later without versioning, and restores the others', async () => {
	const setVersioning = async (Status: 'Enabled' | 'Suspended') =>
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }));
	await put('f/overwritten', 'first');
	await put('f/other', 'before');
	await setVersioning('Suspended');
	await put('f/kept', 'from before');
	await put('f/lost', 'this is lost');
	// The write after the time replaces this one.
	await put('f/overwritten', 'this is lost');
	await nextTime();
	const time = new Date().toISOString();
	await nextTime();
	await put('f/lost', 'now');
	await put('f/overwritten', 'now');
	await setVersioning('Enabled');
	await put('f/kept', 'after');
	await put('f/other', 'after');
	const parameters = { bucket, prefix: 'f/', time };
	const message = (key: string) =>
		`The bucket had no versioning when '${key}' was written, so its earlier content is unknown`;
	const refused = (key: string) => ({ key, code: 'EarlierStateLost', message: message(key) });
	const dry = jsonOf(await s3('version.restoreFolder', { ...parameters, options: { dryRun: true } }));
	expect(dry).toMatchObject([
		// Swift names the time of a version.
		{ key: 'f/kept', step: 'restore', versionId: expect.stringMatching(/^(null|\d{10}\.\d{5})$/) },
		{ key: 'f/lost', step: 'refuse', error: { message: message('f/lost') } },
		{ key: 'f/other', step: 'restore' },
		{ key: 'f/overwritten', step: 'refuse', error: { message: message('f/overwritten') } },
	]);
	expect(await one('version.restoreFolder', parameters)).toMatchObject({
		...{ complete: false, restored: 2, deleted: 0, failed: 2 },
		errors: [refused('f/lost'), refused('f/overwritten')],
	});
	const all = async () =>
		await Promise.all(['kept', 'lost', 'other', 'overwritten'].map(async (k) => await content(`f/${k}`)));
	expect(await all()).toEqual(['from before', 'now', 'before', 'now']);
	const alone = await refusal(s3('version.restoreFolder', { ...parameters, prefix: 'f/lost' }));
	expect(alone).toMatchObject({
		message: message('f/lost'),
		description: expect.stringContaining('Choose a later time'),
	});
	// A later time is known.
	await nextTime();
	const later = { ...parameters, time: new Date().toISOString() };
	expect(await one('version.restoreFolder', later)).toMatchObject({ complete: true, restored: 0, deleted: 0 });
});

test('restoreFolder rejects suspended versioning and invalid times', async () => {
	const parameters = { bucket, prefix: 'f/', time: '2026-01-01T00:00:00Z' };
	expect((await refusal(s3('version.restoreFolder', { ...parameters, time: '2999-01-01' }))).message).toBe(
		"'Time' is in the future",
	);
	expect((await refusal(s3('version.restoreFolder', { ...parameters, time: '' }))).message).toBe("'Time' is empty");
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }));
	expect((await refusal(s3('version.restoreFolder', parameters))).message).toContain('suspended');
});
