const { default: Sequencer } = require('@jest/test-sequencer');

const slowest = [
	...['zip64', 'nothingElse', 'stops', 'write', 'machineRole', 'download', 'far', 'read'],
	...['manyUploads', 'ownNotification', 'versionOrder', 'salesforce', 'convert', 'browser', 'textract-scans'],
	'workflows',
];

const rank = ({ path }) => {
	const place = slowest.findIndex((name) => path.endsWith(`${name}.test.ts`));
	return place < 0 ? slowest.length : place;
};

/**
 * The files that take longest begin first, so that none of them is left at the end for one worker alone. Jest knows how long
 * files take only where it has run them before.
 */
module.exports = class extends Sequencer {
	sort(tests) {
		return super.sort(tests).sort((one, other) => rank(one) - rank(other));
	}
};
