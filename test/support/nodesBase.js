const nodesBase = require('eslint-plugin-n8n-nodes-base');
const tseslint = require('typescript-eslint');

/** The rules of n8n's lint for a description that is printed as JSON. */
exports.rules = [
	{
		files: ['**/*.ts'],
		languageOptions: { parser: tseslint.parser },
		plugins: { 'n8n-nodes-base': nodesBase },
		rules: {
			...nodesBase.configs.nodes.rules,
			// JSON has the value of NodeConnectionTypes.Main, in double quotes.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},
];

/** The same rules as in eslint.config.mjs, for a credential that is printed as JSON. */
exports.credentialRules = [
	{
		files: ['**/*.ts'],
		languageOptions: { parser: tseslint.parser },
		plugins: { 'n8n-nodes-base': nodesBase },
		rules: {
			...nodesBase.configs.credentials.rules,
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
			'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
		},
	},
];
