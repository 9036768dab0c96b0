import { randomCases } from '../support/randomCases';
import { randomOf } from '../support/randomOf';
import { startFakeS3 } from '../support/fakeS3';
import { jsonOf, runNode } from '../support/n8n';

/**
 * Random transfers while others write and delete on both sides and requests are refused: every write and deletion names what it
 * replaces, no original is deleted before its copy is there, and a last run without them brings about what the mode promises.
 */

const names = ['a', 'b.txt', 'c (2).txt', 'c.txt', 'd/e', 'd//e', '/f', 'ü', '\uffee', '😀/1', '~'];
const [here, there] = ['here/from/', 'there/to/'];

const below = (contents: Record<string, string>, prefix: string) =>
	Object.fromEntries(
		Object.entries(contents).flatMap(([path, body]) =>
			path.startsWith(prefix) ? [[path.slice(prefix.length), body]] : [],
		),
	);

test.each(Array.from({ length: randomCases(30, 10) }, (_, seed) => seed))('seed %i', async (seed) => {
	const random = randomOf(`faults ${seed * 104_729}`);
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
	const mode = pick(['copy', 'mirror', 'move', 'migrate']);
	const compare = pick(['sizeAndTime', 'checksum', 'etag']);
	const onConflict = pick(['overwrite', 'newer', 'skip']);
	const at = { isCalm: true, lost: [] as string[], copies: new Set<string>(), contents: 0 };
	// No two contents are alike, not even in size.
	const content = () => `${'x'.repeat((at.contents += 1))}`;
	const fake = await startFakeS3(
		(line, headers) => {
			const now = fake.contents();
			for (const body of Object.values(below(now, there))) at.copies.add(body);
			// What was there may be replaced by others, and what has changed stays because of the condition.
			const [, key] = /^DELETE \/here\/from\/(.*?)(\?x-id=\w+)?$/.exec(line) ?? [];
			const original = now[`${here}${key}`];
			if (original !== undefined && fake.etagOf(original) === headers['if-match'] && !at.copies.has(original))
				at.lost.push(line);
			if (at.isCalm) return undefined;
			if (random() < 0.15) fake.put(pick([here, there]) + pick(names), content());
			if (random() < 0.05) fake.remove(pick([here, there]) + pick(names));
			return random() < 0.06 ? 403 : undefined;
		},
		{ pageSize: 3 },
	);
	const run = async () =>
		await runNode({
			parameters: {
				...{ resource: 'transfer', operation: 'run', bucket: 'here', prefix: 'from/' },
				...{ destinationBucket: 'there', destinationPrefix: 'to/', mode, compare, onConflict },
				options: { maxDeletedShare: 100, allowEmptySource: true, backupPrefix: 'old/' },
			},
			credentials: fake.connection,
		}).then(
			(output) => jsonOf(output)[0] ?? {},
			(error: unknown) => ({ error }),
		);
	for (const name of names) {
		if (random() < 0.6) fake.put(here + name, content());
		if (random() < 0.6) fake.put(there + name, content());
	}
	fake.put('there/too', 'beside');
	at.isCalm = false;
	for (let runs = 0; runs < 3; runs++) await run();
	at.isCalm = true;

	const written = fake.requests.filter(({ line }) => /^(PUT|DELETE)/.test(line));
	for (const { line, headers } of written)
		expect([line, headers['if-match'] ?? headers['if-none-match']]).toEqual([
			line,
			expect.stringMatching(/^("\w+"|\*)$/),
		]);

	const before = fake.contents();
	const [source, destination] = [below(before, here), below(before, there)];
	const last = await run();
	expect(last).toMatchObject({ done: true, failed: 0, changed: 0 });
	const after = fake.contents();
	const [sourceAfter, destinationAfter] = [below(after, here), below(after, there)];
	if (mode === 'mirror') expect(Object.keys(destinationAfter).sort()).toEqual(Object.keys(source).sort());
	else
		expect(destinationAfter).toMatchObject(
			Object.fromEntries(Object.keys(destination).map((key) => [key, expect.anything()])),
		);
	for (const [key, body] of Object.entries(source))
		if (onConflict === 'overwrite' && mode !== 'migrate') expect([key, destinationAfter[key]]).toEqual([key, body]);
		else expect([body, destination[key]]).toContain(destinationAfter[key]);
	if (mode === 'move' && onConflict === 'overwrite') expect(sourceAfter).toEqual({});
	if (mode !== 'move') expect(sourceAfter).toEqual(source);
	// What is replaced or deleted in the last run is in the backup.
	for (const [key, body] of Object.entries(destination))
		if (destinationAfter[key] !== body) expect(Object.values(below(after, 'there/old/'))).toContain(body);
	expect(after['there/too']).toBe('beside');
	expect(at.lost).toEqual([]);
	expect(await run()).toMatchObject({ done: true, copied: 0, deleted: 0, moved: 0 });
});
