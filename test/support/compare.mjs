// Holds the results of a run against a table of the tests that a server is known to fail.
import { basename, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const root = join('test', 's3');

/** All results of a report of Jest, by file and name. */
const resultsOf = ({ testResults }) =>
	testResults.flatMap(({ name, message, assertionResults }) => {
		const file = relative(root, name).replaceAll('\\', '/');
		// A file that could not be loaded has no tests.
		if (assertionResults.length === 0) return [{ file, name: basename(file), status: 'failed', message }];
		return assertionResults.map((one) => ({
			file,
			name: one.fullName,
			status: one.status,
			message: stripVTControlCharacters(one.failureMessages.join('\n')),
		}));
	});

/**
 * Gives the tests that passed, those that failed as the table says, and what is wrong with either: a test that failed without
 * being listed or with other words, and a test of the table that passes or that is not there. `lacks` is a list of causes;
 * `varies` says of one that its tests pass now and then, and why.
 */
export const compare = (report, lacks) => {
	const results = resultsOf(report);
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
