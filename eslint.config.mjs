import { dirname, join } from 'node:path';
import community from '@n8n/eslint-plugin-community-nodes';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';
import { mayImport, resourceOf, roomOf } from './scripts/rooms.mjs';

const presets = nodesBase.configs;
const base = { 'n8n-nodes-base': nodesBase };

/**
 * Reports imports of rooms further down in scripts/rooms.mjs, and imports between operations of different resources.
 */
const downward = {
	create: (context) => ({
		ImportDeclaration: ({ source }) => {
			if (!source.value.startsWith('.')) return;
			const from = roomOf(context.filename);
			const imported = join(dirname(context.filename), source.value);
			const to = roomOf(imported);
			if (from === undefined || to === undefined) return;
			const [own, other] = [context.filename, imported].map(resourceOf);
			const isOtherResource = own !== undefined && other !== undefined && own !== other;
			if (mayImport(from, to) && !isOtherResource) return;
			context.report({ node: source, message: `'${from}' may not import '${to}': scripts/rooms.mjs has the order.` });
		},
	}),
};

const onlyEnvironment =
	"Only s3/identity/environment.ts reads the machine's environment, behind the administrator's switch.";

export default tseslint.config(
	{ ignores: ['**/dist', 'docs/.vitepress/cache', 'node_modules', '**/*.d.ts'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{
		files: ['**/*.ts'],
		languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
		plugins: { '@typescript-eslint': tseslint.plugin },
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
			'@typescript-eslint/switch-exhaustiveness-check': 'off',
			'no-console': 'error',
			eqeqeq: 'error',
			'prefer-const': 'error',
		},
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts'],
		rules: {
			'@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
		},
	},
	{
		files: ['nodes/**/*.ts'],
		plugins: base,
		rules: {
			...presets.nodes.rules,
			// Contradicts the community plugin, which requires the constants of n8n-workflow.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},
	{
		files: ['credentials/**/*.ts'],
		plugins: base,
		rules: {
			...presets.credentials.rules,
			// For n8n's own nodes, whose documentationUrl is a page name. Community packages use a URL.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
			// Treats every name that contains "key" as a secret. The community plugin has a more precise rule.
			'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
		},
	},
	{
		files: ['package.json'],
		plugins: base,
		rules: presets.community.rules,
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
	},
	{
		...community.configs.recommendedWithoutN8nCloudSupport,
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'package.json'],
	},
	{
		files: [
			'nodes/AwsS3/AwsS3.node.ts',
			'nodes/AwsS3EventTrigger/AwsS3EventTrigger.node.ts',
			'nodes/AwsS3Trigger/AwsS3Trigger.node.ts',
		],
		rules: {
			// The nodes also take n8n's own AWS credentials, where a user chooses one. test/unit/n8nCredentials.test.ts has
			// the complete list.
			'@n8n/community-nodes/no-credential-reuse': 'off',
			'@n8n/community-nodes/valid-credential-references': 'off',
		},
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts'],
		ignores: ['nodes/AwsS3/s3/identity/environment.ts'],
		rules: {
			'no-restricted-globals': ['error', { name: 'process', message: onlyEnvironment }],
			// Not the rule of ESLint itself, which other files configure below.
			'@typescript-eslint/no-restricted-imports': [
				'error',
				...['process', 'node:process'].map((name) => ({ name, message: onlyEnvironment })),
			],
		},
	},
	{
		files: ['nodes/AwsS3/**/*.ts'],
		plugins: { rooms: { rules: { downward } } },
		rules: { 'rooms/downward': 'error' },
	},
	{
		files: ['nodes/AwsS3/{s3,content}/**/*.ts'],
		rules: { 'no-restricted-imports': ['error', { patterns: ['n8n-*'] }] },
	},
	{
		files: ['nodes/AwsS3/content/**/*.ts'],
		rules: { 'no-restricted-imports': ['error', { patterns: ['n8n-*', '@aws-sdk/*', '@smithy/*'] }] },
	},
);
