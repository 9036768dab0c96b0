import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ConvertedFile } from './files';
import { convertFile, convertText, sourcesAt } from './files';
import { report } from './report';

const usage = `Usage: n8n-nodes-aws-s3 convert <file or folder> [options]

Converts n8n's own AWS S3 and S3 nodes in exported workflows into nodes of this package.
The file can be - for standard input.

  -o, --output <path>  Where to write: a new file or folder, or - for standard output.
                       Without it, workflow.json becomes workflow.converted.json,
                       and the folder workflows becomes workflows-converted.
      --in-place       Replace the files that were read.
  -h, --help           Show this text.

Exit code: 0 if all nodes were converted, 2 if some stay as they were, 1 if nothing was done.
`;

/** What a user can correct. */
const complaint = (message: string) => Object.assign(new Error(message), { isComplaint: true });

const say = (text: string) => process.stderr.write(text);

const codeOf = (error: unknown) =>
	typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;

const convertedPath = (path: string, isFolder: boolean) =>
	isFolder ? `${path.replace(/[/\\]+$/, '')}-converted` : path.replace(/(\.json)?$/, '.converted.json');

const isChanged = ({ workflows }: ConvertedFile) =>
	workflows.some(({ notes }) => notes.some(({ kind }) => kind === 'converted'));

/** Writes a new file. Throws if there is one. */
const writeNew = async (path: string, text: string) => {
	await mkdir(dirname(resolve(path)), { recursive: true });
	await writeFile(path, text, { flag: 'wx' }).catch((error) => {
		throw codeOf(error) === 'EEXIST'
			? complaint(`'${path}' exists already. Remove it, or choose another path with --output.`)
			: error;
	});
};

/** Replaces a file as a whole, so that a full disk costs nothing. */
const replaceFile = async (path: string, text: string) => {
	const beside = `${path}.new`;
	await writeNew(beside, text);
	await rename(beside, path);
};

interface Settings {
	output?: string;
	'in-place'?: boolean;
}

const tell = (files: ConvertedFile[]) => {
	for (const { workflows } of files) for (const { name, notes } of workflows) say(report(name, notes));
};

const standardInput = async () => {
	process.stdin.setEncoding('utf8');
	let text = '';
	for await (const chunk of process.stdin) text += String(chunk);
	return text;
};

const fromInput = async ({ output = '-' }: Settings): Promise<ConvertedFile[]> => {
	const file = convertText(await standardInput());
	if (!file) throw complaint('Standard input is not a workflow in JSON.');
	if (output === '-') process.stdout.write(file.text);
	else await writeNew(output, file.text);
	return [file];
};

const fromPath = async (path: string, settings: Settings): Promise<ConvertedFile[]> => {
	const { isFolder, sources } = await sourcesAt(path).catch((error) => {
		throw codeOf(error) === 'ENOENT' ? complaint(`'${path}' does not exist.`) : error;
	});
	const { output = convertedPath(path, isFolder), 'in-place': isInPlace } = settings;
	if (isFolder && output === '-') throw complaint('A folder cannot go to standard output. Choose a folder.');
	const files: ConvertedFile[] = [];
	for (const source of sources) {
		const file = await convertFile(source.path);
		if (!file && !isFolder) throw complaint(`'${path}' is not a workflow in JSON. Export it in n8n with Download.`);
		if (!file) say(`${source.below}: not a workflow, left out\n`);
		if (!file) continue;
		files.push(file);
		if (output === '-' && !isInPlace) process.stdout.write(file.text);
		if (!isChanged(file) || (output === '-' && !isInPlace)) continue;
		const target = isFolder ? join(output, source.below) : output;
		if (isInPlace) await replaceFile(source.path, file.text);
		else await writeNew(target, file.text);
		say(`${source.below} -> ${isInPlace ? source.path : target}\n`);
	}
	if (files.length === 0) throw complaint(`'${path}' contains no workflows.`);
	return files;
};

const run = async (args: string[]): Promise<number> => {
	const { positionals, values } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			output: { type: 'string', short: 'o' },
			'in-place': { type: 'boolean' },
			help: { type: 'boolean', short: 'h' },
		},
	});
	const [command, path, ...others] = positionals;
	if (values.help) {
		process.stdout.write(usage);
		return 0;
	}
	if (command !== 'convert' || !path || others.length > 0) throw complaint(`\n${usage}`);
	if (values.output !== undefined && values['in-place']) throw complaint('--output and --in-place exclude each other.');
	if (values['in-place'] && path === '-') throw complaint('--in-place needs a file or folder.');
	const files = await (path === '-' ? fromInput(values) : fromPath(path, values));
	tell(files);
	const isKept = files.some(({ workflows }) =>
		workflows.some(({ notes }) => notes.some(({ kind }) => kind === 'kept')),
	);
	return isKept ? 2 : 0;
};

/** Faults of the command line have such a code. https://nodejs.org/api/util.html#utilparseargsconfig */
const isExpected = (error: unknown) =>
	/^ERR_PARSE_ARGS/.test(codeOf(error) ?? '') || (error instanceof Error && 'isComplaint' in error);

run(process.argv.slice(2)).then(
	(code) => (process.exitCode = code),
	(error: unknown) => {
		say(`${isExpected(error) && error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	},
);
