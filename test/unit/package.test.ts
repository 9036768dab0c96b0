import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = join(__dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The tarball that the run has packed for n8n as well; where these tests are started otherwise, one of their own. */
const pack = () => {
	const folder = mkdtempSync(join(tmpdir(), 'packed-'));
	const script = `import('./sandbox/n8n.mjs').then(async ({ pack }) => console.log(await pack(${JSON.stringify(folder)})))`;
	return execFileSync(process.execPath, ['--eval', script], { cwd: root, encoding: 'utf8' }).trim();
};

/** What users get. */
let folder: string;
beforeAll(() => {
	const unpacked = mkdtempSync(join(tmpdir(), 'tarball-'));
	execFileSync('tar', ['-xzf', process.env.TEST_TARBALL ?? pack()], { cwd: unpacked });
	folder = join(unpacked, 'package');
});

test('there are no runtime dependencies, and n8n-workflow is the only peer', () => {
	expect(manifest.dependencies).toBeUndefined();
	expect(manifest.overrides).toBeUndefined();
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
});

test('the tarball holds dist, README, licence and changelog, and nothing else', () => {
	const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
	expect(paths.filter((path) => !path.startsWith('dist/')).sort()).toEqual([
		'CHANGELOG.md',
		'LICENSE.md',
		'README.md',
		'index.js',
		'package.json',
	]);
	for (const file of [
		...manifest.n8n.nodes,
		...manifest.n8n.credentials,
		'dist/known/nodes.json',
		'dist/types/nodes.json',
		'dist/known/credentials.json',
		'dist/types/credentials.json',
		'dist/LICENSES.md',
		'dist/sbom.json',
	]) {
		expect(paths).toContain(file);
	}
	expect(paths.filter((path) => path.endsWith('.svg'))).toHaveLength(4);
	const sources = paths
		.filter((path) => path.endsWith('.js'))
		.map((path) => ({ path, source: readFileSync(join(folder, path), 'utf8') }));
	const having = (words: RegExp) => sources.filter(({ source }) => words.test(source)).map(({ path }) => path);
	// Nothing in it knows where a host keeps keys, but for the file that is loaded with the administrator's permission.
	const places = /169\.254\.170\.2|AWS_CONTAINER_CREDENTIALS|AWS_ACCESS_KEY_ID|sso_start_url/;
	expect(having(places)).toEqual([expect.stringMatching(/^dist\/lib\/machineKeys-\w+\.js$/)]);
	expect(having(/sso_start_url|fromNodeProviderChain|fromInstanceMetadata|fromContainerMetadata|fromHttp/)).toEqual([]);
	const [chunk = ''] = having(places);
	const loading = having(new RegExp(chunk.replace(/^.*\//, '').replaceAll('.', '\\.')));
	expect(loading).toEqual([expect.stringMatching(/^dist\/lib\/chunk-\w+\.js$/)]);
	// One copy of the SDK: its client is defined in one file only.
	const client = paths.filter(
		(path) => path.endsWith('.js') && /S3Client = class|class S3Client/.test(readFileSync(join(folder, path), 'utf8')),
	);
	expect(client).toHaveLength(1);
});

test('the command converts a workflow with nothing installed beside it', () => {
	const place = mkdtempSync(join(tmpdir(), 'converting-'));
	const file = join(place, 'workflow.json');
	const node = {
		name: 'S3',
		type: 'n8n-nodes-base.awsS3',
		typeVersion: 2,
		parameters: { bucketName: 'b', fileKey: 'k' },
	};
	const text = JSON.stringify({ name: 'W', nodes: [node], connections: {} });
	writeFileSync(file, text);
	const command = (...args: string[]) =>
		spawnSync(process.execPath, [join(folder, manifest.bin['n8n-nodes-aws-s3']), 'convert', ...args], {
			...{ cwd: place, encoding: 'utf8', input: text, env: {} },
		});
	const typesIn = (json: string) => JSON.parse(json).nodes.map(({ type }: { type: string }) => type);
	expect(command('workflow.json')).toMatchObject({
		...{ status: 0, stdout: '', stderr: expect.stringContaining('File: Download is now Object: Download') },
	});
	expect(typesIn(readFileSync(join(place, 'workflow.converted.json'), 'utf8'))).toEqual(['n8n-nodes-aws-s3.awsS3']);
	expect(readFileSync(file, 'utf8')).toBe(text);
	// The result exists already.
	expect(command('workflow.json')).toMatchObject({ status: 1, stderr: expect.stringContaining('exists already') });
	expect(typesIn(command('-').stdout)).toEqual(['n8n-nodes-aws-s3.awsS3']);
	expect(command('.')).toMatchObject({ status: 0 });
	expect(command('nowhere.json')).toMatchObject({ status: 1, stderr: "'nowhere.json' does not exist.\n" });
	expect(command('workflow.json', '--in-place')).toMatchObject({ status: 0 });
	expect(typesIn(readFileSync(file, 'utf8'))).toEqual(['n8n-nodes-aws-s3.awsS3']);
});

test('the bill of materials names every bundled package, with a licence that allows it', () => {
	const { components } = JSON.parse(readFileSync(join(folder, 'dist', 'sbom.json'), 'utf8'));
	const names: string[] = components.map(({ name }: { name: string }) => name);
	expect(names).toEqual(expect.arrayContaining(['@aws-sdk/client-s3', 'papaparse', 'yazl']));
	const licences = readFileSync(join(folder, 'dist', 'LICENSES.md'), 'utf8');
	for (const { name, version, licenses, purl } of components) {
		expect(licences).toContain(`## ${name} ${version} (`);
		expect(licenses[0].license.id).toMatch(/^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0)$/);
		expect(purl).toMatch(/^pkg:npm\/(%40)?[^@]+@\d/);
	}
	expect(components).toHaveLength(licences.match(/^## /gm)?.length ?? 0);
});

/** Each complaint once, by the name that it has in quotes, else by its rule. */
const findingsIn = (details: string) => {
	const findings = [...details.matchAll(/ (?:error|warning) {2}(.*?) +(\S+)$/gm)];
	return [...new Set(findings.map(([, said = '', rule = '']) => /['`](.+?)['`]/.exec(said)?.[1] ?? rule))].sort();
};

/** What n8n's own scan complains of in the source and in the tarball. */
const scan = () => {
	// It is an ES module, so it runs in a process of its own; its rules see no files where NODE_ENV is "test". They take as long
	// to load as to run, so one process scans both.
	const script = `import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';
		const source = await analyzePackage(${JSON.stringify(root)}, SOURCE_FILE_PATTERNS);
		const tarball = await analyzePackage(${JSON.stringify(folder)});
		console.log('RESULT' + JSON.stringify({ source, tarball }));`;
	const { NODE_ENV: _test, ...env } = process.env;
	const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
		cwd: root,
		encoding: 'utf8',
		env,
	});
	const { source, tarball } = JSON.parse(output.slice(output.indexOf('RESULT') + 6));
	return { source: findingsIn(source.details ?? ''), tarball: findingsIn(tarball.details ?? '') };
};

/** The names in the first column of a table of SECURITY.md, which says why each finding stays. */
const explained = (heading: string) => {
	const section = readFileSync(join(root, 'SECURITY.md'), 'utf8').split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
	const cells = section.split('\n').map((line) => /^\|([^|]+)\|/.exec(line)?.[1] ?? '');
	return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).sort();
};

describe("n8n's own scan finds nothing", () => {
	let findings: ReturnType<typeof scan>;
	beforeAll(() => {
		findings = scan();
	});

	test('in the source but what is explained', () => {
		expect(findings.source).toEqual(explained('In the source'));
	});

	test('in the tarball but what is explained', () => {
		expect(findings.tarball).toEqual(explained('In the tarball'));
	});
});
