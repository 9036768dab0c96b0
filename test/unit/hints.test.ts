import { hintsOn, outsideHint, slashHints } from '../../nodes/AwsS3/core/runner/hints';

test.each<[string, object[], boolean, string[]]>([
	['nothing special', [{ uploaded: true, key: 'a' }, { deleted: true }], false, []],
	[
		'one change planned',
		[{ dryRun: true }, { unzipped: false }],
		true,
		["Dry run: 1 change is planned, nothing was changed. Remove 'Dry Run' from 'Options' to make the changes."],
	],
	[
		'many planned',
		Array.from({ length: 1234 }, () => ({ dryRun: true })),
		true,
		["Dry run: 1,234 changes are planned, nothing was changed. Remove 'Dry Run' from 'Options' to make the changes."],
	],
	[
		'nothing to plan',
		[],
		true,
		["Dry run: 0 changes are planned, nothing was changed. Remove 'Dry Run' from 'Options' to make the changes."],
	],
	[
		'items that were skipped',
		[{ skipped: true }, { skipped: true }],
		false,
		["2 objects were skipped because of 'If Exists'."],
	],
	[
		'a folder of which some were skipped',
		[{ objects: 3, skipped: 1 }],
		false,
		["1 object was skipped because of 'If Exists'."],
	],
	[
		'a folder of which some failed',
		[{ objects: 3, skipped: 0, failed: 2 }],
		false,
		['2 objects could not be processed. See the output for the reasons.'],
	],
	[
		'keys that were there no more, or have a field of that name',
		[{ deleted: false }, { error: 'x' }, { deleted: true, error: 'x' }],
		false,
		[],
	],
	[
		'keys of which one was refused',
		[{ deleted: false, error: { code: 'x' } }, { deleted: true }],
		false,
		['1 object could not be processed. See the output for the reasons.'],
	],
])('remarks: %s', (_, outputs, isDryRun, expected) => {
	expect(
		hintsOn(
			outputs.map((json) => ({ json: json as never })),
			isDryRun,
		),
	).toEqual(expected);
});

test.each([
	['out/a', "'out/a' in bucket 'b' is outside the credential's prefix 'in/' in bucket 'own'."],
	['', "All of bucket 'b' is outside the credential's prefix 'in/' in bucket 'own'."],
])('a hint on %p outside of the prefix', (key, words) => {
	const connection = { region: 'r', accessKeyId: 'a', secretAccessKey: 's', bucket: 'own', prefix: 'in/' };
	expect(outsideHint(connection, 'b', key)).toBe(
		`${words} If its keys are restricted to this prefix, S3 denies access.`,
	);
});

test('a slash at the beginning of a stored key is said', () => {
	const writesTo = { bucket: 'bucket', key: 'key' };
	expect(slashHints({ writesTo }, [{ key: 'a/b' }, { key: '/a' }, { key: '' }, {}])).toEqual([
		"'/a' starts with a slash, which S3 keeps as part of the key. Remove the slash unless you want it.",
	]);
	expect(slashHints({}, [{ key: '/a' }])).toEqual([]);
});
