import {
	bucketParameterOf,
	fillPrefix,
	isPrefix,
	refuseWholeBucket,
} from '../../nodes/AwsS3/core/fields/connectionPrefix';
import type { Field } from '../../nodes/AwsS3/core/field';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import { isOutside, prefixIn } from '../../nodes/AwsS3/s3/keyPrefix';

const own = { bucket: 'own', prefix: 'in/' };

test.each([
	['own', 'in/', false],
	['own', 'in/a', false],
	['own', 'in', true],
	['own', '', true],
	['own', 'out/in/', true],
	['other', 'in/a', true],
])('in bucket %p the key %p is outside: %p', (bucket, key, outside) => {
	expect(isOutside(own, bucket, key)).toBe(outside);
	expect(isOutside({ bucket: 'own' }, bucket, key)).toBe(false);
	expect(isOutside({ bucket: 'own', prefix: '' }, bucket, key)).toBe(false);
});

test('the prefix of a connection is that of its own bucket', () => {
	expect(prefixIn(own, 'own')).toBe('in/');
	expect(prefixIn(own, 'other')).toBe('');
	expect(prefixIn({ bucket: 'own' }, 'own')).toBe('');
});

test.each([
	['key', 'bucket'],
	['prefix', 'bucket'],
	['folder', 'bucket'],
	['parentFolder', 'bucket'],
	['sourceKey', 'sourceBucket'],
	['sourceFolder', 'sourceBucket'],
	['destinationFolder', 'destinationBucket'],
	['zipKey', 'zipBucket'],
])('%s is in %s', (name, bucket) => {
	expect(bucketParameterOf(name)).toBe(bucket);
});

const text = (name: string, more: object = {}): Field => ({
	...{ displayName: name, name, type: 'string', default: '' },
	...more,
});
const options: Field = {
	...{ displayName: 'Options', name: 'options', type: 'collection', default: {} },
	options: [{ displayName: 'Allow Empty Prefix', name: 'wholeBucket', type: 'boolean', default: true }],
};

const filled = (
	fields: Field[],
	params: Record<string, unknown>,
	effect: 'read' | 'write' | 'destructive' = 'read',
	connection: { bucket?: string; prefix?: string } = own,
) => {
	for (const field of fields.filter(isPrefix))
		fillPrefix(field, params, { fields, effect, connectionFor: () => connection });
	return params;
};

test('an empty prefix or folder is that of the connection, in its own bucket', () => {
	const fields = [text('prefix'), text('parentFolder'), text('sourceFolder'), text('suffix')];
	const empty = { prefix: '', parentFolder: '', sourceFolder: '', suffix: '' };
	expect(filled(fields, { ...empty, bucket: 'own', sourceBucket: 'other' })).toMatchObject({
		...{ prefix: 'in/', parentFolder: 'in/', sourceFolder: '', suffix: '' },
	});
	expect(filled(fields, { ...empty, prefix: 'x', bucket: 'own' })).toMatchObject({ prefix: 'x' });
	expect(filled(fields, { ...empty })).toEqual(empty);
	expect(filled(fields, { ...empty, bucket: 'own' }, 'read', {})).toMatchObject(empty);
});

test('what deletes has to be told the folder, or that the empty prefix is meant', () => {
	const folder = text('folder', { required: true });
	const to = text('destinationFolder', { required: true });
	expect(() => filled([folder], { folder: '', bucket: 'own' }, 'destructive')).toThrow("'folder' is empty");
	expect(filled([folder], { folder: '', bucket: 'own' }, 'write')).toMatchObject({ folder: 'in/' });
	expect(filled([folder], { folder: '', bucket: 'other' }, 'destructive')).toMatchObject({ folder: '' });
	expect(filled([to], { destinationFolder: '', destinationBucket: 'own' }, 'destructive')).toMatchObject({
		destinationFolder: 'in/',
	});
	const guarded = [text('prefix'), options];
	const empty = { prefix: '', bucket: 'own' };
	expect(() => filled(guarded, { ...empty, options: {} }, 'destructive')).toThrow("'Prefix' is empty");
	expect(() => filled(guarded, { ...empty, options: {} }, 'destructive', {})).toThrow("'Prefix' is empty");
	expect(filled(guarded, { ...empty, options: { wholeBucket: true } }, 'destructive')).toMatchObject({ prefix: 'in/' });
	expect(filled(guarded, { ...empty, options: { wholeBucket: true } }, 'destructive', {})).toMatchObject({
		prefix: '',
	});
});

test('an empty bucket does not mean the whole bucket of a connection with a prefix', () => {
	const bucket = text('bucket');
	const refuse =
		(fields: Field[], effect: 'read' | 'write' | 'destructive', connection = own) =>
		() =>
			refuseWholeBucket(bucket, { fields, effect }, connection);
	const message = "'bucket' is empty, but the credential is only for 'in/' in 'own'";
	expect(refuse([bucket], 'write')).toThrow(message);
	expect(refuse([bucket], 'destructive')).toThrow(message);
	expect(refuse([bucket, text('sourceKey')], 'write')).toThrow(message);
	expect(refuse([bucket], 'read')).not.toThrow();
	expect(refuse([bucket, text('key')], 'write')).not.toThrow();
	expect(refuse([bucket, text('folder')], 'destructive')).not.toThrow();
	expect(refuse([bucket], 'write', { bucket: 'own', prefix: '' })).not.toThrow();
});

const takesPrefix = Object.values(registry).flatMap(({ resource, operation, fields }: Operation) =>
	fields
		.filter(({ name }) => /(prefix|folder)$/i.test(name))
		.map(({ name }) => ({ id: `${resource}.${operation}`, name, bucket: bucketParameterOf(name), fields })),
);

test('each prefix and folder is in a bucket of its operation; only buckets have a prefix of another kind', () => {
	const others = takesPrefix.filter(({ bucket, fields }) => !fields.some(({ name }) => name === bucket));
	expect(others.map(({ id, name }) => `${id}.${name}`)).toEqual(['bucket.getAll.prefix']);
});

test('what changes a whole bucket', () => {
	const connection = { bucket: 'own', prefix: 'in/' };
	const refuses = ({ fields, effect }: Operation) =>
		fields.some((field) => {
			if (!/bucket$/i.test(field.name) || field.type !== 'resourceLocator') return false;
			try {
				refuseWholeBucket(field, { fields, effect }, connection);
				return false;
			} catch {
				return true;
			}
		});
	const ids = Object.values(registry)
		.filter(refuses)
		.map(({ resource, operation }) => `${resource}.${operation}`);
	expect(ids.sort()).toEqual(['bucket.delete', 'bucket.empty', 'bucketSetting.delete', 'bucketSetting.set']);
});
