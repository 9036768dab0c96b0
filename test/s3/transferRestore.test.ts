import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import type { Decision } from '../support/proxy';
import { refused, startProxy } from '../support/proxy';
import { makeBucket, refusal, s3, sdk, server } from '../support/s3';
import { contentsOf } from '../support/transfers';

/**
 * None of the servers takes its time to restore, so a server in front of it does what AWS does with archived objects: those of
 * Glacier Flexible Retrieval, which a listing shows, or those of Intelligent-Tiering, which it does not.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
 */
const startArchive = async (
	archived: Array<{ bucket: string; key: string }>,
	storageClass: 'GLACIER' | 'INTELLIGENT_TIERING',
) => {
	const isListed = storageClass === 'GLACIER';
	const states = new Map(archived.map(({ bucket, key }) => [`/${bucket}/${key}`, 'archived']));
	const keyIn = (path: string) => path.replace(/^\/[^/]+\//, '');
	const headOf = async (path: string) => {
		const at = { Bucket: path.split('/')[1], Key: keyIn(decodeURIComponent(path)) };
		const { ETag, ContentLength, LastModified } = await sdk.send(new HeadObjectCommand(at));
		const restored = isListed && { 'x-amz-restore': 'ongoing-request="false", expiry-date="soon"' };
		return {
			...{ etag: ETag, 'content-length': String(ContentLength), 'last-modified': LastModified?.toUTCString() },
			'x-amz-storage-class': storageClass,
			...(states.get(path) === 'ongoing' && { 'x-amz-restore': 'ongoing-request="true"' }),
			...(states.get(path) === 'restored' ? restored : !isListed && { 'x-amz-archive-status': 'ARCHIVE_ACCESS' }),
		};
	};
	const asked: string[] = [];
	/** A listing that shows the class, which not every server has. */
	const withClass = (body: Buffer) => {
		const inClass = (xml: string, { key }: { key: string }) =>
			xml.replace(
				new RegExp(`(<Key>${key.replace('/', '(?:/|%2F)')}</Key>.*?<StorageClass>)[A-Z_]+(</StorageClass>)`, 's'),
				`$1${storageClass}$2`,
			);
		return Buffer.from(archived.reduce(inClass, String(body)));
	};
	const proxy = await startProxy(
		server.endpoint,
		async ({ method, url = '', headers }): Promise<Decision> => {
			const [path = ''] = url.split('?');
			const copied = `/${String(headers['x-amz-copy-source'] ?? '').replace(/^\//, '')}`;
			const state = states.get(path);
			if (states.has(copied) && states.get(copied) !== 'restored') return refused(403, 'InvalidObjectState');
			if (state === undefined) return 'pass';
			if (method === 'POST' && /[?&]restore/.test(url)) {
				if (state === 'ongoing') return refused(409, 'RestoreAlreadyInProgress');
				asked.push(keyIn(path));
				states.set(path, 'ongoing');
				return { status: 202 };
			}
			if (method === 'HEAD') return { status: 200, headers: await headOf(path) };
			return state === 'restored' || url.includes('tagging') ? 'pass' : refused(403, 'InvalidObjectState');
		},
		withClass,
	);
	const restoreAll = () => {
		for (const [path, state] of states) if (state === 'ongoing') states.set(path, 'restored');
	};
	const bodies = () => proxy.requests.filter(({ url = '' }) => /[?&]restore/.test(url)).map(({ body }) => body);
	return { connection: { endpoint: proxy.url }, asked, bodies, restoreAll };
};

const setUp = async (
	storageClass: 'GLACIER' | 'INTELLIGENT_TIERING' = 'INTELLIGENT_TIERING',
	replaced: string[] = [],
	readable: string[] = [],
) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	for (const key of ['a', 'cold', 'old'])
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `from/${key}`, Body: key }));
	for (const key of [...replaced, ...readable])
		await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key: `to/${key}`, Body: 'before' }));
	const archive = await startArchive(
		[
			...['cold', 'old'].map((key) => ({ bucket, key: `from/${key}` })),
			...replaced.map((key) => ({ bucket: destinationBucket, key: `to/${key}` })),
		],
		storageClass,
	);
	const sides = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
	const call = async (operation: `transfer.${string}`, options: object = {}, more: object = {}) =>
		jsonOf(await s3(operation, { ...sides, ...more, options }, { connection: archive.connection }));
	return { ...archive, call, contents: async () => await contentsOf(destinationBucket) };
};

/** By themselves copies keep the class, and so are archived again. */
const thawed = { storageClass: 'STANDARD' };

const wanted = { ...thawed, restoreTier: 'Bulk', restoreDays: 3 };

test('archived objects are restored first, and copied by the run that comes back', async () => {
	const { call, asked, bodies, restoreAll, contents } = await setUp();
	expect(await call('transfer.run', thawed)).toMatchObject([{ done: true, copied: 1, reasons: { archived: 2 } }]);
	expect(asked).toEqual([]);

	expect((await call('transfer.run', wanted))[0]).toMatchObject({ done: false, copied: 0, reasons: { restoring: 2 } });
	expect(asked.sort()).toEqual(['from/cold', 'from/old']);
	expect(bodies()[0]).toMatch(/<Days>3<\/Days>.*<Tier>Bulk<\/Tier>/s);
	// They are not asked for twice, and nothing else is done meanwhile.
	expect((await call('transfer.run', wanted))[0]).toMatchObject({ done: false, copied: 0, reasons: { restoring: 2 } });
	expect(asked).toHaveLength(2);
	expect(await contents()).toEqual({ 'to/a': 'a' });

	restoreAll();
	expect((await call('transfer.run', wanted))[0]).toMatchObject({ done: true, copied: 2 });
	expect(await contents()).toEqual({ 'to/a': 'a', 'to/cold': 'cold', 'to/old': 'old' });
	expect((await call('transfer.run', wanted))[0]).toMatchObject({ done: true, copied: 0, reasons: { same: 3 } });
});

test('a plan says what is restored first, and Apply Plan does both as often as it takes', async () => {
	const { call, asked, restoreAll, contents } = await setUp('GLACIER');
	const [plan, ...items] = await call('transfer.plan', wanted, { jobName: 'cold', returnAll: true });
	expect(plan).toMatchObject({ planned: true, copied: 3 });
	expect(items.map(({ sourceKey, result, reason }) => [sourceKey, result, reason])).toEqual([
		['from/a', 'planned', undefined],
		['from/cold', 'planned', 'restoring'],
		['from/old', 'planned', 'restoring'],
	]);
	expect(asked).toEqual([]);
	const apply = async () => (await call('transfer.applyPlan', wanted, { planKey: plan?.planKey, jobName: 'cold' }))[0];
	expect(await apply()).toMatchObject({ done: false, copied: 1, reasons: { restoring: 2 } });
	expect(asked).toHaveLength(2);
	restoreAll();
	expect(await apply()).toMatchObject({ done: true, copied: 2, reasons: { doneBefore: 1 } });
	expect(await contents()).toMatchObject({ 'to/a': 'a', 'to/cold': 'cold', 'to/old': 'old' });
});

test('a move restores as well, and deletes an original only once its copy is there', async () => {
	const { call, restoreAll, contents } = await setUp();
	const move = async () => (await call('transfer.run', { ...thawed, restoreTier: 'Standard' }, { mode: 'move' }))[0];
	expect(await move()).toMatchObject({ done: false, moved: 1, reasons: { restoring: 2 } });
	expect(await contents()).toEqual({ 'to/a': 'a' });
	restoreAll();
	expect(await move()).toMatchObject({ done: true, moved: 2 });
	expect(await contents()).toEqual({ 'to/a': 'a', 'to/cold': 'cold', 'to/old': 'old' });
});

test('an archived object that would be replaced or deleted is restored first, for its backup', async () => {
	const { call, asked, restoreAll, contents } = await setUp('INTELLIGENT_TIERING', ['a', 'extra']);
	const run = async (options: object = wanted) =>
		(await call('transfer.run', { ...options, backupPrefix: 'backup/' }, { mode: 'mirror' }))[0];
	const before = { 'to/a': 'before', 'to/extra': 'before' };
	expect(await run(thawed)).toMatchObject({ failed: 0, copied: 0, deleted: 0 });
	expect(asked).toEqual([]);
	expect(await contents()).toEqual(before);

	expect(await run()).toMatchObject({ done: false, failed: 0, copied: 0, deleted: 0 });
	expect(asked).toContain('to/a');
	expect(await contents()).toEqual(before);
	restoreAll();
	await run();
	restoreAll();
	const last = await run();
	expect(last?.errors).toBeUndefined();
	expect(last).toMatchObject({ done: true, failed: 0 });
	expect(asked.sort()).toEqual(['from/cold', 'from/old', 'to/a', 'to/extra']);
	const backups = { 'backup/a': 'before', 'backup/extra': 'before' };
	expect(await contents()).toEqual({ 'to/a': 'a', 'to/cold': 'cold', 'to/old': 'old', ...backups });
});

test('what is replaced is backed up once, by the run that can replace it', async () => {
	const { call, restoreAll, contents } = await setUp('INTELLIGENT_TIERING', [], ['cold']);
	const run = async () => (await call('transfer.run', { ...wanted, backupPrefix: 'backup/' }))[0];
	for (const round of [1, 2]) {
		expect([round, await run()]).toMatchObject([round, { done: false, reasons: { restoring: 2 } }]);
		expect(await contents()).toEqual({ 'to/a': 'a', 'to/cold': 'before' });
	}
	restoreAll();
	expect(await run()).toMatchObject({ done: true, copied: 2, overwritten: 1 });
	const copies = { 'to/a': 'a', 'to/cold': 'cold', 'to/old': 'old' };
	expect(await contents()).toEqual({ ...copies, 'backup/cold': 'before' });
});

test('what contradicts itself is refused before the first request', async () => {
	const { call } = await setUp();
	const words = async (options: object) => (await refusal(call('transfer.run', options))).message;
	expect(await words({ restoreDays: 3 })).toContain("'Restore Days' has no effect without 'Restore Archived Objects'");
	expect(await words({ ...wanted, allVersions: true })).toContain("does not work with 'Keep Versions'");
});
