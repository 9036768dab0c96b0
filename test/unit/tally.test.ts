import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import { addTo, newTally } from '../../nodes/AwsS3/s3/sync/tally';
import type { Event } from '../../nodes/AwsS3/s3/sync/transfer';

const none = newTally();

const event = (step: Event['step'], result: Event['result']): Event => ({ key: 'k', step, size: 5, result });

const done = { outcome: 'done', targetKey: 'k' } as const;

test.each<[string, Event, boolean, Partial<typeof none>]>([
	['a copy', event('copy', done), false, { copied: 1, bytes: 5 }],
	['an overwritten object', event('overwrite', done), false, { copied: 1, overwritten: 1, bytes: 5 }],
	['a renamed copy', event('rename', done), false, { copied: 1, renamed: 1, bytes: 5 }],
	['a deletion at the destination', event('delete', done), false, { deleted: 1 }],
	['a moved object', event('copy', done), true, { copied: 1, moved: 1, bytes: 5 }],
	['an original whose copy was there', event('deleteSource', done), true, { moved: 1 }],
	['a planned copy', event('copy', { outcome: 'planned' }), false, { copied: 1, bytes: 5 }],
	['a change by others', event('copy', { outcome: 'changed', why: '' }), true, { changed: 1 }],
	[
		'a moved object whose original could not be deleted',
		event('overwrite', { outcome: 'failed', failure: s3Failure({ message: 'no', copyOfKept: { targetKey: 'k' } }) }),
		true,
		{ copied: 1, overwritten: 1, failed: 1, bytes: 5 },
	],
	['a refusal', event('overwrite', { outcome: 'failed', failure: new Error('no') }), true, { failed: 1 }],
	['a skip', event('skip', { outcome: 'skipped', reason: 'same' }), false, { skipped: 1, reasons: { same: 1 } }],
])('%s', (_, one, isMove, expected) => {
	const tally = newTally();
	addTo(tally, one, isMove);
	expect(tally).toEqual({ ...none, ...expected });
	addTo(tally, one, isMove);
	expect(tally.bytes).toBe(2 * (expected.bytes ?? 0));
	expect(tally.reasons.same ?? 0).toBe(2 * (expected.reasons?.same ?? 0));
});
