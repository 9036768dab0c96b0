import type { Grant, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { mappedGrants } from '../../nodes/AwsS3/s3/kept/accountMap';
import type { BucketLock } from '../../nodes/AwsS3/s3/settings/objectLock';
import { lockIn, lockInput } from '../../nodes/AwsS3/s3/settings/objectLock';
import { mtimeOf } from '../../nodes/AwsS3/s3/kept/keeping';
import { noLosses } from '../../nodes/AwsS3/s3/kept/losses';
import type { NameChange } from '../../nodes/AwsS3/s3/kept/nameMap';
import { checkMetadata, checkTags, withChanges } from '../../nodes/AwsS3/s3/kept/nameMap';
import { sourcePartSize } from '../../nodes/AwsS3/s3/parts/sourceParts';
import { answering } from '../support/answering';

/** `+a=1`, `-a` and `a>b` as changes. */
const changes = (text: string): NameChange[] =>
	text
		.split(' ')
		.filter(Boolean)
		.map((word) => {
			if (word.startsWith('-')) return { change: 'drop', name: word.slice(1), to: '' };
			const [name = '', to = ''] = word.replace('+', '').split(/[=>]/);
			return { change: word.startsWith('+') ? 'add' : 'rename', name, to };
		});

test.each([
	['nothing is changed', { a: '1' }, '', { a: '1' }],
	['one is added', { a: '1' }, '+b=2', { a: '1', b: '2' }],
	['what is added takes the place of what is there', { a: '1' }, '+a=2', { a: '2' }],
	['an empty value is a value', {}, '+a=', { a: '' }],
	['one is dropped', { a: '1', b: '2' }, '-a', { b: '2' }],
	['what is not there cannot be dropped', { a: '1' }, '-b', { a: '1' }],
	['one is renamed', { a: '1' }, 'a>b', { b: '1' }],
	['what is renamed takes the place of what is there', { a: '1', b: '2' }, 'a>b', { b: '1' }],
	['a name for itself changes nothing', { a: '1' }, 'a>a', { a: '1' }],
	['what is not there cannot be renamed', { b: '2' }, 'a>b', { b: '2' }],
	['one after the other', { a: '1' }, 'a>b b>c +a=2 -b', { c: '1', a: '2' }],
	['two change places', { a: '1', b: '2' }, 'a>x b>a x>b', { a: '2', b: '1' }],
	['a name of objects is a name', {}, '+__proto__=1', JSON.parse('{"__proto__":"1"}')],
])('names and values: %s', (_, named, text, expected) => {
	expect(withChanges(named, changes(text))).toEqual(expected);
});

const failureOf = (check: () => void) => {
	try {
		check();
		return undefined;
	} catch (error) {
		return error;
	}
};

test.each([
	['none', {}, undefined],
	['as many bytes as S3 takes', { a: 'x'.repeat(2047) }, undefined],
	['names count, and letters of two bytes', { aa: 'ü'.repeat(1023) }, undefined],
	['one byte more', { ab: 'x'.repeat(2047) }, 'The metadata would have 2049 bytes'],
	['several together', { a: 'x'.repeat(1500), b: 'x'.repeat(600) }, 'The metadata would have 2102 bytes'],
])('metadata of a copy: %s', (_, metadata, message) => {
	const failure = failureOf(() => checkMetadata(metadata as Record<string, string>, 'b', 'k'));
	const expected = expect.objectContaining({ code: 'MetadataTooLarge', message, bucket: 'b', key: 'k' });
	expect(failure).toEqual(message && expected);
});

test.each([
	[0, undefined],
	[10, undefined],
	[11, 'The object would have 11 tags, more than the 10 that S3 allows'],
])('tags of a copy: %s', (count, message) => {
	const tags = Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, '']));
	const failure = failureOf(() => checkTags(tags, 'b', 'k'));
	expect(failure).toEqual(message && expect.objectContaining({ code: 'TooManyTags', message, bucket: 'b', key: 'k' }));
});

test('times are seconds with a fraction, as rclone writes them', () => {
	expect(mtimeOf(new Date('2026-01-31T12:00:00.250Z'))).toBe('1769860800.25');
	expect(mtimeOf(new Date('2026-01-31T12:00:00Z'))).toBe('1769860800');
});

const now = new Date('2026-01-01T00:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 24 * 60 * 60_000);

/** `G20 hold`: the mode, the days that are left, and a legal hold. */
const head = (text: string): HeadObjectCommandOutput => {
	const [, mode, days = '', hold] = /^([GC])?(-?\d+)?( ?hold)?$/.exec(text) ?? [];
	return {
		$metadata: {},
		...(mode && { ObjectLockMode: mode === 'G' ? 'GOVERNANCE' : 'COMPLIANCE' }),
		...(mode && { ObjectLockRetainUntilDate: inDays(Number(days)) }),
		...(hold && { ObjectLockLegalHoldStatus: 'ON' }),
	};
};

const bucketOf = (text: string): BucketLock => {
	const [, mode, days = ''] = /^([GC])?(\d+)?$/.exec(text) ?? [];
	if (!mode) return { isEnabled: true };
	return { isEnabled: true, mode: mode === 'G' ? 'GOVERNANCE' : 'COMPLIANCE', days: Number(days) };
};

test.each([
	['no lock', '', '', undefined],
	['a lock that has ended', 'G-1', '', undefined],
	['a retention', 'G20', '', 'G20'],
	['the stricter mode', 'C20', '', 'C20'],
	['a hold', 'hold', '', 'hold'],
	['both', 'G20 hold', '', 'G20 hold'],
	['longer than the bucket gives', 'G20', 'G10', 'G20'],
	['shorter than the bucket gives', 'G20', 'G30', 'G30'],
	['shorter, and the bucket is stricter', 'G20', 'C30', 'C30'],
	['shorter, and the bucket is less strict', 'C20', 'G30', 'C20'],
	['longer, and the bucket is stricter', 'G20', 'C10', 'G20'],
	['a hold in a bucket that locks', 'hold', 'G30', 'hold'],
])('the lock of a copy: %s', (_, original, bucket, expected) => {
	const found = lockIn(head(original), now);
	const input = found && lockInput(found, bucketOf(bucket), now);
	const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input ?? {};
	// What the bucket gives is counted from when the copy is made, a minute at most.
	const days = Math.floor(
		(Number(until) - now.getTime()) / inDays(1).getTime() ? (Number(until) - now.getTime()) / 864e5 : 0,
	);
	const words = [mode && `${mode.slice(0, 1)}${days}`, hold === 'ON' && 'hold'].filter(Boolean).join(' ');
	expect(words || undefined).toBe(expected);
});

test.each<[string, string, string, number[]]>([
	['only the owner', 'owner:FULL_CONTROL', '', []],
	['an account of the map', 'owner:FULL_CONTROL a:READ', 'A:READ', []],
	['an account by its address', 'c@x:READ', 'C@X:READ', []],
	['several grants', 'a:READ a:WRITE_ACP b:READ', 'A:READ A:WRITE_ACP b@x:READ', []],
	['somebody else', 'a:READ z:READ y:READ', 'A:READ', [1, 0]],
	['a group', 'a:READ http://group:READ', 'A:READ', [0, 1]],
	['a group and somebody else', 'z:READ http://group:READ', '', [1, 1]],
])('grants of a copy: %s', (_, given, expected, [grantees = 0, groups = 0]) => {
	const grants = given.split(' ').map((word): Grant => {
		const [, name = '', Permission] = /^(.*):(\w+)$/.exec(word) ?? [];
		const Grantee = name.startsWith('http')
			? { Type: 'Group' as const, URI: name }
			: name.includes('@')
				? { Type: 'AmazonCustomerByEmail' as const, EmailAddress: name }
				: { Type: 'CanonicalUser' as const, ID: name };
		return { Grantee, Permission: Permission as Grant['Permission'] };
	});
	const accounts = new Map([
		['a', 'A'],
		['b', 'b@x'],
		['c@x', 'C@X'],
	]);
	const losses = noLosses();
	const mapped = mappedGrants({ Owner: { ID: 'owner' }, Grants: grants }, accounts, losses);
	const words = mapped.map(({ Grantee, Permission }) => `${Grantee?.ID ?? Grantee?.EmailAddress}:${Permission}`);
	expect(words.join(' ')).toBe(expected);
	expect([losses.counts.get('grantees') ?? 0, losses.counts.get('groups') ?? 0]).toEqual([grantees, groups]);
});

const MiB = 1024 ** 2;

test.each<[string, string, number, { PartsCount?: number; ContentLength?: number } | undefined, number | undefined]>([
	['an object in one piece', 'plain', 9 * MiB, undefined, undefined],
	['an empty one', '1', 0, undefined, undefined],
	['one part of any size', '1', 1000, undefined, 1000],
	['what the first part says', '3', 21 * MiB, { PartsCount: 3, ContentLength: 8 * MiB }, 8 * MiB],
	['a usual size, as the server does not say', '3', 11 * MiB, { ContentLength: 11 * MiB }, 5 * MiB],
	['no usual size makes so many', '4', 20 * MiB + 1, { ContentLength: 20 * MiB + 1 }, undefined],
	['parts of several sizes', '3', 12 * MiB, { PartsCount: 3, ContentLength: 6 * MiB }, undefined],
	['parts smaller than S3 takes', '3', 3000, { PartsCount: 3, ContentLength: 1000 }, undefined],
])('the size of parts: %s', async (_, parts, size, answer, expected) => {
	const ETag = `"${'a'.repeat(32)}${parts === 'plain' ? '' : `-${parts}`}"`;
	const { s3 } = answering(answer ? { HeadObject: () => answer } : {});
	const found = await sourcePartSize(s3, { Bucket: 'b', Key: 'k' }, { ETag, ContentLength: size });
	expect(found).toBe(expected);
});
