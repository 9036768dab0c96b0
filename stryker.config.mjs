import { readFileSync, readdirSync } from 'node:fs';
import jest from './jest.config.js';

/**
 * The modules whose tests are tried out, by room: pure ones, which need no server. `npm run mutate` changes them in many
 * small ways, and shows the changes that no unit test notices.
 */
const modules = {
	content: ['blocks', 'csv', 'decode', 'inflate', 'json', 'jsonWriter', 'lines', 'row', 'text', 'unzip', 'zip'],
	s3: ['address', 'capabilities', 'partition'],
	's3/flow': ['concurrencyLimit', 'engine', 'memoryBudget', 'pool', 'retry'],
	's3/delete': ['matchAnswers'],
	's3/list': ['contentIdentity', 'gatherHistories', 'history', 'versionPlan'],
	's3/read': ['integrity', 'roundTrips'],
	's3/settings': ['tagging', 'validateShape'],
	's3/parts': ['chunker', 'partSize', 'uploadChecksum'],
	'core/fields': ['emptyPrefix', 'folders', 'pairs', 'parameters', 'range'],
	'core/filters': ['filters', 'keyGlob', 'keyRegex', 'linearPattern'],
	'core/objectFields': ['customerKey', 'lockFields', 'tags'],
	'core/io': ['formats', 'output'],
	'core/runner': ['hints', 'units'],
	'operations/access': ['policy'],
	'operations/presignedUrl': ['postForm'],
};

/** They also run the whole node, which takes too long for thousands of changes. */
const slow = ['bucketKinds', 'largeParts', 'leastPrivilege', 'writeOnly'];

const paths = Object.entries(modules).flatMap(([room, files]) => files.map((file) => `${room}/${file}`));

/** The tests that import one of the modules. */
const tests = readdirSync('test/unit').filter((name) => {
	const text = name.endsWith('.test.ts') ? readFileSync(`test/unit/${name}`, 'utf8') : '';
	return !slow.includes(name.split('.')[0]) && paths.some((path) => text.includes(`AwsS3/${path}'`));
});

const [unit] = jest.projects;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	mutate: paths.map((path) => `nodes/AwsS3/${path}.ts`),
	testRunner: 'jest',
	plugins: ['@stryker-mutator/jest-runner', './scripts/ignoreFields.mjs'],
	ignorers: ['fields'],
	jest: {
		projectType: 'custom',
		config: {
			...unit,
			testMatch: tests.map((name) => `<rootDir>/test/unit/${name}`),
			testTimeout: 20_000,
		},
	},
	coverageAnalysis: 'perTest',
	// Tests measure how much time things take, so only one runs at a time.
	concurrency: 1,
	ignorePatterns: ['bench', 'coverage', 'dist', 'docs', 'sandbox', 'templates', 'test/e2e', 'test/s3'],
	tempDirName: 'coverage/mutation/sandbox',
	cleanTempDir: 'always',
	// Machines that do other things as well are slow at times; what does not end is stopped all the same.
	timeoutMS: 10_000,
	reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
	clearTextReporter: { logTests: false, reportTests: false },
	htmlReporter: { fileName: 'coverage/mutation/index.html' },
	jsonReporter: { fileName: 'coverage/mutation/report.json' },
	incrementalFile: 'coverage/mutation/incremental.json',
	thresholds: { high: 90, low: 80, break: 80 },
	disableTypeChecks: false,
};
