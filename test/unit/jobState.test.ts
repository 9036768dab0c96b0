import type { EndedRun, How, JobState, RunningRun } from '../../nodes/AwsS3/s3/job/state';
import { stateIn } from '../../nodes/AwsS3/s3/job/state';
import { noCounts } from '../../nodes/AwsS3/s3/sync/tally';
import { randomCases } from '../support/randomCases';
import { randomValues } from '../support/randomValues';

const at = { bucket: 'b', key: 'k' };
const time = '2026-02-01T12:00:00.000Z';
const counts = { ...noCounts(), copied: 3, bytes: 7 };

const run = { id: 'r', operation: 'run', binding: 'x', started: time, counts };
const ended: EndedRun = { ...run, ended: time, how: 'successful', isUnfinished: false };
const running: RunningRun = { ...run, heartbeat: time };
const state: JobState = {
	...{ version: 1, name: 'j', category: 'c', runs: { all: 3, successful: 2, failed: 1 }, lastRuns: [ended] },
};

const read = (value: unknown) => stateIn(at, JSON.stringify(value));

test.each<[string, JobState]>([
	['ended runs', state],
	['no run', { ...state, runs: { all: 0, successful: 0, failed: 0 }, lastRuns: [] }],
	['a running run', { ...state, running }],
	['a run that continues another one', { ...state, running: { ...running, continues: 'q', before: counts } }],
	[
		'a run that continued another one',
		{ ...state, lastRuns: [{ ...ended, continues: 'q', before: noCounts() }, ended] },
	],
	...(['successful', 'failed', 'incomplete', 'killed'] as const).map((how): [string, JobState] => [
		`a run that ended as ${how}`,
		{ ...state, lastRuns: [{ ...ended, how, isUnfinished: true }] },
	]),
])('the state of a job comes back as it was: %s', (_, value) => {
	expect(read(value)).toStrictEqual(value);
});

test.each(Array.from({ length: randomCases(100, 20) }, (_, seed) => seed))('any state comes back (%i)', (seed) => {
	const values = randomValues(`job state ${seed}`);
	const { isSo, listOf, oneOf, text, size } = values;
	const date = () => new Date(values.time()).toISOString();
	const randomCounts = () => ({ ...noCounts(), copied: size(), failed: size(), bytes: size() });
	const anyRun = () => ({
		...{ id: text(), operation: text(), binding: text(), started: date(), counts: randomCounts() },
		...(isSo() && { continues: text(), before: randomCounts() }),
	});
	const hows: readonly [How, ...How[]] = ['successful', 'failed', 'incomplete', 'killed'];
	const value: JobState = {
		...{ version: 1, name: text(), category: text() },
		runs: { all: size(), successful: size(), failed: size() },
		lastRuns: listOf(() => ({ ...anyRun(), ended: date(), how: oneOf(hows), isUnfinished: isSo() })),
		...(isSo() && { running: { ...anyRun(), heartbeat: date() } }),
	};
	expect(read(value)).toStrictEqual(value);
});

const [noState, noObject] = ['is not the state of a job', 'contains a line that is not a JSON object'];
test.each<[string, unknown, string]>([
	['a list', [state], noObject],
	['a plan', { plan: 1 }, noState],
	['no version', { ...state, version: undefined }, noState],
	['a version as text', { ...state, version: '1' }, noState],
	['a later version', { ...state, version: 2 }, 'is a job state of version 2, but this node supports version 1'],
	['version 0', { ...state, version: 0 }, 'is a job state of version 0, but this node supports version 1'],
	['no name', { ...state, name: undefined }, noState],
	['a name that is no text', { ...state, name: 1 }, noState],
	['no numbers of runs', { ...state, runs: undefined }, noState],
	['a list as numbers of runs', { ...state, runs: [3, 2, 1] }, noState],
	['no number of all runs', { ...state, runs: { ...state.runs, all: undefined } }, noState],
	['a number of runs as text', { ...state, runs: { ...state.runs, successful: '2' } }, noState],
	['a number of runs below zero', { ...state, runs: { ...state.runs, failed: -1 } }, noState],
	['a running run that is text', { ...state, running: 'r' }, noState],
	['a running run that is nothing', { ...state, running: null }, noState],
	['a running run without an id', { ...state, running: { ...running, id: undefined } }, noState],
	['a running run without a start', { ...state, running: { ...running, started: 'now' } }, noState],
	['a running run without a sign of life', { ...state, running: { ...running, heartbeat: undefined } }, noState],
])('a file is refused as the state of a job: %s', (_, value, message) => {
	expect(() => read(value)).toThrow(`The object 'k' ${message}`);
});

test('a state that was cut off anywhere is refused', () => {
	const text = JSON.stringify({ ...state, running });
	for (let length = 0; length < text.length; length++)
		expect(() => stateIn(at, text.slice(0, length))).toThrow(`The object 'k' ${noObject}`);
});

test.each<[string, object, Partial<JobState>]>([
	['unknown members', { later: 1, runs: { ...state.runs, later: 1 }, lastRuns: [{ ...ended, later: 1 }] }, {}],
	['a category', { category: undefined }, { category: '' }],
	['ended runs that are no list', { lastRuns: { 0: ended } }, { lastRuns: [] }],
	['ended runs', { lastRuns: undefined }, { lastRuns: [] }],
	['what is no run', { lastRuns: [null, 'x', [], {}, ended] }, {}],
	['an ended run without an id', { lastRuns: [{ ...ended, id: 1 }, ended] }, {}],
	['an ended run without a start', { lastRuns: [{ ...ended, started: undefined }, ended] }, {}],
	['an ended run without an end', { lastRuns: [ended, { ...ended, ended: 'now' }] }, {}],
	['an ended run that ended otherwise', { lastRuns: [ended, { ...ended, how: 'perhaps' }] }, {}],
	[
		'texts of a run',
		{ lastRuns: [{ ...ended, operation: 1, binding: null }] },
		{ lastRuns: [{ ...ended, operation: '', binding: '' }] },
	],
	['counts of a run', { lastRuns: [{ ...ended, counts: 'x' }] }, { lastRuns: [{ ...ended, counts: noCounts() }] }],
	['what was before, where no run is continued', { running: { ...running, before: counts } }, { running }],
	[
		'what was before, where that is not known',
		{ running: { ...running, continues: 'q' } },
		{ running: { ...running, continues: 'q', before: noCounts() } },
	],
	['an end that says more than true', { lastRuns: [{ ...ended, isUnfinished: 'true' }] }, {}],
])('the state of a job is read without %s', (_, more, found) => {
	expect(read({ ...state, ...more })).toStrictEqual({ ...state, ...found });
});
