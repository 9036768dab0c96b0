import type { INodeProperties } from 'n8n-workflow';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import { runNode } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';

/** What must never reach S3, and for which parameters it would be wrong. */
type Hostile = [what: string, value: unknown, fits: (field: INodeProperties) => boolean];

const isText = ({ type }: INodeProperties) => type === 'string' || type === 'resourceLocator';
const isBucket = ({ type, modes }: INodeProperties) =>
	type === 'resourceLocator' && /search\w*Buckets/.test(JSON.stringify(modes));
const isKey = ({ name, required, type }: INodeProperties) =>
	required === true && (/key$/i.test(name) || /folder$/i.test(name)) && type !== 'collection';
const is =
	(...types: string[]) =>
	({ type }: INodeProperties) =>
		types.includes(type);

const hostile: Hostile[] = [
	['an object', { evil: true }, isText],
	['a list', ['a'], isText],
	['nothing', '', (field) => field.required === true && isText(field)],
	['undefined', undefined, (field) => field.required === true && isText(field) && field.name !== 'binaryPropertyName'],
	['a key longer than 1,024 bytes', 'ä'.repeat(513), isKey],
	['half a character', 'a\ud800b', isKey],
	['a bucket with a slash', 'bucket/../other', isBucket],
	['a bucket with a line end', 'bucket\r\nx-evil: 1', isBucket],
	['a bucket that is an address of something else', 'arn:aws:iam::1:user/x', isBucket],
	['text', 'many', is('number', 'boolean')],
	['not a number', NaN, is('number')],
	['a number below all', -1, is('number')],
	['a choice that there is not', 'evil', is('options', 'multiOptions')],
	['an object as a choice', {}, is('options')],
	['broken JSON', '{"a":', is('json')],
	['no date', 'tomorrow-ish', is('dateTime')],
];

/** Parameters with which an operation runs, as far as its own fields tell. */
const good = ({ resource, operation, fields }: Operation) => ({
	resource,
	operation,
	...Object.fromEntries(
		fields.map((field) => {
			if (isBucket(field)) return [field.name, 'my-bucket'];
			if (isKey(field)) return [field.name, `some/${field.name}`];
			if (field.type === 'dateTime') return [field.name, '2026-01-01T00:00:00Z'];
			if (field.required && isText(field)) return [field.name, 'x'];
			return [field.name, field.default];
		}),
	),
});

/** The values of other fields under which a field is shown. */
const shown = ({ fields }: Operation, { displayOptions = {} }: INodeProperties) => ({
	...Object.fromEntries(
		Object.entries(displayOptions.show ?? {}).map(([name, values]) => [
			name,
			Array.isArray(values) ? values[0] : values,
		]),
	),
	...Object.fromEntries(
		Object.entries(displayOptions.hide ?? {}).map(([name, hidden]) => {
			const choices = fields.find((field) => field.name === name)?.options ?? [];
			const values = choices.flatMap((choice) => ('value' in choice ? [choice.value] : []));
			return [name, values.find((value) => !(hidden as unknown[]).includes(value))];
		}),
	),
});

/** A field by itself, or one of those in a collection, with the parameters that carry a value in it. */
const places = (operation: Operation): Array<[INodeProperties, (value: unknown) => object]> =>
	operation.fields.flatMap((field): Array<[INodeProperties, (value: unknown) => object]> => {
		if (field.type !== 'collection') return [[field, (value) => ({ ...shown(operation, field), [field.name]: value })]];
		return (field.options ?? []).flatMap((option) =>
			'type' in option
				? [
						[option, (value: unknown) => ({ [field.name]: { [option.name]: value } })] as [
							INodeProperties,
							(value: unknown) => object,
						],
					]
				: [],
		);
	});

const cases = Object.values(registry).flatMap((operation: Operation) =>
	places(operation).flatMap(([field, parameters]) =>
		hostile
			.filter(([, , fits]) => fits(field))
			// Nothing, of an option, is what it is when it was not added.
			.filter(([what]) => !(what === 'undefined' && !operation.fields.includes(field)))
			.map(([what, value]): [string, string, string, Operation, object] => [
				`${operation.resource}.${operation.operation}`,
				field.displayName,
				what,
				operation,
				parameters(value),
			]),
	),
);

const connection = { region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 'secret', forcePathStyle: true };

let proxy: Awaited<ReturnType<typeof startProxy>>;
beforeAll(async () => {
	proxy = await startProxy('http://unused.invalid', () => refused(500, 'InternalError'));
});

test('there is something to try for every operation', () => {
	const tried = new Set(cases.map(([id]) => id));
	expect([...tried].sort()).toEqual(
		Object.values(registry)
			.map((one: Operation) => `${one.resource}.${one.operation}`)
			.sort(),
	);
	expect(cases.length).toBeGreaterThan(1000);
});

test.each(cases)('%s: %s with %s', async (_id, label, _what, operation, parameters) => {
	const run = runNode({
		parameters: { ...good(operation), ...parameters },
		credentials: { ...connection, endpoint: proxy.url },
	});
	const error: unknown = await run.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	expect(proxy.taken()).toEqual([]);
	expect(error).toMatchObject({ name: 'NodeOperationError', message: expect.stringContaining(`'${label}'`) });
	const { message, description } = error as { message: string; description: string };
	expect(description).toMatch(/^[A-Z]/);
	expect(`${message} ${description}`).not.toMatch(/\bat .+:\d+|TypeError|undefined is not|Cannot read|\[object/);
});

/** What is asked for before a version is restored, and has no key. */
const enabled = {
	status: 200,
	headers: { 'content-type': 'application/xml' },
	body: '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>',
};

/** Legal in S3, and something else in addresses, paths and patterns. */
const strange = '../a b#c?d%20e+ü/./😀&f=\\*.txt';

// That of *Run* is for another destination than its usual one.
const takesKey = Object.values(registry)
	.filter(
		({ fields, resource, operation }: Operation) => fields.some(isKey) && `${resource}.${operation}` !== 'transfer.run',
	)
	.map((operation: Operation): [string, Operation] => [`${operation.resource}.${operation.operation}`, operation]);

test.each(takesKey)('%s: a strange key reaches S3 as it is, and no other', async (_id, operation) => {
	const denied = await startProxy('http://unused.invalid', ({ url = '' }) =>
		url.includes('?versioning') ? enabled : refused(403, 'AccessDenied'),
	);
	const keys = Object.fromEntries(operation.fields.filter(isKey).map(({ name }) => [name, `${name}/${strange}`]));
	const [json] = await runNode({
		parameters: {
			...good(operation),
			...keys,
			source: 'text',
			setting: 'cors',
			metadata: { values: [{ name: 'a', value: 'b' }] },
			tags: { values: [{ name: 'a', value: 'b' }] },
			until: '2999-01-01T00:00:00Z',
			options: { acl: 'private' },
		},
		credentials: { ...connection, endpoint: denied.url },
		continueOnFail: true,
	});
	const asked = denied.requests.flatMap(({ url = '', headers }) => [url, String(headers['x-amz-copy-source'] ?? '')]);
	// A link is made without asking anybody; a form says the key in a field of its own.
	const { url = '', fields = {} } = json?.json as { url?: string; fields?: { key?: string } };
	const places = [...asked.filter(Boolean), ...(url === '' ? [] : [`${url}/${encodeURIComponent(fields.key ?? '')}`])];
	expect(places).not.toEqual([]);
	const said = places.map((place) => decodeURIComponent(place.replace(/^https?:\/\/[^/]+/, '')));
	const wanted = Object.values(keys);
	const isRight = (place: string) =>
		wanted.some((key) =>
			[`my-bucket/${key}`, `my-bucket//${key}`, `prefix=${key}`].some((right) => place.includes(right)),
		);
	expect(said.filter((place) => !isRight(place) && !place.includes('?versioning'))).toEqual([]);
});
