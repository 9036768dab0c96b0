const { transformSync } = require('esbuild');

/** Lets jest run TypeScript and ES modules through the bundler that the package is built with. */
module.exports = {
	process: (source, path) => {
		const loader = path.endsWith('.ts') ? 'ts' : 'js';
		return transformSync(source, { loader, format: 'cjs', target: 'node20', sourcefile: path, sourcemap: 'inline' });
	},
};
