const level = (name, more = {}) => ({
	displayName: name,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	// Stryker does not know `<rootDir>` here.
	testEnvironment: './test/support/environment.js',
	transform: { '^.+\\.(t|m?j)s$': '<rootDir>/test/support/transform.js' },
	// Published as ES modules only.
	transformIgnorePatterns: [
		'/node_modules/(?!(p-retry|is-network-error|agent-base|https?-proxy-agent|proxy-agent-negotiate|proxy-from-env)/)',
	],
	...more,
});

/** @type {import('jest').Config} */
module.exports = {
	cacheDirectory: '<rootDir>/node_modules/.cache/jest',
	testSequencer: '<rootDir>/test/support/slowestFirst.js',
	projects: [level('unit'), level('s3'), level('e2e', { setupFiles: ['<rootDir>/test/support/freshConnections.ts'] })],
	testTimeout: 120_000,
};
