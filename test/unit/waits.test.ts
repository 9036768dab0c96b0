import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const package_ = join(root, 'nodes', 'AwsS3');

/** What makes code wait for something else than its own work. */
const primitives = [
	...['setTimeout(', 'setInterval(', 'setImmediate(', 'sleep(', 'sleepWithAbort(', 'nextTurn(', 'AbortSignal.timeout('],
	...['.take(', 'waitForTurn(', '.acquire(', '.waitForUnlock(', '.runExclusive(', 'alone(', 'retrying(', 'pRetry('],
	...['once(', 'new Promise', 'Promise.race(', 'Promise.any(', 'Promise.withResolvers(', '.next()', 'pipeline('],
	...['getBinaryMetadata(', 'getBinaryStream(', 'getBinaryDataBuffer(', 'prepareBinaryData(', 'httpRequest('],
	...['getCredentials(', 'clientIn(', 'stsClient', 'await fetch('],
];

/** A definition, a comment or an import is no use, nor is the next one of what is in memory already. */
const usesIn = (source: string) => {
	const code = source
		.split('\n')
		.filter(
			(line) =>
				!/^\s*(\*|\/\*|\/\/|import |(?!.*await).*\.next\(\)|export (const|function) |(const|async function|function) (stsClientFor|clientIn)\b)/.test(
					line,
				),
		)
		.join('\n');
	return primitives.filter((primitive) => {
		const pattern = primitive.replace(/[.()]/g, '\\$&');
		return new RegExp(/^\w/.test(primitive) ? `(?<![\\w])${pattern}` : pattern).test(code);
	});
};

const inCode = readdirSync(package_, { recursive: true })
	.map((path) => String(path).replaceAll('\\', '/'))
	.filter((path) => path.endsWith('.ts'))
	.flatMap((path) => usesIn(readFileSync(join(package_, path), 'utf8')).map((primitive) => `${path}: ${primitive}`));

const rows = () => {
	const [, page = ''] = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').split(/^\| Wait .*$/m);
	const lines = page.split('\n').slice(2);
	return lines.slice(0, lines.indexOf('')).map((line) =>
		line
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
};

const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

test('CONTRIBUTING names each wait of the code, and no other', () => {
	const named = rows().map(([, uses, files]) => ({ uses: quoted(uses), files: quoted(files) }));
	const isNamed = (use: string) => {
		const [file = '', primitive = ''] = use.split(': ');
		return named.some((row) => row.files.includes(file) && row.uses.includes(primitive));
	};
	expect(inCode.filter((use) => !isNamed(use))).toEqual([]);
	for (const { uses, files } of named) {
		for (const file of files)
			expect([file, uses.some((one) => inCode.includes(`${file}: ${one}`))]).toEqual([file, true]);
		for (const one of uses)
			expect([one, files.some((file) => inCode.includes(`${file}: ${one}`))]).toEqual([one, true]);
	}
});

test('each wait has a bound, and says what a stop does', () => {
	expect(rows().length).toBeGreaterThan(15);
	for (const cells of rows()) expect(cells.filter((cell) => cell !== '')).toHaveLength(5);
});
