const { transformSync } = require('esbuild');

/** Lets jest run TypeScript and ES modules through the bundler that the package is built with. */
module.exports = {
	process: (source, path) => {
		const loader = path.endsWith('.ts') ? 'ts' : 'js';
		// Jest cannot load modules later on, except by `require`.
		const supported = { 'dynamic-import': false };
		const options = { loader, format: 'cjs', target: 'node20', supported, sourcefile: path, sourcemap: 'inline' };
		return transformSync(source, options);
	},
};
