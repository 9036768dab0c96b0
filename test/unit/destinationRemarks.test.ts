import type { DestinationFacts } from '../../nodes/AwsS3/s3/analysis/destinationFacts';
import { destinationRemarks, platformRemarks } from '../../nodes/AwsS3/s3/analysis/destinationRemarks';
import type { Intent } from '../../nodes/AwsS3/s3/analysis/destinationRemarks';

const copies: Intent = {
	...{ bucket: 'there', replaces: false, deletes: false, hasBackup: false, comparesByEtag: false },
};
const replaces = { ...copies, replaces: true };
const mirrors = { ...replaces, deletes: true };
const kms = { algorithm: 'aws:kms', kmsKeyId: 'arn:key' };

/** What the destination is like, what a transfer does there, and what is said: `!` for a hint. */
const table: Array<[string, Partial<DestinationFacts>, Intent, string[]]> = [
	['nothing is known', {}, mirrors, []],
	['no bucket', { exists: false }, copies, ["!The bucket 'there' does not exist"]],
	['it may not be written', { mayWrite: false }, copies, ["!The credential has no write access. Allow 's3:PutObject'"]],
	['it may be written', { mayWrite: true }, copies, []],
	[
		'a mirror without versions',
		{ versioning: 'off' },
		mirrors,
		['!Objects that a mirror overwrites or deletes are lost'],
	],
	['a mirror with suspended versions', { versioning: 'suspended' }, mirrors, ['!Objects that a mirror']],
	['a mirror with a backup', { versioning: 'off' }, { ...mirrors, hasBackup: true }, []],
	['overwriting without versions', { versioning: 'off' }, replaces, ['Overwritten objects are lost']],
	['only new objects, without versions', { versioning: 'off' }, copies, []],
	['overwriting with versions', { versioning: 'enabled' }, replaces, ['The bucket keeps overwritten']],
	['only new objects, with versions', { versioning: 'enabled' }, copies, []],
	[
		'a default retention in days',
		{ objectLock: { mode: 'GOVERNANCE', days: 30 } },
		copies,
		['New objects are locked for 30 days'],
	],
	[
		'a default retention in years',
		{ objectLock: { mode: 'COMPLIANCE', years: 2 } },
		copies,
		['New objects are locked for 2 years'],
	],
	['a lock without a default', { objectLock: 'on' }, copies, []],
	['KMS', { encryption: kms }, copies, ['New objects are encrypted with the KMS key arn:key']],
	[
		"AWS's own key",
		{ encryption: { algorithm: 'aws:kms' } },
		copies,
		['New objects are encrypted with the AWS managed key'],
	],
	[
		'KMS, compared by ETag',
		{ encryption: kms },
		{ ...copies, comparesByEtag: true },
		['!The bucket encrypts with KMS, so the ETags', 'New objects are encrypted'],
	],
	['SSE-S3', { encryption: { algorithm: 'AES256' } }, { ...copies, comparesByEtag: true }, []],
	['ACLs off', { aclsOff: true }, copies, ['The bucket has ACLs disabled']],
	['ACLs on', { aclsOff: false }, copies, []],
];

test.each(table)('%s', (_, facts, intent, said) => {
	const remarks = destinationRemarks({ unknown: {}, ...facts }, intent);
	expect(remarks.map(({ isHint, text }) => `${isHint ? '!' : ''}${text}`)).toEqual(
		said.map((text) => expect.stringMatching(new RegExp(`^${text}`))),
	);
});

test('the platform: Amazon S3 keeps all, others are said what they may not keep', () => {
	const connection = (endpoint?: string) => ({ region: 'x', accessKeyId: 'a', secretAccessKey: 'b', endpoint });
	expect(platformRemarks(connection())).toEqual([]);
	const ceph = platformRemarks(connection('https://fra1.digitaloceanspaces.com')).join('\n');
	expect(ceph).toContain('Ceph RGW 16.2 may not support all storage classes');
	expect(ceph).not.toContain('retention of locked objects');
	expect(platformRemarks(connection('https://s3.example.org')).join('\n')).toContain(
		'The server may not support tags of objects, access control lists of objects, retention of locked objects, legal holds.',
	);
});
