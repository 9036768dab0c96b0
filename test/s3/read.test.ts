import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server } from '../support/s3';
import { until } from '../support/until';

let bucket: string;
beforeAll(async () => {
	bucket = await makeBucket();
});

const put = async (Key: string, Body: string | Buffer, more: object = {}) =>
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Buffer.byteLength(Body), ...more }));
const read = async (key: string, parameters: object = {}) =>
	await s3('object.read', { bucket, key, returnAll: true, ...parameters });
const rows = async (...given: Parameters<typeof read>) => jsonOf(await read(...given));

describe('CSV', () => {
	test.each<[string, string, object, object[]]>([
		[
			'a header',
			'a,b\n1,2\n3,4\n',
			{},
			[
				{ a: '1', b: '2' },
				{ a: '3', b: '4' },
			],
		],
		['no line end at the end', 'a,b\n1,2', {}, [{ a: '1', b: '2' }]],
		[
			'CRLF, quotes, delimiters and lines in fields',
			'a,b\r\n"x, ""y""","l1\r\nl2"\r\n',
			{},
			[{ a: 'x, "y"', b: 'l1\r\nl2' }],
		],
		[
			'semicolons, detected',
			'a;b\n1,5;2\n2,5;3\n',
			{},
			[
				{ a: '1,5', b: '2' },
				{ a: '2,5', b: '3' },
			],
		],
		['tabs, detected', 'a\tb\n1\t2\n', {}, [{ a: '1', b: '2' }]],
		['a delimiter option', 'a|b\n1|2\n', { delimiter: '|' }, [{ a: '1', b: '2' }]],
		['a tab as delimiter option', 'a\tb\n1\t2\n', { delimiter: '\\t' }, [{ a: '1', b: '2' }]],
		['another quote', "a,b\n'1,2',3\n", { quote: "'" }, [{ a: '1,2', b: '3' }]],
		[
			'no header',
			'1,2\n3,4\n',
			{ header: false },
			[
				{ column1: '1', column2: '2' },
				{ column1: '3', column2: '4' },
			],
		],
		['a byte order mark', '\ufeffa,b\n1,2\n', {}, [{ a: '1', b: '2' }]],
		['empty lines', '\na,b\n\n1,2\n\n', {}, [{ a: '1', b: '2' }]],
		['duplicate and empty names', 'a,a,\n1,2,3\n', {}, [{ a: '1', a_2: '2', column3: '3' }]],
		['only a header', 'a,b\n', {}, []],
		['one column', 'a\n1\n2\n', {}, [{ a: '1' }, { a: '2' }]],
		['other alphabets', 'ä,日本\nß,😀\n', {}, [{ ä: 'ß', 日本: '😀' }]],
	])('%s', async (name, text, options, expected) => {
		await put(`${name}.csv`, text);
		expect(await rows(`${name}.csv`, { options })).toEqual(expected);
	});

	test('types are detected if wanted, and lose nothing', async () => {
		const text =
			'id,zip,total,paid,at,note\n1,01067,12.50,true,2026-11-27 14:03:00,\n2,90210,3.00,false,2026-11-28 08:00:00,x\n';
		await put('orders.csv', text);
		const second = { id: 2, zip: '90210', total: 3, paid: false, at: '2026-11-28T08:00:00', note: 'x' };
		expect(await rows('orders.csv', { options: { detectTypes: true } })).toEqual([
			{ id: 1, zip: '01067', total: 12.5, paid: true, at: '2026-11-27T14:03:00', note: '' },
			second,
		]);
		expect((await rows('orders.csv', { options: { detectTypes: false } }))[1]).toMatchObject({
			id: '2',
			total: '3.00',
		});
		expect((await rows('orders.csv'))[1]).toMatchObject({ id: '2', total: '3.00', paid: 'false' });
	});

	test('column names that are special in JavaScript, such as __proto__, are ordinary names', async () => {
		await put('proto.csv', '__proto__,constructor\n1,2\n');
		const [row] = await rows('proto.csv');
		expect(Object.entries(row ?? {})).toEqual([
			['__proto__', '1'],
			['constructor', '2'],
		]);
	});

	test('columns named like results, such as skipped or failed, cause no hints', async () => {
		await put('results.jsonl', JSON.stringify({ skipped: 1, failed: true, deleted: false, error: 'x' }));
		const output = await read('results.jsonl');
		expect([output.length, ...output.hints]).toEqual([1]);
	});

	const broken = 'a,b\n1,2\n3\n4,5,6\n"x"y,7\n8,9\n';

	test('broken rows stop by default', async () => {
		await put('broken.csv', broken);
		expect(await refusal(read('broken.csv'))).toEqual({
			message: "Cannot read 'broken.csv', row 3: It has 1 fields instead of 2",
			description: expect.stringContaining("'Invalid Rows'"),
		});
	});

	test('skips broken rows and reports them in a hint', async () => {
		await put('broken.csv', broken);
		const output = await read('broken.csv', { options: { brokenRows: 'skip' } });
		expect(jsonOf(output)).toEqual([
			{ a: '1', b: '2' },
			{ a: '8', b: '9' },
		]);
		expect(output.hints).toEqual([
			"Skipped 3 invalid rows of 'broken.csv': row 3: It has 1 fields instead of 2; row 4: It has 3 fields instead of 2; row 5: A quote is in the middle of a field.",
		]);
	});

	test('broken rows become items', async () => {
		await put('broken.csv', broken);
		const output = await rows('broken.csv', { options: { brokenRows: 'field' } });
		expect(output).toHaveLength(5);
		expect(output[2]).toEqual({ error: { row: 4, message: 'It has 3 fields instead of 2', raw: '4,5,6' } });
	});

	test('an unclosed quote breaks only its own line, in any length of file', async () => {
		await put('unclosed.csv', `a,b\n"1,2\n${'3,4\n'.repeat(5_000_000)}`);
		const options = { brokenRows: 'field' };
		const output = await rows('unclosed.csv', { returnAll: false, limit: 3, options });
		const error = { row: 2, message: 'A quote has no closing quote', raw: '"1,2' };
		expect(output).toEqual([{ error }, { a: '3', b: '4' }, { a: '3', b: '4' }]);
		await put('unclosed.csv', 'a,b\n1,2\n"3,4\n5,6');
		expect(await rows('unclosed.csv', { options })).toEqual([
			{ a: '1', b: '2' },
			{ error: { ...error, row: 3, raw: '"3,4' } },
			{ a: '5', b: '6' },
		]);
		expect((await refusal(read('unclosed.csv'))).message).toContain('row 3: A quote has no closing quote');
	});

	test('every row of a large file arrives, wherever chunks split it', async () => {
		const row = (index: number) => `${index},"text ""${index}"", with\nlines ä😀",${index * 2}`;
		const count = 60_000;
		await put('large.csv', `id,text,double\n${Array.from({ length: count }, (_, index) => row(index)).join('\n')}\n`);
		const output = await rows('large.csv');
		expect(output).toHaveLength(count);
		for (const [index, one] of output.entries()) {
			if (one.id === `${index}` && one.text === `text "${index}", with\nlines ä😀` && one.double === `${index * 2}`)
				continue;
			throw new Error(`Row ${index} is ${JSON.stringify(one)}`);
		}
	});
});

describe('JSON', () => {
	test.each<[string, unknown, object, object[]]>([
		['a list', [{ a: 1 }, { a: [2, { b: null }] }], {}, [{ a: 1 }, { a: [2, { b: null }] }]],
		[
			'a list of other values',
			[1, 'x', null, [2]],
			{},
			[{ value: 1 }, { value: 'x' }, { value: null }, { value: [2] }],
		],
		['an object', { a: { b: 1 } }, {}, [{ a: { b: 1 } }]],
		['an empty list', [], {}, []],
		[
			'a list at a path',
			{ meta: { n: 2 }, data: { items: [{ a: 1 }, { a: 2 }] } },
			{ path: 'data.items' },
			[{ a: 1 }, { a: 2 }],
		],
		['an object at a path', { data: { a: 1, b: { c: 2 } } }, { path: 'data' }, [{ a: 1, b: { c: 2 } }]],
	])('%s', async (name, value, options, expected) => {
		await put(`${name}.json`, JSON.stringify(value, null, 1));
		expect(await rows(`${name}.json`, { options })).toEqual(expected);
	});

	test('explains invalid JSON, empty content, and a path without a value', async () => {
		await put('bad.json', '[{"a":1},{"b" 2}]');
		expect((await refusal(read('bad.json'))).message).toBe('The content is not JSON behind value 1');
		await put('cut.json', '[{"a":1},{"b":');
		expect((await refusal(read('cut.json'))).message).toContain('is not JSON');
		await put('object.json', '{"a":');
		expect((await refusal(read('object.json'))).message).toBe('The content is not JSON');
		await put('empty.json', ' ');
		expect((await refusal(read('empty.json'))).message).toBe('The object is empty');
		await put('path.json', '{"a":[]}');
		const output = await read('path.json', { options: { path: 'b.c' } });
		expect([output.length, ...output.hints]).toEqual([
			0,
			"Found nothing at the path 'b.c' in 'path.json'. Check 'Path' in 'Options'.",
		]);
	});

	test('a list larger than one chunk', async () => {
		const list = Array.from({ length: 50_000 }, (_, index) => ({ index, text: 'ä😀"\\'.repeat(5) }));
		await put('large.json', JSON.stringify({ before: [1, { list: 2 }], list }));
		expect(await rows('large.json', { options: { path: 'list' } })).toEqual(list);
	});
});

describe('lines and text', () => {
	test('JSON Lines, with a hint for broken lines', async () => {
		await put('a.jsonl', '{"a":1}\r\n\n[2]\n{"a"\n{"a":3}');
		const output = await read('a.jsonl', { options: { brokenRows: 'skip' } });
		expect(jsonOf(output)).toEqual([{ a: 1 }, { value: [2] }, { a: 3 }]);
		expect(output.hints[0]).toContain('row 4');
		expect((await refusal(read('a.jsonl'))).message).toContain('row 4');
	});

	test('lines with any line ending', async () => {
		await put('a.log', 'one\r\ntwo\n\nthree\rfour');
		const expected = ['one', 'two', '', 'three', 'four'].map((line) => ({ line }));
		expect(await rows('a.log', { format: 'lines' })).toEqual(expected);
	});

	test('text, in any encoding', async () => {
		await put('utf8.txt', 'ä😀');
		expect(await rows('utf8.txt')).toEqual([{ text: 'ä😀' }]);
		await put('utf16.txt', Buffer.from('\ufeffä😀', 'utf16le'));
		expect(await rows('utf16.txt')).toEqual([{ text: 'ä😀' }]);
		await put('latin.txt', Buffer.from('ä€'.replace('€', '\u0080'), 'latin1'));
		expect(await rows('latin.txt', { options: { encoding: 'windows-1252' } })).toEqual([{ text: 'ä€' }]);
		const guessed = await read('latin.txt');
		expect(guessed.hints).toEqual([
			"Part of 'latin.txt' is not valid utf-8 text. Choose another 'Encoding' in 'Options'.",
		]);
		expect((await refusal(read('latin.txt', { options: { encoding: 'klingon' } }))).message).toBe(
			"The encoding 'klingon' is not supported",
		);
		expect(await rows('utf8.txt', { options: { range: '0-1' } })).toEqual([{ text: 'ä' }]);
	});

	test('rejects a text that is too large for one item', async () => {
		await put('large.txt', Buffer.alloc(3 * 1024 ** 2, 'x'));
		expect((await refusal(read('large.txt', { options: { maxTextMib: 2 } }))).message).toBe(
			'The text is longer than 2 MiB',
		);
	});
});

describe('compressed content', () => {
	const text = 'a,b\n1,2\n';
	test.each<[string, Buffer, object]>([
		['gz.csv.gz', gzipSync(text), {}],
		['no-ending.csv', gzipSync(text), {}],
		['two-members.csv.gz', Buffer.concat([gzipSync('a,b\n'), gzipSync('1,2\n')]), {}],
		['zlib.csv', deflateSync(text), {}],
		['br.csv.br', brotliCompressSync(text), { ContentEncoding: 'br' }],
	])('%s', async (key, bytes, more) => {
		await put(key, bytes, more);
		expect(await rows(key)).toEqual([{ a: '1', b: '2' }]);
	});

	test('explains damaged content and unsupported formats', async () => {
		await put('cut.csv.gz', gzipSync(text.repeat(1000)).subarray(0, -20));
		expect((await refusal(read('cut.csv.gz'))).message).toContain('damaged or incomplete');
		await put('a.zip', Buffer.from('PK\u0003\u0004....'));
		expect(await refusal(read('a.zip'))).toEqual({
			message: 'The content is a zip archive',
			description: "Extract it with 'Folder: Unzip', and read the extracted files.",
		});
		await put('a.bz2', 'BZh91AY');
		expect((await refusal(read('a.bz2'))).message).toContain('bzip2');
	});
});

test('Limit ends the download early', async () => {
	const line = `${'x'.repeat(99)}\n`;
	await put('long.csv', `name\n${line.repeat(1_000_000)}`);
	const proxy = await startProxy(server.endpoint);
	const parameters = { bucket, key: 'long.csv', limit: 100 };
	const output = await s3('object.read', parameters, { connection: { endpoint: proxy.url } });
	expect(output).toHaveLength(100);
	expect(output.hints).toEqual([
		"'long.csv' may have more rows: reading stopped at 'Limit' (100). Turn on 'Return All' to read all.",
	]);
	await until(() => proxy.underWay() === 0);
	expect(proxy.bytesPassed()).toBeLessThan(300 * 1024);
	await s3('object.read', { ...parameters, limit: 10_000 }, { connection: { endpoint: proxy.url } });
	expect(proxy.bytesPassed()).toBeLessThan(3 * 1024 ** 2);
});

test('Limit ends the download early where types are detected', async () => {
	await put('typed.csv', `id,zip\n${'1,01067\n'.repeat(1_000_000)}`);
	const proxy = await startProxy(server.endpoint);
	const parameters = { bucket, key: 'typed.csv', limit: 2, options: { detectTypes: true } };
	const output = await s3('object.read', parameters, { connection: { endpoint: proxy.url } });
	expect(jsonOf(output)).toEqual([
		{ id: 1, zip: '01067' },
		{ id: 1, zip: '01067' },
	]);
	expect(proxy.bytesPassed()).toBeLessThan(1024 ** 2);
});

test.each([0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 5 * 1024 ** 2])(
	'reads all of %d bytes if Limit is not reached',
	async (size) => {
		const text = Array.from({ length: size }, (_, index) => (index % 64 === 63 ? '\n' : 'x')).join('');
		await put('some.log', text);
		const output = await s3('object.read', { bucket, key: 'some.log', format: 'lines', limit: 1_000_000 });
		expect(jsonOf(output).map(({ line }) => line)).toEqual(
			text.split('\n').filter((line, index, all) => line !== '' || index < all.length - 1),
		);
	},
);

test('an object with SSE-C, and a condition that fails', async () => {
	const sseCustomerKey = Buffer.alloc(32, 7).toString('base64');
	const options = { sseCustomerKey };
	await s3('object.upload', { bucket, key: 'own.csv', source: 'text', text: 'a\n1\n', options });
	expect(await rows('own.csv', { options })).toEqual([{ a: '1' }]);
	expect((await refusal(read('own.csv', { options: { ifMatch: 'other', ...options } }))).message).toContain('own.csv');
	expect(await one('object.read', { bucket, key: 'own.csv', options })).toEqual({ a: '1' });
});

test('what cannot be read leaves its connection to others', async () => {
	const beginnings = { zip: 'PK\x03\x04', xz: '\xfd7zXZ', parquet: 'PAR1' };
	for (const [name, beginning] of Object.entries(beginnings))
		// More than sockets hold, so that a download which nobody ends keeps its connection.
		await put(`unread/${name}`, Buffer.concat([Buffer.from(beginning, 'latin1'), randomBytes(1024 ** 2)]));
	const names = Object.keys(beginnings);
	const items = Array.from({ length: 300 }, () => ({ json: {} }));
	for (const returnAll of [true, false]) {
		const key = (_: unknown, index: number) => `unread/${names[index % names.length]}`;
		const output = await s3('object.read', { bucket, key, returnAll, limit: 1 }, { items, continueOnFail: true });
		expect(output.filter(({ json }) => json.error)).toHaveLength(300);
	}
	expect(await one('object.download', { bucket, key: 'unread/zip' })).toMatchObject({ size: 1024 ** 2 + 4 });
});
