import type { Counted, DeletionLimits, HeldBack } from '../../nodes/AwsS3/s3/sync/deletionLimits';
import { heldBackBy } from '../../nodes/AwsS3/s3/sync/deletionLimits';

const limits: DeletionLimits = { most: 10, share: 50, allowsEmptySource: false };
const seen: Counted = { source: 100, destination: 20, deletions: 10, failures: 0 };

test.each<[string, Partial<Counted>, HeldBack | undefined]>([
	['as many as the limit and the share allow', {}, undefined],
	['one more than the limit', { deletions: 11, destination: 100 }, 'maxDeletions'],
	['one more than the share', { destination: 19 }, 'maxDeletedShare'],
	['more than both', { deletions: 11 }, 'maxDeletions'],
	['a failure before', { failures: 1 }, 'failed'],
	['a source without objects', { source: 0 }, 'emptySource'],
	['a failure, and a source without objects', { source: 0, failures: 1 }, 'failed'],
])('may a mirror delete? %s', (_, changes, expected) => {
	expect(heldBackBy(limits, { ...seen, ...changes }, true)).toBe(expected);
	expect(heldBackBy(limits, { ...seen, ...changes }, false)).toBe('stopped');
});

test('a source without objects may be allowed', () => {
	const of = { ...seen, source: 0, destination: 20 };
	expect(heldBackBy({ ...limits, allowsEmptySource: true }, of, true)).toBeUndefined();
});
