import { startFakeS3 } from '../support/fakeS3';
import { runNode } from '../support/n8n';

const values = (...rows: object[]) => ({ values: rows });
const change = (kind: string, name: string, newValue = '') => ({ change: kind, name, newValue });
const account = (sourceAccount: string, destinationAccount: string) => ({ sourceAccount, destinationAccount });

const alice = 'arn:aws:iam::111122223333:user/alice';
const long = 'x'.repeat(2048);
const versions = { allVersions: true };

/** What is refused, and with which words. */
const cases: Array<[string, object, string]> = [
	[
		'all versions in a mirror',
		{ mode: 'mirror', options: versions },
		"'Keep Versions' does not work with the mode 'Mirror'",
	],
	[
		'names that nobody checks',
		{ options: { ifNameNotAllowed: 'fail' } },
		"'If Name Not Allowed' has no effect without",
	],
	[
		'what was, if newer',
		{ onConflict: 'newer', options: { asOf: '2026-01-01T00:00:00Z' } },
		"'If Exists' cannot be 'Newer Wins' with 'As Of'",
	],
	['all versions in a move', { mode: 'move', options: versions }, "'Keep Versions' does not work with the mode 'Move'"],
	[
		'all versions, and nothing overwritten',
		{ options: { ...versions, appendOnly: true } },
		"'Keep Versions' does not work with 'Append Only'",
	],
	[
		'all versions, and a backup',
		{ options: { ...versions, backupPrefix: 'old/' } },
		"'Keep Versions' does not work with 'Backup Prefix'",
	],
	[
		'all versions of some sizes',
		{ options: { ...versions, minSize: 1 } },
		"'Min Size (Bytes)' does not work with 'Keep Versions'",
	],
	[
		'all versions of a list',
		{ source: 'list', keyInList: 'a/b', options: versions },
		"'Keep Versions' does not work with this 'Source'",
	],
	[
		'all versions as of a time',
		{ options: { ...versions, asOf: '2026-01-01' } },
		"'Keep Versions' does not work with 'As Of'",
	],
	[
		'all versions under other keys',
		{ options: { ...versions, lowerCase: true } },
		"'Keep Versions' does not work with options that change keys",
	],
	[
		'tags of items',
		{ source: 'items', keyOfItem: 'a', options: { tagMap: values(change('add', 'a', 'b')) } },
		"'Tag Map' does not work with the source 'Items'",
	],
	[
		'accounts without ACLs',
		{ options: { accountMap: values(account('a', 'b')) } },
		"'Account Map' has no effect without 'Keep ACL' or 'Keep Folder Grants'",
	],
	[
		'grants on folders of items',
		{ source: 'items', keyOfItem: 'a', options: { keepFolderGrants: true } },
		"'Keep Folder Grants' does not work with the source 'Items'",
	],
	[
		'grants on folders under other keys',
		{ options: { keepFolderGrants: true, flatten: '-' } },
		"'Keep Folder Grants' does not work with options that change keys",
	],
	[
		'grants on folders that are only added to',
		{ options: { keepFolderGrants: true, appendOnly: true } },
		"'Keep Folder Grants' does not work with 'Append Only'",
	],
	[
		'an IAM group as an account',
		{ options: { keepFolderGrants: true, accountMap: values(account(alice, 'arn:aws:iam::111122223333:group/a')) } },
		"'arn:aws:iam::111122223333:group/a' in 'Account Map' is a group",
	],
	[
		'a role as an account',
		{ options: { keepFolderGrants: true, accountMap: values(account('arn:aws:iam::111122223333:role/a', alice)) } },
		"'arn:aws:iam::111122223333:role/a' in 'Account Map' is not the ARN of an IAM user",
	],
	[
		'a user who becomes an account',
		{ options: { keepFolderGrants: true, accountMap: values(account(alice, '111122223333')) } },
		"'arn:aws:iam::111122223333:user/alice' and '111122223333' in 'Account Map' are not of the same kind",
	],
	[
		'half of an account',
		{ options: { keepAcl: true, accountMap: values(account('a', ' ')) } },
		"An entry in 'Account Map' is incomplete",
	],
	[
		'a group as an account',
		{ options: { keepAcl: true, accountMap: values(account('a', 'http://acs.amazonaws.com/groups/global/AllUsers')) } },
		"'http://acs.amazonaws.com/groups/global/AllUsers' in 'Account Map' is a group",
	],
	[
		'an account for two',
		{ options: { keepAcl: true, accountMap: values(account('a', 'b'), account('a', 'c')) } },
		"'Account Map' has 'a' more than once",
	],
	[
		'metadata without a name',
		{ options: { metadataMap: values(change('drop', '')) } },
		"A change in 'Metadata Map' has no 'Name'",
	],
	[
		'metadata with a name that no header has',
		{ options: { metadataMap: values(change('add', 'a b', 'c')) } },
		"'a b' in 'Metadata Map' is not a valid metadata name",
	],
	[
		'metadata that gets such a name',
		{ options: { metadataMap: values(change('rename', 'a', 'ü')) } },
		"'ü' in 'Metadata Map' is not a valid metadata name",
	],
	[
		'metadata without a new name',
		{ options: { metadataMap: values(change('rename', 'a')) } },
		"The change 'Rename' of 'a' in 'Metadata Map' has no new name",
	],
	[
		'the names by which copies are recognised',
		{ options: { metadataMap: values(change('drop', 'Source-ETag')) } },
		"'source-etag' in 'Metadata Map' is reserved: this node uses it to identify its copies",
	],
	[
		'more metadata than S3 takes',
		{ options: { metadataMap: values(change('add', 'a', long)) } },
		"'Metadata Map' adds 2049 bytes, more than the 2048 that S3 allows",
	],
	[
		'a tag with other characters',
		{ options: { tagMap: values(change('add', 'a', 'b&c')) } },
		"'b&c' in 'Tag Map' is not a valid tag value",
	],
	[
		'a tag with a long name',
		{ options: { tagMap: values(change('rename', 'a', 'x'.repeat(129))) } },
		"A name in 'Tag Map' has 129 characters, more than the 128 that S3 allows",
	],
	[
		'a tag of AWS',
		{ options: { tagMap: values(change('add', 'AWS:a', 'b')) } },
		"'AWS:a' in 'Tag Map' starts with aws:",
	],
	[
		'eleven tags',
		{ options: { tagMap: values(...Array.from({ length: 11 }, (_, index) => change('add', `t${index}`, ''))) } },
		"'Tag Map' adds 11 tags, more than the 10 that S3 allows",
	],
	['no requests', { options: { maxRequestsPerSecond: 0 } }, "'Max Requests per Second' cannot be 0"],
	['no bytes', { options: { maxMibPerSecond: -1 } }, "'Max MiB per Second' cannot be -1"],
];

test.each(cases)('refused before the first request: %s', async (_, more, message) => {
	const fake = await startFakeS3();
	for (const operation of ['run', 'plan']) {
		const places = { bucket: 'here', prefix: 'a/', destinationBucket: 'there', destinationPrefix: 'b/' };
		const parameters = { resource: 'transfer', operation, ...places, ...more };
		const run = runNode({ parameters, credentials: fake.connection });
		const error = await run.then(
			() => ({ message: 'It was not refused', description: '' }),
			(thrown: { message: string; description: string }) => thrown,
		);
		expect(error.message).toContain(message);
		expect(error.description).toMatch(/\.$/);
	}
	expect(fake.requests).toEqual([]);
});

test('refused before the first request: an end without a job', async () => {
	const fake = await startFakeS3();
	const places = { bucket: 'here', prefix: 'a/', destinationBucket: 'there', destinationPrefix: 'b/', planKey: 'p' };
	for (const operation of ['run', 'applyPlan']) {
		const parameters = { resource: 'transfer', operation, ...places, options: { jobMaxRuns: 1 } };
		await expect(runNode({ parameters, credentials: fake.connection })).rejects.toThrow(
			"'Job Max Runs' has no effect without 'Job Name'",
		);
	}
	expect(fake.requests).toEqual([]);
});
