import { buffer } from 'node:stream/consumers';
import { jsonArrayOf, jsonLinesOf } from '../../nodes/AwsS3/content/jsonWriter';

const rows = [
	{ name: 'Zoë', list: [1, null] },
	{ name: 'a\nb', nested: { isTrue: true } },
];

const textOf = async (chunks: AsyncIterable<Buffer>) => (await buffer(chunks)).toString();

test('a list has one element per line', async () => {
	expect(await textOf(jsonArrayOf(rows))).toBe(
		'[\n{"name":"Zoë","list":[1,null]},\n{"name":"a\\nb","nested":{"isTrue":true}}\n]\n',
	);
	expect(await textOf(jsonArrayOf(rows.slice(0, 1)))).toBe('[\n{"name":"Zoë","list":[1,null]}\n]\n');
});

test('no rows are an empty list, or no lines', async () => {
	expect(await textOf(jsonArrayOf([]))).toBe('[]\n');
	expect(await textOf(jsonLinesOf([]))).toBe('');
});

test('JSON Lines has one value per line', async () => {
	expect(await textOf(jsonLinesOf(rows))).toBe(
		'{"name":"Zoë","list":[1,null]}\n{"name":"a\\nb","nested":{"isTrue":true}}\n',
	);
});

test('many rows come in few chunks, all of them', async () => {
	const many = Array.from({ length: 10_000 }, (_, index) => ({ index, text: '€'.repeat(10) }));
	for (const write of [jsonArrayOf, jsonLinesOf]) {
		const chunks: Buffer[] = [];
		for await (const chunk of write(many)) chunks.push(chunk);
		expect(chunks.length).toBeGreaterThan(3);
		expect(chunks.length).toBeLessThan(20);
		const lines = Buffer.concat(chunks).toString().split(/,?\n/);
		expect(lines.filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line))).toEqual(many);
	}
});

test('rows are taken when they are needed', async () => {
	let taken = 0;
	function* endless() {
		for (;;) {
			taken++;
			yield { text: 'x'.repeat(1000) };
		}
	}
	for await (const chunk of jsonLinesOf(endless())) {
		expect(chunk.length).toBeGreaterThan(60_000);
		break;
	}
	expect(taken).toBeLessThan(100);
});
