const { execFile } = require('node:child_process');
const { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');
const { requiredMembersText } = require('./scripts/requiredMembers');
const { writeSchemas } = require('./scripts/schemas');

const run = promisify(execFile);
const operations = 'nodes/AwsS3/operations';

const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Returns the operations in the folder as `resource/verb`. Skips helper files, which export no operation. */
const verbs = () =>
	readdirSync(operations, { recursive: true })
		.map((file) => file.replaceAll('\\', '/'))
		.filter((file) => /\/\w+\.ts$/.test(file))
		.filter((file) => /^export default operation\(/m.test(readFileSync(join(operations, file), 'utf8')))
		.map((file) => file.replace(/\.ts$/, ''))
		.sort();

/** Returns the text of operations/index.ts: one export per operation. */
const registryText = () => {
	const lines = verbs()
		.map((path) => path.split('/'))
		.map(([resource, verb]) => `export { default as ${resource}${capitalised(verb)} } from './${resource}/${verb}';`);
	return ['// GENERATED from the folder by `npm run build`: one export a line.', ...lines, ''].join('\n');
};

/** They name every operation, but do not test what it does. */
const ofEvery = ['stops.test.ts', 'examples.test.ts'];

/** Returns the tests that name an operation, as `level/file`. `unit/requests` counts only if no other level has one. */
const testedIn = (id) => {
	const files = (level) =>
		readdirSync(join('test', level))
			.filter((file) => file.endsWith('.test.ts') && !ofEvery.includes(file))
			.filter((file) =>
				new RegExp(`\\b${id.replace('.', '\\.')}\\b`).test(readFileSync(join('test', level, file), 'utf8')),
			)
			.map((file) => `${level}/${file.replace('.test.ts', '')}`);
	const real = [...files('s3'), ...files('e2e')];
	return real.length > 0 ? real : files('unit').filter((file) => file === 'unit/requests');
};

/** Returns the templates by file name. */
const templates = () =>
	Object.fromEntries(
		readdirSync('templates').map((file) => [
			file.replace('.json', ''),
			JSON.parse(readFileSync(join('templates', file), 'utf8')),
		]),
	);

/** Writes the pages and tables that derive from operations, templates, examples and snapshots. */
const docs = async () => {
	const contents =
		"export * from './docs/tables'; export * from './docs/pages'; export * as registry from './nodes/AwsS3/operations';";
	const options = { bundle: true, write: false, format: 'cjs', platform: 'node', external: ['n8n-workflow'] };
	const { outputFiles } = await esbuild.build({ ...options, stdin: { contents, resolveDir: '.' } });
	const built = { exports: {} };
	new Function('module', 'exports', 'require', outputFiles[0].text)(built, built.exports, require);
	const { registry: operations, pages, withMessages, withOperations, withPermissions, withTests } = built.exports;
	const { withTriggerPermissions } = built.exports;
	writeFileSync('README.md', withOperations(readFileSync('README.md', 'utf8'), Object.values(operations)));
	const permissions = readFileSync('docs/permissions.md', 'utf8');
	writeFileSync('docs/permissions.md', withPermissions(permissions, Object.values(operations)));
	const ofTrigger = readFileSync('docs/triggers.md', 'utf8');
	writeFileSync('docs/triggers.md', withTriggerPermissions(ofTrigger, 'awsS3Trigger'));
	const page = readFileSync('docs/operations.md', 'utf8');
	writeFileSync('docs/operations.md', withTests(page, Object.values(operations), testedIn));
	const snapshot = readFileSync('test/s3/__snapshots__/refusals.test.ts.snap', 'utf8');
	writeFileSync('docs/troubleshooting.md', withMessages(readFileSync('docs/troubleshooting.md', 'utf8'), snapshot));
	const made = pages(Object.values(operations), templates(), JSON.parse(readFileSync('docs/examples.json', 'utf8')));
	for (const [path, text] of Object.entries(made)) {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}
};

const clean = async () => rmSync('dist', { recursive: true, force: true });

const requiredMembers = async () => writeFileSync('nodes/AwsS3/s3/settings/requiredMembers.ts', requiredMembersText());

const registry = async () => writeFileSync(join(operations, 'index.ts'), registryText());

// n8n expects icons and codex files (*.node.json) next to the compiled nodes.
const icons = () =>
	src(['{nodes,credentials}/**/*.svg', 'nodes/**/*.node.json'], { base: '.', encoding: false }).pipe(dest('dist'));

/**
 * Bundles everything except n8n-workflow into dist. Entries share chunks, so dist contains the SDK once. esbuild splits
 * only ES modules and n8n loads CommonJS, hence the second pass.
 */
const bundle = async () => {
	const { n8n } = JSON.parse(readFileSync('package.json', 'utf8'));
	const entries = [...n8n.nodes, ...n8n.credentials].map((file) => file.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
	const { metafile } = await esbuild.build({
		entryPoints: entries,
		outdir: 'dist',
		outbase: '.',
		chunkNames: 'lib/[name]-[hash]',
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		mainFields: ['module', 'main'],
		external: ['n8n-workflow'],
		alias: {
			'@aws-sdk/credential-provider-node': './scripts/no-host-identity.js',
			debug: './scripts/no-debug.js',
		},
		// Libraries must not write to the log of n8n.
		drop: ['console'],
		legalComments: 'none',
		metafile: true,
	});
	const files = Object.keys(metafile.outputs);
	await esbuild.build({
		entryPoints: files,
		outdir: 'dist',
		outbase: 'dist',
		format: 'cjs',
		platform: 'node',
		target: 'node20',
		allowOverwrite: true,
	});
	const packages = bundled(Object.keys(metafile.inputs));
	writeFileSync('dist/LICENSES.md', licences(packages));
	writeFileSync('dist/sbom.json', `${JSON.stringify(billOfMaterials(packages), undefined, '\t')}\n`);
};

/** Bundles the command that converts workflows. It shares nothing with the nodes, so that n8n never loads it. */
const command = async () => {
	await esbuild.build({
		entryPoints: ['convert/command.ts'],
		outfile: 'dist/convert/command.js',
		banner: { js: '#!/usr/bin/env node' },
		bundle: true,
		format: 'cjs',
		platform: 'node',
		target: 'node20',
	});
};

/** Returns the packages in the bundle. */
const bundled = (inputs) => {
	const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
	return [...folders].sort().map((folder) => {
		const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		return { folder, name, version, license };
	});
};

/** Returns the full licence texts of the packages. */
const licences = (packages) => {
	const sections = packages.map(({ folder, name, version, license }) => {
		const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
		return `## ${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`;
	});
	return `# Licences of the packages that are bundled\n\n${sections.join('\n')}`;
};

/** Returns the bill of materials, for vulnerability scanners. https://cyclonedx.org/docs/1.6/json/ */
const billOfMaterials = (packages) => {
	const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
	const purl = (id, release) => `pkg:npm/${id.replace('@', '%40')}@${release}`;
	return {
		bomFormat: 'CycloneDX',
		specVersion: '1.6',
		version: 1,
		metadata: { component: { type: 'library', name, version, purl: purl(name, version) } },
		components: packages.map((one) => ({
			type: 'library',
			name: one.name,
			version: one.version,
			licenses: [{ license: { id: one.license } }],
			purl: purl(one.name, one.version),
		})),
	};
};

/** Writes dist/known and dist/types, so that n8n starts without loading the code of the package. */
const metadata = async () => {
	await run(process.execPath, [require.resolve('n8n-core/bin/generate-metadata')]);
	// Only n8n's own build reads dist/methods.
	rmSync('dist/methods', { recursive: true, force: true });
};

exports.verbs = verbs;
exports.registryText = registryText;
exports.testedIn = testedIn;
exports.templates = templates;
exports.docs = docs;
exports.build = series(
	clean,
	parallel(registry, requiredMembers),
	parallel(icons, bundle, command, docs, writeSchemas),
	metadata,
);
exports.default = exports.build;
