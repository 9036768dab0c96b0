import { startProxy } from '../support/proxy';
import { credentials, refusal, s3, server } from '../support/s3';
import type { Trust } from '../support/strictSts';
import { startStrictSts } from '../support/strictSts';

/** Roles at an STS that checks trust policies as AWS does. S3 itself does not know their keys, and is not asked for anything. */

const first = 'arn:aws:iam::111122223333:role/first';
const second = 'arn:aws:iam::444455556666:role/second';
const me = credentials.accessKeyId;

/** Assumes roles for a link, which needs their keys and no request to S3. */
const linkBy = async (stsEndpoint: string, more: object) => {
	const connection = { authentication: 'assumeRole', roleArn: first, stsEndpoint, endpoint: server.endpoint, ...more };
	const [link] = await s3('presignedUrl.download', { bucket: 'some-bucket', key: 'k', expiresIn: 600 }, { connection });
	return String(link?.json.url);
};

const start = async (ofFirst: Partial<Trust>, ofSecond: Partial<Trust> = {}) =>
	await startStrictSts({
		[first]: { principals: [me], ...ofFirst },
		[second]: { principals: [first], ...ofSecond },
	});

test('the right external ID is accepted; a wrong one and none are refused', async () => {
	const sts = await start({ externalId: 'right' });
	expect(await linkBy(sts.url, { externalId: 'right' })).toContain('X-Amz-Credential=ASIA0');
	for (const externalId of ['wrong', ''])
		expect(await refusal(linkBy(sts.url, { externalId }))).toMatchObject({
			message: expect.stringContaining(first),
			description: expect.stringContaining("'External ID' matches the trust policy"),
		});
	expect(sts.sessions.size).toBe(1);
});

test('session tags and source identity are sent, and what they need is said', async () => {
	const sent = { sessionTags: 'Project=Backups, Team=RD=1', sourceIdentity: 'n8n-production' };
	const sts = await start({ allowsTags: true, allowsSourceIdentity: true });
	await linkBy(sts.url, sent);
	const [session] = [...sts.sessions.values()];
	expect(Object.fromEntries(session?.form ?? [])).toMatchObject({
		'Tags.member.1.Key': 'Project',
		'Tags.member.1.Value': 'Backups',
		'Tags.member.2.Key': 'Team',
		'Tags.member.2.Value': 'RD=1',
		SourceIdentity: 'n8n-production',
	});
	const withoutTags = await start({ allowsSourceIdentity: true });
	expect(await refusal(linkBy(withoutTags.url, sent))).toMatchObject({
		description: expect.stringContaining(
			"'Session Tags' in the credential is set, so the role's trust policy and the caller's policy must allow sts:TagSession",
		),
	});
	const withoutIdentity = await start({ allowsTags: true });
	expect(await refusal(linkBy(withoutIdentity.url, sent))).toMatchObject({
		description: expect.stringContaining("'Source Identity' in the credential is set"),
	});
});

describe('a chain of two roles', () => {
	const chain = { secondRoleArn: second, secondExternalId: 'two', externalId: 'one' };

	test('the keys assume the first, whose keys assume the second; tags and source identity go along', async () => {
		const all = { allowsTags: true, allowsSourceIdentity: true };
		const sts = await start({ externalId: 'one', ...all }, { externalId: 'two', ...all });
		const link = await linkBy(sts.url, { ...chain, sessionTags: 'Project=Backups', sourceIdentity: 'n8n' });
		expect(link).toContain('X-Amz-Credential=ASIA1');
		expect(
			[...sts.sessions.values()].map(({ role, transitive, sourceIdentity }) => [role, transitive, sourceIdentity]),
		).toEqual([
			[first, ['Project'], 'n8n'],
			[second, ['Project'], 'n8n'],
		]);
	});

	test('a refusal names the role that refused', async () => {
		const noFirst = await start({ externalId: 'other' });
		expect(await refusal(linkBy(noFirst.url, chain))).toMatchObject({ message: expect.stringContaining(first) });
		const noSecond = await start({}, { externalId: 'other' });
		expect(await refusal(linkBy(noSecond.url, chain))).toMatchObject({ message: expect.stringContaining(second) });
	});

	test('for more than an hour is refused before any request', async () => {
		const sts = await startProxy(server.endpoint);
		expect(await refusal(linkBy(sts.url, { ...chain, roleDuration: 3601 }))).toMatchObject({
			message: "'Role Duration' of the credential cannot be 3601, because another role assumes the role",
		});
		expect(sts.requests).toEqual([]);
	});
});
