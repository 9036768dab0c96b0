import { bucketSettings } from '../../nodes/AwsS3/s3/settings/bucketSettings';
import { lacks } from '../support/lacks';
import { startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, server } from '../support/s3';

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const cors = {
	CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://example.org'], MaxAgeSeconds: 60 }],
};
const lifecycle = {
	Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 7 } }],
};
const policy = (name: string) => ({
	Version: '2012-10-17',
	Statement: [
		{ Effect: 'Allow', Principal: { AWS: ['*'] }, Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${name}/*`] },
	],
});

test.each<[string, object | ((bucket: string) => object), object]>([
	['cors', { configuration: cors }, cors],
	['cors', { configuration: cors.CORSRules }, cors],
	['lifecycle', { configuration: JSON.stringify(lifecycle) }, lifecycle],
	['policy', (name) => ({ configuration: policy(name) }), { Version: '2012-10-17' }],
	['tagging', { tags: { values: [{ name: 'team', value: 'ä & b' }] } }, { TagSet: [{ Key: 'team', Value: 'ä & b' }] }],
])('sets, reads and deletes %s', async (setting, given, expected) => {
	expect(await one('bucketSetting.get', { bucket, setting })).toEqual({
		bucket,
		setting,
		exists: false,
		configuration: undefined,
	});
	const parameters = typeof given === 'function' ? given(bucket) : given;
	expect(await one('bucketSetting.set', { bucket, setting, ...parameters })).toMatchObject({ updated: true });
	const { configuration } = await one('bucketSetting.get', { bucket, setting });
	expect(configuration).toMatchObject(expected);
	if (setting !== 'tagging') {
		// The output of Get is valid input for Set.
		await one('bucketSetting.set', { bucket, setting, configuration: JSON.parse(JSON.stringify(configuration)) });
	}
	expect(await one('bucketSetting.delete', { bucket, setting, options: { dryRun: true } })).toMatchObject({
		deleted: false,
		dryRun: true,
		configuration: expected,
	});
	expect(await one('bucketSetting.get', { bucket, setting })).toMatchObject({ exists: true });
	expect(await one('bucketSetting.delete', { bucket, setting })).toMatchObject({ deleted: true });
	expect(await one('bucketSetting.get', { bucket, setting })).toMatchObject({ exists: false });
});

test('sets each switch of the public access block', async () => {
	const setting = 'publicAccessBlock';
	await one('bucketSetting.set', { bucket, setting, blockPublicPolicy: false });
	const { configuration } = await one('bucketSetting.get', { bucket, setting });
	expect(configuration).toEqual({
		BlockPublicAcls: true,
		IgnorePublicAcls: true,
		BlockPublicPolicy: false,
		RestrictPublicBuckets: true,
	});
	await one('bucketSetting.delete', { bucket, setting });
	const { configuration: after } = await one('bucketSetting.get', { bucket, setting });
	expect(Object.values(after as object)).toEqual([false, false, false, false]);
});

test('enables and suspends versioning', async () => {
	expect(await one('bucketSetting.get', { bucket, setting: 'versioning' })).toMatchObject({ configuration: {} });
	for (const status of ['Enabled', 'Suspended']) {
		await one('bucketSetting.set', { bucket, setting: 'versioning', status });
		const { configuration } = await one('bucketSetting.get', { bucket, setting: 'versioning' });
		expect(configuration).toMatchObject({ Status: status });
	}
});

test('reads an ACL and sets it with one more grant', async () => {
	const { configuration } = await one('bucketSetting.get', { bucket, setting: 'acl' });
	expect(configuration).toMatchObject({ Owner: { ID: 'owner' } });
	const grant = {
		Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
		Permission: 'READ',
	};
	const more = { ...(configuration as object), Grants: [...(configuration as { Grants: object[] }).Grants, grant] };
	await one('bucketSetting.set', { bucket, setting: 'acl', configuration: more });
	const { configuration: after } = await one('bucketSetting.get', { bucket, setting: 'acl' });
	expect((after as { Grants: object[] }).Grants).toHaveLength(2);
	expect(await one('bucketSetting.get', { bucket, setting: 'policyStatus' })).toMatchObject({
		configuration: { IsPublic: true },
	});
});

test('sets who pays for requests', async () => {
	await one('bucketSetting.set', { bucket, setting: 'requestPayment', payer: 'Requester' });
	expect(await one('bucketSetting.get', { bucket, setting: 'requestPayment' })).toMatchObject({
		configuration: { Payer: 'Requester' },
	});
});

test('sets and deletes the default retention; compliance mode needs confirmation', async () => {
	const locked = await makeBucket({ ObjectLockEnabledForBucket: true });
	const rule = (Mode: string) => ({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode, Days: 1 } } });
	const set = async (mode: string, more: object = {}) =>
		await s3('bucketSetting.set', { bucket: locked, setting: 'objectLock', configuration: rule(mode), ...more });
	expect(await refusal(set('COMPLIANCE'))).toMatchObject({ message: "'Confirm Compliance Mode' is missing" });
	await set('COMPLIANCE', { confirmCompliance: 'COMPLIANCE' });
	await set('GOVERNANCE');
	expect(await one('bucketSetting.get', { bucket: locked, setting: 'objectLock' })).toMatchObject({
		configuration: rule('GOVERNANCE'),
	});
	await s3('bucketSetting.delete', { bucket: locked, setting: 'objectLock' });
	const { configuration } = await one('bucketSetting.get', { bucket: locked, setting: 'objectLock' });
	expect(configuration).toEqual({ ObjectLockEnabled: 'Enabled' });
});

test.each<[string, unknown, string]>([
	['cors', { CorsRules: [] }, "The value has 'CorsRules', which S3 does not support; it can have CORSRules"],
	['cors', { CORSRules: [{ AllowedMethods: ['GET'] }] }, "CORSRules[0] has no 'AllowedOrigins'"],
	[
		'lifecycle',
		{ Rules: [{ Status: 'Enabled', Expiration: { Days: '7' } }] },
		'Rules[0].Expiration.Days is not a number',
	],
	['lifecycle', { Rules: 1 }, 'Rules is not a list'],
	['lifecycle', { Rules: [{ Status: 'Enabled', Expiration: { Date: 'soon' } }] }, 'Date is not a date'],
	['website', 'text', "'Configuration' is not valid JSON"],
	['policy', { statement: [] }, "The value has no 'Statement'"],
])('%s with an invalid configuration is rejected before any request', async (setting, configuration, words) => {
	const proxy = await startProxy(server.endpoint);
	const attempt = s3('bucketSetting.set', { bucket, setting, configuration }, { connection: { endpoint: proxy.url } });
	expect((await refusal(attempt)).message).toContain(words);
	expect(proxy.taken()).toEqual([]);
});

test.each(bucketSettings.filter(({ remove }) => remove).map(({ id, hasMany }) => ({ setting: id, hasMany })))(
	'deleting $setting never deletes the bucket',
	async ({ setting, hasMany }) => {
		const id = hasMany ? { configurationId: 'one' } : {};
		const attempt = one('bucketSetting.delete', { bucket, setting, ...id }).catch(({ message }) => String(message));
		if (lacks.settings.test(setting)) expect(await attempt).toMatch(/ does not support .+ of buckets$/);
		else if (lacks.emptySettings.test(setting)) expect(await attempt).toMatch(/^S3 rejected|^The bucket '.+' /);
		else expect(await attempt).toMatchObject({ deleted: true });
		expect(await one('bucket.exists', { bucket })).toMatchObject({ exists: true, accessible: true });
	},
);
