import { PluginKind, declareValuePlugin } from '@stryker-mutator/api/plugin';

const makers = ['field', 'pairs'];

/** Keeps Stryker from changing the literals of fields: they are words and data, which other tests look at as a whole. */
export const strykerPlugins = [
	declareValuePlugin(PluginKind.Ignore, 'fields', {
		shouldIgnore: ({ node }) =>
			node.type === 'CallExpression' && makers.includes(node.callee.name) ? 'a literal of a field' : undefined,
	}),
];
