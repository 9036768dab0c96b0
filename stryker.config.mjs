import jest from './jest.config.js';

const { MUTATE = '', MUTATE_TESTS = '', SHARE = '1' } = process.env;
const [unit] = jest.projects;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	// `scripts/mutate.mjs` names the modules and their tests.
	mutate: MUTATE.split(' '),
	testRunner: 'jest',
	plugins: ['@stryker-mutator/jest-runner', './scripts/ignoreFields.mjs', './scripts/sampleChanges.mjs'],
	ignorers: ['fields'],
	checkers: SHARE === '1' ? [] : ['sample'],
	jest: {
		projectType: 'custom',
		config: {
			...unit,
			testMatch: MUTATE_TESTS.split(' ').map((name) => `<rootDir>/test/unit/${name}`),
			testTimeout: 20_000,
		},
	},
	coverageAnalysis: 'perTest',
	// What a module computes when it is loaded would need all tests for each change, most of a minute.
	ignoreStatic: true,
	// Tests measure how much time things take, so only one runs at a time.
	concurrency: 1,
	ignorePatterns: ['bench', 'coverage', 'dist', 'docs', 'sandbox', 'templates', 'test/e2e', 'test/s3'],
	tempDirName: 'coverage/mutation/sandbox',
	cleanTempDir: 'always',
	// Machines that do other things as well are slow at times; what does not end is stopped all the same.
	timeoutMS: 10_000,
	reporters: ['json'],
	jsonReporter: { fileName: 'coverage/mutation/report.json' },
	disableTypeChecks: false,
};
