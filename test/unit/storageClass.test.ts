import { isNeverArchived, isRestored, restoreStateOf } from '../../nodes/AwsS3/s3/storageClass';

test.each<[string | undefined, object, boolean]>([
	[undefined, { ongoing: false }, false],
	['ongoing-request="true"', { ongoing: true }, false],
	[
		'ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"',
		{ ongoing: false, expiresAt: '2012-12-21T00:00:00.000Z' },
		true,
	],
	['ongoing-request="false", expiry-date="soon"', { ongoing: false }, true],
])('%s is a restore that is %j', (header, state, isThere) => {
	expect(restoreStateOf(header)).toEqual(state);
	expect(isRestored({ Restore: header })).toBe(isThere);
});

test('a class that nobody knows may be archived', () => {
	expect(
		['STANDARD', 'GLACIER_IR', 'GLACIER', 'INTELLIGENT_TIERING', 'OWN', undefined].filter(isNeverArchived),
	).toEqual([...['STANDARD', 'GLACIER_IR']]);
});
