import type { Members } from '../../nodes/AwsS3/s3/answers/members';
import type { JournalHeader, JournalLine, JournalTotals } from '../../nodes/AwsS3/s3/job/journalLines';
import { countsIn, isOutcome, journalLineOf, originalIn, sideIn, sumOf } from '../../nodes/AwsS3/s3/job/journalLines';
import type { OutcomeLine } from '../../nodes/AwsS3/s3/sync/outcomeLine';
import type { Counts } from '../../nodes/AwsS3/s3/sync/tally';
import { noCounts } from '../../nodes/AwsS3/s3/sync/tally';
import { randomCases } from '../support/randomCases';
import { randomValues } from '../support/randomValues';

const at = { bucket: 'b', key: 'k' };
const time = '2026-02-01T12:00:00.000Z';

/** A line as a reader parses it. */
const read = (value: unknown): Members => JSON.parse(JSON.stringify(value));

const counts: Counts = {
	...{ copied: 1, overwritten: 2, renamed: 3, deleted: 4, moved: 5, skipped: 6, changed: 7, failed: 8, bytes: 9 },
};

const header: JournalHeader = {
	...{ journal: 1, runId: 'r', jobName: 'j', category: 'c', operation: 'run', started: time, rules: { mode: 'copy' } },
	...{ source: { bucket: 'a', prefix: 'p/' }, destination: { bucket: 'b', prefix: '' } },
};
const totals: JournalTotals = { totals: counts, reasons: { same: 2 }, ended: time, how: 'successful' };
const outcome: OutcomeLine = { at: time, step: 'copy', key: 'a', size: 1, result: 'done' };

describe('a line', () => {
	const optional = ['modified', 'targetKey', 'reason', 'code', 'message', 'advice', 'sourceEtag', 'etag'] as const;
	test.each<[string, JournalLine]>([
		['a header', header],
		['a header of a run that continues another one', { ...header, continues: 'q' }],
		['totals', totals],
		['totals of a run that a limit ended', { ...totals, stoppedBy: 'actions' }],
		['totals of a mirror', { ...totals, heldBack: { reason: 'maxDeletions', deletions: 3 } }],
		['skipped keys', { skipped: { same: 3, excluded: 0 } }],
		['no skipped keys', { skipped: {} }],
		['an outcome', outcome],
		...optional.map((name): [string, JournalLine] => [`an outcome with ${name}`, { ...outcome, [name]: 'ü' }]),
		...optional.map((name): [string, JournalLine] => [`an outcome with empty ${name}`, { ...outcome, [name]: '' }]),
	])('comes back as it was: %s', (_, line) => {
		expect(journalLineOf(at, read(line))).toStrictEqual(line);
	});

	test.each(Array.from({ length: randomCases(100, 20) }, (_, seed) => seed))('any outcome comes back (%i)', (seed) => {
		const { isSo, oneOf, below, text, size } = randomValues(`journal line ${seed}`);
		const line: OutcomeLine = {
			...{ at: text(), key: text(), size: size() },
			step: oneOf(['copy', 'overwrite', 'rename', 'delete', 'deleteSource', 'skip']),
			result: oneOf(['planned', 'done', 'changed', 'skipped', 'failed']),
			...(isSo() && {
				from: {
					...(isSo() && { key: text() }),
					...(isSo() && { versionId: text() }),
					...(isSo() && { item: below(9) }),
				},
			}),
		};
		for (const name of optional) if (isSo()) line[name] = text();
		expect(journalLineOf(at, read(line))).toStrictEqual(line);
	});

	test.each<[string, Members, JournalLine]>([
		['unknown members of a header', { ...header, later: 1, source: { ...header.source, later: 1 } }, header],
		['rules that are none', { ...header, rules: ['x'] }, { ...header, rules: {} }],
		['a run before that is no text', { ...header, continues: 1 }, header],
		[
			'texts that a header lacks',
			{ journal: 1, source: header.source, destination: header.destination },
			{ ...header, runId: '', jobName: '', category: '', operation: '', started: '', rules: {} },
		],
		['unknown members of totals', { ...totals, later: 1, totals: { ...counts, later: 1 } }, totals],
		['totals that are none', { ...totals, totals: null }, { ...totals, totals: noCounts() }],
		['reasons that are none', { ...totals, reasons: 'same' }, { ...totals, reasons: {} }],
		['reasons without a number', { ...totals, reasons: { same: 2, a: -1, b: 'x', c: 0.5 } }, totals],
		['a limit that is no text', { ...totals, stoppedBy: 1 }, totals],
		['held back deletions for an unknown reason', { ...totals, heldBack: { reason: 'moon', deletions: 3 } }, totals],
		['held back deletions without a number', { ...totals, heldBack: { reason: 'failed' } }, totals],
		['skipped keys without a number', { skipped: { same: 3, other: null }, later: 1 }, { skipped: { same: 3 } }],
		['unknown members of an outcome', { ...outcome, later: 1 }, outcome],
		['texts of an outcome that are none', { ...outcome, reason: 1, etag: null }, outcome],
		['an original that is none', { ...outcome, from: 'x' }, outcome],
		['skipped keys of an outcome that are none', { ...outcome, skipped: 3 }, outcome],
	])('is read without %s', (_, members, line) => {
		expect(journalLineOf(at, members)).toStrictEqual(line);
	});

	test.each<[string, Members]>([
		['nothing', {}],
		['a header of a later version', { ...header, journal: 2 }],
		['a header with a version as text', { ...header, journal: '1' }],
		['a header without a source', { ...header, source: undefined }],
		['a header without a destination', { ...header, destination: { bucket: 'b' } }],
		['totals without an end', { ...totals, ended: undefined }],
		['totals with an end that is no time', { ...totals, ended: 'yesterday' }],
		['totals that do not say how the run ended', { ...totals, how: undefined }],
		['skipped keys that are a list', { skipped: ['same'] }],
		['an outcome without a time', { ...outcome, at: undefined }],
		['an outcome without a step', { ...outcome, step: undefined }],
		['an outcome with an unknown step', { ...outcome, step: 'destroy' }],
		['an outcome without a key', { ...outcome, key: undefined }],
		['an outcome with a key that is no text', { ...outcome, key: 1 }],
		['an outcome without a size', { ...outcome, size: undefined }],
		['an outcome with a size below zero', { ...outcome, size: -1 }],
		['an outcome without a result', { ...outcome, result: undefined }],
		['an outcome with an unknown result', { ...outcome, result: 'perhaps' }],
		['a header, even if the rest is an outcome', { ...outcome, journal: 2 }],
		['totals, even if the rest is an outcome', { ...outcome, totals: counts }],
	])('is refused: %s', (_, members) => {
		expect(() => journalLineOf(at, members)).toThrow(
			"The object 'k' contains a line that is not valid in a journal of this version",
		);
	});

	test.each<[string, JournalLine, boolean]>([
		['an outcome', outcome, true],
		['a header', header, false],
		['totals', totals, false],
		['skipped keys', { skipped: {} }, false],
	])('only outcomes are outcomes: %s', (_, line, is) => {
		expect(isOutcome(line)).toBe(is);
	});
});

describe('counts', () => {
	test.each<[string, unknown, Counts]>([
		['all', counts, counts],
		['some', { copied: 3, later: 1 }, { ...noCounts(), copied: 3 }],
		['no numbers', { copied: '3', failed: -1, bytes: 0.5, moved: null }, noCounts()],
		['a list', [1], noCounts()],
		['nothing', undefined, noCounts()],
	])('are numbers, and 0 for what is none: %s', (_, value, found) => {
		expect(countsIn(value)).toStrictEqual(found);
	});

	test('have a sum, which changes neither of them', () => {
		const one = { ...counts };
		const other: Counts = {
			...{
				copied: 10,
				overwritten: 20,
				renamed: 30,
				deleted: 40,
				moved: 50,
				skipped: 60,
				changed: 70,
				failed: 80,
				bytes: 90,
			},
		};
		expect(sumOf(one, other)).toStrictEqual({
			...{
				copied: 11,
				overwritten: 22,
				renamed: 33,
				deleted: 44,
				moved: 55,
				skipped: 66,
				changed: 77,
				failed: 88,
				bytes: 99,
			},
		});
		expect(one).toStrictEqual(counts);
	});
});

test.each<[unknown, object | undefined]>([
	[
		{ key: 'a', versionId: 'v', item: 0 },
		{ key: 'a', versionId: 'v', item: 0 },
	],
	[{ key: '' }, { key: '' }],
	[{ versionId: 'v', later: 1 }, { versionId: 'v' }],
	[{ key: 1, versionId: null, item: -1 }, {}],
	[{}, {}],
	['a', undefined],
	[undefined, undefined],
])('the original of %j is %j', (value, original) => {
	expect(originalIn(value)).toStrictEqual(original);
});

test.each<[unknown, object | undefined]>([
	[
		{ bucket: 'b', prefix: 'p', later: 1 },
		{ bucket: 'b', prefix: 'p' },
	],
	[
		{ bucket: '', prefix: '' },
		{ bucket: '', prefix: '' },
	],
	[{ bucket: 'b' }, undefined],
	[{ prefix: 'p' }, undefined],
	[{ bucket: 1, prefix: 'p' }, undefined],
	[{ bucket: 'b', prefix: null }, undefined],
	['b', undefined],
	[undefined, undefined],
])('the side of %j is %j', (value, side) => {
	expect(sideIn(value)).toStrictEqual(side);
});
