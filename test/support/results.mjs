// What the report of a run of Jest says of its tests.
import { basename, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** All results of a report, by file below the folder `root` and by name. */
export const resultsOf = ({ testResults }, root) =>
	testResults.flatMap(({ name, message, assertionResults }) => {
		const file = relative(root, name).replaceAll('\\', '/');
		// A file that could not be loaded has no tests.
		if (assertionResults.length === 0)
			return [{ file, name: basename(file), status: 'failed', message: stripVTControlCharacters(message) }];
		return assertionResults.map((one) => ({
			file,
			name: one.fullName,
			status: one.status,
			message: stripVTControlCharacters(one.failureMessages.join('\n')),
		}));
	});

/** Lines of a message in a summary. Most say what is wrong in the first ones, and where in those after them. */
const most = 25;

const linesOf = (message) =>
	message
		.split('\n')
		.filter((line) => !/^\s+at .*node_modules/.test(line))
		.slice(0, most);

/** The tests of a report that failed or did not run, each as a text. */
export const failuresOf = (report) =>
	resultsOf(report, '')
		.filter(({ status }) => status !== 'passed')
		.map(({ file, name, status, message }) =>
			[`${file}: ${name}`, ...(message ? linesOf(message) : [status])].join('\n  '),
		);
