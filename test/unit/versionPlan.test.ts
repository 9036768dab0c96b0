import type { History } from '../../nodes/AwsS3/s3/list/versions';
import { versionsToPurge, restoreStep } from '../../nodes/AwsS3/s3/list/versionPlan';

/** Parses `v3@30 m2@20 v1@10`: newest first, each with its day; `m` is a delete marker. */
const history = (text: string): History => ({
	key: 'a',
	versions: text
		.split(' ')
		.filter(Boolean)
		.map((word, index) => {
			const [VersionId = '', day] = word.split('@');
			return {
				Key: 'a',
				VersionId,
				LastModified: new Date(Date.UTC(2026, 0, Number(day))),
				IsLatest: index === 0,
				isDeleteMarker: word.startsWith('m'),
			};
		}),
});

const day = (number: number) => new Date(Date.UTC(2026, 0, number));

test.each<[string, string, number, object | undefined]>([
	['unchanged', 'v1@10', 15, undefined],
	['overwritten', 'v2@20 v1@10', 15, { step: 'restore', versionId: 'v1' }],
	['deleted', 'm2@20 v1@10', 15, { step: 'restore', versionId: 'v1' }],
	['created later', 'v1@20', 15, { step: 'delete' }],
	['deleted then, created again later', 'v3@20 m2@12 v1@10', 15, { step: 'delete' }],
	['created and deleted later', 'm2@25 v1@20', 15, undefined],
	['still deleted', 'm2@12 v1@10', 15, undefined],
	['a version of the exact time counts', 'v2@20 v1@15', 15, { step: 'restore', versionId: 'v1' }],
	['the last of several versions before the time', 'v4@20 v3@14 v2@12 v1@10', 15, { step: 'restore', versionId: 'v3' }],
	['the newer of two versions of the same time', 'v3@20 m2@10 v1@10', 15, { step: 'delete' }],
])('restore to a time: %s', (_, versions, time, expected) => {
	expect(restoreStep(day(time), history(versions))).toEqual(expected);
});

test.each<[string, string, number, number, boolean, string[]]>([
	['keeps the current version', 'v1@1', 0, 30, true, []],
	['deletes all old versions', 'v3@3 v2@2 v1@1', 0, 30, false, ['v2', 'v1']],
	['keeps the given number of old versions', 'v4@4 v3@3 v2@2 v1@1', 2, 30, false, ['v1']],
	['deletes only versions replaced before the time', 'v3@20 v2@10 v1@1', 0, 15, false, ['v1']],
	['a version is old since its deletion, not its upload', 'm2@20 v1@1', 0, 15, false, []],
	['deletes delete markers between deleted versions', 'v3@5 m2@4 v1@1', 0, 30, false, ['m2', 'v1']],
	['keeps delete markers between kept versions', 'v4@5 m3@4 v2@3 v1@1', 1, 30, false, ['v1']],
	['keeps a lone delete marker', 'm1@1', 0, 30, false, []],
	['deletes a lone delete marker with loneMarkers', 'm1@1', 0, 30, true, ['m1']],
	['deletes a delete marker with all versions that it hides', 'm2@2 v1@1', 0, 30, true, ['v1', 'm2']],
	['keeps a delete marker that hides kept versions', 'm2@2 v1@1', 1, 30, true, []],
	['keeps a delete marker that is too new', 'm2@20 v1@1', 0, 15, true, []],
])('purge: %s', (_, versions, keep, oldSince, loneMarkers, expected) => {
	const found = versionsToPurge(history(versions), { keep, oldSince: day(oldSince), loneMarkers });
	expect(found.map(({ VersionId }) => VersionId)).toEqual(expected);
});
