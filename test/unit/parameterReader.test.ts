import type { IExecuteFunctions } from 'n8n-workflow';
import { UserError } from 'n8n-workflow';
import type { Field } from '../../nodes/AwsS3/core/field';
import { narrowingField } from '../../nodes/AwsS3/core/field';
import { parameterReader } from '../../nodes/AwsS3/core/fields/parameters';

/** What n8n tells of a node: its parameters as saved, and as they are for an item. A function stands for an expression. */
const n8nWith = (parameters: Record<string, unknown>, asked: string[] = []) => {
	const stub: Pick<IExecuteFunctions, 'getTimezone'> & Record<'getNode' | 'getNodeParameter', unknown> = {
		getNode: () => ({
			parameters: Object.fromEntries(
				Object.entries(parameters).map(([name, value]) => [name, typeof value === 'function' ? '={{ it }}' : value]),
			),
		}),
		getTimezone: () => 'America/New_York',
		getNodeParameter: (name: string, index: number, fallback: unknown) => {
			asked.push(`${name}[${index}]`);
			const value = parameters[name];
			return value === undefined ? fallback : typeof value === 'function' ? value(index) : value;
		},
	};
	return stub as unknown as IExecuteFunctions;
};

interface At {
	bucket?: string;
	prefix?: string;
	endpoint?: string;
}

const read = (fields: Field[], parameters: Record<string, unknown>, connection: (name: string) => At = () => ({})) =>
	parameterReader(n8nWith(parameters), {
		...{ fields, effect: 'read' },
		connectionFor: (name) => ({ region: 'eu-central-1', ...connection(name) }) as never,
	})(0);

test.each<[string, unknown, number, string]>([
	['the item of an expression', () => 'soon', 3, "Item 2: 'Date' is not a date"],
	['no item for a value that all items share', 'soon', 3, "'Date' is not a date"],
	['no item where there is one', () => 'soon', 1, "'Date' is not a date"],
])('a message names %s', (_, value, items, message) => {
	const n8n = Object.assign(n8nWith({ date: value, text: () => '', bucket: () => '' }), {
		getInputData: () => Array(items).fill({}),
	});
	const date: Field = { displayName: 'Date', name: 'date', type: 'dateTime', default: '' };
	const text: Field = { displayName: 'Text', name: 'text', type: 'string', default: '', required: true };
	const readWith = (fields: Field[]) =>
		parameterReader(n8n, { fields, effect: 'read', connectionFor: () => ({ region: 'eu-central-1' }) as never });
	expect(() => readWith([date])(1)).toThrow(new UserError(message));
	const empty = items > 1 ? "Item 2: 'Text' is empty" : "'Text' is empty";
	expect(() => readWith([text])(1)).toThrow(new UserError(empty));
	const list = {
		displayName: 'From List',
		name: 'list',
		type: 'list',
		typeOptions: { searchListMethod: 'searchBuckets' },
	} as const;
	const bucket: Field = { displayName: 'Bucket', name: 'bucket', type: 'resourceLocator', default: '', modes: [list] };
	const noBucket = items > 1 ? "Item 2: 'Bucket' is empty" : "'Bucket' is empty";
	expect(() => readWith([bucket])(1)).toThrow(new UserError(noBucket));
});

const base = { displayName: 'Label', name: 'it', default: '' } as const;
const list = (...values: unknown[]) => values.map((value) => ({ name: `Name of ${String(value)}`, value })) as never;
const bucketField: Field = {
	...{ displayName: 'Bucket', name: 'bucket', type: 'resourceLocator', default: '' },
	modes: [{ displayName: 'List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchBuckets' } }],
};
const keyField: Field = { displayName: 'Key', name: 'key', type: 'resourceLocator', default: '', required: true };

const types = {
	text: { ...base, type: 'string' },
	requiredText: { ...base, type: 'string', required: true },
	number: { ...base, type: 'number', default: 7 },
	whole: { ...base, type: 'number', typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 } },
	fromZero: { ...base, type: 'number', typeOptions: { minValue: 0 } },
	upToTen: { ...base, type: 'number', typeOptions: { maxValue: 10 } },
	switch: { ...base, type: 'boolean', default: false },
	choice: { ...base, type: 'options', options: list('a', 'b') },
	choices: { ...base, type: 'multiOptions', options: list('a', 'b') },
	free: { ...base, type: 'multiOptions' },
	json: { ...base, type: 'json' },
	date: { ...base, type: 'dateTime' },
	collection: {
		...{ ...base, type: 'collection', default: {} },
		options: [
			{ ...base, name: 'size', displayName: 'Size', type: 'number' },
			{ ...base, name: 'on', displayName: 'On', type: 'boolean' },
			{ ...base, name: 'text', displayName: 'Text', type: 'string' },
			{ ...base, name: 'day', displayName: 'Day', type: 'dateTime' },
			narrowingField({ ...base, name: 'filter', displayName: 'Filter', type: 'string' }),
			narrowingField({ ...base, name: 'classes', displayName: 'Classes', type: 'multiOptions' }),
			narrowingField({ ...base, name: 'since', displayName: 'Since', type: 'dateTime' }),
		],
	},
	rows: {
		...{ ...base, type: 'fixedCollection', default: {} },
		options: [{ name: 'values', displayName: 'Rows', values: [{ ...base, name: 'size', type: 'number' }] }],
	},
} satisfies Record<string, Field>;

test.each<[keyof typeof types, unknown, unknown]>([
	['text', 'a', 'a'],
	['text', '', ''],
	['text', 5, '5'],
	['text', false, 'false'],
	['text', null, ''],
	['number', undefined, 7],
	['number', 0, 0],
	['number', ' 1.5 ', 1.5],
	['number', -3, -3],
	['whole', 1, 1],
	['whole', '10', 10],
	['fromZero', 0.5, 0.5],
	['upToTen', -100, -100],
	['switch', true, true],
	['switch', 'true', true],
	['switch', 'false', false],
	['choice', 'b', 'b'],
	['choices', ['b', 'a'], ['b', 'a']],
	['choices', 'a, b,', ['a', 'b']],
	['choices', [' a '], ['a']],
	['choices', '', []],
	['free', 'x, y', ['x', 'y']],
	['free', [1], ['1']],
	['json', '{"a":[1]}', { a: [1] }],
	['json', { a: 1 }, { a: 1 }],
	['json', ' ', undefined],
	['date', '', undefined],
	['date', null, undefined],
	['date', '2026-01-31T00:00:00Z', new Date('2026-01-31T00:00:00Z')],
	['date', '2026-01-31T00:00:00', new Date('2026-01-31T05:00:00Z')],
	['date', new Date(5), new Date(5)],
	['date', 1_800_000_000_000, new Date(1_800_000_000_000)],
	['date', 'Thu, 26 Nov 2026 16:37:29 GMT', new Date('2026-11-26T16:37:29Z')],
	['date', '2026-02', new Date('2026-02-01T05:00:00Z')],
	// As Luxon's dates, which n8n's expressions give.
	['date', { toString: () => '2026-01-31T00:00:00Z' }, new Date('2026-01-31T00:00:00Z')],
	['collection', {}, {}],
	['collection', { size: '5', on: true, other: 'x' }, { size: 5, on: true }],
	['collection', null, {}],
	['collection', { text: null, day: undefined }, {}],
	['collection', { text: '', day: '' }, { text: '', day: undefined }],
	['rows', {}, []],
	['rows', null, []],
	['rows', { values: [{ size: '1' }, { size: 2 }, {}] }, [{ size: 1 }, { size: 2 }, {}]],
	['rows', { values: { size: '1' } }, [{ size: 1 }]],
])('a field for %s takes %p', (type, value, expected) => {
	expect(read([types[type]], { it: value })).toStrictEqual({ it: expected });
});

test.each<[keyof typeof types, unknown, string, string]>([
	['text', { a: 1 }, "'Label' is not text", 'Enter text'],
	['collection', { size: null }, "'Size' is empty", 'check its expression, or remove the option'],
	['collection', { size: '' }, "'Size' is empty", 'check its expression, or remove the option'],
	['collection', { on: undefined }, "'On' is empty", 'check its expression, or remove the option'],
	['collection', { filter: '' }, "'Filter' is empty", 'check its expression, or remove the option'],
	['collection', { filter: null }, "'Filter' is empty", 'check its expression, or remove the option'],
	['collection', { filter: undefined }, "'Filter' is empty", 'check its expression, or remove the option'],
	['collection', { classes: [] }, "'Classes' is empty", 'check its expression, or remove the option'],
	['collection', { since: '' }, "'Since' is empty", 'check its expression, or remove the option'],
	['collection', 'nonsense', "'Label' is not a group of values", 'Use an expression for each'],
	['date', 'item 7', "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', '5', "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', '0', "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', 0, "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', 5, "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', '1.5', "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', '11/12/2026', "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', '2026-02-31', "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', '2026-13-01', "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', 'invoice 12', "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', new Date(NaN), "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['date', { a: 1 }, "'Label' is not a date", 'such as 2026-01-31T12:00:00Z'],
	['requiredText', '', "'Label' is empty", "Enter a value in 'Label'"],
	['number', '', `'Label' cannot be ""`, 'Enter a number.'],
	['number', ' ', `'Label' cannot be " "`, 'Enter a number.'],
	['number', 'many', `'Label' cannot be "many"`, 'Enter a number.'],
	['number', true, "'Label' cannot be true", 'Enter a number.'],
	['number', NaN, "'Label' cannot be null", 'Enter a number.'],
	['number', Infinity, "'Label' cannot be null", 'Enter a number.'],
	['number', null, "'Label' cannot be null", 'Enter a number.'],
	['whole', 0, "'Label' cannot be 0", 'Enter a whole number from 1 up to 10.'],
	['whole', 11, "'Label' cannot be 11", 'Enter a whole number from 1 up to 10.'],
	['whole', 1.5, "'Label' cannot be 1.5", 'Enter a whole number from 1 up to 10.'],
	['fromZero', -1, "'Label' cannot be -1", 'Enter a number from 0.'],
	['upToTen', 11, "'Label' cannot be 11", 'Enter a number up to 10.'],
	['switch', 'yes', "'Label' is neither true nor false", 'true or false'],
	['switch', 1, "'Label' is neither true nor false", 'Turn it on or off'],
	['choice', 'c', `'Label' cannot be "c"`, 'Use one of: a, b.'],
	['choices', ['a', 'c'], `'Label' cannot be "c"`, 'Use one of: a, b.'],
	['choices', [5], "'Label' cannot be 5", 'Use one of: a, b.'],
	['choices', {}, "'Label' is not text", 'Enter text'],
	['free', [{}], "'Label' is not text", 'Enter text'],
	['json', '{"a"', "'Label' is not valid JSON", 'Check brackets, commas and quotes. '],
	['date', 'soon', "'Label' is not a date", '2026-01-31'],
	['date', { a: 1 }, "'Label' is not a date", '2026-01-31'],
	['collection', { size: 'x' }, `'Size' cannot be "x"`, 'Enter a number.'],
	['rows', { values: [{ size: 'x' }] }, `'Label' cannot be "x"`, 'Enter a number.'],
])('a field for %s refuses %p', (type, value, message, description) => {
	const attempt = () => read([types[type]], { it: value });
	expect(attempt).toThrow(expect.objectContaining({ message, description: expect.stringContaining(description) }));
});

test('why JSON is not valid is told', () => {
	expect(() => read([types.json], { it: '{"a"' })).toThrow(
		expect.objectContaining({ description: expect.stringMatching(/quotes\. .{5}/) }),
	);
});

const url = (value: string) => ({ __rl: true, mode: 'url', value });
const chosen = (value: unknown) => ({ __rl: true, mode: 'list', value });

test.each<[string, Record<string, unknown>, At, object]>([
	['names are taken as they are', { bucket: chosen('bbb'), key: 'a/b' }, {}, { bucket: 'bbb', key: 'a/b' }],
	['spaces around a bucket mean nothing', { bucket: ' bbb ', key: ' k ' }, {}, { bucket: 'bbb', key: ' k ' }],
	['the bucket of the connection', { bucket: '', key: 'k' }, { bucket: 'own' }, { bucket: 'own', key: 'k' }],
	['a bucket that is given wins', { bucket: 'bbb', key: 'k' }, { bucket: 'own' }, { bucket: 'bbb', key: 'k' }],
	[
		'an address of an object names its bucket',
		{ bucket: '', key: url(' s3://bbb/a/b ') },
		{ bucket: 'own' },
		{ bucket: 'bbb', key: 'a/b' },
	],
	['the same bucket twice', { bucket: 'bbb', key: url('s3://bbb/k') }, {}, { bucket: 'bbb', key: 'k' }],
	['an address of a bucket', { bucket: url('s3://bbb'), key: 'k' }, {}, { bucket: 'bbb', key: 'k' }],
	['in any mode', { bucket: chosen('arn:aws:s3:::bbb'), key: 'k' }, {}, { bucket: 'bbb', key: 'k' }],
	['an address of an object, of which the bucket is meant', { bucket: 's3://bbb/x', key: 'k' }, {}, { bucket: 'bbb' }],
	['a key may look like an address', { bucket: 'bbb', key: 's3://x/y' }, {}, { key: 's3://x/y' }],
	[
		'an address at the own endpoint',
		{ bucket: '', key: url('https://bbb.minio.example/k') },
		{ endpoint: 'https://minio.example' },
		{ bucket: 'bbb', key: 'k' },
	],
])('where: %s', (_, parameters, connection, expected) => {
	expect(read([bucketField, keyField], parameters, () => connection)).toMatchObject(expected);
});

test.each<[string, Record<string, unknown>, string, string]>([
	['no bucket', { bucket: '', key: 'k' }, "'Bucket' is empty", "set 'Bucket' in the credential"],
	['no key', { bucket: 'bbb', key: '' }, "'Key' is empty", "in 'Key', such as folder/file.txt"],
	['a bucket that cannot be', { bucket: 'a b', key: 'k' }, "'Bucket' has characters other than", 'check its name'],
	['an address that is none', { bucket: '', key: url('x') }, "'Key' is not a valid S3 address", 's3://bucket/key'],
	['a bucket with a colon', { bucket: 'a:b', key: 'k' }, "'Bucket' is not a valid S3 address", 's3://bucket/key'],
	[
		'an address without a key',
		{ bucket: '', key: url('s3://bbb/') },
		"'Key' names a bucket but no object",
		'Add the key',
	],
	[
		'two buckets',
		{ bucket: 'aaa', key: url('s3://bbb/k') },
		"'Bucket' is 'aaa', but the object's address has the bucket 'bbb'",
		"Clear 'Bucket'",
	],
])('where: %s is refused', (_, parameters, message, description) => {
	expect(() => read([bucketField, keyField], parameters)).toThrow(
		expect.objectContaining({
			message: expect.stringContaining(message),
			description: expect.stringContaining(description),
		}),
	);
});

test('each key has its own bucket, and each bucket its own connection', () => {
	const fields = [
		bucketField,
		keyField,
		{ ...bucketField, displayName: 'To Bucket', name: 'destinationBucket' },
		{ ...keyField, displayName: 'To', name: 'destinationKey' },
	];
	const connection = (name: string) => ({ bucket: `of-${name.toLowerCase()}` });
	const there = read(fields, { key: 'a', destinationKey: url('s3://other/b') }, connection);
	expect(there).toEqual({ bucket: 'of-bucket', key: 'a', destinationBucket: 'other', destinationKey: 'b' });
	const here = read(fields, { key: url('s3://mine/a'), destinationKey: 'b' }, connection);
	expect(here).toEqual({ bucket: 'mine', key: 'a', destinationBucket: 'of-destinationbucket', destinationKey: 'b' });
});

test('a key that need not be given may be empty', () => {
	expect(read([{ ...keyField, required: false }], { key: '' })).toEqual({ key: '' });
	expect(read([{ ...base, name: 'monkeys', type: 'string', required: true }], { monkeys: 'x'.repeat(2000) })).toEqual({
		monkeys: 'x'.repeat(2000),
	});
});

test('lists of other things are no lists of buckets', () => {
	const other: Field = {
		...keyField,
		...{ name: 'other', required: false },
		modes: [{ displayName: 'List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchKeys' } }],
	};
	expect(read([other], { other: ' a:b ' })).toEqual({ other: ' a:b ' });
});

test.each<[string, Field['displayOptions'], string[]]>([
	['always', undefined, ['a', 'b']],
	['for one value', { show: { kind: ['a'] } }, ['a']],
	['for all but one', { hide: { kind: ['a'] } }, ['b']],
	['for two conditions, of which one holds', { show: { kind: ['a'], other: ['x'] } }, []],
	['but for one of two conditions', { hide: { kind: ['a'], other: ['x'] } }, ['b']],
	['for one value and not for another', { show: { kind: ['a', 'b'] }, hide: { kind: ['b'] } }, ['a']],
	['never, where the condition is no list', { show: { kind: undefined } }, []],
])('a field is shown %s', (_, displayOptions, shown) => {
	const fields: Field[] = [
		{ ...base, name: 'kind', type: 'string' },
		{ ...types.requiredText, displayOptions },
	];
	const found = ['a', 'b'].filter((kind) => 'it' in read(fields, { kind, it: 'x' }));
	expect(found).toEqual(shown);
});

test('what has no expression in it is read once, the rest for each item', () => {
	const asked: string[] = [];
	const names = ['plain', 'expression', 'nested', 'deep', 'nothing'];
	const parameters = {
		plain: 'a',
		expression: (index: number) => `e${index}`,
		nested: { values: ['a', 1, null] },
		deep: { values: [{ name: '={{ it }}' }] },
		nothing: null,
	};
	const fields: Field[] = names.map((name) => ({ ...base, name, type: 'json' }));
	const all = parameterReader(
		n8nWith({ ...parameters, plain: '1', expression: (index: number) => `${index}` }, asked),
		{ fields, effect: 'read', connectionFor: () => ({}) as never },
	);
	expect([all(0), all(1)]).toMatchObject([{ expression: 0 }, { plain: 1, expression: 1 }]);
	const times = (name: string) => asked.filter((one) => one.startsWith(`${name}[`)).length;
	expect(names.map(times)).toEqual([1, 2, 1, 2, 1]);
	expect(asked).toContain('expression[1]');
});
