import { runNode } from '../support/n8n';
import { activeTrigger } from '../support/poll';

/** Nothing listens there: an input that passes all checks ends in "cannot be reached" instead of its own message. */
const credentials = {
	accessKeyId: 'a',
	secretAccessKey: 's',
	region: 'us-east-1',
	endpoint: 'http://127.0.0.1:1',
	forcePathStyle: true,
};

const refused = async (operation: string, parameters: object, connection: object = {}) => {
	const [resource = '', verb = ''] = operation.split('.');
	const attempt = runNode({
		parameters: { resource, operation: verb, ...parameters },
		credentials: { ...credentials, ...connection },
	});
	const error: unknown = await attempt.then(
		() => new Error('It was not refused'),
		(thrown: unknown) => thrown,
	);
	return error as { message: string; description: string };
};

test.each([
	['object.getAll', { bucket: 'bbb' }],
	['object.deleteMany', { bucket: 'bbb', source: 'prefix', prefix: 'a/' }],
	['transfer.analyze', { bucket: 'bbb' }],
	['transfer.plan', { bucket: 'aaa', destinationBucket: 'bbb' }],
	['transfer.run', { bucket: 'aaa', destinationBucket: 'bbb' }],
	['transfer.verify', { bucket: 'aaa', destinationBucket: 'bbb' }],
])('filters that nothing can pass: %s', async (operation, parameters) => {
	const { message, description } = await refused(operation, { ...parameters, options: { minSize: 2, maxSize: 1 } });
	expect(message).toBe("'Min Size (Bytes)' is larger than 'Max Size (Bytes)', so no object can pass both");
	expect(description).toContain("'Options'");
});

test('filters that nothing can pass: a trigger', async () => {
	const trigger = activeTrigger(credentials, { bucket: 'bbb', options: { minSize: 2, maxSize: 1 } });
	await expect(trigger.activate()).rejects.toThrow("'Min Size (Bytes)' is larger than 'Max Size (Bytes)'");
});

test.each([
	['Max Actions', 'maxActions'],
	['Max Bytes', 'maxBytes'],
	['Max Failures', 'maxFailures'],
	['Max Minutes', 'maxMinutes'],
	['Max MiB per Second', 'maxMibPerSecond'],
	['Max Requests per Second', 'maxRequestsPerSecond'],
	['Job Max Runs', 'jobMaxRuns'],
	['Job Max Successful Runs', 'jobMaxSuccessfulRuns'],
	['Job Max Unsuccessful Runs', 'jobMaxFailedRuns'],
	['Restore Days', 'restoreDays'],
])('a limit of a transfer that would let nothing happen: %s', async (label, name) => {
	const places = { bucket: 'aaa', destinationBucket: 'bbb', jobName: 'j' };
	for (const value of [0, -1]) {
		const { message } = await refused('transfer.run', { ...places, options: { [name]: value } });
		expect(message).toBe(`'${label}' cannot be ${value}`);
	}
});

test.each([
	['an empty bucket', 'object.get', { bucket: '', key: 'k' }, "'Bucket' is empty", "'Bucket'"],
	[
		'a locator without a value',
		'object.get',
		{ bucket: { __rl: true, mode: 'list', value: '' }, key: 'k' },
		"'Bucket' is empty",
		"'Bucket'",
	],
	[
		'a bucket of two letters',
		'object.get',
		{ bucket: 'ab', key: 'k' },
		"'Bucket' is shorter than 3 characters: 'ab'",
		'list',
	],
	[
		'a bucket with a slash',
		'object.get',
		{ bucket: 'a/b/c', key: 'k' },
		"'Bucket' has characters other than letters, digits, dots and hyphens: 'a/b/c'",
		'list',
	],
	[
		'a new bucket in upper case',
		'bucket.create',
		{ bucket: 'MyBucket' },
		"'Bucket Name' has upper-case letters or underscores: 'MyBucket'",
		'3 to 63',
	],
	[
		'a new bucket like an IP address',
		'bucket.create',
		{ bucket: '10.0.0.1' },
		"'Bucket Name' looks like an IP address: '10.0.0.1'",
		'3 to 63',
	],
	['an empty key', 'object.upload', { bucket: 'bbb', key: '' }, "'Key' is empty", 'folder/file.txt'],
	[
		'a key over 1,024 bytes',
		'object.upload',
		{ bucket: 'bbb', key: 'x'.repeat(1025) },
		"'Key' is 1025 bytes long, more than the 1024 that S3 allows",
		'full key',
	],
	[
		'half of a surrogate pair',
		'object.upload',
		{ bucket: 'bbb', key: '\ud83e' },
		"'Key' contains an invalid character (half of a surrogate pair)",
		'full key',
	],
	[
		'an address that is none',
		'object.get',
		{ bucket: '', key: { __rl: true, mode: 'url', value: 'nonsense' } },
		"'Key' is not a valid S3 address",
		's3://',
	],
	[
		'an address of a bucket only',
		'object.get',
		{ bucket: '', key: { __rl: true, mode: 'url', value: 's3://bbb' } },
		"'Key' names a bucket but no object",
		's3://bucket',
	],
	[
		'two buckets that differ',
		'object.get',
		{ bucket: 'aaa', key: { __rl: true, mode: 'url', value: 's3://bbb/k' } },
		"'Bucket' is 'aaa', but the object's address has the bucket 'bbb'",
		"'Bucket'",
	],
	[
		'a negative limit',
		'object.getAll',
		{ bucket: 'bbb', returnAll: false, limit: -1 },
		"'Limit' cannot be -1",
		'whole number from 1',
	],
	[
		'half a limit',
		'object.getAll',
		{ bucket: 'bbb', returnAll: false, limit: 1.5 },
		"'Limit' cannot be 1.5",
		'whole number',
	],
	[
		'a limit in words',
		'object.getAll',
		{ bucket: 'bbb', returnAll: false, limit: 'many' },
		`'Limit' cannot be "many"`,
		'whole number',
	],
	[
		'a switch that is none',
		'object.getAll',
		{ bucket: 'bbb', returnAll: 'perhaps' },
		"'Return All' is neither true nor false",
		'true or false',
	],
	[
		'an unknown choice',
		'object.upload',
		{ bucket: 'bbb', key: 'k', source: 'fax' },
		`'Source' cannot be "fax"`,
		'binary, json, text',
	],
	['malformed JSON', 'object.deleteMany', { bucket: 'bbb', keys: '["a",' }, "'Keys' is not valid JSON", 'brackets'],
	[
		'JSON of another shape',
		'object.deleteMany',
		{ bucket: 'bbb', keys: '{"a":1}' },
		"'Keys' is not a JSON array",
		'["a.txt", "b.txt"]',
	],
	[
		'an entry that is no key',
		'object.deleteMany',
		{ bucket: 'bbb', keys: '["a", 5]' },
		"Entry 2 of 'Keys' has no key",
		'["a.txt", "b.txt"]',
	],
	[
		'a date that is none',
		'object.get',
		{ bucket: 'bbb', key: 'k', options: { ifModifiedSince: 'soon' } },
		"'If Modified Since' is not a date",
		'2026-01-31',
	],
	[
		'a range that is none',
		'object.download',
		{ bucket: 'bbb', key: 'k', options: { range: 'first ten' } },
		"'Range' cannot be 'first ten'",
		'0-1023',
	],
	[
		'a regex that is none',
		'object.getAll',
		{ bucket: 'bbb', options: { regex: '(' } },
		"'Key Matches Regex' is not a regular expression",
		'brackets',
	],
	[
		'an SSE-C key that is too short',
		'object.get',
		{ bucket: 'bbb', key: 'k', options: { sseCustomerKey: 'c2hvcnQ=' } },
		"'SSE-C Key' has 5 bytes instead of 32",
		'256 bits',
	],
	[
		'a lock without its end',
		'object.upload',
		{ bucket: 'bbb', key: 'k', source: 'text', options: { lockMode: 'GOVERNANCE' } },
		"'Lock: Mode' and 'Lock: Until' require each other",
		'both',
	],
	[
		'eleven tags',
		'object.upload',
		{
			bucket: 'bbb',
			key: 'k',
			source: 'text',
			options: { tags: { values: Array.from({ length: 11 }, (_, n) => ({ name: `t${n}`, value: '' })) } },
		},
		"'Tags' has 11 entries",
		'10',
	],
	[
		'a missing binary field',
		'object.upload',
		{ bucket: 'bbb', key: 'k', binaryPropertyName: 'photo' },
		"The item has no binary field 'photo'",
		'no binary fields',
	],
	[
		'an ACL and grants',
		'object.setAcl',
		{ bucket: 'bbb', key: 'k', options: { acl: 'private', grantRead: 'id=1' } },
		"'ACL' and grants cannot be combined",
		'or the grants',
	],
	['neither', 'object.setAcl', { bucket: 'bbb', key: 'k' }, "Both 'ACL' and grants are empty", "'ACL'"],
	['an empty folder', 'folder.delete', { bucket: 'bbb', folder: '' }, "'Folder' is empty", "'Folder'"],
	[
		'too many items at once',
		'object.get',
		{ bucket: 'bbb', key: 'k', options: { concurrency: 0 } },
		"'Concurrency' cannot be 0",
		'from 1 up to 256',
	],
])('%s', async (_, operation, parameters, message, help) => {
	const { message: said, description } = await refused(operation, parameters);
	expect(said).toBe(message);
	expect(description).toContain(help);
});

test.each([
	['no region', { region: '' }, "'Region' of the credential is empty"],
	['no code of another region', { region: 'other', customRegion: ' ' }, "'Region Code' of the credential is empty"],
	['no access key', { accessKeyId: '' }, "'Access Key ID' of the credential is empty"],
	['no secret', { secretAccessKey: '' }, "'Secret Access Key' of the credential is empty"],
	[
		'a service URL that is none',
		{ endpoint: 'minio:9000' },
		"'Service URL' of the credential is not a URL: 'minio:9000'",
	],
	[
		'a bucket that cannot be',
		{ bucket: 'a b' },
		"'Bucket' of the credential has characters other than letters, digits, dots and hyphens: 'a b'",
	],
])('a connection with %s', async (_, connection, message) => {
	expect((await refused('bucket.getAll', {}, connection)).message).toBe(message);
});

test('right input gets as far as the network', async () => {
	expect((await refused('object.get', { bucket: 'bbb', key: 'k' })).message).toBe(
		'http://127.0.0.1:1 cannot be reached',
	);
});
