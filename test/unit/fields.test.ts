import { refuseEmptyPrefix } from '../../nodes/AwsS3/core/fields/emptyPrefix';
import { asFolder } from '../../nodes/AwsS3/core/fields/folders';
import { entries } from '../../nodes/AwsS3/core/fields/pairs';
import { rangeOf } from '../../nodes/AwsS3/core/fields/range';
import { customerKey } from '../../nodes/AwsS3/core/objectFields/customerKey';
import { checkCompliance, unlessUnlocked } from '../../nodes/AwsS3/core/objectFields/lockFields';
import { merged, tagSet, tagsAsJson } from '../../nodes/AwsS3/core/objectFields/tags';

const refusal = (message: string, description: string) =>
	expect.objectContaining({ message, description: expect.stringContaining(description) });

test.each<[string | undefined, string | undefined]>([
	[undefined, undefined],
	[' ', undefined],
	['0-99', 'bytes=0-99'],
	['5-5', 'bytes=5-5'],
	[' 100- ', 'bytes=100-'],
	['-100', 'bytes=-100'],
	['bytes=0-9', 'bytes=0-9'],
	['bytes=', undefined],
])('the range %p', (text, expected) => {
	expect(rangeOf(text)).toBe(expected);
});

test.each(['-', 'x0-9', '0-9x', '0-9,20-29', 'a-b', '5', 'x-5', '-5x', '0-bytes=9', 'x=1-', '5-2'])(
	'the range %p is refused',
	(text) => {
		expect(() => rangeOf(text)).toThrow(refusal(`'Range' cannot be '${text}'`, '0-1023'));
	},
);

test('an empty prefix has to be meant', () => {
	const allowed = "Enter a prefix, or add 'Allow Empty Prefix' in 'Options' for the whole bucket.";
	const below =
		"Enter a prefix, or add 'Allow Empty Prefix' in 'Options' for everything under 'a/', the credential's prefix.";
	expect(() => refuseEmptyPrefix({}, '')).toThrow(refusal("'Prefix' is empty", allowed));
	expect(() => refuseEmptyPrefix({ options: {} }, 'a/')).toThrow(refusal("'Prefix' is empty", below));
	expect(() => refuseEmptyPrefix({ options: null }, '')).toThrow(refusal("'Prefix' is empty", allowed));
	expect(() => refuseEmptyPrefix({ options: { wholeBucket: false } }, '')).toThrow(
		refusal("'Prefix' is empty", allowed),
	);
	expect(() => refuseEmptyPrefix({ options: { wholeBucket: true } }, '')).not.toThrow();
	expect(() => refuseEmptyPrefix({ options: { wholeBucket: true } }, 'a/')).not.toThrow();
});

test('a folder ends in one slash, and is not longer than a key', () => {
	expect(['a', 'a/', '/'].map((path) => asFolder(path))).toEqual(['a/', 'a/', '/']);
	const long = 'x'.repeat(1024);
	expect(() => asFolder(long)).toThrow(
		refusal("'Folder' is 1025 bytes long, more than the 1024 that S3 allows", '2026'),
	);
	expect(() => asFolder(long, 'To')).toThrow(refusal("'To' is 1025 bytes long, more than the 1024 that S3 allows", ''));
});

test('pairs without a name are none, and may have no value', () => {
	expect(entries([{ name: 'a', value: '1' }, { name: 'b' }, { name: '', value: '2' }, { value: '3' }, {}])).toEqual([
		['a', '1'],
		['b', ''],
	]);
});

const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `t${index}`, value: '' }));

describe('tags', () => {
	test('become those of S3', () => {
		expect(tagSet([{ name: 'a', value: '1' }, { name: 'b' }, {}])).toEqual([
			{ Key: 'a', Value: '1' },
			{ Key: 'b', Value: '' },
		]);
		expect(tagSet(numbered(10))).toHaveLength(10);
		expect(tagSet(numbered(50), 50)).toHaveLength(50);
	});

	test('are refused where there are too many, or one is there twice', () => {
		expect(() => tagSet(numbered(11))).toThrow(refusal("'Tags' has 11 entries", 'at most 10'));
		expect(() => tagSet(numbered(51), 50)).toThrow(refusal("'Tags' has 51 entries", 'at most 50'));
		const twice = [{ name: 'a' }, { name: 'b' }, { name: 'b' }];
		expect(() => tagSet(twice)).toThrow(refusal("'Tags' has 'b' twice", 'Remove one of them.'));
	});

	test('are added to others, of which those of the same name go', () => {
		const there = [
			{ Key: 'a', Value: '1' },
			{ Key: 'b', Value: '2' },
		];
		expect(
			merged(there, [
				{ Key: 'b', Value: '3' },
				{ Key: 'c', Value: undefined },
			]),
		).toEqual([
			{ Key: 'a', Value: '1' },
			{ Key: 'b', Value: '3' },
			{ Key: 'c', Value: '' },
		]);
		expect(() => merged(there, tagSet(numbered(9)))).toThrow("'Tags' has 11 entries");
	});

	test('are read as names and values', () => {
		expect(
			tagsAsJson([
				{ Key: 'a', Value: '1' },
				{ Key: 'b', Value: undefined },
			]),
		).toEqual({ a: '1', b: '' });
	});
});

test("a customer's key has 256 bits", () => {
	const key = Buffer.alloc(32, 7).toString('base64');
	expect(customerKey()).toEqual({});
	expect(customerKey('')).toEqual({});
	expect(customerKey(key)).toEqual({ SSECustomerAlgorithm: 'AES256', SSECustomerKey: key });
	expect(() => customerKey('c2hvcnQ=')).toThrow(refusal("'SSE-C Key' has 5 bytes instead of 32", '44 characters'));
	expect(() => customerKey('c2hvcnQ=', 'Key')).toThrow(refusal("'Key' has 5 bytes instead of 32", '256 bits'));
});

test('compliance mode has to be confirmed', () => {
	const missing = refusal("'Confirm Compliance Mode' is missing", "Type COMPLIANCE in 'Confirm Compliance Mode'");
	expect(() => checkCompliance('COMPLIANCE')).toThrow(missing);
	expect(() => checkCompliance('COMPLIANCE', 'compliance')).toThrow(missing);
	expect(() => checkCompliance('COMPLIANCE', ' COMPLIANCE ')).not.toThrow();
	expect(() => checkCompliance('GOVERNANCE')).not.toThrow();
	expect(() => checkCompliance(undefined)).not.toThrow();
});

test.each([
	['NoSuchObjectLockConfiguration', true],
	['ObjectLockConfigurationNotFoundError', true],
	['XNoSuchObjectLockConfiguration', false],
	['ObjectLockConfigurationNotFoundErrorX', false],
	['AccessDenied', false],
])('%s says that there is no lock: %p', (name, isAnswer) => {
	const error = Object.assign(new Error('x'), { name });
	if (isAnswer) expect(unlessUnlocked(error)).toBeUndefined();
	else expect(() => unlessUnlocked(error)).toThrow(error);
	expect(() => unlessUnlocked({ name })).toThrow(expect.objectContaining({ name }));
});
