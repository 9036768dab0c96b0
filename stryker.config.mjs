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
	's3/list': ['contentIdentity', 'gatherHistories', 'history', 'keyOrder', 'versionPlan'],
	's3/read': ['integrity', 'roundTrips'],
	's3/settings': ['tagging', 'validateShape'],
	's3/parts': ['chunker', 'partSize', 'uploadChecksum'],
	's3/sync': ['decide', 'march', 'tally'],
	'core/fields': ['emptyPrefix', 'folders', 'pairs', 'parameters', 'range'],
	'core/filters': ['filters', 'keyGlob', 'keyRegex', 'linearPattern'],
	'core/objectFields': ['customerKey', 'lockFields', 'tags'],
	'core/io': ['formats', 'output'],
	'core/runner': ['hints', 'units'],
	'operations/access': ['policy'],
	'operations/presignedUrl': ['postForm'],
};

/** Tests of the whole node, of the built package and of source as text: they take seconds to load, and name no module. */
const notRun = [
	'description',
	'docs',
	'endpoints',
	'hostile',
	'package',
	'parameters',
	'requests',
	'rooms',
	'run',
	'templates',
	'words',
];

const [unit] = jest.projects;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	mutate: Object.entries(modules).flatMap(([room, files]) => files.map((file) => `nodes/AwsS3/${room}/${file}.ts`)),
	testRunner: 'jest',
	plugins: ['@stryker-mutator/jest-runner', './scripts/ignoreFields.mjs'],
	ignorers: ['fields'],
	jest: {
		projectType: 'custom',
		config: {
			...unit,
			testPathIgnorePatterns: [`/test/unit/(${notRun.join('|')})\\.test\\.ts$`],
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
