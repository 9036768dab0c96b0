import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { countOf, madeBy, remove } from '../support/aws/cleanUp.mjs';
import { addressesOf, clientsOf } from '../support/aws/clients.mjs';
import { costLines, costOf, kindOf, roundedUp, tallyOf } from '../support/aws/cost.mjs';
import { family, isRun, namesOf, newRun, runOf } from '../support/aws/names.mjs';
import policy from '../support/aws/policy.json';
import { settingsFrom, withoutAws } from '../support/aws/settings.mjs';
import { listen } from '../support/listen';

const run = 'n8n-s3-test-0123abcd-';
const own = `${run}0123456789abcdef`;
const ofOtherRun = 'n8n-s3-test-ffffffff-0123456789abcdef';
const foreign = [
	'backups',
	'',
	run,
	`${family}0123456789abcdef`,
	`${run}backups`,
	`${run}0123456789abcde`,
	`${run}0123456789abcdef0`,
	`${run}0123456789ABCDEF`,
	`${run}0123456789abcdef-data`,
	`x${own}`,
	`my-${own}`,
	`${own}\n`,
	'n8n-s3-test-0123-0123456789abcdef',
	'n8n-s3-tests-0123abcd-0123456789abcdef',
	'N8N-S3-TEST-0123abcd-0123456789abcdef',
];

describe('only what a run has made is removed', () => {
	test.each(foreign)('%j is nothing that a run has made', (name) => {
		expect(runOf(name)).toBeUndefined();
		expect(namesOf([name])).toEqual([]);
		expect(namesOf([name], run)).toEqual([]);
	});

	test('names are selected by the whole prefix of their run', () => {
		const all = [...foreign, own, ofOtherRun];
		expect(namesOf(all, run)).toEqual([own]);
		expect(namesOf(all)).toEqual([own, ofOtherRun]);
		for (const part of ['', family, 'n8n', run.slice(0, -1), own]) expect(namesOf(all, part)).toEqual([]);
	});

	test('a new run has a prefix of its own', () => {
		const runs = Array.from({ length: 100 }, () => newRun());
		expect(new Set(runs).size).toBe(100);
		for (const one of runs) expect(isRun(one)).toBe(true);
		for (const text of ['', family, own, 'n8n-s3-test-0123abcd', 'backups']) expect(isRun(text)).toBe(false);
	});

	test('no request of a clean-up names anything else', async () => {
		const requests: string[] = [];
		const server = createServer((request, response) => {
			void text(request).then((body) => {
				requests.push(`${request.method} ${request.url} ${body}`);
				response.end('<R><ListAccessKeysResult/><ListRolePoliciesResult/></R>');
			});
		});
		const endpoint = `http://${await listen(server)}`;
		const clients = clientsOf(addressesOf(endpoint), { accessKeyId: 'a', secretAccessKey: 'b' });
		const names = [...foreign, ofOtherRun, own];
		const found = { buckets: names, users: names, roles: names };
		expect(madeBy(found, run)).toEqual({ buckets: [own], users: [own], roles: [own] });
		expect(countOf(madeBy(found, run))).toBe(3);
		expect(await remove(clients, found, run)).toEqual([]);
		const target = /^\w+ \/([^/?]+)[/?]|[?&](?:User|Role)Name=([^&]+)/;
		const touched = requests.map((line) => target.exec(line)?.slice(1).find(Boolean));
		expect(new Set(touched)).toEqual(new Set([own]));
		expect(requests.filter((line) => /^DELETE \S+ $/.test(line))).toContain(`DELETE /${own}/ `);
		expect(requests.join('\n')).toMatch(/Action=DeleteUser&/);
		expect(requests.join('\n')).toMatch(/Action=DeleteRole&/);
	});

	test.each([
		['a+b c', 'a+b c', ''],
		['a+b c', 'a%2Bb+c', '<EncodingType>url</EncodingType>'],
	])('%j, listed as %j, is removed also where its lock is not told of', async (key, listed, encoding) => {
		const taken: string[] = [];
		let isHeld = true;
		let isThere = true;
		const server = createServer((request, response) => {
			void text(request).then((body) => {
				const { method, url = '', headers } = request;
				if (method === 'PUT' && url.includes('legal-hold')) isHeld = false;
				if (method === 'DELETE' && url.includes('versionId=v')) {
					isThere = isHeld || headers['x-amz-bypass-governance-retention'] !== 'true';
					if (isThere) response.statusCode = 403;
					else taken.push(decodeURIComponent(url.replace(/\?.*/, '')));
				}
				if (method === 'POST') expect(body).toContain(`<Key>${key}</Key>`);
				const version = `<Version><Key>${listed}</Key><VersionId>v</VersionId></Version>`;
				response.end(`<R>${encoding}${url.includes('versions') && isThere ? version : ''}</R>`);
			});
		});
		const endpoint = `http://${await listen(server)}`;
		const clients = clientsOf(addressesOf(endpoint), { accessKeyId: 'a', secretAccessKey: 'b' });
		expect(await remove(clients, { buckets: [own] }, run)).toEqual([]);
		expect(taken).toEqual([`/${own}/${key}`]);
	});

	test('the policy of the keys allows to change nothing else', () => {
		for (const { Sid, Resource } of policy.Statement) {
			const resources = [Resource].flat();
			if (Sid === 'Lists') expect(resources).toEqual(['*']);
			else for (const resource of resources) expect(resource).toMatch(new RegExp(`[:/]${family}\\*$`));
		}
		const lists = policy.Statement.find(({ Sid }) => Sid === 'Lists');
		for (const action of [lists?.Action].flat()) expect(action).toMatch(/:List/);
	});
});

describe('what a run costs', () => {
	const request = (method: string, path: string, more: object = {}) =>
		kindOf({ method, path, host: 's3.us-east-1.amazonaws.com', ...more });

	test.each([
		['PUT', '/bucket/a/b', 'write STANDARD'],
		['PUT', '/bucket', 'write STANDARD'],
		['PUT', '/bucket?policy', 'write STANDARD'],
		['POST', '/bucket/a?uploads', 'write STANDARD'],
		['POST', '/bucket?delete', 'write STANDARD'],
		['GET', '/', 'list'],
		['GET', '/?x-id=ListBuckets', 'list'],
		['GET', '/bucket', 'list'],
		['GET', '/bucket/', 'list'],
		['GET', '/bucket?list-type=2&prefix=acl&max-keys=1', 'list'],
		['GET', '/bucket?versions&key-marker=a', 'list'],
		['GET', '/bucket?uploads=', 'list'],
		['GET', '/bucket/a?uploadId=u', 'list'],
		['GET', '/bucket?location', 'read'],
		['GET', '/bucket?inventory&id=1', 'read'],
		['GET', '/bucket/a?versions', 'read'],
		['GET', '/bucket/a/b?acl', 'read'],
		['HEAD', '/bucket', 'read'],
		['HEAD', '/bucket/a', 'read'],
		['DELETE', '/bucket/a?uploadId=u', 'free'],
		['DELETE', '/bucket', 'free'],
	])('%s %s: %s', (method, path, kind) => {
		expect(request(method, path)).toBe(kind);
		expect(request(method, `http://s3.us-east-1.amazonaws.com${path}`)).toBe(kind);
	});

	test('virtual-hosted addresses, storage classes, and services that are free', () => {
		const host = 'bucket.s3.us-east-1.amazonaws.com';
		expect(kindOf({ method: 'GET', host, path: '/?list-type=2' })).toBe('list');
		expect(kindOf({ method: 'GET', host, path: '/key' })).toBe('read');
		expect(request('PUT', '/bucket/a', { storageClass: 'GLACIER' })).toBe('write GLACIER');
		const signedFor = (service: string) =>
			`AWS4-HMAC-SHA256 Credential=K/20261101/us-east-1/${service}/aws4_request, S`;
		expect(request('POST', '/', { authorization: signedFor('iam') })).toBe('free');
		expect(request('POST', '/', { authorization: signedFor('sts') })).toBe('free');
		expect(request('POST', '/b?delete', { authorization: signedFor('s3') })).toBe('write STANDARD');
	});

	const record = ['+ write STANDARD', '+ write STANDARD', '+ write GLACIER', '+ read', '= 10 20', '= 5 7', ''].join(
		'\n',
	);

	test('a record is summed, also where its last line is cut off', () => {
		const tally = { requests: { 'write STANDARD': 2, 'write GLACIER': 1, read: 1 }, sent: 15, received: 27 };
		expect(tallyOf(record)).toEqual(tally);
		expect(tallyOf('')).toEqual({ requests: {}, sent: 0, received: 0 });
		expect(tallyOf(`${record}= 1`)).toEqual(tally);
	});

	test('requests and bytes are multiplied by their prices', () => {
		const cost = (requests: object, sent = 0, received = 0) => costOf({ requests, sent, received });
		expect(cost({ 'write STANDARD': 1000 }).total).toBeCloseTo(0.005, 10);
		expect(cost({ list: 2000 }).total).toBeCloseTo(0.01, 10);
		expect(cost({ read: 1000 }).total).toBeCloseTo(0.001, 10);
		expect(cost({ free: 1_000_000 }).total).toBe(0);
		expect(cost({}, 2e9).total).toBeCloseTo(0.046, 10);
		expect(cost({}, 0, 1e9).total).toBeCloseTo(0.12, 10);
		// A cold object counts as 128 KiB at least.
		expect(cost({ 'write DEEP_ARCHIVE': 1000 }).write).toBeCloseTo(0.05, 10);
		expect(cost({ 'write DEEP_ARCHIVE': 1000 }).sent).toBeCloseTo(((1000 * 128 * 1024) / 1e9) * 0.023, 10);
		expect(cost({ 'write NEW_CLASS': 1000 }).write).toBeCloseTo(0.05, 10);
		const { total, ...parts } = cost({ 'write STANDARD': 1, list: 2, read: 3, free: 4 }, 5e9, 6e9);
		expect(total).toBeCloseTo(
			Object.values(parts).reduce((sum, one) => sum + one, 0),
			10,
		);
	});

	test('what is said is rounded up, and shows what was counted', () => {
		expect(roundedUp(0)).toBe('0.00 USD');
		expect(roundedUp(0.001)).toBe('0.01 USD');
		expect(roundedUp(1.231)).toBe('1.24 USD');
		const lines = costLines({
			requests: { 'write STANDARD': 2000, 'write GLACIER': 1, free: 7 },
			sent: 5e8,
			received: 1e9,
		});
		expect(lines.map((line: string) => line.trim().split(/ {2,}/))).toEqual([
			['requests that write', '2,001', '0.01 USD'],
			['requests that list', '0', '0.00 USD'],
			['requests that read', '0', '0.00 USD'],
			['free requests', '7', '0.00 USD'],
			['received', '1.00 GB', '0.12 USD'],
			['sent', '0.50 GB', '0.01 USD'],
		]);
	});
});

describe('the settings of a run', () => {
	const keys = { TEST_AWS_ACCESS_KEY_ID: 'AKIAOWN', TEST_AWS_SECRET_ACCESS_KEY: 'secret' };
	const host = { AWS_ACCESS_KEY_ID: 'AKIAHOST', AWS_SECRET_ACCESS_KEY: 'host', AWS_PROFILE: 'host' };

	test('nothing is confirmed unless it is said, and words choose files', () => {
		expect(settingsFrom(['bucket', 'list'], keys)).toEqual({
			...{ mode: 'tests', files: ['bucket', 'list'], isConfirmed: false, isMoto: false, table: 'aws' },
			...{ endpoint: undefined, keys: { accessKeyId: 'AKIAOWN', secretAccessKey: 'secret' } },
		});
		expect(settingsFrom(['--yes'], keys)).toMatchObject({ isConfirmed: true });
		expect(settingsFrom([], { ...keys, TEST_AWS_CONFIRM: 'yes' })).toMatchObject({ isConfirmed: true });
		expect(settingsFrom([], { ...keys, TEST_AWS_CONFIRM: '1', CI: 'true' })).toMatchObject({ isConfirmed: false });
		expect(settingsFrom(['--clean'], keys)).toMatchObject({ mode: 'clean', isConfirmed: false });
	});

	test.each<[string, string[], object, string]>([
		['no keys', [], {}, 'TEST_AWS_ACCESS_KEY_ID'],
		['only keys of the host', [], host, 'TEST_AWS_ACCESS_KEY_ID'],
		['half a key', [], { TEST_AWS_ACCESS_KEY_ID: 'AKIAOWN' }, 'TEST_AWS_SECRET_ACCESS_KEY'],
		['temporary keys', [], { ...keys, TEST_AWS_ACCESS_KEY_ID: 'ASIAOWN' }, 'temporary'],
		['an unknown flag', ['--force'], keys, '--force'],
		['a clean-up of something else than a run', ['--clean', 'backups'], keys, '--clean takes the prefix of one run'],
		['a clean-up of a part of a prefix', ['--clean', 'n8n-s3-test-'], keys, '--clean takes the prefix of one run'],
		['a clean-up of two runs', ['--clean', run, run], keys, '--clean takes the prefix of one run'],
		['a clean-up without keys', ['--clean'], host, 'TEST_AWS_ACCESS_KEY_ID'],
	])('%s: refused', (_, words, env, why) => {
		expect(() => settingsFrom(words, env)).toThrow(why);
	});

	test('one run can be cleaned, and moto needs neither keys nor a confirmation', () => {
		expect(settingsFrom(['--clean', run], keys)).toMatchObject({ mode: 'clean', run });
		expect(settingsFrom(['--moto', 'bucket'], host)).toEqual({
			...{ mode: 'tests', files: ['bucket'], isConfirmed: true, isMoto: true, table: 'moto' },
		});
		expect(settingsFrom(['--policy'], {})).toEqual({ mode: 'policy' });
	});

	test('the tests get neither the settings of the host nor the keys by name', () => {
		expect(withoutAws({ ...host, ...keys, PATH: '/bin' })).toEqual({ PATH: '/bin' });
	});
});
