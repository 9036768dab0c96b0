import { join } from 'node:path';
import { compare } from '../support/compare.mjs';

const result = (fullName: string, ...failureMessages: string[]) => ({
	fullName,
	failureMessages,
	status: failureMessages.length > 0 ? 'failed' : 'passed',
});

const report = (...assertionResults: object[]) => ({
	testResults: [{ name: join(process.cwd(), 'test', 's3', 'object.test.ts'), message: '', assertionResults }],
});

const cause = { feature: 'ACLs', is: 'refused', says: ['501'], tests: { 'object.test.ts': ['sets an ACL'] } };

const names = (list: Array<{ name: string }>) => list.map(({ name }) => name);

const outcome = (tests: object[], lacks: object[] = [cause]) => {
	const { passed, lacking, unlisted, better, unknown } = compare(report(...tests), lacks);
	return {
		passed: names(passed),
		lacking: names(lacking),
		unlisted: names(unlisted),
		better: names(better),
		unknown: names(unknown),
	};
};

const none = { passed: [], lacking: [], unlisted: [], better: [], unknown: [] };

test.each([
	[
		'a listed test that fails with its words is lacking',
		[result('sets an ACL', 'was 501')],
		{ lacking: ['sets an ACL'] },
	],
	[
		'colours do not hide the words',
		[result('sets an ACL', 'was \u001b[31m50\u001b[39m1')],
		{ lacking: ['sets an ACL'] },
	],
	['a listed test that fails with other words is not', [result('sets an ACL', 'lost')], { unlisted: ['sets an ACL'] }],
	['a listed test that passes shows a better server', [result('sets an ACL')], { better: ['sets an ACL'] }],
	[
		'another test that fails is a failure',
		[result('sets an ACL', '501'), result('uploads', '501')],
		{ lacking: ['sets an ACL'], unlisted: ['uploads'] },
	],
	[
		'a listed test that is not there is a failure',
		[result('uploads')],
		{ passed: ['uploads'], unknown: ['sets an ACL'] },
	],
])('%s', (_, tests, expected) => {
	expect(outcome(tests)).toEqual({ ...none, ...expected });
});

test('a test of a cause that varies may pass', () => {
	const varies = [{ ...cause, varies: 'only now and then' }];
	expect(outcome([result('sets an ACL')], varies)).toEqual({ ...none, passed: ['sets an ACL'] });
	expect(outcome([result('sets an ACL', '501')], varies)).toEqual({ ...none, lacking: ['sets an ACL'] });
});

test('a file that could not be loaded is a failure', () => {
	const name = join(process.cwd(), 'test', 's3', 'object.test.ts');
	const broken = { testResults: [{ name, message: 'SyntaxError', assertionResults: [] }] };
	expect(names(compare(broken, []).unlisted)).toEqual(['object.test.ts']);
});
