import type { ObjectStorageClass } from '@aws-sdk/client-s3';
import type { Members } from '../../nodes/AwsS3/s3/answers/members';
import type { Step } from '../../nodes/AwsS3/s3/pairs/decide';
import type { Original } from '../../nodes/AwsS3/s3/pairs/march';
import type { PlanHeader, PlannedAction } from '../../nodes/AwsS3/s3/plan/planLines';
import { planHeaderOf, planLine, plannedActionOf, planTotalsOf } from '../../nodes/AwsS3/s3/plan/planLines';
import { noCounts } from '../../nodes/AwsS3/s3/sync/tally';
import { randomCases } from '../support/randomCases';
import { randomValues } from '../support/randomValues';

const at = { bucket: 'b', key: 'k' };
const made = '2026-02-01T12:00:00.000Z';
const now = new Date(made);

/** A line as a reader parses it. */
const read = (value: unknown): Members => JSON.parse(JSON.stringify(value));

const header: PlanHeader = {
	...{ plan: 1, made, jobName: 'j', mode: 'mirror', asksSource: true, kept: { tags: 'copy' }, rules: { filter: '*' } },
	...{ source: { bucket: 'a', prefix: 'p/' }, destination: { bucket: 'b', prefix: '' } },
};

describe('the first line', () => {
	test.each<[string, PlanHeader]>([
		['with what each plan has', header],
		['that copies', { ...header, mode: 'copy' }],
		['that moves', { ...header, mode: 'move', asksSource: false }],
		['that migrates', { ...header, mode: 'migrate' }],
		['with a prefix for backups', { ...header, backupPrefix: 'old/' }],
		['with an empty prefix for backups', { ...header, backupPrefix: '' }],
		['with a storage class', { ...header, storageClass: 'GLACIER' }],
		['with grants', { ...header, grants: 'abc' }],
		['with everything', { ...header, backupPrefix: 'old/', storageClass: 'A_NEW_CLASS', grants: 'abc' }],
	])('%s comes back as it was', (_, value) => {
		expect(planHeaderOf(at, read(value))).toStrictEqual(value);
	});

	test.each<[string, Members, Partial<PlanHeader>]>([
		['unknown members', { later: 1, source: { ...header.source, later: 1 } }, {}],
		['a name that is no text', { jobName: 1 }, { jobName: '' }],
		['a name', { jobName: undefined }, { jobName: '' }],
		['rules that are none', { rules: ['x'] }, { rules: {} }],
		['options of copies', { kept: undefined }, { kept: {} }],
		['options of copies that are none', { kept: 'x' }, { kept: {} }],
		['texts that are none', { backupPrefix: 1, storageClass: null, grants: {} }, {}],
	])('is read without %s', (_, more, found) => {
		expect(planHeaderOf(at, { ...header, ...more })).toStrictEqual({ ...header, ...found });
	});

	test.each([undefined, true, 'false'])('only a plan that says false does not ask the source, not %j', (asksSource) => {
		expect(planHeaderOf(at, { ...header, asksSource }).asksSource).toBe(true);
		expect(planHeaderOf(at, { ...header, asksSource: false }).asksSource).toBe(false);
	});

	test.each<[string, Members, string]>([
		['of a later version', { ...header, plan: 2 }, 'is a plan of version 2, but this node supports version 1'],
		['of a later version without the rest', { plan: 2 }, 'is a plan of version 2, but this node supports version 1'],
		['of a journal', { ...header, plan: undefined, journal: 1 }, 'is not a plan'],
		['with a version as text', { ...header, plan: '1' }, 'is not a plan'],
		['without a source', { ...header, source: undefined }, 'is not a plan'],
		['without a destination', { ...header, destination: undefined }, 'is not a plan'],
		['with a source that has no bucket', { ...header, source: { prefix: '' } }, 'is not a plan'],
		['with a destination that has no prefix', { ...header, destination: { bucket: 'b' } }, 'is not a plan'],
		['without a time', { ...header, made: undefined }, 'is not a plan'],
		['with a time that is none', { ...header, made: 'yesterday' }, 'is not a plan'],
		['without a mode', { ...header, mode: undefined }, 'is not a plan'],
		['with a mode of another version', { ...header, mode: 'destroy' }, 'is not a plan'],
	])('%s is refused', (_, members, message) => {
		expect(() => planHeaderOf(at, members)).toThrow(`The object 'k' ${message}`);
	});
});

const plain = { key: 'a', size: 1, etag: 'e', lastModified: now, storageClass: 'STANDARD' } as const;

describe('an action', () => {
	test('has a line that stays as it is, since other versions of the node read it', () => {
		const action: PlannedAction = { step: 'overwrite', key: 'a', source: plain, destination: { key: 'a', size: 2 } };
		expect(planLine(action)).toBe(
			`{"step":"overwrite","key":"a","source":{"size":1,"etag":"e","lastModified":"${made}","storageClass":"STANDARD"},"destination":{"size":2}}\n`,
		);
	});

	test.each(Array.from({ length: randomCases(100, 20) }, (_, seed) => seed))('comes back as it was (%i)', (seed) => {
		const { isSo, maybe, oneOf, below, text, size, time } = randomValues(`plan line ${seed}`);
		const key = text();
		const originals: [Original, ...Original[]] = [{ key: text() }, { versionId: text() }, { item: below(9) }];
		const side = () => ({
			...{ key, size: size(), etag: maybe(text), lastModified: maybe(() => new Date(time())) },
			storageClass: maybe(() => oneOf<ObjectStorageClass>(['STANDARD', 'GLACIER', 'EXPRESS_ONEZONE'])),
			...(isSo() && { from: oneOf(originals) }),
		});
		const step = oneOf<Step>(['copy', 'overwrite', 'rename', 'delete', 'deleteSource']);
		const action: PlannedAction = {
			...{ step, key, source: step === 'delete' ? maybe(side) : side() },
			destination: step === 'delete' || step === 'overwrite' ? side() : maybe(side),
		};
		const line = planLine(action);
		expect(line.indexOf('\n')).toBe(line.length - 1);
		expect(plannedActionOf(at, JSON.parse(line))).toStrictEqual(action);
	});

	const [source, destination] = [{ size: 1 }, { size: 2 }];
	const bare = { etag: undefined, lastModified: undefined, storageClass: undefined };
	test.each<[string, Members, Members]>([
		['unknown members', { later: 1, source: { size: 1, later: 1 } }, {}],
		['an ETag that is no text', { source: { size: 1, etag: 1 } }, {}],
		['a time that is none', { source: { size: 1, lastModified: 'x' } }, {}],
		['a storage class that the SDK does not know', { source: { size: 1, storageClass: 'X' } }, {}],
		['an original that is none', { source: { size: 1, from: 'x' } }, {}],
		['a destination that is none', { destination: { size: -1 } }, {}],
	])('is read without %s', (_, more, found) => {
		const action = { step: 'copy', key: 'a', source: { key: 'a', size: 1, ...bare }, destination: undefined };
		expect(plannedActionOf(at, { step: 'copy', key: 'a', source, ...more })).toStrictEqual({ ...action, ...found });
	});

	test.each<[string, Members]>([
		['a copy without a source', { step: 'copy', key: 'a', destination }],
		['a copy under another name without a source', { step: 'rename', key: 'a', destination }],
		['a deletion at the source without a source', { step: 'deleteSource', key: 'a', destination }],
		['a deletion without a destination', { step: 'delete', key: 'a', source }],
		['a replacement without a source', { step: 'overwrite', key: 'a', destination }],
		['a replacement without a destination', { step: 'overwrite', key: 'a', source }],
		['a source that is a list', { step: 'copy', key: 'a', source: [source] }],
		['a source without a size', { step: 'copy', key: 'a', source: { etag: 'e' } }],
		['a size as text', { step: 'copy', key: 'a', source: { size: '1' } }],
		['no step', { key: 'a', source, destination }],
		['an unknown step', { step: 'destroy', key: 'a', source, destination }],
		['a skipped key', { step: 'skip', key: 'a', source, destination }],
		['no key', { step: 'copy', source, destination }],
		['a key that is no text', { step: 'copy', key: 1, source, destination }],
		['a file of a job', { step: 'copy', key: 'p/.n8n-jobs/j/state.json', source, destination }],
		['the state of a trigger', { step: 'copy', key: '.n8n-triggers/w/20260131T120000000Z-1a2b3c4d', source }],
		['a line of another file', { at: made, step: 'copy', key: 'a', size: 1, result: 'done' }],
	])('is refused: %s', (_, members) => {
		expect(() => plannedActionOf(at, members)).toThrow("The object 'k' contains a line that is not valid in a plan");
	});
});

describe('the last line', () => {
	const totals = { ...noCounts(), copied: 3, bytes: 7 };
	test('comes back as it was, without unknown members', () => {
		const last = { actions: 3, totals, sha256: 'ab' };
		expect(planTotalsOf(read(last))).toStrictEqual(last);
		expect(planTotalsOf({ ...last, later: 1 })).toStrictEqual(last);
		expect(planTotalsOf({ actions: 0, sha256: '' })).toStrictEqual({ actions: 0, totals: noCounts(), sha256: '' });
	});

	test.each<[string, Members]>([
		['without a number of actions', { totals, sha256: 'ab' }],
		['with a number as text', { actions: '3', totals, sha256: 'ab' }],
		['without a digest', { actions: 3, totals }],
		['with a digest that is no text', { actions: 3, totals, sha256: 1 }],
		['that is an action', read({ step: 'copy', key: 'a', source: plain })],
	])('%s is another line', (_, members) => {
		expect(planTotalsOf(members)).toBeUndefined();
	});
});
