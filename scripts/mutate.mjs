// `npm run mutate [module…]`: changes the pure modules in many small ways, each against the tests that import it, and shows the
// changes that no test notices. Without a module it makes one of ten changes, chosen by their place in the code, which gives the
// share of all within a few percent in an hour. `SHARE=1` makes them all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** The modules, by room: pure ones, which need no server. */
const modules = {
	content: ['blocks', 'csv', 'decode', 'inflate', 'json', 'jsonWriter', 'lines', 'row', 'text', 'unzip', 'zip'],
	'content/columns': ['detectTypes', 'values'],
	'content/report': ['amounts', 'html', 'page', 'plots', 'report', 'tables', 'throughput'],
	s3: ['address', 'capabilities', 'contentIdentity', 'keyPrefix', 'partition', 'storageClass'],
	's3/flow': ['concurrencyLimit', 'engine', 'memoryBudget', 'pool', 'rateLimit', 'retry'],
	's3/delete': ['matchAnswers'],
	's3/list': ['compareKeys', 'gatherHistories', 'history', 'listedInXml', 'stateAtTime', 'versionTimes'],
	's3/read': ['integrity', 'roundTrips'],
	's3/kept': ['accountMap', 'keeping', 'losses', 'nameMap'],
	's3/histories': ['keyHistory'],
	's3/job': ['endPolicy', 'journalLines', 'nextState', 'state'],
	's3/plan': ['planLines'],
	's3/record': ['mergeRecord', 'recordLines'],
	's3/sources': ['checksumText', 'keyMap', 'mappedSource', 'sortedPages'],
	's3/analysis': ['collisions', 'estimate', 'hashSet', 'hazards', 'statistics', 'targetRules'],
	's3/pairs': ['decide', 'march', 'oneBucket'],
	's3/sync': ['deletionLimits', 'outcomeLine', 'tally'],
	's3/changes': ['compare', 'keyEvents', 'recordCodec', 'stateCodec', 'storedState'],
	's3/settings': ['tagging', 'validateShape', 'versioning'],
	's3/parts': ['chunker', 'partSize', 'uploadChecksum'],
	'core/fields': ['emptyPrefix', 'folders', 'pairs', 'parameters', 'range'],
	'core/filters': ['filters', 'keyGlob', 'keyRegex', 'linearPattern'],
	'core/objectFields': ['customerKey', 'lockFields', 'tags'],
	'core/io': ['formats', 'output'],
	'core/runner': ['hints', 'units'],
	'operations/access': ['policy'],
	'operations/presignedUrl': ['postForm'],
	'operations/transfer/reports': ['outcomeKinds'],
	'operations/version': ['purgeRules', 'restoreStep'],
};

/** They also run the whole node, which takes too long for thousands of changes. */
const slow = ['bucketKinds', 'largeParts', 'leastPrivilege', 'writeOnly'];

/** The least share of changes that tests have to notice, in percent. */
const threshold = 80;

const words = process.argv.slice(2);
const share = Number(process.env.SHARE ?? (words.length === 0 ? 0.1 : 1));
if (!(share > 0 && share <= 1)) throw new Error(`SHARE is ${process.env.SHARE}. It can be more than 0, and at most 1.`);

const lost = Object.entries(modules).flatMap(([room, files]) =>
	files.map((file) => `nodes/AwsS3/${room}/${file}.ts`).filter((path) => !existsSync(path)),
);
if (lost.length > 0) throw new Error(`No such modules: ${lost.join(', ')}`);

/** The chosen modules, by room. */
const chosen = Object.entries(modules)
	.map(([room, files]) => files.map((file) => `${room}/${file}`))
	.map((paths) => paths.filter((path) => words.length === 0 || words.some((word) => path.endsWith(word))))
	.filter((paths) => paths.length > 0);

/** The tests that import one of the modules. Jest would load all that import them by way of others, for each change. */
const testsOf = (paths) =>
	readdirSync('test/unit').filter((name) => {
		if (!name.endsWith('.test.ts') || slow.includes(name.split('.')[0])) return false;
		const source = readFileSync(`test/unit/${name}`, 'utf8');
		return paths.some((path) => source.includes(`AwsS3/${path}'`));
	});

const stryker = 'node_modules/@stryker-mutator/core/bin/stryker.js';

/** Changes the modules of a room; gives the changes of each that were tried. */
const tryChanges = (paths) => {
	const MUTATE = paths.map((path) => `nodes/AwsS3/${path}.ts`).join(' ');
	const env = { ...process.env, MUTATE, MUTATE_TESTS: testsOf(paths).join(' '), SHARE: String(share) };
	const { status } = spawnSync(process.execPath, [stryker, 'run'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
	if (status !== 0) return undefined;
	const { files } = JSON.parse(readFileSync('coverage/mutation/report.json', 'utf8'));
	return paths.map((path) =>
		(files[`nodes/AwsS3/${path}.ts`]?.mutants ?? []).filter(({ status }) =>
			/^(Killed|Timeout|Survived|NoCoverage)$/.test(status),
		),
	);
};

const total = { noticed: 0, tried: 0, late: 0 };
const survivors = [];
let isComplete = true;
mkdirSync('coverage/mutation', { recursive: true });
for (const paths of chosen) {
	const changes = tryChanges(paths);
	if (!changes) {
		isComplete = false;
		console.log(`${paths.join(', ')}: did not run`);
		continue;
	}
	for (const [index, path] of paths.entries()) {
		const missed = changes[index].filter(({ status }) => /^(Survived|NoCoverage)$/.test(status));
		const noticed = changes[index].length - missed.length;
		// On a busy machine, a test may end late for another reason than the change.
		const late = changes[index].filter(({ status }) => status === 'Timeout').length;
		total.noticed += noticed;
		total.tried += changes[index].length;
		total.late += late;
		survivors.push(
			...missed.map(({ location, mutatorName, replacement }) => {
				const { line, column } = location.start;
				return `${path}.ts:${line}:${column} ${mutatorName}: ${String(replacement).replace(/\s+/g, ' ').slice(0, 100)}`;
			}),
		);
		console.log(`${path}: ${noticed} of ${changes[index].length}, ${late} of them by time`);
	}
	// A run takes long: what was found is there when it is ended.
	writeFileSync('coverage/mutation/survivors.txt', `${survivors.join('\n')}\n`);
}
const noticed = total.noticed / total.tried;
// Twice the standard error of a sample, which holds for 19 of 20 samples.
const error = share < 1 ? ` ± ${(200 * Math.sqrt((noticed * (1 - noticed)) / total.tried)).toFixed(1)}` : '';
console.log(
	`\n${total.noticed} of ${total.tried} changes were noticed: ${(100 * noticed).toFixed(1)}${error} %, ${total.late} of them because tests ended late`,
);
console.log('The others: coverage/mutation/survivors.txt');
process.exit(isComplete && 100 * noticed >= threshold ? 0 : 1);
