// What the user has chosen for `npm run test:aws`. Keys come from variables of their own, so that those of the host, which
// may belong to anything, are never used by accident.
import { isRun } from './names.mjs';

/** Why nothing is run, for the user. */
export class Refusal extends Error {}

const flags = ['--moto', '--yes', '--clean', '--policy'];

export const usage = `npm run test:aws                    all tests of level s3 against Amazon S3
npm run test:aws -- bucket list     only files with these words
npm run test:aws -- --yes           without asking for a confirmation
npm run test:aws -- --clean         remove what earlier runs have left, or of one run: --clean n8n-s3-test-0123abcd-
npm run test:aws -- --policy        print the IAM policy that the keys need
npm run test:aws -- --moto          the same against moto on this machine, without keys and cost

TEST_AWS_ACCESS_KEY_ID, TEST_AWS_SECRET_ACCESS_KEY   keys of an IAM user made for this purpose
TEST_AWS_CONFIRM=yes                                 the same as --yes
TEST_AWS_ENDPOINT, TEST_AWS_TABLE                    another server in place of AWS, and its table in test/support/servers`;

const keysFrom = ({ TEST_AWS_ACCESS_KEY_ID: accessKeyId = '', TEST_AWS_SECRET_ACCESS_KEY: secretAccessKey = '' }) => {
	if (accessKeyId === '' || secretAccessKey === '')
		throw new Refusal(
			`Set TEST_AWS_ACCESS_KEY_ID and TEST_AWS_SECRET_ACCESS_KEY to keys of an IAM user that you made for this purpose. AWS_ACCESS_KEY_ID and profiles are not used.\n\n${usage}`,
		);
	// IAM takes no keys of a session, and the tests send no session token.
	if (accessKeyId.startsWith('ASIA'))
		throw new Refusal(
			'TEST_AWS_ACCESS_KEY_ID is a temporary key. The tests need a long-term key of an IAM user, which begins with AKIA.',
		);
	return { accessKeyId, secretAccessKey };
};

/** The settings of a run from the arguments and the environment. Throws a `Refusal` that says what is missing. */
export const settingsFrom = (words, env) => {
	const chosen = words.filter((word) => word.startsWith('-'));
	const unknown = chosen.filter((word) => !flags.includes(word));
	if (unknown.length > 0) throw new Refusal(`There is no ${unknown.join(', ')}.\n\n${usage}`);
	const has = (flag) => chosen.includes(flag);
	if (has('--policy')) return { mode: 'policy' };

	const rest = words.filter((word) => !word.startsWith('-'));
	const mode = has('--clean') ? 'clean' : 'tests';
	if (mode === 'clean' && (rest.length > 1 || !rest.every(isRun)))
		throw new Refusal(`--clean takes the prefix of one run, such as n8n-s3-test-0123abcd-, or nothing.\n\n${usage}`);
	const isConfirmed = has('--yes') || env.TEST_AWS_CONFIRM === 'yes';
	const choice = { mode, isConfirmed, ...(mode === 'clean' ? { run: rest[0] } : { files: rest }) };
	if (!has('--moto')) {
		const { TEST_AWS_ENDPOINT: endpoint, TEST_AWS_TABLE: table = 'aws' } = env;
		return { ...choice, isMoto: false, endpoint, table, keys: keysFrom(env) };
	}
	if (mode === 'clean') throw new Refusal('--moto leaves nothing to clean: what it has is gone when it ends.');
	// Nothing of it leaves this machine.
	return { ...choice, isMoto: true, table: 'moto', isConfirmed: true };
};

/** An environment without the settings of AWS of this machine, and without the keys of the run. */
export const withoutAws = (env) =>
	Object.fromEntries(Object.entries(env).filter(([name]) => !/^(TEST_)?AWS_/.test(name)));
