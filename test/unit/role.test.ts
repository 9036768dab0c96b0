import { connectionOf } from '../../nodes/AwsS3/core/connection/credentials';
import { sessionTagsIn } from '../../nodes/AwsS3/core/connection/sessionTags';

const roleArn = 'arn:aws:iam::111122223333:role/first';
const secondRoleArn = 'arn:aws:iam::444455556666:role/second';
const data = { authentication: 'assumeRole', accessKeyId: 'A', secretAccessKey: 's', region: 'eu-central-1', roleArn };

test.each([
	['Project=Backups', [{ Key: 'Project', Value: 'Backups' }]],
	[
		' Project = Back ups ,\nTeam=a=b\n',
		[
			{ Key: 'Project', Value: 'Back ups' },
			{ Key: 'Team', Value: 'a=b' },
		],
	],
	['Größe=ü:/+-@._', [{ Key: 'Größe', Value: 'ü:/+-@._' }]],
	['Empty=', [{ Key: 'Empty', Value: '' }]],
	['', undefined],
	[' , ', undefined],
])('session tags %j', (text, tags) => {
	expect(sessionTagsIn(text)).toEqual(tags);
});

test.each([
	['Project', "has no '=' in 'Project'"],
	['=x', "has a name or value that AWS does not allow: '=x'"],
	['a=b;c', "has a name or value that AWS does not allow: 'a=b;c'"],
	[`${'n'.repeat(129)}=x`, 'has a name or value that AWS does not allow'],
	[`n=${'x'.repeat(257)}`, 'has a name or value that AWS does not allow'],
	['AWS:x=1', "has a name that AWS keeps for itself: 'AWS:x'"],
	['a=1, A=2', 'has the same name twice'],
	[Array.from({ length: 51 }, (_, index) => `k${index}=v`).join(), 'has 51 tags, more than the 50 that AWS allows'],
])('session tags that are refused: %j', (text, what) => {
	expect(() => sessionTagsIn(text)).toThrow(`'Session Tags' of the credential ${what}`);
});

test('one role, and a chain of two', () => {
	expect(connectionOf({ ...data, externalId: 'one', roleDuration: 7200 }).role).toMatchObject({
		...{ arn: roleArn, externalId: 'one', duration: 7200 },
	});
	expect(connectionOf({ ...data, externalId: 'one', secondRoleArn, secondExternalId: 'two' }).role).toMatchObject({
		...{ arn: secondRoleArn, externalId: 'two', duration: 3600 },
		assumedBy: { arn: roleArn, externalId: 'one' },
	});
});

test.each([
	[{ secondRoleArn: 'role' }, "'Second Role ARN' of the credential is not the ARN of a role: 'role'"],
	[{ secondRoleArn, secondExternalId: 'a b' }, "'Second External ID' of the credential is not one that AWS allows"],
	[{ sourceIdentity: 'a b' }, "'Source Identity' of the credential cannot be 'a b'"],
	[{ sourceIdentity: 'aws:x' }, "'Source Identity' of the credential cannot be 'aws:x'"],
	[
		{ secondRoleArn, roleDuration: 7200 },
		"'Role Duration' of the credential cannot be 7200, because another role assumes the role",
	],
])('%j is refused before any request', (more, message) => {
	expect(() => connectionOf({ ...data, ...more })).toThrow(message);
});

test('the role of the machine that assumes a role is a chain; without a role it takes nothing of one', () => {
	const before = { ...process.env };
	process.env.N8N_AWS_SYSTEM_CREDENTIALS_ACCESS_ENABLED = 'true';
	const machine = { authentication: 'machineRole', region: 'eu-central-1' };
	expect(() => connectionOf({ ...machine, roleArn, roleDuration: 7200 })).toThrow("'Role Duration'");
	for (const [name, label] of [
		['externalId', 'External ID'],
		['sessionTags', 'Session Tags'],
		['sourceIdentity', 'Source Identity'],
		['secondRoleArn', 'Second Role ARN'],
	])
		expect(() => connectionOf({ ...machine, [name ?? '']: 'x=y' })).toThrow(`'${label}' of the credential is set`);
	process.env = before;
});
