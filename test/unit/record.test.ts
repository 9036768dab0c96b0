import type { CarriedOut } from '../../nodes/AwsS3/s3/record/mergeRecord';
import { mergedRecord, noRecordCounts } from '../../nodes/AwsS3/s3/record/mergeRecord';
import type { RecordEntry } from '../../nodes/AwsS3/s3/record/recordLines';
import { randomOf } from '../support/randomOf';

const letters = ['a', 'B', '/', 'é', '\uffee', '😀', '\n', '"'];

async function* inPages(entries: RecordEntry[], size: number) {
	for (let at = 0; at < entries.length; at += size) yield entries.slice(at, at + size);
}

const sorted = (map: Map<string, RecordEntry>) =>
	[...map.values()].sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));

const bodyOf = async (old: RecordEntry[], changes: CarriedOut[], pageSize: number) => {
	const counts = noRecordCounts();
	const chunks: Buffer[] = [];
	for await (const chunk of mergedRecord(inPages(old, pageSize), changes, counts)) chunks.push(chunk);
	return { counts, lines: Buffer.concat(chunks).toString().split('\n') };
};

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a record after random changes is what a map would hold (%i)', async (seed) => {
	const random = randomOf(`record ${seed}`);
	const pick = (count: number) => Math.floor(random() * count);
	const keyOf = () => Array.from({ length: 1 + pick(4) }, () => letters[pick(letters.length)]).join('');
	const map = new Map<string, RecordEntry>();
	for (let round = 0; round < 12; round++) {
		const expected = { created: 0, replaced: 0, deleted: 0, total: 0 };
		const old = sorted(map);
		const changes = new Map<string, CarriedOut>();
		for (let count = pick(200); count > 0; count--) {
			const key = keyOf();
			const entry = { key, size: pick(9), etag: `${pick(9)}`, lastModified: new Date(pick(9)) };
			changes.set(
				key,
				random() < 0.3 ? { key } : { key, entry: { ...entry, ...(random() < 0.5 && { id: `${round}` }) } },
			);
		}
		for (const { key, entry } of changes.values()) {
			const before = map.get(key);
			if (entry) {
				expected[before ? 'replaced' : 'created']++;
				map.set(key, { ...entry, id: entry.id ?? before?.id });
			} else if (map.delete(key)) expected.deleted++;
		}
		expected.total = map.size;
		const { counts, lines } = await bodyOf(old, [...changes.values()], 1 + pick(40));
		expect(counts).toEqual(expected);
		expect(lines.map((line) => line && (JSON.parse(line) as unknown))).toEqual([
			{ record: 1 },
			...sorted(map).map((entry) => JSON.parse(JSON.stringify(entry)) as unknown),
			{ entries: map.size },
			'',
		]);
	}
});

test('changes are sorted by the bytes of UTF-8, not by UTF-16', async () => {
	const keys = ['😀', '\uffee'];
	const { lines } = await bodyOf(
		[],
		keys.map((key) => ({ key, entry: { key, size: 1, etag: 'e' } })),
		1,
	);
	expect(lines.slice(1, 3).map((line) => JSON.parse(line).key)).toEqual(['\uffee', '😀']);
});
