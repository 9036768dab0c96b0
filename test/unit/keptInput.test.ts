import { startFakeS3 } from '../support/fakeS3';
import { runNode } from '../support/n8n';

const values = (...rows: object[]) => ({ values: rows });
const change = (kind: string, name: string, newValue = '') => ({ change: kind, name, newValue });
const account = (sourceAccount: string, destinationAccount: string) => ({ sourceAccount, destinationAccount });

const long = 'x'.repeat(2048);
const versions = { allVersions: true };

/** What is refused, and with which words. */
const cases: Array<[string, object, string]> = [
	[
		'all versions in a mirror',
		{ mode: 'mirror', options: versions },
		"'Keep Versions' does not go with the mode 'Mirror'",
	],
	['names that nobody checks', { options: { ifNameNotAllowed: 'fail' } }, "'If Name Not Allowed' is there without"],
	[
		'what was, if newer',
		{ onConflict: 'newer', options: { asOf: '2026-01-01T00:00:00Z' } },
		"'Newer Wins' in 'If Exists' does not go with 'As Of'",
	],
	['all versions in a move', { mode: 'move', options: versions }, "'Keep Versions' does not go with the mode 'Move'"],
	[
		'all versions, and nothing overwritten',
		{ options: { ...versions, appendOnly: true } },
		"'Keep Versions' does not go with 'Append Only'",
	],
	[
		'all versions, and a backup',
		{ options: { ...versions, backupPrefix: 'old/' } },
		"'Keep Versions' does not go with 'Backup Prefix'",
	],
	[
		'all versions of some sizes',
		{ options: { ...versions, minSize: 1 } },
		"'Min Size (Bytes)' does not go with 'Keep Versions'",
	],
	[
		'all versions of a list',
		{ source: 'list', keyInList: 'a/b', options: versions },
		"'Keep Versions' copies the histories of a bucket, not what 'Source' chooses",
	],
	[
		'all versions as of a time',
		{ options: { ...versions, asOf: '2026-01-01' } },
		"'Keep Versions' copies the histories of a bucket, not what 'As Of' chooses",
	],
	[
		'all versions under other keys',
		{ options: { ...versions, lowerCase: true } },
		"'Keep Versions' does not go with a mapping of keys",
	],
	[
		'tags of items',
		{ source: 'items', keyOfItem: 'a', options: { tagMap: values(change('add', 'a', 'b')) } },
		"'Tag Map' does not go with the source 'Items'",
	],
	[
		'accounts without ACLs',
		{ options: { accountMap: values(account('a', 'b')) } },
		"'Account Map' is there without 'Keep ACL'",
	],
	[
		'half of an account',
		{ options: { keepAcl: true, accountMap: values(account('a', ' ')) } },
		"An account in 'Account Map' has only one side",
	],
	[
		'a group as an account',
		{ options: { keepAcl: true, accountMap: values(account('a', 'http://acs.amazonaws.com/groups/global/AllUsers')) } },
		"'http://acs.amazonaws.com/groups/global/AllUsers' in 'Account Map' is a group",
	],
	[
		'an account for two',
		{ options: { keepAcl: true, accountMap: values(account('a', 'b'), account('a', 'c')) } },
		"'Account Map' has 'a' twice",
	],
	[
		'metadata without a name',
		{ options: { metadataMap: values(change('drop', '')) } },
		"A change in 'Metadata Map' has no 'Name'",
	],
	[
		'metadata with a name that no header has',
		{ options: { metadataMap: values(change('add', 'a b', 'c')) } },
		"'a b' in 'Metadata Map' cannot be a name of metadata",
	],
	[
		'metadata that gets such a name',
		{ options: { metadataMap: values(change('rename', 'a', 'ü')) } },
		"'ü' in 'Metadata Map' cannot be a name of metadata",
	],
	[
		'metadata without a new name',
		{ options: { metadataMap: values(change('rename', 'a')) } },
		"'a' in 'Metadata Map' is to be renamed, and there is no new name",
	],
	[
		'the names by which copies are recognised',
		{ options: { metadataMap: values(change('drop', 'Source-ETag')) } },
		"'source-etag' in 'Metadata Map' is a name by which this node recognises its copies",
	],
	[
		'more metadata than S3 takes',
		{ options: { metadataMap: values(change('add', 'a', long)) } },
		"What 'Metadata Map' adds has 2049 bytes, and S3 takes 2048",
	],
	[
		'a tag with other characters',
		{ options: { tagMap: values(change('add', 'a', 'b&c')) } },
		"'b&c' in 'Tag Map' cannot be a value of a tag",
	],
	[
		'a tag with a long name',
		{ options: { tagMap: values(change('rename', 'a', 'x'.repeat(129))) } },
		"A name in 'Tag Map' has 129 characters, and S3 takes 128",
	],
	[
		'a tag of AWS',
		{ options: { tagMap: values(change('add', 'AWS:a', 'b')) } },
		"'AWS:a' in 'Tag Map' begins with aws:",
	],
	[
		'eleven tags',
		{ options: { tagMap: values(...Array.from({ length: 11 }, (_, index) => change('add', `t${index}`, ''))) } },
		"'Tag Map' adds 11 tags, and S3 takes 10",
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
			"'Job Max Runs' is there without 'Job Name'",
		);
	}
	expect(fake.requests).toEqual([]);
});
