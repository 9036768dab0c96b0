import { PutObjectCommand } from '@aws-sdk/client-s3';
import { randomCases } from '../support/randomCases';
import { randomOf } from '../support/randomOf';
import { lacks } from '../support/lacks';
import { jsonOf } from '../support/n8n';
import { makeBucket, one, s3, sdk } from '../support/s3';
import { contentsOf } from '../support/transfers';

/**
 * Random pairs of buckets with random parameters: the destination is what the plan has promised, nothing else was touched, a
 * second run does nothing, and nothing is lost that was not to be overwritten or deleted.
 */

const strange = lacks.keysBesidePaths ? ['d/f', 'f'] : ['d//e', '/f'];
const names = ['a', 'b.txt', 'c (2).txt', 'c.txt', 'd/e', ...strange, 'g h', 'ü', '\uffee', '😀/1', '~'];
const modes = ['copy', 'mirror', 'move', 'migrate'];
const compares = ['sizeAndTime', 'size', 'checksum', 'etag', 'always'];
const conflicts = ['overwrite', 'rename', 'newer', 'skip'];

const below = (contents: Record<string, string>, prefix: string) =>
	Object.fromEntries(Object.entries(contents).filter(([key]) => key.startsWith(prefix)));

test.each(Array.from({ length: randomCases(24, 8) }, (_, seed) => seed))('seed %i', async (seed) => {
	const random = randomOf(`transfer ${seed * 7919}`);
	const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const put = async (Bucket: string, Key: string) =>
		await sdk.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(pick(['x', 'y', 'zz', '']) ?? '') }));
	const writes = names.flatMap((name): Array<[string, string]> => [
		...(random() < 0.6 ? [[bucket, `from/${name}`] as [string, string]] : []),
		...(random() < 0.6 ? [[destinationBucket, `to/${name}`] as [string, string]] : []),
	]);
	const near = lacks.keysBesidePaths ? ['fro', 't'] : ['from', 'to'];
	const beside: Array<[string, string]> = [
		...[near[0] ?? '', 'fromage'].map((key): [string, string] => [bucket, key]),
		...[near[1] ?? '', 'tooth/a'].map((key): [string, string] => [destinationBucket, key]),
	];
	for (const [at, key] of [...writes, ...beside].sort(() => random() - 0.5)) await put(at, key);

	const mode = pick(modes);
	const compare = pick(compares);
	const onConflict = mode === 'mirror' || compare === 'always' ? pick(['overwrite', 'newer', 'skip']) : pick(conflicts);
	const appendOnly = random() < 0.2 && mode !== 'mirror' && mode !== 'move';
	const hasBackup = random() < 0.4;
	const options = {
		...{ appendOnly, allowEmptySource: true, maxDeletedShare: 100, ...(hasBackup && { backupPrefix: 'old/' }) },
		...(random() < 0.3 && { glob: '**/{*.txt,d/**,a}' }),
	};
	const parameters = {
		bucket,
		prefix: 'from/',
		destinationBucket,
		destinationPrefix: 'to/',
		mode,
		compare,
		onConflict,
	};
	const run = async (operation: 'transfer.plan' | 'transfer.run', more: object) =>
		await s3(operation, { ...parameters, ...more });

	const [source, destination] = [await contentsOf(bucket), await contentsOf(destinationBucket)];
	const [totals = {}, ...items] = jsonOf(await run('transfer.plan', { options, returnAll: true }));
	expect([await contentsOf(bucket), await contentsOf(destinationBucket)]).toEqual([source, destination]);
	const { planned: _, done: __, destination: ___, ...promised } = totals;
	const [result = {}] = jsonOf(await run('transfer.run', { options }));
	expect(result).toEqual({ done: true, ...promised });

	const [sourceAfter, destinationAfter] = [await contentsOf(bucket), await contentsOf(destinationBucket)];
	const expected = { ...destination };
	const expectedSource = { ...source };
	const replaced: string[] = [];
	for (const { action, sourceKey, key } of items as Array<Record<string, string>>) {
		const [from = '', to = ''] = [sourceKey, key];
		if (action === 'overwrite' || action === 'delete') replaced.push(to);
		if (action === 'copy' || action === 'overwrite') expected[to] = source[from] ?? 'none';
		if (action === 'delete') delete expected[to];
		if (mode === 'move') delete expectedSource[from];
		if (action !== 'rename') continue;
		// The name is chosen when it is written: the next number that is free.
		const [, base = to, extension = ''] = /^(.*[^/])(\.[^./]+)$/s.exec(to) ?? [];
		const added = Object.keys(destinationAfter).filter(
			(name) => !(name in destination) && name.startsWith(`${base} (`) && name.endsWith(`)${extension}`),
		);
		const named = added.filter((name) => !(`from/${name.slice(3)}` in source));
		expect(named.map((name) => destinationAfter[name])).toEqual([source[from]]);
		expected[named[0] ?? ''] = source[from] ?? 'none';
	}
	for (const key of hasBackup ? replaced : []) expected[`old/${key.slice(3)}`] = destination[key] ?? 'none';
	expect(destinationAfter).toEqual(expected);
	expect(sourceAfter).toEqual(expectedSource);
	if (appendOnly) expect(destinationAfter).toMatchObject(destination);
	for (const [at, key] of beside)
		expect((at === bucket ? sourceAfter : destinationAfter)[key]).toBe((at === bucket ? source : destination)[key]);

	if (compare === 'always') return;
	const again = await one('transfer.run', { ...parameters, options });
	expect(again).toMatchObject({ done: true, copied: 0, deleted: 0, moved: 0, failed: 0, changed: 0 });
	expect([await contentsOf(bucket), await contentsOf(destinationBucket)]).toEqual([sourceAfter, destinationAfter]);
	if (mode === 'mirror' && !appendOnly && options.glob === undefined)
		expect(Object.keys(below(destinationAfter, 'to/')).map((key) => key.slice(3))).toEqual(
			Object.keys(below(sourceAfter, 'from/')).map((key) => key.slice(5)),
		);
});
