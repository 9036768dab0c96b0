// `npm run mutate [module…]`: changes the pure modules in many small ways, each against the tests that import it, and shows the
// changes that no test notices.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** The modules, by room: pure ones, which need no server. */
const modules = {
	content: ['blocks', 'csv', 'decode', 'inflate', 'json', 'jsonWriter', 'lines', 'row', 'text', 'unzip', 'zip'],
	'content/columns': ['detectTypes', 'values'],
	'content/report': ['amounts', 'html', 'page', 'plots', 'report', 'tables', 'throughput'],
	s3: ['address', 'capabilities', 'keyPrefix', 'metadataEncoding', 'partition'],
	's3/flow': ['concurrencyLimit', 'engine', 'memoryBudget', 'pool', 'rateLimit', 'retry'],
	's3/delete': ['matchAnswers'],
	's3/list': ['contentIdentity', 'gatherHistories', 'history', 'keyOrder', 'stateAtTime', 'versionTimes'],
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
	's3/settings': ['tagging', 'validateShape'],
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
const paths = Object.entries(modules)
	.flatMap(([room, files]) => files.map((file) => `${room}/${file}`))
	.filter((path) => words.length === 0 || words.some((word) => path.endsWith(word)));

const lost = Object.entries(modules).flatMap(([room, files]) =>
	files.map((file) => `nodes/AwsS3/${room}/${file}.ts`).filter((path) => !existsSync(path)),
);
if (lost.length > 0) throw new Error(`No such modules: ${lost.join(', ')}`);

/** The tests that import a module. Jest would load all that import it by way of others, for each change. */
const testsOf = (path) =>
	readdirSync('test/unit').filter(
		(name) =>
			name.endsWith('.test.ts') &&
			!slow.includes(name.split('.')[0]) &&
			readFileSync(`test/unit/${name}`, 'utf8').includes(`AwsS3/${path}'`),
	);

const stryker = 'node_modules/@stryker-mutator/core/bin/stryker.js';

/** Changes one module; gives its mutants. */
const mutantsOf = (path) => {
	const env = { ...process.env, MUTATE: `nodes/AwsS3/${path}.ts`, MUTATE_TESTS: testsOf(path).join(' ') };
	const { status } = spawnSync(process.execPath, [stryker, 'run'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
	if (status !== 0) return undefined;
	const { files } = JSON.parse(readFileSync('coverage/mutation/report.json', 'utf8'));
	return Object.values(files).flatMap(({ mutants }) => mutants);
};

const total = { noticed: 0, counted: 0, late: 0 };
const survivors = [];
let isComplete = true;
mkdirSync('coverage/mutation', { recursive: true });
for (const path of paths) {
	const mutants = mutantsOf(path);
	if (!mutants) isComplete = false;
	const counted = (mutants ?? []).filter(({ status }) => /^(Killed|Timeout|Survived|NoCoverage)$/.test(status));
	const missed = counted.filter(({ status }) => /^(Survived|NoCoverage)$/.test(status));
	const noticed = counted.length - missed.length;
	total.noticed += noticed;
	total.counted += counted.length;
	// On a busy machine, a test may end late for another reason than the change.
	const late = counted.filter(({ status }) => status === 'Timeout').length;
	total.late += late;
	survivors.push(
		...missed.map(({ location, mutatorName, replacement }) => {
			const { line, column } = location.start;
			return `${path}.ts:${line}:${column} ${mutatorName}: ${String(replacement).replace(/\s+/g, ' ').slice(0, 100)}`;
		}),
	);
	// A run takes hours: what was found is there when it is ended.
	writeFileSync('coverage/mutation/survivors.txt', `${survivors.join('\n')}\n`);
	console.log(`${path}: ${mutants ? `${noticed} of ${counted.length}, ${late} of them by time` : 'did not run'}`);
}
const score = (100 * total.noticed) / total.counted;
console.log(
	`\n${total.noticed} of ${total.counted} changes were noticed: ${score.toFixed(1)} %, ${total.late} of them because tests ended late`,
);
console.log('The others: coverage/mutation/survivors.txt');
process.exit(isComplete && score >= threshold ? 0 : 1);
