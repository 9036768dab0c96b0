import { connect } from '../../nodes/AwsS3/s3/client/client';
import { lostStateAt } from '../../nodes/AwsS3/s3/list/stateAtTime';
import type { History } from '../../nodes/AwsS3/s3/list/versions';
import { versionsToPurge } from '../../nodes/AwsS3/operations/version/purgeRules';
import { restoreStep } from '../../nodes/AwsS3/operations/version/restoreStep';
import { withTimes } from '../../nodes/AwsS3/s3/list/versionTimes';

/** `v3@30 m2@20 v1@10`: the newest first, each with its day, if S3 tells one; `m` is a delete marker. */
const history = (text: string): History => ({
	key: 'a',
	versions: text
		.split(' ')
		.filter(Boolean)
		.map((word, index) => {
			const [VersionId = '', day = ''] = word.split('@');
			return {
				Key: 'a',
				VersionId,
				LastModified: day === '' ? undefined : new Date(Date.UTC(2026, 0, Number(day))),
				IsLatest: index === 0,
				isDeleteMarker: word.startsWith('m'),
			};
		}),
});

const day = (number: number) => new Date(Date.UTC(2026, 0, number));

test.each<[string, string, number, object | undefined]>([
	['it is the same', 'v1@10', 15, undefined],
	['another one is there', 'v2@20 v1@10', 15, { step: 'restore', versionId: 'v1' }],
	['it is deleted', 'm2@20 v1@10', 15, { step: 'restore', versionId: 'v1' }],
	['it was not there yet, and is now', 'v1@20', 15, { step: 'delete' }],
	['it was deleted, and is there now', 'v3@20 m2@12 v1@10', 15, { step: 'delete' }],
	['it was not there, and is deleted again', 'm2@25 v1@20', 15, undefined],
	['it was deleted then and is still', 'm2@12 v1@10', 15, undefined],
	['the exact time counts', 'v2@20 v1@15', 15, { step: 'restore', versionId: 'v1' }],
	['of several, the last one before', 'v4@20 v3@14 v2@12 v1@10', 15, { step: 'restore', versionId: 'v3' }],
	['it never was', '', 15, undefined],
	['of a version without a time nothing is known', 'v2@20 v1', 15, { step: 'delete' }],
	['of the same time, the newer one', 'v3@20 m2@10 v1@10', 15, { step: 'delete' }],
])('back to a time: %s', (_, versions, time, expected) => {
	expect(restoreStep(day(time), history(versions))).toEqual(expected);
});

test('a version that was there before versioning has the ID null', () => {
	const { key, versions } = history('m2@20 v1@10');
	const [marker, version] = versions;
	const old = { key, versions: [marker, { ...version, VersionId: undefined }] } as History;
	expect(restoreStep(day(15), old)).toEqual({ step: 'restore', versionId: 'null' });
});

test.each<[string, string, boolean]>([
	['all writes have had an ID', 'v2@20 v1@10', false],
	['what is from before versioning is older', 'v2@20 null@10', false],
	['the write without an ID is of that time', 'null@15', false],
	['it is newer, and the only one', 'null@20', true],
	['it is newer than a version', 'null@20 v1@10', true],
	['it is newer, and older than a version', 'v3@25 null@20 v1@10', true],
	['it is newer, and deleted again', 'm3@25 null@20', true],
	['it has no time', 'v2@20 null', true],
])('the state at a time is lost, or not: %s', (_, versions, isLost) => {
	const s3 = connect({ accessKeyId: 'a', secretAccessKey: 'b', region: 'us-east-1' });
	const lost = lostStateAt(s3, 'bucket', day(15), history(versions));
	if (isLost) expect(lost).toMatchObject({ code: 'EarlierStateLost', bucket: 'bucket', key: 'a' });
	else expect(lost).toBeUndefined();
});

describe('times of versions, as Versity S3 Gateway lists them', () => {
	const [first, second, third] = [
		'01M8C1SP5T17MNM57GA8GKV7X8',
		'01M8C1STEGYYYM5XJYPJGGCDE2',
		'01M8C1SYKVJMD6YBQ7JJGRYTY3',
	];
	type Listed = [id: string | undefined, time: string, isDeleteMarker?: boolean];
	const listed = (...entries: Listed[]): History => ({
		key: 'a',
		versions: entries.map(([VersionId, time, isDeleteMarker = false], index) => ({
			...{ Key: 'a', VersionId, LastModified: new Date(`2026-11-26T13:${time}Z`) },
			...{ IsLatest: index === 0, isDeleteMarker },
		})),
	});

	// Made at 13:47:53, 13:47:57 and 13:48:02.
	test.each<[string, Listed[], boolean]>([
		['one version', [[first, '47:53']], false],
		[
			'that of an older one is the time at which it was replaced',
			[
				[second, '47:57'],
				[first, '47:57'],
			],
			true,
		],
		[
			'each when it was made',
			[
				[second, '47:57'],
				[first, '47:53'],
			],
			false,
		],
		[
			'a delete marker has that of the version below it',
			[
				[third, '47:57.772', true],
				[second, '48:02'],
			],
			true,
		],
		['a delete marker alone', [[third, '48:02', true]], false],
		[
			'an older one from before versioning',
			[
				[second, '47:57'],
				[undefined, '47:57'],
			],
			true,
		],
		[
			'the current one from before versioning',
			[
				[undefined, '48:02'],
				[first, '47:53'],
			],
			false,
		],
		[
			'IDs of another kind',
			[
				['v2', '47:57'],
				['v1', '47:57'],
			],
			false,
		],
		[
			'IDs of 26 characters of another kind',
			[
				['k'.repeat(26), '47:57'],
				['k'.repeat(26), '47:57'],
			],
			false,
		],
	])('%s', (_, entries, isWrong) => {
		expect(withTimes(listed(...entries)).fault).toBe(isWrong ? 'wrongTimes' : undefined);
	});

	test('an object of Swift from before versioning has the time of its ID, not the one at which it was replaced', () => {
		const [replaced, made] = [new Date('2026-11-28T01:08:19.000Z'), '1795828095.43929'];
		const versions = [
			{ Key: 'a', VersionId: '1795828098.51966', LastModified: replaced, IsLatest: true, isDeleteMarker: false },
			{ Key: 'a', VersionId: made, LastModified: replaced, IsLatest: false, isDeleteMarker: false },
		];
		const history = withTimes({ key: 'a', versions });
		expect(history.fault).toBeUndefined();
		expect(history.versions[1]?.LastModified).toEqual(new Date('2026-11-28T01:08:15.439Z'));
		expect(restoreStep(new Date('2026-11-28T01:08:16.000Z'), history)).toMatchObject({
			step: 'restore',
			versionId: made,
		});
	});

	test('another fault stays', () => {
		const history = listed([second, '47:57'], [first, '47:57']);
		expect(withTimes({ ...history, fault: 'unknownOrder' }).fault).toBe('unknownOrder');
	});
});

const digest = '"0123456789abcdef0123456789abcdef"';
test.each<[string, object, object, boolean]>([
	['of the same content', { Size: 1, ETag: digest }, { Size: 1, ETag: digest }, true],
	['of other content', { Size: 1, ETag: digest }, { Size: 1, ETag: digest.replace('0', 'f') }, false],
	['of another size', { Size: 1, ETag: digest }, { Size: 2, ETag: digest }, false],
	['of what was uploaded in parts', { Size: 1, ETag: digest.replace(/"$/, '-2"') }, { Size: 1, ETag: digest }, true],
	['without a size', { ETag: digest }, { ETag: digest }, false],
	['over a delete marker', { Size: 1, ETag: digest }, { isDeleteMarker: true, ETag: digest, Size: 1 }, false],
])('a version may be a copy of the old one already: %s', (_, then, now, expected) => {
	const { key, versions } = history('v2@20 v1@10');
	const [current, old] = versions;
	const found = restoreStep(day(15), {
		key,
		versions: [
			{ ...current, ...now },
			{ ...old, ...then },
		],
	} as History);
	expect(found).toEqual({ step: 'restore', versionId: 'v1', ...(expected && { mayBeCopy: 'v2' }) });
});

test.each<[string, string, number, number, boolean, string[]]>([
	['what is current stays', 'v1@1', 0, 30, true, []],
	['all old ones', 'v3@3 v2@2 v1@1', 0, 30, false, ['v2', 'v1']],
	['but for so many', 'v4@4 v3@3 v2@2 v1@1', 2, 30, false, ['v1']],
	['only those replaced before', 'v3@20 v2@10 v1@1', 0, 15, false, ['v1']],
	['old since the deletion, not the upload', 'm2@20 v1@1', 0, 15, false, []],
	['markers between go with the rest', 'v3@5 m2@4 v1@1', 0, 30, false, ['m2', 'v1']],
	['markers among those kept stay', 'v4@5 m3@4 v2@3 v1@1', 1, 30, false, ['v1']],
	['a lone marker stays', 'm1@1', 0, 30, false, []],
	['unless it may go', 'm1@1', 0, 30, true, ['m1']],
	['with all that it hid', 'm2@2 v1@1', 0, 30, true, ['v1', 'm2']],
	['but not with what is kept', 'm2@2 v1@1', 1, 30, true, []],
	['nothing to purge', '', 0, 30, true, []],
	['not before the time itself', 'v2@15 v1@1', 0, 15, false, []],
	['nor where S3 tells no time', 'v2 v1@1', 0, 30, false, []],
	['a lone marker, when it is young', 'm1@20', 0, 15, true, []],
	['nor at the time itself', 'm1@15', 0, 15, true, []],
	['nor without a time', 'm1', 0, 15, true, []],
	['a version is no marker', 'v1@1', 0, 30, true, []],
	['nor when it is young', 'm2@20 v1@1', 0, 15, true, []],
])('purge: %s', (_, versions, keep, oldSince, loneMarkers, expected) => {
	const found = versionsToPurge(history(versions), { keep, oldSince: day(oldSince), loneMarkers });
	expect(found.map(({ VersionId }) => VersionId)).toEqual(expected);
});

test('purge: keeps the current object where a server lists delete markers first', () => {
	const [current, marker, old] = history('v2@3 m1@2 v1@1').versions;
	const versions = [marker, current, old].flatMap((version) => version ?? []);
	const found = versionsToPurge({ key: 'a', versions }, { keep: 0, oldSince: day(30), loneMarkers: true });
	expect(found.map(({ VersionId }) => VersionId)).not.toContain('v2');
});
