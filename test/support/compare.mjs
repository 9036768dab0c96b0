// Holds the results of a run against a table of the tests that a server is known to fail.
import { join } from 'node:path';
import { resultsOf } from './results.mjs';

const root = join('test', 's3');

/**
 * Gives the tests that passed, those that failed as the table says, and what is wrong with either: a test that failed without
 * being listed or with other words, and a test of the table that passes or that is not there. `lacks` is a list of causes;
 * `varies` says of one that its tests pass now and then, and why.
 */
export const compare = (report, lacks) => {
	const results = resultsOf(report, root);
	const listed = lacks.flatMap((cause) =>
		Object.entries(cause.tests).flatMap(([file, names]) => names.map((name) => ({ file, name, cause }))),
	);
	const causeOf = ({ file, name }) => listed.find((one) => one.file === file && one.name === name)?.cause;
	const isExpected = (result, cause) => cause?.says.some((words) => result.message.includes(words));

	const failed = results.filter(({ status }) => status === 'failed');
	const passed = results.filter(({ status }) => status === 'passed');
	const ran = new Set(results.map(({ file }) => file));
	return {
		results,
		passed: passed.filter((one) => !causeOf(one) || causeOf(one).varies),
		lacking: failed.filter((one) => isExpected(one, causeOf(one))),
		unlisted: failed.filter((one) => !isExpected(one, causeOf(one))),
		better: passed.filter((one) => causeOf(one) && !causeOf(one).varies),
		unknown: listed.filter(
			({ file, name }) => ran.has(file) && !results.some((one) => one.file === file && one.name === name),
		),
	};
};
